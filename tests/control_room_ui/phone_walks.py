"""Come here for what tests of a walk on the phone have in common: plans in a hurry, and a phone."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from playwright.async_api import Browser, expect

from dispatch.clock import now
from dispatch.plan import Plan
from dispatch.walk_record import Record
from geo.place import Place
from lights.schedule import KOREA
from tests.any_hour import AT_ANY_HOUR
from tests.conftest import Pair
from tests.control_room_ui.handset import Handset, handset
from tests.dispatch.walking import SECOND, east, hasty
from tests.house import HERE, House, running, street_of
from tests.patience import eventually

PIN: Final = "4821"
DURESS: Final = "1190"

HOME_SOON: Final = hasty(arrived_after=SECOND, walks_at_least=100.0)
"""Whoever has come to the destination has arrived a second later."""
ASKED_SOON: Final = hasty(still_lonely_for=2 * SECOND)
"""Whoever stands where nobody lives for two seconds is asked."""
MISSED: Final = hasty(still_lonely_for=2 * SECOND, ask_for=8 * SECOND, guardian_for=4 * SECOND)
"""...and help is called twelve seconds later."""
LONELY_M: Final = 500.0
"""So far from the lamps there are none."""


@asynccontextmanager
async def walking(
    pair: Pair,
    folder: Path,
    browser: Browser,
    plan: Plan = AT_ANY_HOUR,
    wall: Callable[[], datetime] = now,
    **how: Any,
) -> AsyncIterator[tuple[House, Handset]]:
    """A street of lamps, and a small phone at its first one that shows the form of a walk."""
    async with (
        running(pair, folder, lamps=street_of(30), plan=plan, wall=wall) as house,
        house.street(),
        handset(browser, house.url, **how) as phone,
    ):
        await phone.open()
        await phone.knows_its_place()
        await phone.tap("walk")
        yield house, phone


def since(hour: int) -> Callable[[], datetime]:
    """A clock that goes on from that hour of the day in Korea, whenever the test runs."""
    began = now()
    stood = began.astimezone(KOREA).replace(hour=hour, minute=0)
    return lambda: now() + (stood - began)


async def in_state(phone: Handset, state: str) -> None:
    """Wait until the phone shows that of the walk."""
    await phone.page.wait_for_selector(f'main[data-walk="{state}"]')


async def set_pins(phone: Handset) -> None:
    """Both PINs, once."""
    await phone.tap("pins")
    await phone.page.fill('[data-test="pin"]', PIN)
    await phone.page.fill('[data-test="duress_pin"]', DURESS)


async def types_pin(phone: Handset, pin: str) -> None:
    """A PIN where one is asked for."""
    await phone.page.fill('[data-test="own-pin"]', pin)
    await phone.tap("pin-ok")


def the_walk(house: House) -> Record:
    """What the process knows of the one walk."""
    assert house.dispatcher is not None
    (record,) = house.dispatcher.walks
    return record


def fixes(house: House) -> int:
    """How many positions of the walk there are."""
    return len(the_walk(house).track)


async def more_is_told(house: House, than: int) -> None:
    """Wait for another position, or for what the last one has led to."""
    await eventually(lambda: fixes(house) > than or the_walk(house).walk.state != "walking")


async def saves_home(phone: Handset, at: Place) -> None:
    """Save that place as the destination, and be back at the first lamp."""
    await is_found_at(phone, at)
    await phone.tap("save-home")
    await phone.shows("saved", "✓")
    await is_found_at(phone, HERE)


async def is_found_at(phone: Handset, place: Place) -> None:
    """The phone has taken in that it is there: 112's text message says so."""
    await phone.is_at(place)
    message = phone.page.locator('[data-test="text"]')
    spot = quote(f"{place.lat:.5f}, {place.lon:.5f}")
    await expect(message).to_have_attribute("href", re.compile(re.escape(spot)))


async def stands_alone(phone: Handset, house: House, steps: int = 4) -> None:
    """Stand where nobody lives, a step to and fro, until the centre asks."""
    for step in range(steps):
        told = fixes(house)
        await phone.is_at(east(step % 2 * 9, LONELY_M))
        await more_is_told(house, than=told)


async def incidents(house: House) -> list[dict[str, Any]]:
    """Every open incident."""
    found: list[dict[str, Any]] = (await house.client.get("/v1/incidents")).json()["incidents"]
    return found
