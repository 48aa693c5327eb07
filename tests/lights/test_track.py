"""Where walkers are and where they are going, from fixes that are 10 to 20 metres off."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.receiver import Receiver
from firmware_sim.streets import Point
from lights.track import Course, Tracks

ONE = np.array([0])
Fixes = list[tuple[float, float, float]]
"""Seconds, metres east, metres north."""


def after(fixes: Fixes, accuracy_m: float = 12.0) -> Course:
    """What is thought of a walker after these."""
    tracks = Tracks(1)
    for seconds, east, north in fixes:
        take(tracks, seconds, east, north, accuracy_m)
    return tracks.course(ONE)


def take(tracks: Tracks, seconds: float, east: float, north: float, accuracy_m: float) -> None:
    point = np.array([[east, north]])
    tracks.move(ONE, point, np.array([accuracy_m]), np.array([seconds]))


def walking_east(count: int, speed: float = 1.3, every_s: float = 3.0) -> Fixes:
    return [(n * every_s, n * every_s * speed, 0.0) for n in range(count)]


def noisy(truth: Fixes, seed: int) -> Fixes:
    from random import Random

    receiver = Receiver(Random(seed), radius_m=15.0)
    measured = [(at, receiver.measure(Point(east, north), at)) for at, east, north in truth]
    return [(at, *one.point) for at, one in measured]


def off(course: Course, east: float, north: float) -> float:
    return math.dist(course.place[0], (east, north))


def test_of_one_fix_the_place_is_known_and_no_heading() -> None:
    course = after([(0.0, 5.0, 7.0)])
    assert off(course, 5.0, 7.0) == 0
    assert np.hypot(*course.velocity[0]) < course.doubt[0]


def test_who_walks_on_is_known_to_walk_and_where_to() -> None:
    course = after(walking_east(15))
    assert course.velocity[0] == pytest.approx([1.3, 0.0], abs=0.1)
    assert course.doubt[0] < 0.8
    assert off(course, 14 * 3.9, 0) < 2


def test_a_heading_is_found_in_the_noise_between_houses() -> None:
    truth = walking_east(40)
    headings = [after(noisy(truth, seed)).velocity[0] for seed in range(40)]
    right = [abs(math.atan2(north, east)) < math.radians(50) for east, north in headings]
    assert sum(right) >= 34


def test_who_stands_is_not_sent_anywhere() -> None:
    truth = [(n * 3.0, 0.0, 0.0) for n in range(60)]
    speeds = [np.hypot(*after(noisy(truth, seed)).velocity[0]) for seed in range(40)]
    assert sorted(speeds)[20] < 0.6


def test_who_turns_round_is_followed_within_ten_seconds() -> None:
    there = walking_east(20)
    peak = there[-1][1]
    back = [(57 + n * 3.0, peak - n * 3.9, 0.0) for n in range(1, 5)]
    assert after(there + back).velocity[0][0] < 0


def test_one_wild_fix_moves_nobody_and_two_that_agree_are_believed() -> None:
    steady = walking_east(10)
    wild = (30.0, 39.0, 60.0)
    assert off(after([*steady, wild]), 39.0, 0) < 3
    assert off(after([*steady, wild, (33.0, 43.0, 0.0)]), 43.0, 0) < 3
    moved = after([*steady, wild, (33.0, 43.0, 61.0)])
    assert off(moved, 43.0, 61.0) == 0


def test_what_was_known_before_a_long_silence_says_nothing() -> None:
    course = after([*walking_east(10), (3_600.0, 800.0, 100.0)])
    assert off(course, 800.0, 100.0) == 0
    assert np.hypot(*course.velocity[0]) == 0


def test_a_phone_whose_clock_was_set_back_is_followed_on() -> None:
    late = [(at + 7_200.0, east, north) for at, east, north in walking_east(10)]
    assert off(after([*late, (5.0, 40.0, 0.0)]), 40.0, 0.0) == 0


def test_a_poor_fix_moves_a_walker_less_than_a_good_one() -> None:
    tracks = [Tracks(1), Tracks(1)]
    for one, accuracy in zip(tracks, (10.0, 60.0), strict=True):
        for fix in walking_east(5):
            take(one, *fix, 10.0)
        take(one, 15.0, 19.5, 15.0, accuracy)
    north = [one.course(ONE).place[0][1] for one in tracks]
    assert 0 < north[1] < north[0] / 2


def test_of_who_is_forgotten_nothing_is_left() -> None:
    tracks = Tracks(2)
    empty = {name: array.copy() for name, array in vars(tracks).items()}
    tracks.move(np.array([0, 1]), np.ones((2, 2)) * 7, np.array([5.0, 5.0]), np.array([3.0, 3.0]))
    tracks.forget(0)
    tracks.forget(1)
    for name, array in vars(tracks).items():
        np.testing.assert_array_equal(array, empty[name])


def test_more_room_changes_nothing_for_who_is_there() -> None:
    tracks = Tracks(1)
    for fix in walking_east(5):
        take(tracks, *fix, 10.0)
    before = tracks.course(ONE)
    tracks.make_room(5)
    assert len(tracks) == 5
    for one, other in zip(before, tracks.course(ONE), strict=True):
        np.testing.assert_array_equal(one, other)


somewhere = st.floats(-2_000, 2_000)
anything = st.lists(st.tuples(st.floats(0, 300), somewhere, somewhere), min_size=1, max_size=30)


@given(anything, st.integers(0, 10))
def test_fixes_that_come_late_or_twice_change_nothing(fixes: Fixes, seed: int) -> None:
    """All are less than ten minutes apart: no clock was set."""
    in_order = sorted({fix[0]: fix for fix in fixes}.values())
    untidy = [fix for pair in pairwise([*in_order, in_order[-1]]) for fix in (pair[0], *pair[:1])]
    untidy += in_order[seed % len(in_order) :]
    for one, other in zip(after(in_order), after([*untidy, *in_order]), strict=True):
        np.testing.assert_array_equal(one, other)


@given(anything, st.floats(1, 200))
def test_whatever_comes_the_track_stays_a_place_and_nobody_flies(
    fixes: Fixes, accuracy_m: float
) -> None:
    course = after(sorted(fixes), accuracy_m)
    assert all(np.isfinite(one).all() for one in course)
    assert np.hypot(*course.velocity[0]) <= 3.0 + 1e-9


def test_many_are_followed_as_each_would_be_alone() -> None:
    paths = [noisy(walking_east(20, speed), seed) for seed, speed in enumerate((0.9, 1.3, 1.8))]
    together = Tracks(3)
    for fixes in zip(*paths, strict=True):
        seconds, *points = np.array(fixes).T
        together.move(np.arange(3), np.array(points).T, np.full(3, 12.0), seconds)
    for number, path in enumerate(paths):
        alone = after(path)
        for one, other in zip(alone, together.course(np.array([number])), strict=True):
            np.testing.assert_allclose(one, other)
