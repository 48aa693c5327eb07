"""When a walker is taken for home: whoever stays is, whoever walks past their own door never."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.signs import Fix, Signs, aims_of, is_home, moved
from dispatch.walk_plan import DEFAULT
from tests.dispatch.asked import START, WALK, at

DOOR = replace(WALK, destination=at(0))
AIMS = aims_of(DOOR)
SECOND = timedelta(seconds=1)


def seen(seconds: float, east: float, north: float, accuracy_m: float | None) -> Fix:
    """A fix so many metres from the door."""
    return Fix(replace(at(east, north), accuracy_m=accuracy_m), START + seconds * SECOND)


def ever_home(fixes: list[Fix]) -> bool:
    """Whether the walker is taken for home at any of these fixes."""
    signs, found = Signs(START), False
    for fix in fixes:
        signs = moved(signs, fix, AIMS, DEFAULT, lambda _: False)
        found = found or is_home(signs, DEFAULT)
    return found


def astray(draw: st.DrawFn, accuracy_m: float) -> tuple[float, float]:
    """As far as the accuracy allows: its half to each of two sides."""
    most = accuracy_m * 0.7
    return draw(st.floats(-most, most)), draw(st.floats(-most, most))


@st.composite
def who_walk_past(draw: st.DrawFn) -> list[Fix]:
    """Somebody comes along the street, passes the door and goes on, at a walk or in a car."""
    speed = draw(st.floats(DEFAULT.walks_at_least, 20.0))
    every = draw(st.floats(1.0, 30.0))
    beside = draw(st.floats(-40.0, 40.0))
    stated = draw(st.sampled_from([3.0, 8.0, 15.0, 20.0, 25.0, 29.0, 30.0, 45.0, 100.0, None]))
    rough_from = draw(st.none() | st.floats(-30.0, 300.0))
    found, seconds = [], 0.0
    while (along := speed * seconds - 150.0) < 600.0:
        is_rough = rough_from is not None and along > rough_from
        accuracy = 150.0 if is_rough else stated
        east, north = astray(draw, accuracy or DEFAULT.assumed_m)
        found.append(seen(seconds, along + east, beside + north, accuracy))
        seconds += max(every, 750.0 / speed / 40)
    return found


@given(who_walk_past())
def test_nobody_who_walks_past_their_own_door_is_taken_for_home(fixes: list[Fix]) -> None:
    assert not ever_home(fixes)


@pytest.mark.parametrize("accuracy_m", [5.0, 10.0, 20.0, 25.0, 30.0, 60.0, None])
@pytest.mark.parametrize("speed", [0.8, 1.0, 1.3, 1.9, 8.0])
def test_whoever_walks_past_at_any_pace_and_accuracy_is_still_watched(
    speed: float, accuracy_m: float | None
) -> None:
    lasts = int(600 / speed)
    assert not ever_home(
        [seen(second, speed * second - 150, 0, accuracy_m) for second in range(0, lasts, 3)]
    )


def test_one_good_fix_at_the_door_and_rough_ones_from_a_car_are_no_arrival() -> None:
    good = [seen(second, second - 100, 0, 8.0) for second in range(0, 101, 5)]
    car = [seen(100 + second, 8 * second, 0, 150.0) for second in range(5, 120, 5)]
    assert not ever_home(good + car)


def test_nothing_counts_as_lasting_while_the_fixes_say_too_little() -> None:
    good = [seen(second, second - 100, 0, 8.0) for second in range(0, 101, 5)]
    near = [seen(100 + second, 0, 0, 150.0) for second in range(5, 600, 5)]
    assert not ever_home(good + near)


@st.composite
def who_stay(draw: st.DrawFn) -> list[Fix]:
    """Somebody comes home, stands within ten metres of the point of the map, and stays."""
    every, stated = draw(st.floats(2.0, 20.0)), draw(st.floats(3.0, 20.0))
    patience = max(2 * (DEFAULT.arrived_within_m + stated) / DEFAULT.walks_at_least, 75)
    found, seconds = [seen(0.0, -200.0, 0.0, stated)], 150.0
    while seconds <= 150.0 + patience + 2 * every:
        east, north = astray(draw, stated)
        found.append(seen(seconds, 7.0 + east, north, stated))
        seconds += every
    return found


@given(who_stay())
@example([seen(0, -200, 0, 8.0), *(seen(second, 0, 0, 8.0) for second in range(150, 250, 3))])
def test_whoever_comes_home_and_stays_is_home(fixes: list[Fix]) -> None:
    assert ever_home(fixes)
