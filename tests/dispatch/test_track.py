"""The track of a walker: bounded, in order, dense where it is new, and destroyed when told."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.pins import pin_hash, verdict
from dispatch.signs import Fix
from dispatch.steady import SteadyClock
from dispatch.track import MOST, Track
from geo.place import Place

START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def fix(seconds: int, lon: float = 127.0) -> Fix:
    return Fix(Place(lon, 37.65, 8.0), START + timedelta(seconds=seconds))


def seconds_of(track: Track) -> list[float]:
    return [(crumb.at - START).total_seconds() for crumb in track.crumbs()]


def test_a_long_walk_keeps_its_beginning_thinly_and_its_end_whole() -> None:
    track = Track()
    for number in range(2_000):
        track.add(fix(number))
    kept = seconds_of(track)
    assert len(kept) <= MOST
    assert kept[0] == 0
    assert kept[-60:] == [float(number) for number in range(1_940, 2_000)]
    few = [(crumb.at - START).total_seconds() for crumb in track.crumbs(10)]
    assert len(few) == 10
    assert few[-5:] == [1_995, 1_996, 1_997, 1_998, 1_999]
    assert few[0] == 0


def test_a_track_that_was_written_down_is_the_same_track() -> None:
    track = Track()
    track.add(Fix(Place(127.0, 37.65), START))
    track.add(fix(1))
    assert Track(track.kept()).crumbs() == track.crumbs()
    assert track.crumbs()[0].place.accuracy_m is None


def test_a_track_that_is_destroyed_is_nowhere_in_its_memory() -> None:
    track = Track()
    track.add(fix(1))
    rows = track._rows
    track.destroy()
    assert set(rows) == {0.0}
    assert (len(track), track.newest(), track.kept()) == (0, None, b"")


@given(st.lists(st.integers(0, 500), max_size=MOST), st.randoms())
def test_whatever_order_fixes_come_in_and_however_often_the_track_is_the_same(
    seconds: list[int], dice: random.Random
) -> None:
    track, again = Track(), Track()
    for number in seconds:
        track.add(fix(number))
    shuffled = seconds * 2
    dice.shuffle(shuffled)
    for number in shuffled:
        again.add(fix(number))
    assert seconds_of(track) == sorted(set(seconds))
    assert again.kept() == track.kept()


@given(st.lists(st.integers(0, 100_000), max_size=400))
def test_whatever_comes_a_track_is_bounded_and_in_order_and_has_the_newest(
    seconds: list[int],
) -> None:
    track = Track()
    for number in seconds:
        track.add(fix(number))
    kept = seconds_of(track)
    assert len(kept) <= MOST
    assert kept == sorted(kept)
    assert not seconds or kept[-1] == max(seconds)


# ---- the clock that never jumps


def test_a_wall_clock_that_is_set_does_not_move_the_clock_of_walks() -> None:
    wall, machine = [START], [1_000.0]
    clock = SteadyClock(lambda: wall[0], lambda: machine[0])
    for passed, jump in ((5.0, 3_600), (1.0, -7_200), (2.0, 0)):
        machine[0] += passed
        wall[0] += timedelta(seconds=passed + jump)
    assert clock() == START + timedelta(seconds=8)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(-(10**6), 10**6)), max_size=30))
def test_however_the_wall_clock_is_set_walks_go_on_by_what_has_passed(
    steps: list[tuple[float, int]],
) -> None:
    wall, machine = [START], [0.0]
    clock = SteadyClock(lambda: wall[0], lambda: machine[0])
    for passed, jump in steps:
        before = clock()
        machine[0] += passed
        wall[0] += timedelta(seconds=jump)
        assert abs((clock() - before).total_seconds() - passed) < 1e-4


# ---- PINs


def test_a_pin_is_told_from_the_duress_pin_and_from_any_other() -> None:
    secret, walk_id = b"s" * 32, "w"
    pin, duress = (pin_hash(secret, walk_id, digits) for digits in ("4821", "1190"))
    told = {
        typed: verdict(secret, walk_id, typed, pin, duress) for typed in ("4821", "1190", "0000")
    }
    assert told == {"4821": "fine", "1190": "duress", "0000": "wrong"}
    assert verdict(secret, walk_id, "4821", pin, None) == "fine"
    assert verdict(secret, walk_id, "", None, None) == "wrong"


def test_what_is_kept_of_a_pin_depends_on_the_secret_and_on_the_walk() -> None:
    hashes = {
        pin_hash(secret, walk_id, "4821") for secret in (b"a", b"b") for walk_id in ("w", "v")
    }
    assert len(hashes) == 4
