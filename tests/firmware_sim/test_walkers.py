"""People who walk home along the lamps, and what their phones make of it."""

import math
import statistics
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.places import LampSpec, grid
from firmware_sim.streets import Point, Streets
from firmware_sim.walkers import GO_WRONG, STORIES, Story, Walk, a_walk

STREETS = Streets(grid(900))
stories = st.sampled_from(STORIES)
seeds = st.integers(0, 10_000)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * 111_195 * math.cos(math.radians(one[1]))
    return math.hypot(east, (one[1] - other[1]) * 111_195)


def errors(walk: Walk) -> list[float]:
    """How far each fix is from the truth."""
    truth = {step.seconds: (step.lon, step.lat) for step in walk.truth(3.0)}
    return [metres((fix.lon, fix.lat), truth[fix.seconds]) for fix in walk.fixes(3.0)]


def test_lamps_in_a_row_are_a_street_and_a_lamp_far_off_is_not_on_it() -> None:
    row = [LampSpec(f"L{n}", 127.0 + n * 0.0002, 37.66) for n in range(4)]
    streets = Streets([*row, LampSpec("far", 127.01, 37.66)])
    joined = [[other for other, _ in ways] for ways in streets.ways]
    assert joined == [[1], [0, 2], [1, 3], [2], []]


def test_of_three_lamps_the_long_side_is_no_street_where_the_third_stands_between() -> None:
    corner = [LampSpec("a", 127.0, 37.66), LampSpec("b", 127.0003, 37.66)]
    streets = Streets([*corner, LampSpec("c", 127.00015, 37.66005)])
    assert [[other for other, _ in ways] for ways in streets.ways] == [[2], [2], [0, 1]]


@given(seeds, stories)
@settings(max_examples=30)
def test_one_seed_is_one_walk_with_one_error(seed: int, story: Story) -> None:
    one, other = a_walk(STREETS, seed, story), a_walk(STREETS, seed, story)
    assert list(one.fixes()) == list(other.fixes())
    assert one.route == other.route


@given(seeds, stories)
@settings(max_examples=40)
def test_nobody_walks_through_the_dark_nor_faster_than_people_do(seed: int, story: Story) -> None:
    walk = a_walk(STREETS, seed, story)
    assert all(metres(a, b) < 61 for a, b in pairwise(walk.route))
    steps = list(walk.truth())
    fastest = max(metres(a[1:], b[1:]) for a, b in pairwise(steps))
    assert fastest < (13 if story == "taken" else 2.2)


@pytest.mark.parametrize("story", [one for one in STORIES if one not in GO_WRONG])
def test_who_walks_well_comes_home(story: Story) -> None:
    for seed in range(20):
        walk = a_walk(STREETS, seed, story)
        *_, last = walk.truth()
        assert walk.wrong_at_s is None
        assert metres((last.lon, last.lat), walk.destination) < 0.1


@pytest.mark.parametrize("story", GO_WRONG)
def test_what_goes_wrong_goes_wrong_on_the_way(story: Story) -> None:
    for seed in range(20):
        walk = a_walk(STREETS, seed, story)
        assert walk.wrong_at_s is not None
        assert 0 < walk.wrong_at_s < walk.metres / 0.5 + 300


def test_who_stops_stays_and_who_is_taken_is_soon_far_from_home() -> None:
    stops, taken = a_walk(STREETS, 5, "stops"), a_walk(STREETS, 5, "taken")
    assert stops.wrong_at_s is not None
    after = [step for step in stops.truth() if step.seconds > stops.wrong_at_s]
    assert max(metres(step[1:], after[0][1:]) for step in after) < 0.1
    *_, last = taken.truth()
    assert metres((last.lon, last.lat), taken.destination) > 5_000


@pytest.mark.parametrize("story", ["silent", "battery"])
def test_a_phone_that_dies_says_nothing_more(story: Story) -> None:
    walk = a_walk(STREETS, 3, story)
    *_, last = walk.fixes()
    assert walk.wrong_at_s is not None
    assert last.seconds < walk.wrong_at_s < walk.lasts_s
    assert (last.battery <= 1) == (story == "battery")


def test_the_error_is_of_the_size_that_was_measured_in_towns() -> None:
    off = [metres for seed in range(60) for metres in errors(a_walk(STREETS, seed))]
    assert 7 <= statistics.mean(off) <= 13  # Merry and Bettinger 2019
    assert 20 <= statistics.quantiles(off, n=100)[97] <= 75


def test_the_error_of_one_fix_is_much_like_that_of_the_next() -> None:
    moved = [metres for seed in range(30) for metres in _wandering(seed)]
    off = [metres for seed in range(30) for metres in errors(a_walk(STREETS, seed, "stops"))]
    assert statistics.median(moved) < statistics.median(off)  # white noise would move by 1.4 times


def _wandering(seed: int) -> list[float]:
    """How far the fixes of one who stands lie apart from one to the next."""
    walk = a_walk(STREETS, seed, "stops")
    still = [fix for fix in walk.fixes() if fix.seconds > (walk.wrong_at_s or 0) + 3]
    return [metres(a[1:3], b[1:3]) for a, b in pairwise(still)]


def test_on_the_stairs_of_a_metro_exit_the_phone_knows_little_and_says_so() -> None:
    first = [next(a_walk(STREETS, seed, "metro_exit").fixes()) for seed in range(40)]
    usual = [next(a_walk(STREETS, seed, "home").fixes()) for seed in range(40)]
    assert statistics.median(fix.accuracy_m for fix in first) > 50
    assert statistics.median(fix.accuracy_m for fix in usual) < 25


@given(st.floats(-5_000, 5_000), st.floats(-5_000, 5_000))
def test_degrees_are_metres_again(east: float, north: float) -> None:
    here = STREETS.degrees(Point(0, 0))
    there = STREETS.degrees(Point(east, north))
    assert metres(here, there) == pytest.approx(math.hypot(east, north), rel=0.01, abs=0.1)
