"""How a call begins: with a tap, a key, a shake; and 112 beside it."""

import re
from urllib.parse import unquote

from playwright.async_api import expect

from tests.control_room_ui.calls import incidents
from tests.control_room_ui.handset import Handset
from tests.house import House


async def test_a_tap_or_a_key_starts_a_countdown_that_can_be_cancelled(
    house: House, phone: Handset
) -> None:
    await phone.tap("sos")
    await phone.stage("counting")
    await phone.tap("cancel")
    await phone.stage("calm")
    await phone.page.focus('[data-test="sos"]')
    await phone.page.keyboard.press("Enter")
    await phone.stage("counting")
    await expect(phone.page.locator("h2[data-focus]")).to_be_focused()
    assert await incidents(house) == []
    await phone.says("open")
    assert len(await incidents(house)) == 1


async def test_where_only_holding_counts_a_tap_does_nothing_but_a_key_still_calls(
    phone: Handset,
) -> None:
    await phone.tap("settings")
    await phone.tap("tap")
    await phone.tap("back")
    await phone.tap("sos")
    await phone.stage("calm")
    await phone.page.focus('[data-test="sos"]')
    await phone.page.keyboard.press("Space")
    await phone.stage("counting")


async def test_a_shaken_phone_starts_the_countdown_where_its_owner_wanted_that(
    phone: Handset,
) -> None:
    await phone.tap("settings")
    await phone.tap("shake")
    await phone.tap("back")
    await phone.page.evaluate(
        """async () => {
            for (let jerk = 0; jerk < 4; jerk += 1) {
                const felt = {x: 30, y: 0, z: 0};
                const event = new DeviceMotionEvent("devicemotion",
                    {accelerationIncludingGravity: felt});
                window.dispatchEvent(event);
                await new Promise((go_on) => setTimeout(go_on, 200));
            }
        }"""
    )
    await phone.stage("counting")


async def test_112_is_one_tap_away_with_the_place_in_the_message(
    house: House, phone: Handset
) -> None:
    await phone.knows_its_place()
    call = phone.page.locator('[data-test="call"]')
    text = phone.page.locator('[data-test="text"]')
    await expect(call).to_have_attribute("href", "tel:112")
    message = unquote(str(await text.get_attribute("href")))
    assert message.startswith("sms:112?body=")
    assert "위치 37.65120, 127.01650 오차 10m" in message
    await phone.hold()
    await phone.says("open")
    await expect(text).to_have_attribute("href", re.compile("%EA%B5%AD%EA%B0%80"))
    message = unquote(str(await text.get_attribute("href")))
    assert "국가지점번호 다사 5734 6141" in message
