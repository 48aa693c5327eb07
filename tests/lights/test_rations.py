"""How much one lamp may say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.rations import Rations

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW = timedelta(seconds=10)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("words", "over"),
    [
        ([("L1", 0), ("L1", 1), ("L1", 2)], [0, 0, 1]),
        ([("L1", 0), ("L2", 0), ("L1", 0), ("L2", 0)], [0, 0, 0, 0]),
        ([("L1", 0), ("L1", 0), ("L1", 9.9), ("L1", 10)], [0, 0, 1, 0]),
        ([("L1", 0), ("L1", 0), ("L1", -60)], [0, 0, 0]),  # a clock that was set back
    ],
)
def test_a_lamp_is_heard_so_often_in_a_window_and_anew_in_the_next(
    words: list[tuple[str, float]], over: list[int]
) -> None:
    rations = Rations(2, WINDOW)
    assert [rations.take(lamp, at(seconds)) for lamp, seconds in words] == over


@given(
    st.lists(st.tuples(st.sampled_from(["L1", "L2", "L3"]), st.floats(-100, 100)), max_size=60),
    st.integers(1, 5),
)
def test_whatever_the_others_and_the_clock_do_a_quiet_lamp_is_heard(
    words: list[tuple[str, float]], most: int
) -> None:
    rations = Rations(most, WINDOW)
    for speaker, seconds in words:
        rations.take(speaker, at(seconds))
    assert rations.take("quiet", at(0)) == 0


@given(st.integers(1, 50), st.integers(1, 200))
def test_a_lamp_gone_wild_is_heard_its_ration_and_no_more(most: int, words: int) -> None:
    rations = Rations(most, WINDOW)
    heard = sum(rations.take("wild", at(0)) == 0 for _ in range(words))
    assert heard == min(most, words)
