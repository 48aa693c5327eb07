"""Laws of the light that goes with walkers, whatever the noise."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lights.follow import Following
from tests.lights.walking import Evening, block, degrees

NUMBERS = Following()


# ---- laws


walkers = st.sampled_from(["a", "b", "c"])
metres = st.floats(-150, 150)
radii = st.one_of(st.none(), st.floats(1, 300))
frenzy = st.lists(
    st.tuples(st.integers(0, 40), walkers, metres, metres, radii), min_size=1, max_size=40
)


Frenzy = list[tuple[int, str, float, float, float | None]]
"""Pauses, and who is seen where after each, with what accuracy."""


def evening_of(frenzy: Frenzy) -> Evening:
    """What has come of it."""
    evening = Evening(block(13))
    for pause, who, east, north, accuracy in frenzy:
        evening.tend(pause)
        evening.walks(east, north, who, accuracy)
    return evening


@given(frenzy)
@example([(0, "a", 0, 0, 10), (19, "a", 60, 0, 10), (1, "a", 61, 0, 10), (22, "a", 0, 0, 10)] * 5)
@settings(max_examples=60)
def test_whatever_the_noise_no_lamp_is_switched_more_than_three_times_a_minute(
    frenzy: Frenzy,
) -> None:
    evening = evening_of(frenzy)
    for who in ("a", "b", "c"):
        evening.walkers.ended(who)
    evening.tend(NUMBERS.hold_s + NUMBERS.ends_anyway_s + 1)
    turns = defaultdict(list)
    for at, row, on in evening.switched:
        turns[row].append((at, on))
    for each in turns.values():
        assert [on for _, on in each] == [True, False] * (len(each) // 2)
        for (at, on), (later, _) in pairwise(each):
            assert not on or later - at >= NUMBERS.hold_s
        ons = [at for at, on in each if on]
        assert all(b - a >= NUMBERS.hold_s for a, b in pairwise(ons))
    assert not evening.bright()


@given(frenzy)
@settings(max_examples=40)
def test_no_lamp_is_told_more_often_than_it_is_switched_and_renewed(frenzy: Frenzy) -> None:
    evening = evening_of(frenzy)
    told = Counter(row for _, row in evening.orders)
    switched = Counter(row for _, row, _ in evening.switched)
    renewals = evening.now / (NUMBERS.claim_s - NUMBERS.hold_s)
    assert all(told[row] <= switched[row] + renewals for row in told)


@given(frenzy)
@settings(max_examples=40)
def test_when_the_dispatcher_dies_every_lamp_falls_back_by_its_own_end(frenzy: Frenzy) -> None:
    evening = evening_of(frenzy)
    assert (evening.until <= evening.now + NUMBERS.claim_s).all()


@given(frenzy)
@settings(max_examples=40)
def test_nobody_ever_has_more_lamps_than_the_cap(frenzy: Frenzy) -> None:
    evening = Evening(block(25, 12.0))
    for pause, who, east, north, accuracy in frenzy:
        evening.tend(pause)
        evening.walks(east, north, who, accuracy)
        assert len(evening.walkers.rows_of(who)) <= NUMBERS.most


errors = st.tuples(st.floats(0, 1), st.floats(0, math.tau))
steps = st.lists(
    st.tuples(st.floats(0, math.tau), st.floats(0, 2), errors), min_size=1, max_size=60
)


@given(steps, st.floats(5, 15))
@settings(max_examples=100)
def test_a_walker_whose_phone_is_honest_is_never_in_the_dark_where_lamps_work(
    steps: list[tuple[float, float, tuple[float, float]]], accuracy_m: float
) -> None:
    """Any path at up to 2 m/s, turns on the spot included; any error within what the phone says."""
    evening = Evening(block(21))
    east = north = 0.0
    for heading, speed, (share, angle) in steps:
        off = share * accuracy_m
        evening.walks(
            east + off * math.cos(angle), north + off * math.sin(angle), accuracy_m=accuracy_m
        )
        for _ in range(3):
            row, far = evening.nearest(*degrees(east, north))
            assert far > 20 or evening.bright(row)
            east += speed * math.cos(heading)
            north += speed * math.sin(heading)
            evening.tend(1)
