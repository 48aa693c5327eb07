"""Laws of choosing lamps, whatever the street."""

import math

from hypothesis import given
from hypothesis import strategies as st

from geo.index import Near
from tests.lights.nearby import REACH, Point, changes, chosen, followed, ids, near

METRES = st.sampled_from([0.0, 10.0, 49.9, 50.0, 75.0, 199.0, 200.0, 201.0, 225.0, 226.0])
FAR = st.lists(METRES | st.floats(0, 400), max_size=45).map(lambda metres: near(*sorted(metres)))
SOME = st.sets(st.integers(0, 44).map(lambda number: f"L{number:02d}"), max_size=20)
ACCURACY = st.none() | st.floats(0.1, 300)


@given(FAR, ACCURACY, SOME, SOME)
def test_at_most_thirty_lamps_are_chosen_nearest_first_and_each_once(
    lamps: list[Near], accuracy_m: float | None, silent: set[str], kept: set[str]
) -> None:
    choice = chosen(lamps, accuracy_m, silent, kept)
    metres = [lamp.metres for lamp in choice.lamps]
    assert metres == sorted(metres)
    assert len(set(ids(choice))) == len(metres) <= 30
    assert sum(key in silent for key in ids(choice)) <= 10
    assert choice == chosen(lamps[::-1], accuracy_m, silent, kept)


@given(FAR, ACCURACY, SOME)
def test_whoever_is_chosen_has_nobody_nearer_left_out(
    lamps: list[Near], accuracy_m: float | None, silent: set[str]
) -> None:
    found = set(ids(chosen(lamps, accuracy_m, silent)))
    working = [lamp for lamp in lamps if lamp.key not in silent]
    farthest = max((lamp.metres for lamp in working if lamp.key in found), default=0.0)
    assert all(lamp.key in found for lamp in working if lamp.metres < farthest)


@given(FAR, ACCURACY, SOME)
def test_lamps_are_asked_within_the_reach_and_three_if_there_are_any_within_200_metres(
    lamps: list[Near], accuracy_m: float | None, silent: set[str]
) -> None:
    radius = REACH.radius_m(accuracy_m)
    found = set(ids(chosen(lamps, accuracy_m, silent)))
    inside = [lamp.key for lamp in lamps if lamp.metres <= radius]
    any_near = [lamp.key for lamp in lamps if lamp.metres <= max(radius, 200)]
    if len(inside) <= 10:
        assert set(inside) <= found
    assert len(found) >= min(3, len(any_near))
    assert found <= set(any_near)


@given(FAR, ACCURACY, SOME)
def test_for_each_silent_lamp_a_working_one_is_added_where_there_is_one(
    lamps: list[Near], accuracy_m: float | None, silent: set[str]
) -> None:
    without = ids(chosen(lamps, accuracy_m))
    found = ids(chosen(lamps, accuracy_m, silent))
    limit = max(REACH.radius_m(accuracy_m), 200)
    working = [lamp.key for lamp in lamps if lamp.key not in silent and lamp.metres <= limit]
    answering = [key for key in found if key not in silent]
    quiet = len(found) - len(answering)
    assert len(answering) >= min(len(without), len(working), 30 - quiet)


POINTS = st.tuples(st.floats(-120, 120), st.floats(-120, 120))
STREETS = st.lists(POINTS, max_size=12) | st.lists(
    st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=31, max_size=40
)
WAVERS = st.lists(
    st.tuples(st.floats(0, 6.2), st.floats(0, 6.283)).map(
        lambda polar: (polar[0] * math.cos(polar[1]), polar[0] * math.sin(polar[1]))
    ),
    min_size=2,
    max_size=12,
)


@given(STREETS, WAVERS)
def test_whatever_the_street_a_position_that_wavers_by_less_than_half_the_linger_makes_no_flutter(
    street: list[Point], fixes: list[Point]
) -> None:
    assert max(changes(followed(fixes, street)).values(), default=0) <= 1
