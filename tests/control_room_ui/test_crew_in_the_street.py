"""What the lighting crew must be able to do to lamps, in a real browser."""

import csv
import io
import json
from pathlib import Path

from playwright.async_api import Page, expect

from firmware_sim.street import Street
from firmware_sim.trouble import Trouble
from tests.conftest import Pair
from tests.control_room_ui.crew import open_crew
from tests.control_room_ui.office import read
from tests.control_room_ui.screen import Screen
from tests.house import (
    DispatcherProcess,
    House,
    environment_for,
    fill,
    settings_for,
    street_of,
)
from tests.parts import free_port
from tests.patience import eventually

DEAF = Trouble(order_loss=1.0)


async def test_the_street_of_a_lamp_is_lit_followed_and_given_back(
    works: tuple[House, Street], page: Page
) -> None:
    house, street = works
    street.afflict(["L0007"], DEAF)
    screen = await open_crew(page, house)
    await page.click("#row-L0006")
    await page.click('[data-test="address"]')
    await expect(page.locator('[data-test="chosen"]')).to_contain_text("4")
    await page.click('[data-scene="blink"]')
    await page.click('[data-seconds="600"]')
    await page.click('[data-test="start"]')
    await screen.counts("asked", 4)
    await screen.counts("seen", 2)
    await screen.counts("failed", 2)
    await expect(page.locator('[data-tested="L0007"]')).to_have_attribute("data-answer", "failed")
    assert street.shows("L0006").scene.name == "blink"
    await screen.look(["L0006", "L0008"], "blink")
    await page.reload()
    await screen.counts("seen", 2)  # whoever loads the page again can still end the test
    await page.click('[data-test="end"]')
    await page.wait_for_selector('[data-test="test"][data-ended="true"]')
    await eventually(lambda: street.shows("L0006").scene.name == "schedule")
    await page.click('[data-test="forget"]')
    await expect(page.locator('[data-test="start"]')).to_be_visible()


async def test_a_street_is_chosen_by_a_line_on_the_map(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    screen = await open_crew(page, house)
    await screen.all_drawn()
    await page.click('[data-test="draw"]')
    for lamp_id in ("L0001", "L0003"):
        spot = next(one.place for one in house.lamps if one.lamp_id == lamp_id)
        at = await page.evaluate(
            "([lon, lat]) => { const map = window.lamplighter.map();"
            "const {x, y} = map.project([lon, lat]);"
            "const {left, top} = map.getCanvas().getBoundingClientRect();"
            "return [x + left, y + top]; }",
            [spot.lon, spot.lat],
        )
        await page.mouse.click(*at)
    await page.click('[data-test="finish-line"]')
    chosen = page.locator('[role=option][aria-selected="true"]')
    await expect(chosen).to_have_count(5)
    ids = sorted([str(await one.get_attribute("data-lamp-id")) for one in await chosen.all()])
    assert ids == ["L0000", "L0001", "L0002", "L0003", "L0004"], "15 m apart, 20 m along the line"


async def test_what_needs_a_ladder_goes_along_as_a_file_and_on_paper(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    await open_crew(page, house)
    await page.click('[data-filter="needs_ladder"]')
    async with page.expect_download() as download:
        await page.click('[data-test="csv"]')
    file = await read(await download.value, "utf-8-sig")
    assert [row["제어기번호"] for row in csv.DictReader(io.StringIO(file))] == ["L0003"]
    async with page.expect_download() as download:
        await page.click('[data-test="geojson"]')
    shapes = json.loads(await read(await download.value))
    assert [one["id"] for one in shapes["features"]] == ["L0003"]
    await page.evaluate("window.print = () => undefined")
    await page.click('[data-test="print"]')
    await page.emulate_media(media="print")
    await expect(page.locator("#paper tbody tr")).to_have_count(1)
    await expect(page.locator("#paper")).to_contain_text("쌍문-0003")
    await expect(page.locator("#work")).to_be_hidden()


async def test_lamps_are_taken_out_of_service_after_a_second_press(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    await open_crew(page, house)
    await page.click("#row-L0003")
    await page.click('[data-test="retire"]')
    await expect(page.locator('[data-test="retire"]')).to_contain_text("한 번 더")
    await page.click('[data-test="retire"]')
    await expect(page.locator('[data-test="retired"]')).to_be_visible()
    await expect(page.locator('[data-filter="all"] b')).to_have_text("9")
    await expect(page.locator("#row-L0003")).to_have_count(0)


async def test_the_page_admits_that_it_is_cut_off_and_a_test_goes_on_when_it_is_back(
    embedded: Pair, tmp_path: Path, page: Page
) -> None:
    await fill(settings_for(embedded, tmp_path), street_of(4))
    dispatcher = DispatcherProcess(environment_for(embedded, tmp_path), free_port())
    dispatcher.start()
    try:
        await dispatcher.ready()
        screen = Screen(page)
        await screen.open(f"{dispatcher.url}/lamps")
        await page.click("#row-L0000")
        await page.click('[data-seconds="600"]')
        await page.click('[data-test="start"]')
        await screen.counts("asked", 1)
        dispatcher.kill()
        await expect(page.locator('[data-test="banner"]')).to_be_visible()
        await expect(page.locator("#test [role=alert]")).to_contain_text("다시 묻는 중")
        dispatcher.start()
        await dispatcher.ready()
        await screen.feed_is("live")
        await expect(page.locator("#test [role=alert]")).to_have_count(0)
        await page.click('[data-test="end"]')
        await page.wait_for_selector('[data-test="test"][data-ended="true"]')
    finally:
        dispatcher.stop()
