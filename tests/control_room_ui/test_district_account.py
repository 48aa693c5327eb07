"""How people come to their page with the district's account, in a real browser."""

import os
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import numpy
import pytest
import zxingcpp
from playwright.async_api import BrowserContext, Page, expect

from tests.conftest import Pair
from tests.control_room_ui.test_sign_in_page import AXE
from tests.dispatch.district_accounts import a_browser, a_district, types_the_code
from tests.house import House, street_of
from tests.parts.provider import ProviderServer

PICTURES = os.environ.get("LAMPLIGHTER_PICTURES")
_PIXELS = """async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    return [image.width, Array.from(data).filter((_, at) => at % 4 === 0)];
}"""
"""The red of every pixel of a picture in black and white."""
PATIENCE_MS = 60_000
"""A machine that draws maps without a graphics card, and does other things beside."""


@pytest.fixture
async def district(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[House, ProviderServer]]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with a_district(pair, tmp_path, lamps=street_of(3)) as both:
        yield both


async def at_the_provider(page: Page, server: ProviderServer, name: str) -> None:
    """Press the one button, and be that person there."""
    await page.click('[data-test="provider"]')
    await page.wait_for_url(re.compile(f"^{server.issuer}/interaction/"))
    await page.fill('[name="login"]', name)
    await page.fill('[name="password"]', "any")
    await page.click('button[type="submit"]')
    await page.click('button[type="submit"]:has-text("Continue")')


async def test_an_operator_comes_to_the_desk_by_the_provider_and_is_out_of_both_again(
    district: tuple[House, ProviderServer], page: Page
) -> None:
    house, server = district
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{house.url}/?from=wall")
    await page.wait_for_selector('body[data-step="oidc"]')
    assert await page.locator("input").count() == 0
    await at_the_provider(page, server, "김민지")
    await page.wait_for_url(f"{house.url}/?from=wall")
    await page.wait_for_selector('body[data-feed="live"]')
    taken = await house.press()
    await page.wait_for_selector(f'[data-incident-id="{taken["incident_id"]}"]')

    await page.goto(f"{house.url}/sign-in")
    await page.wait_for_selector('body[data-step="here"]')
    await expect(page.get_by_text("김민지 님으로 로그인되어 있습니다.")).to_be_visible()
    await page.click('[data-test="sign-out"]')
    await page.wait_for_url(re.compile(f"^{server.issuer}/session/end"))
    await page.click('button[value="yes"]')
    await page.wait_for_url(f"{house.url}/sign-in")
    await page.wait_for_selector('body[data-step="oidc"]')
    await page.click('[data-test="provider"]')
    await page.wait_for_selector('[name="login"]')  # the provider has forgotten them too


async def test_whoever_has_no_role_is_told_so_and_how_to_come_by_one(
    district: tuple[House, ProviderServer], page: Page
) -> None:
    house, server = district
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{house.url}/sign-in?then=%2Fpolice")
    await page.wait_for_selector('body[data-step="oidc"]')
    await at_the_provider(page, server, "최가수")
    await expect(page.get_by_role("alert")).to_contain_text("이곳의 역할이 없습니다")
    await page.click('[data-test="language"]')
    await expect(page.get_by_role("alert")).to_contain_text("you have no role here")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run()")
    assert [one["id"] for one in found["violations"]] == []


async def test_a_provider_that_does_not_answer_is_told_in_words(
    district: tuple[House, ProviderServer], page: Page
) -> None:
    house, server = district
    server.stop()
    await page.goto(f"{house.url}/sign-in?then=%2Fpolice")
    await page.click('[data-test="provider"]')
    alert = page.get_by_role("alert")
    await expect(alert).to_have_text("구청 로그인 서버가 응답하지 않습니다. 잠시 후 다시 하세요.")
    assert "then=%2Fpolice" in page.url


async def test_a_wall_display_shows_a_code_and_goes_on_once_somebody_has_typed_it(
    district: tuple[House, ProviderServer], page: Page
) -> None:
    house, server = district
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{house.url}/sign-in?then=%2F%3Ffrom%3Dwall")
    await page.click('[data-test="wall"]')
    await page.wait_for_selector('body[data-step="wall"]')
    await expect(page.get_by_text("아래 주소를 열고 코드를 입력하세요")).to_be_visible()
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run()")
    assert [one["id"] for one in found["violations"]] == []
    code = await page.locator('[data-test="code"]').inner_text()
    address = f"{server.issuer}/device?user_code={code}"
    photograph = await page.locator('[data-test="qr"]').screenshot()
    assert await photographed(page.context, photograph) == address
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/wall.png")
    async with a_browser(house) as phone:
        await types_the_code(phone, {"verification_uri_complete": address}, "김민지")
    await page.wait_for_url(f"{house.url}/?from=wall")
    await page.wait_for_selector('body[data-feed="live"]')


async def photographed(context: BrowserContext, picture: bytes) -> str:
    """What another program reads in the picture of a QR code."""
    empty = await context.new_page()
    side, pixels = await empty.evaluate(_PIXELS, b64encode(picture).decode())
    await empty.close()
    grey = numpy.array(pixels, dtype=numpy.uint8).reshape(-1, side)
    (found,) = zxingcpp.read_barcodes(numpy.ascontiguousarray(grey))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


async def test_a_wall_display_is_told_why_it_was_refused(
    district: tuple[House, ProviderServer], page: Page
) -> None:
    house, server = district
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{house.url}/sign-in")
    await page.click('[data-test="language"]')
    server.stop()
    await page.click('[data-test="wall"]')
    await expect(page.get_by_role("alert")).to_contain_text("sign-in does not answer")
