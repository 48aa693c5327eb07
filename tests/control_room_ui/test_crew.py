"""What the lighting crew must be able to see and find, in a real browser."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from firmware_sim.street import Street
from tests.conftest import Pair
from tests.control_room_ui.crew import DEAD, listed, open_crew
from tests.house import (
    House,
    running,
    street_of,
)
from tests.patience import DEADLINE_S


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
        await page.wait_for_selector(f"#row-{lamp_id}")
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
    await page.wait_for_selector('#row-L0000[aria-posinset="1"]')
    assert await listed(page) == [f"L{number:04d}" for number in range(10)]
    await page.click('[data-sort="label"]')
    await expect(page.locator('#row-L0009[aria-posinset="1"]')).to_be_visible()


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


async def test_the_page_speaks_english_too(house: House, page: Page) -> None:
    await open_crew(page, house)
    await page.click('[data-test="language"]')
    await expect(page.locator("h1").first).to_have_text("Lighting crew")
    await expect(page).to_have_title(re.compile("Lighting crew"))
    await expect(page.locator('[data-filter="needs_ladder"]')).to_contain_text("Needs a ladder")
