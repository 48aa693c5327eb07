"""Come here for how a walker's phone sends the guardian's link, in a real browser."""

from pathlib import Path
from typing import Final

from playwright.async_api import Browser, expect

from tests.conftest import Pair
from tests.control_room_ui.calls import faults
from tests.control_room_ui.handset import handset
from tests.control_room_ui.phone_walks import (
    PIN,
    in_state,
    set_pins,
    the_walk,
    types_pin,
    walking,
)
from tests.patience import DEADLINE_S

NUMBER: Final = "010-1234-5678"
_SHARES: Final = """() => {
    window.shared = [];
    navigator.share = async (what) => { window.shared.push(what); };
}"""
"""The platform's own sharing, which Chromium has on no computer."""
_CLOSES_IT: Final = """() => {
    navigator.share = async () => { throw new DOMException("closed again", "AbortError"); };
}"""


async def test_the_link_that_was_copied_opens_the_walk_for_the_guardian(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (house, phone):
        await phone.context.grant_permissions(["geolocation", "clipboard-read", "clipboard-write"])
        await phone.page.fill('[data-test="contact"]', NUMBER)
        await phone.tap("consent")
        await phone.tap("begin")
        await phone.shows("link-card", "관제센터가 보호자에게 직접 연락할 수는 없습니다")
        await phone.shows("link-card", "이 링크에 내 위치가 나옵니다")
        await phone.shows("link-card", "에 닫힙니다. 따로 거둘 수는 없습니다")
        assert await faults(phone) == []
        await phone.tap("link-send")
        await phone.shows("link-sent", "링크를 복사했습니다")
        assert await faults(phone) == []
        link = await phone.page.evaluate("navigator.clipboard.readText()")
        assert link.startswith(f"{house.url}/guardian#")
        text = await phone.page.locator('[data-test="link-sms"]').get_attribute("href")
        assert text is not None
        assert text.startswith("sms:01012345678?body=")
        async with handset(browser, house.url) as guardian:
            await guardian.page.goto(link)
            headline = guardian.page.locator('[data-test="headline"]')
            await expect(headline).to_contain_text("집에 가는 중", timeout=DEADLINE_S * 1000)
            await phone.tap("link-later")
            await phone.tap("arrive")
            await expect(headline).to_contain_text("잘 도착했습니다", timeout=DEADLINE_S * 1000)
        await in_state(phone, "done")
        await phone.shows("link-over", "곧 닫힙니다")
        assert await phone.kept() == []


async def test_where_the_phone_can_share_the_link_goes_that_way_and_can_be_sent_again_later(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser, locale="en-US") as (house, phone):
        await phone.page.evaluate(_SHARES)
        await phone.page.fill('[data-test="contact"]', "02-123-4567")
        await phone.tap("begin")
        await phone.shows("link-card", "never shows where you are")
        assert await phone.page.locator('[data-test="link-sms"]').count() == 0, "no landline reads"
        await phone.tap("link-send")
        await phone.shows("link-sent", "Sent.")
        (shared,) = await phone.page.evaluate("window.shared")
        assert shared["url"].startswith(f"{house.url}/guardian#")
        assert "on my way home" in shared["text"]
        await phone.tap("link-later")
        await phone.page.wait_for_selector('[data-test="sos"]')
        assert await faults(phone) == []
        await phone.page.reload()
        await phone.tap("link")
        await phone.page.evaluate(_CLOSES_IT)
        await phone.tap("link-send")
        await expect(phone.page.locator('[data-test="link-sent"]')).to_be_hidden()


async def test_a_link_that_cannot_be_copied_stands_there_to_be_copied_by_hand(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (house, phone):
        # Whoever opens the page over plain HTTP has no clipboard at all.
        await phone.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: null})")
        await phone.page.fill('[data-test="contact"]', NUMBER)
        await phone.tap("begin")
        await phone.tap("link-send")
        await phone.shows("link-sent", "길게 눌러 복사하세요")
        await phone.shows("link-sent", f"{house.url}/guardian#")


async def test_without_a_guardian_nothing_asks_for_a_link(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (_, phone):
        await phone.tap("begin")
        await in_state(phone, "walking")
        await phone.page.wait_for_selector('[data-test="sos"]')
        links = phone.page.locator('[data-test="link"], [data-test="link-card"]')
        assert await links.count() == 0


async def test_the_walker_hides_their_place_from_the_guardian_and_walks_on(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (house, phone):
        await set_pins(phone)
        await phone.page.fill('[data-test="contact"]', NUMBER)
        await phone.tap("consent")
        await phone.tap("begin")
        await phone.tap("hide")
        await phone.shows("hide-card", "도움을 요청해도 그렇습니다")
        assert await faults(phone) == []
        await phone.tap("hide-back")
        await phone.tap("hide")
        await phone.tap("hide-ok")
        await types_pin(phone, "9999")
        await phone.shows("refused", "PIN이 다릅니다")
        assert the_walk(house).walk.guardians[0].consent
        await types_pin(phone, PIN)
        await phone.tap("link")
        await phone.shows("link-card", "이 링크에 위치는 나오지 않고")
        assert await phone.page.locator('[data-test="hide"]').count() == 0
        assert not the_walk(house).walk.guardians[0].consent
        await phone.page.reload()
        await in_state(phone, "walking")
        await phone.tap("link")
        await phone.shows("link-card", "이 링크에 위치는 나오지 않고")
