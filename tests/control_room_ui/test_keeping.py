"""How a supervisor keeps an incident as evidence, or has it destroyed, at the control room."""

import os

from playwright.async_api import expect

from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.screen import Screen
from tests.house import House

PICTURES = os.environ.get("LAMPLIGHTER_PICTURES")


async def test_a_closed_incident_is_held_released_and_destroyed_with_a_reason_and_two_presses(
    house: House, screen: Screen
) -> None:
    taken = await house.press(note="검은 모자")
    incident_id = str(taken["incident_id"])
    await house.move(incident_id, "close", disposition="genuine")
    await screen.open(house.url)
    page = screen.page
    await page.click('[data-tab="closed"]')
    await screen.choose(incident_id)
    kept = page.locator('[data-test="keeping"] [data-kept]')
    await expect(kept).to_have_attribute("data-kept", "for-now")
    await page.click('[data-test="open-keeping"]')
    hold = page.locator("form", has=page.locator('[data-move="hold"]'))
    await screen.make("hold")
    await expect(page.locator('[data-test="wanting"]')).to_have_text("사유를 쓰십시오.")
    await hold.locator('[name="text"]').fill("수사 협조 요청")
    await screen.make("hold")
    await expect(kept).to_have_attribute("data-kept", "held")
    await expect(kept).to_contain_text("수사 협조 요청")
    assert (await house.incident(incident_id))["hold"]["reason"] == "수사 협조 요청"
    await expect(page.locator('[data-move="erase"]')).to_have_count(0)
    assert await serious_faults(page) == []
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/keeping.png")

    release = page.locator("form", has=page.locator('[data-move="release"]'))
    await release.locator('[name="text"]').fill("수사 끝")
    await screen.make("release")
    await expect(kept).to_have_attribute("data-kept", "for-now")
    erase = page.locator("form", has=page.locator('[data-move="erase"]'))
    await erase.locator('[name="text"]').fill("본인 요청")
    await screen.make("erase")
    await expect(page.locator('[data-move="erase"]')).to_contain_text("다시 눌러 파기")
    assert (await house.incident(incident_id))["erased_at"] is None
    await screen.make("erase")
    await expect(kept).to_have_attribute("data-kept", "erased")
    assert (await house.incident(incident_id))["note"] == ""
    await expect(page.locator('[data-test="open-keeping"]')).to_have_count(0)
