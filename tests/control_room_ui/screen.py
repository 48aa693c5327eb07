"""Come here for a control room's screen in a test: what it shows, and hands that press."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page

from tests.patience import DEADLINE_S, ask_until


async def until(page: Page, true: str, arg: Any = None) -> None:
    """Wait until something is true in the page, whose policy forbids Playwright's own waiting."""
    async with asyncio.timeout(DEADLINE_S):
        while not await page.evaluate(true, arg):  # noqa: ASYNC110 - the page sends no event
            await asyncio.sleep(0.05)


@dataclass
class Screen:
    """One open page of the control room."""

    page: Page

    async def open(self, url: str) -> None:
        """Open the page and wait until it is live."""
        self.page.set_default_timeout(DEADLINE_S * 1000)
        await self.page.goto(url)
        await self.feed_is("live")

    async def feed_is(self, state: str) -> None:
        """Wait until the screen says that its feed is in that state."""
        await self.page.wait_for_selector(f'body[data-feed="{state}"]')

    async def all_drawn(self) -> None:
        """Wait until the map shows all that is known."""
        await self.page.evaluate("window.lamplighter.idle()")

    async def lists(self, incident_id: str) -> Locator:
        """The incident in the list."""
        item = self.page.locator(f'[data-incident-id="{incident_id}"]')
        await item.wait_for()
        return item

    async def choose(self, incident_id: str) -> None:
        """Choose an incident from the list."""
        await (await self.lists(incident_id)).click()
        await self.page.wait_for_selector(f'[data-incident-panel="{incident_id}"]')

    async def counts(self, answer: str, wanted: int) -> None:
        """Wait until so many lamps of the chosen incident have answered that way."""
        number = self.page.locator(f'[data-count="{answer}"] b', has_text=f"{wanted}")
        await number.wait_for()

    async def make(self, move: str) -> None:
        """Press the button of a move."""
        await self.page.click(f'[data-move="{move}"]')

    async def state_is(self, state: str) -> None:
        """Wait until the chosen incident is in that state."""
        await self.page.wait_for_selector(f'article[data-state="{state}"]')

    async def moves(self) -> list[str]:
        """The moves that have a button, each once, in alphabetical order."""
        buttons = await self.page.locator("[data-move]").all()
        return sorted({str(await button.get_attribute("data-move")) for button in buttons})

    async def drawn(self, layers: list[str]) -> int:
        """How many features of these layers are on the screen."""
        count: int = await self.page.evaluate(
            "(layers) => window.lamplighter.map().queryRenderedFeatures({layers}).length", layers
        )
        return count

    async def draws(self, layers: list[str], count: int) -> None:
        """Wait until so many features of these layers are on the screen."""
        await self.page.wait_for_function(
            "([layers, count]) => "
            "window.lamplighter.map().queryRenderedFeatures({layers}).length === count",
            arg=[layers, count],
        )

    async def markers(self) -> dict[str, Any]:
        """Whose pins are drawn, and how many incidents the markers of several stand for."""
        found: dict[str, Any] = await self.page.evaluate(
            """() => {
                const map = window.lamplighter.map();
                const drawn = (layer) => map.queryRenderedFeatures({layers: [layer]})
                    .map(({properties}) => properties);
                const unique = (all) => [...new Set(all)].sort();
                return {
                    pins: unique(drawn("incident-pin").map(({incident_id}) => incident_id)),
                    gathered: unique(drawn("incident-group").map(({label}) => Number(label))),
                };
            }"""
        )
        return found

    async def layers(self) -> list[str]:
        """The map's layers, from the ground up."""
        names: list[str] = await self.page.evaluate(
            "window.lamplighter.map().getStyle().layers.map(({id}) => id)"
        )
        return names

    async def look(self, lamp_ids: Sequence[str], look: str) -> None:
        """Wait until exactly these lamps are drawn lit, and so: they tell of themselves."""
        wanted = dict.fromkeys(lamp_ids, look)
        await ask_until(self.looks, lambda looks: looks == wanted)

    async def looks(self) -> dict[str, Any]:
        """How many lamps are drawn lit, by their look."""
        lit: dict[str, Any] = await self.page.evaluate(
            """() => {
                const map = window.lamplighter.map();
                const drawn = map.queryRenderedFeatures({layers: ["lit-blink", "lit-steady"]});
                const looks = {};
                for (const {properties: {lamp_id, look}} of drawn) looks[lamp_id] = look;
                return looks;
            }"""
        )
        return lit
