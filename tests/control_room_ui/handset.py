"""Come here for a caller's phone in a test: what its page shows, and the thumb on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Geolocation,
    Page,
    ViewportSize,
    expect,
)

from geo.place import Place
from tests.control_room_ui.screen import until
from tests.house import HERE
from tests.patience import DEADLINE_S

SMALL: Final[ViewportSize] = {"width": 320, "height": 568}
"""The smallest phone that is still in use."""
USUAL: Final[ViewportSize] = {"width": 390, "height": 844}

_LISTEN: Final = """
    window.felt = [];
    navigator.vibrate = (pattern) => { window.felt.push("vibration"); return true; };
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) {
        this.context.resume().then(() => window.felt.push("sound"));  // only where it is allowed
        return start.apply(this, when);
    };
"""


def geolocation(place: Place) -> Geolocation:
    """A place as a browser is told it."""
    return {"latitude": place.lat, "longitude": place.lon, "accuracy": place.accuracy_m or 0}


@dataclass
class Handset:
    """One phone with the page on it."""

    page: Page
    url: str

    @property
    def context(self) -> BrowserContext:
        """The phone without the page: its network and its satellites."""
        return self.page.context

    async def open(self) -> None:
        """Open the page and wait until it can be pressed."""
        self.page.set_default_timeout(DEADLINE_S * 1000)
        await self.page.goto(f"{self.url}/sos")
        await self.stage("calm")

    async def works_offline(self) -> None:
        """Wait until the page would start without a network."""
        await self.page.evaluate("navigator.serviceWorker.ready")

    async def knows_its_place(self) -> None:
        """Wait until the phone has found where it is."""
        await self.page.wait_for_selector('[data-locating="found"]')

    async def stage(self, stage: str) -> None:
        """Wait until the page is in that stage of a cry."""
        await self.page.wait_for_selector(f'main[data-stage="{stage}"]')

    async def thumb_down(self) -> None:
        """Put a thumb on the button and leave it there."""
        await self.page.locator('[data-test="sos"]').hover()
        await self.page.mouse.down()

    async def hold(self) -> None:
        """Press until the ring is full."""
        await self.thumb_down()
        await self.stage("crying")
        await self.page.mouse.up()

    async def tap(self, name: str) -> None:
        """A short touch of something that can be pressed."""
        await self.page.locator(f'[data-test="{name}"]').tap()

    async def says(self, what: str) -> None:
        """Wait until the headline says that."""
        await self.page.wait_for_selector(f'[data-said="{what}"]')

    async def step(self, name: str) -> None:
        """Wait until a step of the answer is ticked."""
        await self.page.wait_for_selector(f'[data-step="{name}"][data-done="yes"]')

    async def shows(self, name: str, text: str) -> None:
        """Wait until a part of the page holds that text."""
        await expect(self.page.locator(f'[data-test="{name}"]')).to_contain_text(
            text, timeout=DEADLINE_S * 1000
        )

    async def is_at(self, place: Place | None) -> None:
        """The satellites say so; None: they say nothing."""
        await self.context.set_geolocation(None if place is None else geolocation(place))

    async def feels(self, what: str) -> None:
        """Wait for a vibration or a sound: the page is allowed one a moment after it asks."""
        await until(self.page, "(what) => window.felt.includes(what)", what)

    async def felt(self) -> list[str]:
        """Every vibration and sound so far."""
        felt: list[str] = await self.page.evaluate("window.felt")
        return felt

    async def kept(self) -> list[dict[str, Any]]:
        """What the phone has kept of a cry."""
        kept: list[dict[str, Any]] = await self.page.evaluate(
            """() => new Promise((resolve) => {
                indexedDB.open("lamplighter-sos", 1).onsuccess = ({target: {result: database}}) => {
                    const all = database.transaction("cry").objectStore("cry").getAll();
                    all.onsuccess = () => { database.close(); resolve(all.result); };
                };
            })"""
        )
        return kept


@asynccontextmanager
async def handset(
    browser: Browser,
    url: str,
    *,
    place: Place | None = HERE,
    viewport: ViewportSize = SMALL,
    **how: Any,
) -> AsyncIterator[Handset]:
    """A phone of its own; the test fails on an uncaught error in its page."""
    context = await browser.new_context(
        **{"locale": "ko-KR", "timezone_id": "Asia/Seoul"} | how,
        viewport=viewport,
        is_mobile=True,
        has_touch=True,
        permissions=["geolocation", "accelerometer", "gyroscope"],
    )
    context.set_default_timeout(DEADLINE_S * 1000)
    await context.set_geolocation(None if place is None else geolocation(place))
    await context.add_init_script(_LISTEN)
    errors: list[Error] = []
    context.on("weberror", lambda error: errors.append(error.error))
    yield Handset(await context.new_page(), url)
    await context.close()
    assert not errors, "\n".join(error.stack or error.message for error in errors)
