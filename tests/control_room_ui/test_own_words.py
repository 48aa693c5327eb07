"""What forms say of a field that is not right: in the page's words, not the browser's."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import Pair
from tests.control_room_ui.handset import Handset
from tests.control_room_ui.phone_walks import PIN, in_state, set_pins, types_pin, walking
from tests.house import running

HANGUL: Final = re.compile("[가-힣]")


async def said_of(page: Page, field: str) -> str:
    """What the browser shows of a field after its form was sent."""
    said: str = await page.locator(field).evaluate("(field) => field.validationMessage")
    return said


async def test_the_form_of_a_walk_says_in_korean_what_is_wrong_and_forgives_it_once_mended(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (_, phone):
        contact, pin = '[data-test="contact"]', '[data-test="pin"]'
        await phone.page.fill(contact, "abc")
        await phone.tap("begin")
        assert "010-1234-5678" in await said_of(phone.page, contact)
        assert HANGUL.search(await said_of(phone.page, contact))
        await phone.page.fill(contact, "")
        await phone.tap("pins")
        await phone.page.fill(pin, "12")
        await phone.tap("begin")
        assert await said_of(phone.page, pin) == "숫자 4–8자리로 정하세요."
        await set_pins_open(phone)
        await phone.tap("begin")
        await in_state(phone, "walking")
        await phone.tap("end")
        await phone.tap("pin-ok")
        assert await said_of(phone.page, '[data-test="own-pin"]') == "입력하거나 고르세요."
        await types_pin(phone, "12")
        assert await said_of(phone.page, '[data-test="own-pin"]') == "숫자 4–8자리로 정하세요."
        await types_pin(phone, PIN)
        await in_state(phone, "done")


async def set_pins_open(phone: Handset) -> None:
    """Both PINs, where the fields are open already."""
    await phone.page.fill('[data-test="pin"]', PIN)


async def test_a_wrong_pin_leaves_its_field_open_and_empty_with_words_that_help(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (_, phone):
        await set_pins(phone)
        await phone.tap("begin")
        await in_state(phone, "walking")
        await phone.tap("end")
        field = phone.page.locator('[data-test="own-pin"]')
        for _ in range(2):
            await types_pin(phone, "9999")
            await phone.shows("refused", "출발할 때 정한 숫자를 다시 입력하세요")
            await expect(field).to_have_value("")
            await expect(field).to_be_focused()
        await types_pin(phone, PIN)
        await in_state(phone, "done")


@pytest.mark.parametrize(
    ("locale", "missing", "short"),
    [("ko-KR", "입력하거나", "12자 이상"), ("en-US", "fill this in", "At least 12 characters")],
    ids=["korean", "english"],
)
async def test_signing_in_and_accounts_speak_the_page_s_language(
    embedded: Pair, tmp_path: Path, browser: Browser, locale: str, missing: str, short: str
) -> None:
    async with running(embedded, tmp_path, LAMPLIGHTER_SIGN_IN="none") as house:
        context = await browser.new_context(locale=locale)
        page = await context.new_page()
        await page.goto(f"{house.url}/accounts")
        await page.wait_for_selector('body[data-ready="true"]')
        await page.click('[data-test="newcomer"] button')
        assert missing in await said_of(page, '[data-test="newcomer"] [name="name"]')
        await context.close()
