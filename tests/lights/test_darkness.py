"""Where the light ends on a walker's way, told before the walker gets there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.darkness import LIGHTS_M, LOOK_M, Darkness, darkness_ahead
from lights.track import Course
from tests.lights.walking import HERE, alley, index_of

Points = list[tuple[float, float]]


def ahead(
    lamps: Points, dead: set[int] | None = None, speed: float = 1.3, east: float = 0.0
) -> Darkness | None:
    """What one is told who walks to the east."""
    course = Course(
        np.array([[HERE.east + east, HERE.north]]),
        np.array([[speed, 0.0]]),
        np.array([0.3]),
        np.array([[HERE.east + east, HERE.north]]),
        np.array([12.0]),
    )
    index = index_of(lamps)
    flags = np.isin(np.arange(len(lamps)), sorted(dead or ()))
    return darkness_ahead(course, index, flags)[0]


def test_on_a_lit_way_nothing_is_told() -> None:
    assert ahead(alley()) is None


def test_where_the_lamps_end_the_metres_are_told() -> None:
    lamps = [(n * 15.0, 0.0) for n in range(-5, 5)]  # the last stands 60 m ahead
    assert ahead(lamps) == Darkness(90.0, "no_lamps")


def test_who_comes_nearer_is_told_fewer_metres() -> None:
    lamps = [(n * 15.0, 0.0) for n in range(-5, 5)]
    told = [ahead(lamps, east=east) for east in (0.0, 20.0, 40.0, 60.0)]
    assert [one and one.metres for one in told] == [90.0, 70.0, 50.0, 30.0]


def test_dead_lamps_on_the_way_are_told_as_dead() -> None:
    assert ahead(alley(), dead=set(range(23, 41))) == Darkness(60.0, "dead_lamps")


def test_one_dead_lamp_among_many_makes_no_darkness() -> None:
    assert ahead(alley(), dead={23}) is None


def test_a_street_that_bends_is_lit_still() -> None:
    bend = [(n * 15.0, 0.0) for n in range(-3, 4)]
    bend += [(45.0 + n * 13.0, n * 7.5) for n in range(1, 9)]
    assert ahead(bend) is None


def test_lamps_behind_light_no_way_ahead() -> None:
    assert ahead([(-n * 15.0, 0.0) for n in range(10)]) == Darkness(30.0, "no_lamps")


def test_who_stands_is_told_of_the_place_only() -> None:
    behind = [(-n * 15.0, 0.0) for n in range(10)]
    assert ahead(behind, speed=0.1) is None
    assert ahead([(400.0, 0.0)], speed=0.1) == Darkness(0.0, "no_lamps")
    assert ahead([(5.0, 0.0)], dead={0}, speed=0.1) == Darkness(0.0, "dead_lamps")


def test_where_there_is_no_lamp_at_all_it_is_dark_here() -> None:
    assert ahead([]) == Darkness(0.0, "no_lamps")


@given(st.sets(st.integers(0, 40)))
def test_what_is_told_to_be_dark_has_no_working_lamp_near(dead: set[int]) -> None:
    told = ahead(alley(), dead)
    working = [row * 15.0 - 300.0 for row in range(41) if row not in dead]
    if told is not None:
        assert told.reason == "dead_lamps"
        assert all(abs(told.metres - east) > LIGHTS_M - 0.01 for east in working)
    else:
        steps = np.arange(0, LOOK_M, 10.0)
        dark = [all(abs(step - east) > LIGHTS_M + 12 for east in working) for step in steps]
        assert not any(all(dark[at : at + 3]) for at in range(len(dark) - 2))


@pytest.mark.parametrize("walkers", [0, 3])
def test_many_are_told_at_once(walkers: int) -> None:
    place = np.tile([HERE.east, HERE.north], (walkers, 1))
    course = Course(place, place * 0 + 1.0, np.full(walkers, 0.3), place, np.full(walkers, 12.0))
    dead = np.zeros(41, np.bool_)
    assert darkness_ahead(course, index_of(alley()), dead) == [
        ahead_diagonal(course) for _ in range(walkers)
    ]


def ahead_diagonal(course: Course) -> Darkness | None:
    one = Course(*(array[:1] for array in course))
    return darkness_ahead(one, index_of(alley()), np.zeros(41, np.bool_))[0]
