"""Come here for a page at a desk of its own: somebody comes in, and takes files along."""

import asyncio
from pathlib import Path

from playwright.async_api import Download, Page

from tests.dispatch.staff import account_of, take_in
from tests.house import House
from tests.patience import DEADLINE_S


async def come_in(house: House, page: Page, path: str, name: str, *roles: str) -> None:
    """Open a page as somebody who is signed in, and wait until it is ready."""
    await be_signed_in(house, page, name, *roles)
    await page.goto(f"{house.url}{path}")
    await page.wait_for_selector('body[data-ready="true"]')


async def be_signed_in(house: House, page: Page, name: str, *roles: str) -> None:
    """Whatever the browser opens, it opens as somebody."""
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of(name, *roles)
    await take_in(sessions, account)
    token, _ = await sessions.open(account.person, "local", "127.0.0.1")
    await page.context.add_cookies([{"name": "lamplighter", "value": token, "url": house.url}])
    page.set_default_timeout(DEADLINE_S * 1_000)


async def read(download: Download, encoding: str = "utf-8") -> str:
    """What is in a file that the page gave."""
    return await asyncio.to_thread(Path(await download.path()).read_text, encoding)
