"""Come here for what tests of the screens ask for: a house with a street, and a screen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.conftest import Pair
from tests.control_room_ui.handset import Handset, handset
from tests.control_room_ui.screen import Screen
from tests.house import House, running, street_of


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
def screen(page: Page) -> Screen:
    """A screen, not yet opened."""
    return Screen(page)


@pytest.fixture
async def phone(house: House, browser: Browser) -> AsyncIterator[Handset]:
    """A small phone at the first lamp, its page open."""
    async with handset(browser, house.url) as phone:
        await phone.open()
        yield phone
