"""Come here for a police tablet in a test: what it shows, and fingers that tap."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from tests.patience import DEADLINE_S


@dataclass
class Tablet:
    """One open police desk."""

    page: Page

    async def open(self, url: str, jurisdiction: str) -> None:
        """Open the page, choose the jurisdiction if it is asked for, and wait until it is live."""
        self.page.set_default_timeout(DEADLINE_S * 1000)
        await self.page.goto(f"{url}/police")
        await self.page.click(f'[data-jurisdiction="{jurisdiction}"]')
        await self.is_live()

    async def is_live(self) -> None:
        """Wait until the picture is live."""
        await self.page.wait_for_selector('body[data-feed="live"]')

    async def shows(self, incident_id: str, state: str = "open") -> None:
        """Wait until that incident is the one that is shown, in that state."""
        shown = f'[data-incident-panel="{incident_id}"][data-state="{state}"]'
        await self.page.wait_for_selector(shown)

    async def is_quiet(self) -> None:
        """Wait until it says that nothing is open."""
        await self.page.wait_for_selector('[data-test="quiet"]')

    async def tap(self, move: str) -> None:
        """Tap one of the four moves."""
        await self.page.click(f'[data-move="{move}"]')

    async def says(self, what: str, words: Any) -> None:
        """Wait until a named part of the page has these words."""
        await expect(self.page.locator(f'[data-test="{what}"]')).to_contain_text(words)
