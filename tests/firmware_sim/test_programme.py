"""The night programme: dark by day, dimmed in the small hours, on without a clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.programme import programme_level

DOBONG = (127.0471, 37.6688)


@pytest.mark.parametrize(
    ("seoul", "level"),
    [
        ("2026-06-21T12:00", 0),
        ("2026-06-21T20:00", 0),  # the sun has set at 19:57
        ("2026-06-21T20:45", 80),
        ("2026-06-21T22:59", 80),
        ("2026-06-21T23:00", 50),
        ("2026-06-22T04:30", 50),
        ("2026-06-22T05:00", 0),  # already light in June
        ("2026-12-21T17:00", 0),
        ("2026-12-21T18:00", 80),
        ("2026-12-22T04:59", 50),
        ("2026-12-22T05:00", 80),
        ("2026-12-22T07:45", 0),
    ],
)
def test_the_programme_follows_the_sun_and_dims_from_23_to_5(seoul: str, level: int) -> None:
    clock = datetime.fromisoformat(f"{seoul}+09:00").astimezone(UTC)
    assert programme_level(*DOBONG, clock) == level


def test_a_lamp_without_a_clock_stays_on() -> None:
    assert programme_level(*DOBONG, None) == 100


@given(st.integers(0, 366 * 24 * 60))
def test_the_deep_night_is_never_dark_anywhere_in_korea(minute: int) -> None:
    clock = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    if 13 <= clock.hour < 19:  # 22:00 to 04:00 in Seoul
        assert programme_level(*DOBONG, clock) >= 50
        assert programme_level(126.16, 33.2, clock) >= 50
        assert programme_level(131.87, 37.24, clock) >= 50
