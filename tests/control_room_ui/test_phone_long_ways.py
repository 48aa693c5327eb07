"""Come here for a walk's phone that was away for an hour, and for what is said of the way ahead."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, expect

from dispatch.clock import now
from dispatch.plan import Plan
from tests.conftest import Pair
from tests.control_room_ui.handset import Handset, handset
from tests.control_room_ui.phone_walks import (
    fixes,
    in_state,
    incidents,
    is_found_at,
    more_is_told,
    the_walk,
)
from tests.dispatch.walking import SECOND, east, hasty
from tests.house import House, running, street_of
from tests.patience import DEADLINE_S, eventually

ASKED_WHEN_SILENT: Final = hasty(silent_after=20 * SECOND, ask_for=600 * SECOND)
"""Whoever is not heard of for some seconds is asked, and has time to come back."""
HELPED_WHEN_SILENT: Final = hasty(silent_after=20 * SECOND, ask_for=SECOND)
AN_HOUR: Final = "01:00:00"


@asynccontextmanager
async def at_a_street(pair: Pair, folder: Path, plan: Plan) -> AsyncIterator[House]:
    """A street of lamps that work."""
    async with running(pair, folder, lamps=street_of(10), plan=plan) as house, house.street():
        yield house


async def sets_out(phone: Handset) -> None:
    """Begin a walk, on a phone whose clock is behind by the hour that it will be away.

    Satellites have clocks of their own: when it is back, both must say the same.
    """
    await phone.page.clock.install(time=now() - timedelta(hours=1))
    await phone.open()
    await phone.knows_its_place()
    await phone.tap("walk")
    await phone.tap("begin")
    await in_state(phone, "walking")


async def is_away_for_an_hour(phone: Handset, house: House, state: str) -> None:
    """No network, and the page asleep, until the centre has come to that state; then back."""
    await phone.context.set_offline(True)
    await eventually(lambda: the_walk(house).walk.state == state, state)
    await phone.page.clock.fast_forward(AN_HOUR)
    await phone.context.set_offline(False)


async def test_a_phone_that_comes_back_after_an_hour_walks_on_and_is_followed_again(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        at_a_street(embedded, tmp_path, ASKED_WHEN_SILENT) as house,
        handset(browser, house.url) as phone,
    ):
        await sets_out(phone)
        await is_away_for_an_hour(phone, house, "asking")
        await eventually(lambda: the_walk(house).walk.state == "walking", "heard again")
        await in_state(phone, "walking")
        await expect(phone.page.locator('[data-test="unheard"]')).to_have_count(0)
        told = fixes(house)
        await is_found_at(phone, east(40))
        await more_is_told(house, than=told)
        assert await incidents(house) == []


async def test_a_phone_that_comes_back_after_an_hour_shows_that_help_was_called_for_it(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        at_a_street(embedded, tmp_path, HELPED_WHEN_SILENT) as house,
        handset(browser, house.url) as phone,
    ):
        await sets_out(phone)
        await is_away_for_an_hour(phone, house, "alarmed")
        await in_state(phone, "alarmed")
        await phone.shows("alarmed-more", "관제센터가 알고 확인하고 있습니다")
        await phone.tap("fine")
        await phone.shows("said-fine", "그래도 담당자가 확인합니다")
        (incident,) = await incidents(house)
        assert incident["kind"] == "checkin_missed"


async def test_dead_lamps_ahead_are_told_before_one_gets_there(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        running(embedded, tmp_path, lamps=street_of(30)) as house,
        house.street() as street,
        handset(browser, house.url) as phone,
    ):
        dead = [f"L{number:04d}" for number in range(7, 30)]
        street.kill(dead)
        await phone.open()
        await phone.knows_its_place()
        await phone.tap("walk")
        await phone.tap("begin")
        await in_state(phone, "walking")
        said = phone.page.locator('[data-dark="dead_lamps"]')
        for metres in range(10, 100, 10):
            told = fixes(house)
            await phone.is_at(east(metres))
            await more_is_told(house, than=told)
            if await said.count():
                break
        await expect(said).to_contain_text("가로등이 꺼져 있습니다", timeout=DEADLINE_S * 1000)
        ahead = re.search(r"앞으로 (\d+) m부터", await said.inner_text())
        assert ahead is not None, "said before one gets there"
        assert int(ahead[1]) > 0
