"""The light that goes with walkers: never dark around them, never restless, and gone afterwards."""

import math
from collections import Counter

import numpy as np
from hypothesis import strategies as st

from lights.follow import Following
from tests.lights.walking import HERE, Evening, alley, block, degrees

NUMBERS = Following()
PACE = 3.9
"""Metres in the three seconds between two fixes."""


def stroll(evening: Evening, start: float, metres: float, who: str = "w") -> float:
    """Along the alley, a fix every three seconds; returns where it ends."""
    east = start
    while abs(east - start) < abs(metres):
        evening.walks(east, 0.0, who)
        evening.tend(3)
        east += math.copysign(PACE, metres)
    return east


# ---- around, ahead, behind


def test_the_first_fix_lights_the_lamps_around() -> None:
    evening = Evening(alley())
    evening.walks(0.0, 0.0)
    west, east = evening.bright_span()
    assert -45 <= west <= -30
    assert 30 <= east <= 45


def test_the_lamps_ahead_are_bright_before_the_walker_comes_and_those_behind_are_not() -> None:
    evening = Evening(alley())
    here = stroll(evening, -250.0, 300.0)
    west, east = evening.bright_span()
    assert east - here > 45
    assert here - west < 85
    assert east - here < 90, "further ahead than anybody looks"


def test_each_lamp_is_bright_long_enough_before_the_walker_reaches_it() -> None:
    evening = Evening(alley())
    stroll(evening, -290.0, 500.0)
    lit_at = {row: at for at, row, on in reversed(evening.switched) if on}
    for row in range(10, 30):
        reached_at = (evening.index.points[row, 0] - HERE.east + 290.0) / (PACE / 3)
        assert reached_at - lit_at[row] > 20, "a radio link and a fade take ten seconds and some"


def test_who_stands_keeps_the_light_and_costs_next_to_no_orders() -> None:
    evening = Evening(block())
    for _ in range(200):
        evening.walks(0.0, 0.0)
        evening.tend(3)
    each = Counter(row for _, row in evening.orders)
    assert evening.bright(112)
    assert max(each.values()) <= 1 + 600 / (NUMBERS.claim_s - NUMBERS.hold_s)


def test_who_turns_round_is_never_in_the_dark() -> None:
    evening = Evening(alley())
    here = stroll(evening, -250.0, 200.0)
    for _ in range(20):
        here -= PACE
        evening.walks(here, 0.0)
        evening.tend(3)
        assert evening.bright(round((here + 300.0) / 15.0))


def test_a_jump_of_one_fix_changes_no_lamp_and_leaves_the_walker_in_the_light() -> None:
    evening = Evening(block())
    for _ in range(10):
        evening.walks(0.0, 0.0)
        evening.tend(3)
    before, said = evening.bright_rows(), len(evening.orders)
    evening.walks(70.0, 0.0)
    evening.tend(3)
    evening.walks(0.0, 0.0)
    assert evening.bright_rows() == before
    assert len(evening.orders) == said


def test_out_of_a_metro_exit_the_light_comes_to_where_the_walker_is_found() -> None:
    evening = Evening(block())
    for seconds in range(10):
        evening.walks(-120.0 + seconds, 60.0, accuracy_m=130.0)
        evening.tend(3)
    evening.walks(60.0, -60.0, accuracy_m=12.0)
    evening.tend(3)
    evening.walks(62.0, -60.0, accuracy_m=12.0)
    assert evening.bright(evening.nearest(*degrees(62.0, -60.0))[0])


def test_where_the_fix_is_poor_more_lamps_are_lit_up_to_a_cap() -> None:
    counts = []
    for accuracy in (10.0, 20.0, 35.0, 500.0):
        evening = Evening(block(25, 22.0))
        evening.walks(0.0, 0.0, accuracy_m=accuracy)
        counts.append(len(evening.bright_rows()))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == NUMBERS.most


def test_where_no_lamp_stands_nothing_happens() -> None:
    for lamps in ([], [(5_000.0, 0.0)]):
        evening = Evening(lamps)
        evening.walks(0.0, 0.0)
        evening.tend(3)
        assert not evening.bright()


# ---- two of them


def test_two_who_meet_and_part_share_the_lamps_and_no_lamp_takes_a_step() -> None:
    evening = Evening(alley())
    for step in range(60):
        evening.walks(-117.0 + step * PACE, 0.0, "one")
        evening.walks(117.0 - step * PACE, 2.0, "other")
        evening.tend(3)
    meeting = {row for row in range(len(alley())) if abs(row * 15.0 - 300.0) < 40}
    for row in meeting:
        changes = [on for _, lamp, on in evening.switched if lamp == row]
        assert changes in ([True], [True, False])


def test_where_one_of_two_goes_nothing_is_said_to_the_lamps_of_the_other() -> None:
    evening = Evening(block())
    evening.walks(0.0, 0.0, "one")
    evening.walks(3.0, 0.0, "other")
    said = len(evening.orders)
    evening.walkers.ended("one")
    evening.tend(NUMBERS.hold_s + 5)
    assert evening.bright(112)
    assert len(evening.orders) == said


# ---- afterwards


def test_after_the_walk_every_lamp_falls_back_soon() -> None:
    evening = Evening(alley())
    stroll(evening, -200.0, 300.0)
    evening.walkers.ended("w")
    evening.tend(NUMBERS.hold_s + NUMBERS.ends_anyway_s + 1)
    assert not evening.bright()


def test_whose_phone_falls_silent_keeps_the_light_for_a_while_and_not_for_ever() -> None:
    evening = Evening(block())
    evening.walks(0.0, 0.0)
    evening.tend(NUMBERS.silent_s - 5)
    assert evening.bright(112)
    evening.tend(NUMBERS.hold_s + NUMBERS.ends_anyway_s + 10)
    assert not evening.bright()


def test_of_who_has_ended_no_place_is_left_in_memory() -> None:
    evening = Evening(block())
    stroll(evening, 0.0, 30.0)
    evening.walkers.ended("w")
    assert evening.walkers.rows_of("w") == []
    assert evening.walkers.darkness_ahead("w") is None
    for array in vars(evening.walkers._tracks).values():
        assert not (np.abs(array[np.isfinite(array)]) > 1e5).any(), "a coordinate"


metres = st.floats(-150, 150)
