"""How the lighting crew brings lamps and areas in as files, in a real browser."""

import json

from playwright.async_api import Page, expect

from tests.control_room_ui.crew import open_crew
from tests.control_room_ui.office import read
from tests.dispatch.test_imports import NO_PLACE, STREET, area
from tests.house import House
from tests.lights.files import COLUMNS, csv_file, lamp

UNREADABLE = [
    ("x.csv", b"<!doctype html>", "web page"),
    ("x.csv", b"", "empty"),
    ("x.geojson", b"{}", "FeatureCollection"),
]


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


async def test_a_file_that_cannot_be_read_is_refused_in_words(house: House, page: Page) -> None:
    await open_crew(page, house)
    await page.click('[data-tab="import"]')
    for name, content, words in UNREADABLE:
        await is_refused(page, name, content, words)
        await page.click('[data-test="other-file"]')
    await is_refused(page, "x.xlsx", b"PK", "CSV")  # by the page itself: nothing was sent


async def is_refused(page: Page, name: str, content: bytes, words: str) -> None:
    """Choose a file, and read why nothing can be written of it."""
    await page.set_input_files(
        '[data-test="file"]', {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    await expect(page.locator('[data-test="trouble"]')).to_contain_text(words)
    await expect(page.locator('[data-test="write"]')).to_have_count(0)
