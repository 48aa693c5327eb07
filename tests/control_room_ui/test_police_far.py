"""A tablet out there: without the network, and beyond the border of its jurisdiction."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.conftest import Pair
from tests.control_room_ui.screen import until
from tests.control_room_ui.tablet import Tablet
from tests.control_room_ui.test_police import ACROSS, AREAS, WEST
from tests.dispatch.staff import LOCAL, signed_in
from tests.house import (
    DispatcherProcess,
    environment_for,
    fill,
    report,
    running,
    settings_for,
    street_of,
)
from tests.parts import free_port


@pytest.fixture
def embedded(sqlite_url: str) -> Pair:
    """A screen does not know on which pair the dispatcher runs: one is enough."""
    return Pair("embedded", sqlite_url, mqtt=None)


@pytest.fixture
def tablet(page: Page) -> Tablet:
    """A tablet, its page not yet opened."""
    return Tablet(page)


async def test_a_tablet_that_is_cut_off_says_so_over_the_whole_page_and_catches_up(
    embedded: Pair, tmp_path: Path, tablet: Tablet
) -> None:
    await fill(settings_for(embedded, tmp_path), street_of(4), AREAS)
    dispatcher = DispatcherProcess(environment_for(embedded, tmp_path), free_port())
    dispatcher.start()
    try:
        await dispatcher.ready()
        await tablet.open(dispatcher.url, WEST)
        dispatcher.kill()
        banner = tablet.page.locator('[data-test="banner"]')
        await expect(banner).to_contain_text("연결 끊김")
        await expect(banner).to_contain_text("무전을 들으세요")
        dispatcher.start()
        await dispatcher.ready()
        answer = await tablet.page.request.post(f"{dispatcher.url}/v1/reports", data=report())
        await tablet.is_live()
        await tablet.shows((await answer.json())["incident_id"])
        await expect(banner).to_have_count(0)
    finally:
        dispatcher.stop()


KNOWS_LAMPS = "(ids) => ids.every((id) => window.lamplighter.world().inventory.has(id))"


async def test_a_tablet_sees_the_lamps_of_a_caller_beyond_its_border_once_its_unit_is_sent(
    embedded: Pair, tmp_path: Path, tablet: Tablet
) -> None:
    async with (
        running(embedded, tmp_path, LOCAL, lamps=street_of(30), areas=AREAS) as house,
        house.street(),
        signed_in(house, "kim", "operator") as desk,
        signed_in(house, "park", "police", jurisdictions=(WEST,)) as officer,
    ):
        cookies = [
            {"name": name, "value": value, "url": house.url}
            for name, value in officer.cookies.items()
        ]
        await tablet.page.context.add_cookies(cookies)  # type: ignore[arg-type]
        await tablet.page.goto(f"{house.url}/police?jurisdiction={WEST}")
        await tablet.is_live()
        across = (await house.press(ACROSS))["incident_id"]
        path = f"/v1/incidents/{across}/assign"
        assert (await desk.post(path, json={"unit": "순21"})).status_code == 200
        asked = {one["lamp_id"] for one in (await desk.get(path[:-7])).json()["lamps"]}
        assert "L0023" in asked
        await until(tablet.page, KNOWS_LAMPS, sorted(asked))
        assert not await tablet.page.evaluate(KNOWS_LAMPS, ["L0029"])
        await tablet.shows(across, "assigned")
        await tablet.says("light", "모두 켜짐")
