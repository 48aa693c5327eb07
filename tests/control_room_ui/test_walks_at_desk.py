"""Come here for what the desk shows of walks home, in a real browser."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Final

from playwright.async_api import Page, expect

from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.screen import Screen
from tests.dispatch.test_outbox import Desk
from tests.dispatch.walking import SECOND, east, fix, hasty, starts
from tests.house import HERE, running, street_of
from tests.patience import DEADLINE_S

LATE: Final = 0.0001
ASKED: Final = hasty(
    overdue_least=timedelta(),
    overdue_share=0.0001,
    ask_for=0.2 * SECOND,
    guardian_for=timedelta(hours=1),
)
"""Whoever is late is asked at once; an hour later help would be called."""
GUARDIAN: Final = {
    "contact": "010-1234-5678",
    "name": "엄마",
    "consent": True,
    "consent_version": "1",
}


async def states(page: Page) -> list[str]:
    """Of the walks in the list, from above."""
    items = await page.locator("[data-walk-id]").all()
    return [str(await one.get_attribute("data-walk-state")) for one in items]


async def test_the_desk_lists_walks_that_need_it_gravest_first_with_what_was_seen(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    async with (
        Desk().open() as gateway,
        running(
            *(embedded, tmp_path),
            lamps=street_of(10),
            plan=ASKED,
            LAMPLIGHTER_WEBHOOKS=f"guardian={gateway.url}",
        ) as house,
    ):
        page = screen.page
        await screen.open(house.url)
        quiet = await starts(house.client)
        await quiet.moves(fix(HERE))
        watched = await starts(house.client, watched=True)
        await watched.moves(fix(east(60)))
        late = await starts(house.client, expected_minutes=LATE, guardians=[GUARDIAN])
        await late.moves(fix(east(20), 3), battery=12)
        await late.until("asking")
        lost = await starts(house.client)
        await lost.moves(fix(east(100)))
        await lost.does("answer", answer="help")
        called = page.locator(f'[data-walk-id="{lost.walk["walk_id"]}"]')
        await page.click('[data-tab="walks"]')
        await page.wait_for_selector('[data-walk-state="alarmed"] [data-test="walk-incident"]')
        assert await states(page) == ["alarmed", "asking", "walking"]
        asked = page.locator(f'[data-walk-id="{late.walk["walk_id"]}"]')
        await expect(asked.locator('[data-test="why"]')).to_contain_text("늦음")
        await expect(asked).to_contain_text("에 알림", timeout=DEADLINE_S * 1000)
        await expect(asked).to_contain_text("배터리 12%")
        await expect(called).to_contain_text("보호자에게 알리지 못함 — 등록한 보호자가 없습니다")
        assert quiet.walk["walk_id"] not in await page.content()
        await asked.locator('[data-test="walk-place"]').click()
        await screen.all_drawn()
        assert await screen.drawn(["walk"]) >= 1
        assert await serious_faults(page) == []
        await keep_picture(page, "ko")
        await page.keyboard.press("l")
        await expect(asked).to_contain_text("Guardians told at")
        await expect(called).to_contain_text("No guardian has been told — the walker named none")
        await keep_picture(page, "en")
        await late.does("answer", answer="fine")
        await expect(asked).to_have_count(0)
        await page.click('[data-test="walk-incident"]')
        await page.wait_for_selector("[data-incident-panel]")


async def test_the_desk_is_told_when_the_phones_of_most_who_walk_fall_silent_at_once(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    soon = hasty(unheard_after=2 * SECOND)
    async with running(embedded, tmp_path, lamps=street_of(1), plan=soon) as house:
        page = screen.page
        await screen.open(house.url)
        phones = [await starts(house.client) for _ in range(5)]
        down = page.locator('[data-test="network-down"]')
        await expect(down).to_have_text("휴대전화 5대 동시에 끊김 — 통신 장애 의심")
        await page.click('[data-tab="walks"]')
        await expect(page.locator(".walking.fault")).to_contain_text("휴대전화 5대")
        await phones[0].does("pause", minutes=5)
        await expect(down).to_have_count(0)


async def keep_picture(page: Page, name: str) -> None:
    """For whoever wants to see it: LAMPLIGHTER_PICTURES is a folder."""
    if folder := os.environ.get("LAMPLIGHTER_PICTURES"):
        await page.screenshot(path=Path(folder) / f"walks-{name}.png")
