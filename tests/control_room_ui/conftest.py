"""Come here for what tests of the screens ask for: a house with a street, and a screen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from firmware_sim.street import Street
from tests.conftest import Pair
from tests.control_room_ui.crew import DEAD
from tests.control_room_ui.handset import Handset, handset
from tests.control_room_ui.screen import Screen
from tests.house import House, running, street_of
from tests.patience import eventually


@pytest.fixture
def embedded(sqlite_url: str) -> Pair:
    """A screen does not know on which pair the dispatcher runs: one is enough."""
    return Pair("embedded", sqlite_url, mqtt=None)


@pytest.fixture
async def house(embedded: Pair, tmp_path: Path) -> AsyncIterator[House]:
    """A dispatcher with a street of ten lamps that work."""
    async with (
        running(embedded, tmp_path, lamps=street_of(10)) as house,
        house.street(),
    ):
        yield house


@pytest.fixture
async def works(embedded: Pair, tmp_path: Path) -> AsyncIterator[tuple[House, Street]]:
    """Ten lamps in two streets: one is dead, one has gone, one was never connected."""
    first, second = street_of(10)[:6], street_of(10)[6:]
    lamps = [*first, *(replace(one, address="도봉로 1") for one in second)]
    async with (
        running(embedded, tmp_path, lamps=lamps) as house,
        house.street(lamps=lamps[:-1]) as street,
    ):
        street.afflict(["L0003"], DEAD)
        street.kill(["L0004"])
        watch = house.dispatcher.fleet.watch  # type: ignore[union-attr]
        await eventually(lambda: watch.view("L0004").online is False)
        await eventually(lambda: watch.totals.faulty == 1)
        yield house, street


@pytest.fixture
def screen(page: Page) -> Screen:
    """A screen, not yet opened."""
    return Screen(page)


@pytest.fixture
async def phone(house: House, browser: Browser) -> AsyncIterator[Handset]:
    """A small phone at the first lamp, its page open."""
    async with handset(browser, house.url) as phone:
        await phone.open()
        yield phone
