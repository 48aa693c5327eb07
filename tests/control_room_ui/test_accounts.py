"""How an administrator gives people accounts, roles and their way out, in a real browser."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.office import come_in
from tests.dispatch.staff import LOCAL, account_of
from tests.house import House, running
from tests.wire.test_traffic import AREAS

PICTURES = os.environ.get("LAMPLIGHTER_PICTURES")


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL, areas=AREAS) as house:
        yield house


async def test_an_administrator_adds_somebody_changes_their_roles_and_takes_them_away(
    house: House, page: Page
) -> None:
    await come_in(house, page, "/accounts", "박관리", "administrator")
    new = page.locator('[data-test="newcomer"]')
    await new.locator('[name="name"]').fill("이도봉")
    await new.locator('[value="police"]').check()
    await new.locator('[name="jurisdictions"]').fill("쌍문파출서")
    await new.locator("button").click()
    known = "경찰 계정에는 등록된 관할이 하나 이상 필요합니다: 방학파출소, 쌍문파출소"
    await expect(page.get_by_role("alert")).to_have_text(known)
    await expect(page.locator('[data-account="이도봉"]')).to_have_count(0)
    await new.locator('[name="jurisdictions"]').fill("쌍문파출소, 방학파출소")
    await new.locator("button").click()
    secret = page.locator('[data-test="secret"]')
    await expect(secret).to_contain_text("이도봉 님의 일회용 비밀번호")
    row = page.locator('[data-account="이도봉"]')
    await expect(row).to_contain_text("경찰 (방학파출소, 쌍문파출소)")
    await expect(row).to_contain_text("첫 로그인 전")
    assert await serious_faults(page) == []
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/accounts.png", full_page=True)
    await secret.locator("button").click()
    await expect(secret).to_have_count(0)

    await row.locator('[data-do="change"]').click()
    await row.locator('[value="police"]').uncheck()
    await row.locator('[value="operator"]').check()
    await row.locator('[name="jurisdictions"]').fill("")
    await row.locator("button.primary").click()
    await expect(row).to_contain_text("관제 요원")
    revoke = row.locator('[data-do="revoke"]')
    await revoke.click()
    await expect(revoke).to_have_text("다시 눌러 확인")
    await revoke.click()
    await expect(row).to_contain_text("중지됨")
    await expect(row.locator("button")).to_have_count(0)

    await new.locator('[name="name"]').fill("이도봉")
    await new.locator('[value="crew"]').check()
    await new.locator("button").click()
    await expect(page.get_by_role("alert")).to_contain_text("전에 중지된 계정의 이름입니다")
    await expect(row).to_contain_text("중지됨")
    await expect(new.locator("button")).to_have_text("이도봉 계정 되살리기")
    await new.locator("button").click()
    await expect(row).to_contain_text("첫 로그인 전")
    await expect(secret).to_contain_text("까지 쓸 수 있습니다")
    await expect(new.locator("button")).to_have_text("계정 추가")


async def test_an_administrator_signs_somebody_out_and_reads_why_something_was_refused(
    house: House, page: Page
) -> None:
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    kim = account_of("김민지", "operator")
    await sessions.put_account(kim)
    await sessions.open(kim.person, "local", "203.0.113.7")
    await come_in(house, page, "/accounts", "박관리", "administrator")
    await page.click('[data-test="language"]')
    here = page.locator("[data-session]", has_text="김민지")
    await expect(here).to_contain_text("203.0.113.7")
    end = here.locator('[data-do="end"]')
    await end.click()
    await expect(end).to_have_text("Press again to confirm")
    await end.click()
    await expect(here).to_have_count(0)
    assert [one.person.name for one in sessions.all()] == ["박관리"]

    own = page.locator('[data-account="박관리"]').locator('[data-do="revoke"]')
    await own.click()
    await own.click()
    await expect(page.get_by_role("alert")).to_contain_text("only administrator")


async def test_nobody_else_sees_accounts(house: House, page: Page) -> None:
    await come_in(house, page, "/accounts", "김민지", "operator")
    await expect(page.get_by_role("alert")).to_have_text("시스템 관리자만 볼 수 있습니다.")
    assert await page.locator("table").count() == 0
