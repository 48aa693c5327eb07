"""How a supervisor keeps an incident as evidence, or has it destroyed, at the control room."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.office import be_signed_in
from tests.control_room_ui.screen import Screen
from tests.dispatch.staff import LOCAL, signed_in
from tests.house import House, running, street_of

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
    wanting = page.locator('[data-test="keeping"] [data-test="wanting"]')
    await expect(wanting).to_have_text("사유를 쓰십시오.")
    await expect(wanting).to_be_in_viewport()
    await hold.locator('[name="text"]').fill("수사 협조 요청")
    await screen.make("hold")
    await expect(kept).to_have_attribute("data-kept", "held")
    await expect(kept).to_contain_text("수사 협조 요청")
    hold_of = (await house.incident(incident_id))["hold"]
    assert hold_of["reason"] == "수사 협조 요청"
    held = page.locator('[data-test="journal"] [data-event="held"]')
    await expect(held).to_contain_text(re.compile(r"기한 \d{4}-\d\d-\d\d 23:59:00"))
    await expect(held).not_to_contain_text(hold_of["until"])
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
    await says_that_it_is_destroyed(page, "요청에 따라 파기했습니다: 본인 요청")


async def says_that_it_is_destroyed(page: Page, why: str) -> None:
    """And shows neither that there never was a place, nor anything to be seen again."""
    gone = page.locator('[data-test="destroyed"]')
    await expect(gone).to_contain_text("위치와 내용이")
    await expect(gone).to_contain_text("에 파기되었습니다")
    await expect(gone).to_contain_text(why)
    await expect(page.locator('[data-test="notice"]')).to_contain_text("위치가 파기되어")
    panel = page.locator("[data-incident-panel]")
    await expect(panel.get_by_text("에 파기되었습니다")).to_have_count(1)
    await expect(panel).not_to_contain_text("위치 없음")
    await expect(panel).not_to_contain_text("0개 중")
    await expect(page.locator('[data-test="start-replay"]')).to_have_count(0)


async def test_whoever_closed_it_is_told_that_another_supervisor_has_to_destroy_it(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    page = screen.page
    async with (
        running(embedded, tmp_path, LOCAL) as house,
        signed_in(house, "김민지", "supervisor") as closer,
    ):
        incident_id = str((await house.press(note="검은 모자"))["incident_id"])
        await closer.post(f"/v1/incidents/{incident_id}/close", json={"disposition": "genuine"})
        await be_signed_in(house, page, "김민지", "supervisor")
        await screen.open(house.url)
        await page.click('[data-tab="closed"]')
        await screen.choose(incident_id)
        await page.click('[data-test="open-keeping"]')
        erase = page.locator("form", has=page.locator('[data-move="erase"]'))
        await expect(erase).to_contain_text("다른 감독자는 바로 할 수 있습니다")
        await erase.locator('[name="text"]').fill("본인 요청")
        await screen.make("erase")
        await screen.make("erase")
        refused = page.locator('[data-test="trouble"]')
        await expect(refused).to_contain_text("다른 감독자가 파기하거나")
        await expect(refused).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 이후"))
        await page.click('[data-test="language"]')
        await expect(refused).to_contain_text("another supervisor has to destroy it")
        kept = page.locator('[data-test="keeping"] [data-kept]')
        await expect(kept).to_have_attribute("data-kept", "for-now")
        assert await serious_faults(page) == []


async def test_what_was_destroyed_because_its_time_was_over_says_so(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    at_once = replace(DEFAULT, kept_for=timedelta(seconds=0.1))
    async with (
        running(embedded, tmp_path, lamps=street_of(3), plan=at_once) as house,
        house.street(),
        house.feed() as feed,
    ):
        taken = await house.press(note="검은 모자")
        await feed.event("lamps_answered")
        await house.move(taken["incident_id"], "close", disposition="genuine")
        await feed.event("erased")
        await screen.open(house.url)
        await screen.page.click('[data-tab="closed"]')
        await screen.choose(taken["incident_id"])
        why = "보존 기간이 끝나 자동으로 파기되었습니다"
        await says_that_it_is_destroyed(screen.page, why)
        await screen.page.click('[data-test="language"]')
        gone = screen.page.locator('[data-test="destroyed"]')
        await expect(gone).to_contain_text("Place and words were destroyed")
        await expect(gone).to_contain_text("The time for which they are kept was over.")
