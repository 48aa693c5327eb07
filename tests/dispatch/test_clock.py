"""A machine's clock that is set while people cry: nobody waits for an hour that never was."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.clock import ClockWasSet
from dispatch.plan import DEFAULT
from dispatch.serve import Dispatcher
from dispatch.steady import SteadyClock
from tests.conftest import Pair
from tests.dispatch.receiver import Receiver
from tests.house import running, settings_for, street_of
from tests.patience import DEADLINE_S, eventually

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER_LOUDER = replace(DEFAULT, louder_after=3 * HOUR, supervisor_after=4 * HOUR)
LOUDER_SOON = replace(DEFAULT, louder_after=timedelta(seconds=0.5))


def an_hour_ahead() -> datetime:
    return datetime.now(UTC) + HOUR


@pytest.mark.parametrize(
    ("offs", "believed"),
    [
        ([0, 0, 0, 0, 0, 0, 0], None),
        ([4.9] * 20, None),
        ([3_600] * 5, None),
        ([3_600] * 5 + [0] + [3_600] * 5, None),
        ([3_600] * 6, 3_600),
        ([-3_600] * 6, -3_600),
        ([3_600] * 3 + [-3_600] * 3, -3_600),
    ],
)
def test_a_wall_clock_is_believed_to_be_set_once_it_has_stayed_so(
    offs: list[float], believed: float | None
) -> None:
    """One look a second, each with so many seconds between the wall and what has passed."""
    assert believed_after(offs) == believed


@given(st.lists(st.floats(-4.99, 4.99), max_size=60))
@settings(deadline=None)
def test_a_clock_that_is_kept_right_is_never_taken_for_one_that_was_set(offs: list[float]) -> None:
    assert believed_after(offs) is None


def believed_after(offs: list[float]) -> float | None:
    wall, machine = [NOON], [0.0]
    clock = SteadyClock(lambda: wall[0], lambda: machine[0])
    found = None
    for second, off in enumerate(offs):
        machine[0] = float(second)
        wall[0] = NOON + timedelta(seconds=second + off)
        found = clock.was_set()
    return None if found is None else round(found.total_seconds())


async def test_a_dispatcher_ends_to_be_started_again_when_its_machines_clock_was_set(
    sqlite_url: str, tmp_path: Path
) -> None:
    off = timedelta()
    dispatcher = Dispatcher(
        settings_for(Pair("embedded", sqlite_url, None), tmp_path),
        wall=lambda: datetime.now(UTC) + off,
    )
    serving = asyncio.create_task(dispatcher.serve())
    await eventually(lambda: dispatcher.broker.is_connected)
    off = -HOUR
    await asyncio.wait((serving,), timeout=DEADLINE_S)
    with pytest.raises(ExceptionGroup) as ended:
        serving.result()
    assert ended.group_contains(ClockWasSet, match="set by -36")


async def test_a_letter_that_was_put_off_on_a_clock_that_was_ahead_does_not_wait_for_its_hour(
    pair: Pair, tmp_path: Path
) -> None:
    is_open = False
    desk = Receiver(lambda _: 204 if is_open else 503)
    async with desk.open():
        told = {"LAMPLIGHTER_WEBHOOKS": f"control_room={desk.url}"}
        async with running(pair, tmp_path, told, plan=NEVER_LOUDER, wall=an_hour_ahead) as house:
            await house.press()
            await desk.has_been_tried(1)
        is_open = True
        async with running(pair, tmp_path, told, plan=NEVER_LOUDER):
            await desk.has_taken(1)


async def test_who_cried_on_a_clock_that_was_ahead_is_told_of_louder_as_soon_as_anybody(
    pair: Pair, tmp_path: Path
) -> None:
    lamps = street_of(3)
    async with running(pair, tmp_path, lamps=lamps, wall=an_hour_ahead) as house:
        key = (await house.press())["incident_id"]
    async with (
        running(pair, tmp_path, lamps=lamps, plan=LOUDER_SOON) as house,
        house.street() as street,
        house.feed(after=0) as feed,
    ):
        await feed.event("escalated")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        await house.move(key, "close", disposition="test")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
