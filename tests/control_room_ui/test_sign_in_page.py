"""Come here for how people come to their page through the sign-in page, in a real browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from shapely.geometry import box

from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, account_of
from tests.house import House, running, street_of

OWN = "어두운 골목의 가로등 열두 개"
OURS = Area("쌍문파출소", "jurisdiction", "순21", box(127.0, 37.64, 127.02, 37.66))
AXE = Path(__file__).parents[2] / "control_room_ui/node_modules/axe-core/axe.min.js"


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL, lamps=street_of(3), areas=[OURS]) as house:
        yield house


@pytest.fixture
async def once(house: House) -> str:
    """The one-time password of an operator, 김민지."""
    assert house.dispatcher is not None
    _, password = await house.dispatcher.accounts.add("김민지", ["operator"], [])
    return password


async def enter(page: Page, name: str, password: str) -> None:
    await page.fill('[name="name"]', name)
    await page.fill('[name="password"]', password)
    await page.click("form button")


async def test_an_operator_signs_in_for_the_first_time_and_is_at_the_desk(
    house: House, once: str, page: Page
) -> None:
    await page.goto(f"{house.url}/?from=wall")
    await page.wait_for_url(re.compile(r"/sign-in\?then=%2F%3Ffrom%3Dwall"))
    await enter(page, "김민지", "틀린 비밀번호")
    await expect(page.get_by_role("alert")).to_have_text("이름과 비밀번호가 맞지 않습니다.")
    await enter(page, "김민지", once)
    await page.wait_for_selector('body[data-step="choose"]')
    await page.fill('[name="password"]', OWN)
    await page.fill('[name="again"]', OWN + "?")
    await page.click("form button")
    await expect(page.get_by_role("alert")).to_have_text("두 비밀번호가 서로 다릅니다.")
    await page.fill('[name="again"]', OWN)
    await page.click("form button")
    await page.wait_for_url(f"{house.url}/?from=wall")
    await page.wait_for_selector('body[data-feed="live"]')
    taken = await house.press()
    await page.wait_for_selector(f'[data-incident-id="{taken["incident_id"]}"]')


@pytest.mark.parametrize(
    ("language", "over", "another"),
    [
        (
            "ko",
            "이 일회용 비밀번호는 기한이 지났습니다.",
            "처음 입력한 비밀번호가 이제 맞지 않습니다.",
        ),
        ("en", "The time of this one-time password is over.", "The password that you came with"),
    ],
)
async def test_the_page_says_that_a_password_is_over_or_another_one_by_now(
    house: House, once: str, page: Page, language: str, over: str, another: str
) -> None:
    assert house.dispatcher is not None
    accounts, sessions = house.dispatcher.accounts, house.dispatcher.sessions
    kept = await accounts.get("김민지")
    await sessions.put_account(kept._replace(one_time_until=kept.made_at))
    await page.goto(f"{house.url}/sign-in")
    await page.wait_for_selector('body[data-step="local"]')
    if language == "en":
        await page.click('[data-test="language"]')
    await enter(page, "김민지", once)
    await expect(page.get_by_role("alert")).to_contain_text(over)
    await sessions.put_account(kept)
    await enter(page, "김민지", once)
    await page.wait_for_selector('body[data-step="choose"]')
    await sessions.put_account(kept._replace(password=await accounts.passwords.keep("another")))
    await page.fill('[name="password"]', OWN)
    await page.fill('[name="again"]', OWN)
    await page.click("form button")
    await expect(page.get_by_role("alert")).to_contain_text(another)


async def test_a_page_whose_session_was_revoked_leads_to_the_sign_in_page(
    house: House, page: Page
) -> None:
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of("kim", "operator")
    await sessions.put_account(account)
    token, session = await sessions.open(account.person, "local", "127.0.0.1")
    await page.context.add_cookies([{"name": "lamplighter", "value": token, "url": house.url}])
    await page.goto(house.url)
    await page.wait_for_selector('body[data-feed="live"]')
    await sessions.end(session)
    await page.wait_for_url(re.compile("/sign-in"))


@pytest.mark.parametrize("path", ["/", "/lamps", f"/police?jurisdiction={OURS.name}"])
async def test_each_page_says_who_is_signed_in_and_lets_them_out(
    house: House, page: Page, path: str
) -> None:
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of("김민지", "operator", "crew")
    await sessions.put_account(account)
    token, _ = await sessions.open(account.person, "local", "127.0.0.1")
    await page.context.add_cookies([{"name": "lamplighter", "value": token, "url": house.url}])
    await page.goto(house.url + path)
    await expect(page.locator('[data-test="myself"]')).to_have_text("김민지")
    await page.click('[data-test="sign-out"]')
    await expect(page).to_have_url(re.compile("/sign-in"))  # two ways lead there at once
    assert sessions.all() == []


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_sign_in_page_is_for_everybody(house: House, page: Page, language: str) -> None:
    await page.goto(f"{house.url}/sign-in")
    await page.wait_for_selector('body[data-step="local"]')
    if language == "en":
        await page.click('[data-test="language"]')
        await expect(page.get_by_role("heading")).to_have_text("Sign in to Lamplighter")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run()")
    assert [one["id"] for one in found["violations"]] == []
