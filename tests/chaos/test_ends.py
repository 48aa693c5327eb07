"""What is held against a lamp by whoever watches the ends of its orders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from firmware_sim import lamp as firmware
from firmware_sim.lamp import Lamp
from tests.chaos.ends import Ends
from tests.house import HERE

NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def blinking(minutes: float, clock_off: timedelta = timedelta()) -> Lamp:
    """A lamp that has obeyed an order for so many minutes."""
    until = (NIGHT + minutes * MINUTE).isoformat().replace("+00:00", ".000Z")
    order = (
        '{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
        f'"until":"{until}"}}'
    )
    off = firmware.power_up(HERE.lon, HERE.lat, NIGHT, clock_off=clock_off)
    lamp, heard, _ = firmware.obey(off, order.encode(), NIGHT)
    assert heard is firmware.Heard.OBEYED
    return lamp


@pytest.mark.parametrize(
    ("lamp", "minutes_later", "light", "wrong"),
    [
        (blinking(5), 4.9, 30, None),
        (blinking(5), 5.2, 100, "outlived"),
        (blinking(5, -4 * MINUTE), 8.9, 30, None),  # by its own clock it is not over
        (blinking(5, -4 * MINUTE), 10.2, 30, "outlived"),
        (replace(blinking(5), until=NIGHT + 12 * MINUTE), 1, 30, "was told something until"),
        (blinking(5), 1, 0, "is dark"),
    ],
)
def test_a_lamp_that_outlives_its_order_or_is_dark_is_found_whatever_its_clock_says(
    lamp: Lamp, minutes_later: float, light: int, wrong: str | None
) -> None:
    ends = Ends()
    if wrong != "was told something until":
        assert not ends.look("L1", lamp, 100, NIGHT)
    found = ends.look("L1", lamp, light, NIGHT + minutes_later * MINUTE)
    assert len(found) == (wrong is not None)
    assert all(wrong in one for one in found if wrong)


def test_a_lamp_on_its_own_programme_may_be_dark_by_day() -> None:
    noon = NIGHT.replace(hour=3)
    assert not Ends().look("L1", firmware.power_up(HERE.lon, HERE.lat, noon), 0, noon)
