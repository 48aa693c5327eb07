"""Come here for how screens show what nobody has said: what a machine saw of a walk home."""

import re
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, expect

from tests.conftest import Pair
from tests.control_room_ui.screen import Screen
from tests.control_room_ui.tablet import Tablet
from tests.control_room_ui.test_police import AREAS, WEST
from tests.dispatch.walking import ASKED, fix, starts
from tests.dispatch.walks_home import does_not_answer
from tests.house import HERE, running, street_of

LATE: Final = 0.0001
HANGUL: Final = re.compile("[가-힣]")


async def is_in_korean_then_in_english_alone(page: Page, seen: Locator, language: str) -> None:
    """What was seen stands there in one language at a time, with nothing glued to it."""
    await expect(seen).to_contain_text("안심귀가 확인에 답이 없음")
    assert not re.search("[A-Za-z·]", (await seen.inner_text()).replace("PIN", ""))
    await page.click(language)
    await expect(seen).to_contain_text("No answer to the check-in of a walk home")
    assert not HANGUL.search(await seen.inner_text())


async def test_what_a_machine_saw_of_a_walk_is_never_shown_as_the_caller_s_words(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    page = screen.page
    async with running(embedded, tmp_path, lamps=street_of(5), areas=AREAS, plan=ASKED) as house:
        async with house.feed() as feed:
            phone = await starts(house.client, expected_minutes=LATE)
            await phone.moves(fix(HERE, 1))
            await does_not_answer(house, phone)
            incident = (await feed.event("opened"))["incident"]
        assert incident["note"] == ""
        assert set(incident["seen"]) == {"ko", "en"}
        await Tablet(page).open(house.url, WEST)
        await Tablet(page).shows(incident["incident_id"])
        seen = page.locator('[data-test="seen"]')
        await expect(page.locator(".note h3")).to_have_text("시스템이 확인한 것")
        await expect(page.locator('[data-test="note"]')).to_have_count(0)
        await is_in_korean_then_in_english_alone(page, seen, '[data-test="language"]')
        await screen.open(house.url)
        await screen.choose(incident["incident_id"])
        await expect(page.locator(".said")).to_have_count(0)
        await expect(seen).to_contain_text("What the system saw")
        found = (
            await house.client.get("/v1/incidents", params={"state": "all", "q": "답이"})
        ).json()
        assert [one["incident_id"] for one in found["incidents"]] == [incident["incident_id"]]
