"""Whoever signs in lands on a page of theirs, and who opens another's is told whose it is."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from shapely.geometry import box

from dispatch.access import STAFF
from dispatch.front import SCREENS
from dispatch.pages import PAGES, pages_of
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, account_of
from tests.house import House, running, street_of
from tests.patience import DEADLINE_S

OURS = Area("쌍문파출소", "jurisdiction", "순21", box(127.0, 37.64, 127.02, 37.66))
THEIRS = Area("도봉파출소", "jurisdiction", "순22", box(127.02, 37.64, 127.04, 37.66))
WORDS = "어두운 골목의 가로등 열두 개"
IS_FOR = {
    "/": "관제실",
    "/police": "경찰",
    "/lamps": "등 관리자",
    "/accounts": "시스템 관리자",
    "/audit": "감사자",
}
THERE = [page for page in PAGES if (SCREENS / f"{page[1:] or 'index'}.html").is_file()]


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    areas = [OURS, THEIRS]
    async with running(pair, tmp_path, LOCAL, lamps=street_of(3), areas=areas) as house:
        yield house


async def comes(house: House, page: Page, *roles: str, of: tuple[str, ...] = ()) -> None:
    """Somebody who may be this sits down at the browser, signed in already."""
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of("김민지", *roles, jurisdictions=of)
    await sessions.put_account(account)
    token, _ = await sessions.open(account.person, "local", "127.0.0.1")
    await page.context.add_cookies([{"name": "lamplighter", "value": token, "url": house.url}])
    page.set_default_timeout(DEADLINE_S * 1000)


def of_role(role: str) -> tuple[str, ...]:
    return (OURS.name,) if role == "police" else ()


def test_every_page_of_the_staff_is_somebodys() -> None:
    assert set(IS_FOR) == set(PAGES)
    for role in STAFF:
        assert pages_of({role}, SCREENS), role


async def test_each_role_opens_its_own_pages_and_is_told_whose_the_others_are(
    house: House, page: Page
) -> None:
    for role in sorted(STAFF):
        await comes(house, page, role, of=of_role(role))
        theirs = pages_of({role}, SCREENS)
        for path in THERE:
            await page.goto(house.url + path)
            if path in theirs:
                choosing = page.locator('[data-test="choice"] button').first
                ready = page.locator('body[data-feed="live"], body[data-ready="true"]')
                await expect(ready.or_(choosing).first).to_be_visible()
                await expect(
                    page.locator('[data-test="myself"]').or_(choosing).first
                ).to_be_visible()
                await expect(page.locator("#threshold")).to_have_count(0)
            else:
                await is_turned_away(page, path, theirs)


async def is_turned_away(page: Page, path: str, theirs: list[str]) -> None:
    said = page.locator("#threshold h1")
    await expect(said).to_contain_text(f"이 화면은 {IS_FOR[path]}")
    await expect(page.locator('[data-test="sign-out-here"]')).to_be_visible()
    link = page.locator('[data-test="own-page"]')
    if theirs:
        await expect(link).to_have_attribute("href", theirs[0])
    else:
        await expect(link).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/police", "/lamps", "/accounts", "/audit"])
async def test_from_the_head_of_each_page_the_others_that_are_theirs_are_a_press_away(
    house: House, page: Page, path: str
) -> None:
    await comes(house, page, "administrator", "operator")
    await page.goto(house.url + path)
    if path == "/":
        await page.click('[data-test="pages"] summary')
    for other in THERE:
        link = page.locator(f'nav.pages a[href="{other}"]')
        await expect(link).to_have_count(0 if other == path else 1)
        if other != path:
            await expect(link).to_be_visible()
    await expect(page.locator('[data-test="sign-out"]')).to_be_visible()


async def test_nobody_is_led_to_a_page_of_others(house: House, page: Page) -> None:
    await comes(house, page, "operator")
    await page.goto(house.url)
    await page.click('[data-test="pages"] summary')
    await expect(page.locator('nav.pages a[href="/lamps"]')).to_be_visible()
    for other in ("/accounts", "/audit"):
        await expect(page.locator(f'nav.pages a[href="{other}"]')).to_have_count(0)


async def test_the_control_rooms_bar_is_one_line_on_a_small_screen(
    house: House, page: Page
) -> None:
    """With whatever it may have to say, in either language."""
    await comes(house, page, "administrator", "operator")
    await page.set_viewport_size({"width": 1280, "height": 720})
    await house.press()
    await house.press(drill=True)
    await page.goto(house.url)
    for said in ("미확인 1건", "1 unacknowledged"):
        await expect(page.locator('[data-test="waiting"]')).to_have_text(said)
        await expect(page.locator('[data-test="waiting-drills"]')).to_be_visible()
        tops = await page.locator("#bar > *").evaluate_all(
            """all => all.map((one) => one.getBoundingClientRect())
                .map(({top, bottom}) => (top + bottom) / 2)"""
        )
        assert max(tops) - min(tops) < 10, tops
        await page.click('[data-test="language"]')


@pytest.mark.parametrize(
    ("role", "landed"),
    [
        ("operator", "/"),
        ("supervisor", "/"),
        ("police", "/police"),
        ("crew", "/lamps"),
        ("administrator", "/accounts"),
        ("auditor", "/audit"),
    ],
)
async def test_whoever_signs_in_lands_on_their_own_page(
    house: House, page: Page, role: str, landed: str
) -> None:
    assert house.dispatcher is not None
    kept = await house.dispatcher.accounts.passwords.keep(WORDS)
    account = account_of("김민지", role, jurisdictions=of_role(role))._replace(password=kept)
    await house.dispatcher.sessions.put_account(account)
    page.set_default_timeout(DEADLINE_S * 1000)
    await page.goto(house.url)
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.fill('[name="name"]', "김민지")
    await page.fill('[name="password"]', WORDS)
    await page.click("form button")
    await page.wait_for_url(house.url + landed)
    await expect(page.locator('[data-test="myself"]')).to_have_text("김민지")


async def test_an_auditor_at_the_control_room_reads_what_they_may_do_and_goes(
    house: House, page: Page
) -> None:
    await comes(house, page, "auditor")
    await page.goto(house.url)
    await expect(page.locator("#threshold")).to_contain_text("감사자는 신고의 경과 기록")
    await page.click('[data-test="threshold-language"]')
    await expect(page.locator("#threshold h1")).to_have_text(
        "This page is for the control room (operators and supervisors)."
    )
    await page.click('[data-test="sign-out-here"]')
    await expect(page).to_have_url(re.compile("/sign-in"))
    assert house.dispatcher is not None
    assert house.dispatcher.sessions.all() == []


@pytest.mark.parametrize(
    ("jurisdictions", "said"),
    [
        ((), "관할이 정해져 있지 않습니다"),
        (("없는파출소",), "없는파출소)은 등록되어 있지 않습니다"),
    ],
)
async def test_police_without_a_jurisdiction_that_is_known_are_told_what_is_missing(
    house: House, page: Page, jurisdictions: tuple[str, ...], said: str
) -> None:
    await comes(house, page, "police", of=jurisdictions)
    await page.goto(f"{house.url}/police")
    await expect(page.locator("#threshold h1")).to_contain_text(said)
    await expect(page.locator('[data-test="sign-out-here"]')).to_be_visible()


async def test_police_come_to_the_desk_of_their_own_jurisdiction(house: House, page: Page) -> None:
    """Whatever the address or the tablet's memory asks for."""
    await comes(house, page, "police", of=(OURS.name,))
    await page.goto(f"{house.url}/police?jurisdiction={THEIRS.name}")
    await page.wait_for_selector('body[data-feed="live"]')
    await expect(page.locator("#bar")).to_contain_text(OURS.name)
    await comes(house, page, "police", of=(OURS.name, THEIRS.name))
    await page.goto(f"{house.url}/police")
    await expect(page.locator("[data-jurisdiction]")).to_have_count(2)


async def test_who_loses_a_role_while_the_page_is_open_is_told_so(house: House, page: Page) -> None:
    await comes(house, page, "operator")
    await page.goto(house.url)
    await page.wait_for_selector('body[data-feed="live"]')
    assert house.dispatcher is not None
    await house.dispatcher.accounts.change_roles("김민지", ["crew"], [])
    await expect(page.locator("#threshold h1")).to_contain_text("이 화면은 관제실")
    await expect(page.locator('[data-test="own-page"]')).to_have_attribute("href", "/lamps")
