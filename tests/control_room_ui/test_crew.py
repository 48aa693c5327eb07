"""What the lighting crew must be able to see and do, in a real browser."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from firmware_sim.street import Street
from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault
from tests.conftest import Pair
from tests.control_room_ui.office import read
from tests.control_room_ui.screen import Screen
from tests.dispatch.test_imports import NO_PLACE, STREET, area
from tests.house import (
    DispatcherProcess,
    House,
    environment_for,
    fill,
    running,
    settings_for,
    street_of,
)
from tests.lights.files import COLUMNS, csv_file, lamp
from tests.parts import free_port
from tests.patience import DEADLINE_S, eventually

DEAD = Trouble(faults=frozenset({Fault.LAMP_FAILURE}))
DEAF = Trouble(order_loss=1.0)


@pytest.fixture
async def works(embedded: Pair, tmp_path: Path) -> AsyncIterator[tuple[House, Street]]:
    """Ten lamps in two streets: one is dead, one has gone, one was never connected."""
    first, second = street_of(10)[:6], street_of(10)[6:]
    lamps = [*first, *(replace(one, address="도봉로 1") for one in second)]
    async with (
        running(embedded, tmp_path, lamps=lamps) as house,
        house.street(lamps=lamps[:-1]) as street,
    ):
        street.afflict(["L0003"], DEAD)
        street.kill(["L0004"])
        watch = house.dispatcher.fleet.watch  # type: ignore[union-attr]
        await eventually(lambda: watch.view("L0004").online is False)
        await eventually(lambda: watch.totals.faulty == 1)
        yield house, street


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


async def test_the_counts_say_at_a_glance_how_the_lamps_are_and_narrow_the_list(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    await open_crew(page, house)
    counts = {"all": 10, "online": 8, "silent": 1, "faulty": 1, "unknown": 1, "needs_ladder": 1}
    for name, count in counts.items():
        await expect(page.locator(f'[data-filter="{name}"] b')).to_have_text(str(count))
    assert (await listed(page))[:3] == ["L0003", "L0004", "L0009"], "who needs somebody is first"
    for name, lamp_id in (("faulty", "L0003"), ("silent", "L0004"), ("unknown", "L0009")):
        await page.click(f'[data-filter="{name}"]')
        await expect(page.locator("[role=option]")).to_have_count(1)
        assert await listed(page) == [lamp_id]
    await page.click('[data-filter="needs_ladder"]')
    await expect(page.locator("#row-L0003")).to_contain_text("등 고장")


async def test_a_lamp_that_breaks_shows_without_anybody_asking(
    works: tuple[House, Street], page: Page
) -> None:
    house, street = works
    await open_crew(page, house)
    street.kill(["L0000"])
    await expect(page.locator('[data-filter="silent"] b')).to_have_text("2")
    street.afflict(["L0001"], DEAD)
    ladder = page.locator('[data-filter="needs_ladder"] b')
    await expect(ladder).to_have_text("2", timeout=DEADLINE_S * 1000)


async def test_lamps_are_found_by_name_and_address_and_sorted(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    await open_crew(page, house)
    await page.fill('[data-test="search"]', "도봉로")
    await expect(page.locator("[role=option]")).to_have_count(4)
    await page.fill('[data-test="search"]', "쌍문 0002")
    await expect(page.locator("[role=option]")).to_have_count(1)
    await page.fill('[data-test="search"]', "")
    await page.click('[data-sort="label"]')
    await expect(page.locator("[role=option]")).to_have_count(10)
    assert await listed(page) == [f"L{number:04d}" for number in range(10)]
    await page.click('[data-sort="label"]')
    await expect(page.locator('#row-L0009[aria-posinset="1"]')).to_be_visible()


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
    await screen.all_drawn()
    assert await screen.looks() == dict.fromkeys(["L0006", "L0008"], "blink")
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


async def test_the_list_is_used_from_the_keyboard_alone(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    await open_crew(page, house)
    await page.focus("[role=listbox]")
    for key in ("ArrowDown", "Space", "End", "Space", "Home"):
        await page.keyboard.press(key)
    await expect(page.locator("[role=listbox]")).to_have_attribute(
        "aria-activedescendant", "row-L0003"
    )
    await expect(page.locator('[role=option][aria-selected="true"]')).to_have_count(2)
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-test="start"]')).to_be_enabled()


async def test_keys_that_come_quicker_than_the_page_is_drawn_all_count(
    works: tuple[House, Street], page: Page
) -> None:
    house, _ = works
    await open_crew(page, house)
    await page.evaluate(
        """() => {
            const list = document.getElementById("rows");
            for (const key of ["ArrowDown", " ", "End", " ", "Home"])
                list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }"""
    )
    await expect(page.locator('[role=option][aria-selected="true"]')).to_have_count(2)


async def test_ten_thousand_lamps_are_listed_with_only_those_in_sight_drawn(
    embedded: Pair, tmp_path: Path, page: Page
) -> None:
    async with running(embedded, tmp_path, lamps=street_of(10_000, spacing_m=1.0)) as house:
        await open_crew(page, house)
        await expect(page.locator('[data-filter="all"] b')).to_have_text("10,000")
        await page.focus("[role=listbox]")
        await page.keyboard.press("End")
        await expect(page.locator("#row-L9999")).to_be_visible()
        assert await page.locator("[role=option]").count() < 60
        drawn = await page.evaluate(
            """async () => {
                const list = document.getElementById("rows");
                const counts = [];
                for (let n = 0; n < 20; n += 1) {
                    list.scrollTop = n * 20000;
                    await new Promise(requestAnimationFrame);
                    await new Promise((done) => setTimeout(done));
                    counts.push(list.querySelectorAll("[role=option]").length);
                }
                return counts;
            }"""
        )
        assert 0 < min(drawn) <= max(drawn) < 60, drawn


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


async def test_a_file_is_previewed_with_its_reasons_and_then_written(
    house: House, page: Page
) -> None:
    await open_crew(page, house)
    await page.click('[data-tab="import"]')
    file = csv_file([*STREET, lamp(30, 위도="97.5"), NO_PLACE], COLUMNS)
    await page.set_input_files(
        '[data-test="file"]', {"name": "보안등.csv", "mimeType": "text/csv", "buffer": file}
    )
    await expect(page.locator('[data-count="added"] b')).to_have_text("5")
    await expect(page.locator('[data-rule="no_coordinate"]')).to_contain_text("좌표 없음")
    async with page.expect_download() as download:
        await page.click('[data-test="rejects"]')
    assert (await download.value).suggested_filename == "보안등.csv.rejects.csv"
    assert "쌍문-0008" in await read(await download.value, "utf-8-sig")
    await page.click('[data-test="write"]')
    await page.wait_for_selector('[data-test="preview"][data-written="true"]')
    await page.click('[data-tab="lamps"]')
    await expect(page.locator('[data-filter="all"] b')).to_have_text("15")


async def test_a_preview_that_is_no_longer_true_says_so_and_is_made_again(
    house: House, page: Page
) -> None:
    await open_crew(page, house)
    await page.click('[data-tab="import"]')
    areas = {"type": "FeatureCollection", "features": [area("쌍문"), area("창동", kind="x")]}
    await page.set_input_files(
        '[data-test="file"]',
        {
            "name": "areas.geojson",
            "mimeType": "application/geo+json",
            "buffer": json.dumps(areas).encode(),
        },
    )
    await expect(page.locator('[data-test="rejected"]')).to_contain_text("창동")
    other = csv_file(STREET, COLUMNS)
    await house.client.post("/v1/imports/lamps?dry_run=false", content=other)
    await page.click('[data-test="write"]')
    await expect(page.locator('[data-test="trouble"]')).to_be_visible()
    await page.click('[data-test="preview-again"]')
    await page.click('[data-test="write"]:enabled')
    await page.wait_for_selector('[data-test="preview"][data-written="true"]')


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"<!doctype html>", "web page"),
        ("x.csv", b"", "empty"),
        ("x.geojson", b"{}", "FeatureCollection"),
        ("x.xlsx", b"PK", "CSV"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_words(
    name: str, content: bytes, words: str, house: House, page: Page
) -> None:
    await open_crew(page, house)
    await page.click('[data-tab="import"]')
    await page.set_input_files(
        '[data-test="file"]', {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    await expect(page.locator('[data-test="trouble"]')).to_contain_text(words)
    await expect(page.locator('[data-test="write"]')).to_have_count(0)


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


async def test_the_page_speaks_english_too(house: House, page: Page) -> None:
    await open_crew(page, house)
    await page.click('[data-test="language"]')
    await expect(page.locator("h1").first).to_have_text("Lighting crew")
    await expect(page).to_have_title(re.compile("Lighting crew"))
    await expect(page.locator('[data-filter="needs_ladder"]')).to_contain_text("Needs a ladder")
