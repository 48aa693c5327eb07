"""The police desk on a telephone, and of an incident that another station was sent to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import Pair
from tests.control_room_ui.screen import until
from tests.control_room_ui.tablet import Tablet
from tests.control_room_ui.test_police import AREAS, WEST
from tests.house import House, as_caller, running, street_of


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A dispatcher of two jurisdictions, with a street of ten lamps that work."""
    embedded = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        running(embedded, tmp_path, lamps=street_of(10), areas=AREAS) as house,
        house.street(),
    ):
        yield house


@pytest.fixture
def tablet(page: Page) -> Tablet:
    """A tablet, its page not yet opened."""
    return Tablet(page)


CALLER_IS_ON_THE_MAP = "(at) => window.lamplighter.map()?.getBounds().contains(at) ?? false"
CUT_OFF = (
    "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"
)


@pytest.mark.parametrize("language", ["ko-KR", "en-US"])
async def test_on_a_telephone_the_order_is_read_first_and_no_word_to_press_is_cut_off(
    house: House, browser: Browser, language: str
) -> None:
    context = await browser.new_context(locale=language, viewport={"width": 360, "height": 740})
    tablet = Tablet(await context.new_page())
    await tablet.open(house.url, WEST)
    taken = await house.press(note="뒤에 누가")
    incident_id = str(taken["incident_id"])
    answer = await house.client.post(
        f"/v1/reports/{taken['report_id']}/withdraw", json={}, headers=as_caller(taken)
    )
    assert answer.status_code == 200, answer.text
    await house.move(incident_id, "instruct", text="흉기 소지 가능, 사이렌 끄고 접근")
    await tablet.shows(incident_id)
    await tablet.says("instructions", "사이렌 끄고")
    page = tablet.page
    for part in ('[data-test="instructions"]', '[data-fact="address"]', '[data-fact="number"]'):
        await expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert await page.locator(".steps button, #guide > *, #bar button").evaluate_all(CUT_OFF) == []
    position = taken["place"]["position"]
    await until(page, CALLER_IS_ON_THE_MAP, [position["lon"], position["lat"]])


async def test_a_unit_sees_that_another_station_was_sent(house: House, tablet: Tablet) -> None:
    incident_id = str((await house.press())["incident_id"])
    await tablet.open(house.url, WEST)
    await tablet.shows(incident_id)
    await house.move(incident_id, "assign", unit="순31")
    await tablet.shows(incident_id, "assigned")
    page = tablet.page
    await expect(page.locator('[data-warning="others"]')).to_contain_text("순31")
    await expect(page.locator(".steps .next")).to_have_count(0)
    await house.move(incident_id, "assign", unit="순21")
    await expect(page.locator('[data-warning="others"]')).to_have_count(0)
    await expect(page.locator('.steps .next[data-move="en-route"]')).to_have_count(1)
