"""Come here for what tests of the crew's page do again and again."""

from playwright.async_api import Page

from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault
from tests.control_room_ui.screen import Screen
from tests.house import House

DEAD = Trouble(faults=frozenset({Fault.LAMP_FAILURE}))


async def open_crew(page: Page, house: House) -> Screen:
    screen = Screen(page)
    await screen.open(f"{house.url}/lamps")
    await page.wait_for_selector("[role=option]")
    return screen


async def listed(page: Page) -> list[str]:
    """The lamps in the list, from top to bottom."""
    rows = await page.locator("[role=option]").all()
    placed = [
        (int(str(await row.get_attribute("aria-posinset"))), await row.get_attribute("id"))
        for row in rows
    ]
    return [str(name).removeprefix("row-") for _, name in sorted(placed)]
