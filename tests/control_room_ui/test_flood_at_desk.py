"""A flood from one source at the desk: one line, below everybody who may be alone."""

from dataclasses import replace
from pathlib import Path

from playwright.async_api import Page, expect

from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.office import be_signed_in
from tests.dispatch.test_flood import PROXY, SMALL
from tests.house import report, running


async def test_a_flood_is_one_line_and_stands_above_nobody(
    embedded: Pair, tmp_path: Path, page: Page
) -> None:
    plan = replace(DEFAULT, flood=replace(SMALL, refused_over=20))
    async with running(embedded, tmp_path, PROXY, plan=plan) as house:

        async def press(source: str) -> str:
            sent = await house.client.post(
                "/v1/reports", json=report(), headers={"X-Forwarded-For": source}
            )
            assert sent.status_code == 201
            return str(sent.json()["incident_id"])

        first, second, *flood = [await press("203.0.113.7") for _ in range(6)]
        other = await press("203.0.113.8")
        await be_signed_in(house, page, "김민지", "operator")
        await page.goto(house.url)
        items = page.locator(".item:visible")
        await expect(items).to_have_count(4)
        shown = [await one.get_attribute("data-incident-id") for one in await items.all()]
        assert shown == [first, second, other, flood[0]]
        more = page.locator('[data-test="crowd"] > summary')
        await expect(more).to_have_text("같은 발신원의 신고 3건 더 · 미확인 3")
        await more.click()
        await expect(items).to_have_count(7)
        await more.click()
        await expect(items).to_have_count(4)
        assert await serious_faults(page) == []
