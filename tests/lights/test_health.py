"""Which lamps the lighting crew has to look at, and which of them need a ladder."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.health import LADDER_FAULTS, Condition, health
from lights.wire import FAULTS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY: tuple[Condition, ...] = ("online", "silent", "faulty", "unknown", "needs_ladder")


@pytest.mark.parametrize(
    ("online", "has_had_its_time", "heard", "faults", "conditions", "ladder"),
    [
        # A lamp in order.
        (True, True, MINUTE, (), {"online"}, ()),
        # Heat passes and a clock is set over the air; a dead lamp needs hands.
        (True, True, MINUTE, ("high_temperature",), {"online", "faulty"}, ()),
        (True, True, MINUTE, ("clock_unset",), {"online", "faulty"}, ()),
        (
            True,
            True,
            MINUTE,
            ("clock_unset", "lamp_failure"),
            {"online", "faulty", "needs_ladder"},
            ("lamp_failure",),
        ),
        # Silence of a night may be a feed that is switched off; of more than a day it is not.
        (False, True, HOUR, (), {"silent"}, ()),
        (False, True, DAY, (), {"silent"}, ()),
        (False, True, DAY + MINUTE, (), {"silent", "needs_ladder"}, ("silent",)),
        # After a restart a lamp has its time before it is called silent again.
        (None, False, 2 * DAY, (), {"unknown"}, ()),
        (None, True, 2 * DAY, (), {"silent", "needs_ladder"}, ("silent",)),
        # Never heard: perhaps not connected yet. Its will alone makes it silent.
        (None, True, None, (), {"unknown"}, ()),
        (False, True, None, (), {"silent"}, ()),
        (
            False,
            True,
            2 * DAY,
            ("supply_loss",),
            {"silent", "faulty", "needs_ladder"},
            ("supply_loss", "silent"),
        ),
    ],
)
def test_a_lamp_is_in_these_conditions(
    online: bool | None,
    has_had_its_time: bool,
    heard: timedelta | None,
    faults: tuple[str, ...],
    conditions: set[str],
    ladder: tuple[str, ...],
) -> None:
    seen_at = None if heard is None else NOW - heard
    found = health(online, has_had_its_time, seen_at, faults, None, NOW)
    assert {one for one in EVERY if found.is_one_of([one])} == conditions
    assert found.ladder == ladder
    assert found.silent_since == (seen_at if found.status == "silent" else None)


def test_the_faults_for_a_ladder_are_faults_of_the_wire() -> None:
    assert set(LADDER_FAULTS) < FAULTS


@given(
    st.none() | st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 10_000).map(lambda minutes: NOW - minutes * MINUTE),
    st.lists(st.sampled_from(sorted(FAULTS)), unique=True).map(tuple),
)
def test_every_lamp_has_one_status_and_every_ladder_its_reason(
    online: bool | None, timed: bool, seen_at: datetime | None, faults: tuple[str, ...]
) -> None:
    found = health(online, timed, seen_at, faults, None, NOW)
    assert sum(found.is_one_of([one]) for one in ("online", "silent", "unknown")) == 1
    assert set(found.ladder) <= {*faults, "silent"}
    assert found.is_one_of(["needs_ladder"]) == bool(found.ladder)
    assert not ("silent" in found.ladder and found.status != "silent")
