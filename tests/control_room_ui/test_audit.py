"""What an auditor reads on a page of their own, in a real browser, and what nobody else does."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from shapely import box
from sqlalchemy import text

from geo.area import Area
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.office import come_in
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.house import House, running, street_of

OURS = Area("쌍문파출소", "jurisdiction", "순21", box(127.0, 37.64, 127.02, 37.66))
PICTURES = os.environ.get("LAMPLIGHTER_PICTURES")


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL, lamps=street_of(6), areas=[OURS]) as house:
        yield house


async def a_night(house: House) -> str:
    """Two cries, one of them looked at, noted and closed by an operator; somebody new."""
    async with (
        signed_in(house, "김민지", "operator") as kim,
        signed_in(house, "박관리", "administrator") as boss,
        feed_of(house, kim) as feed,
    ):
        incident = str((await house.press())["incident_id"])
        await feed.event("lamps_answered")
        path = f"/v1/incidents/{incident}"
        await kim.get(path)
        await kim.post(f"{path}/note", json={"text": "CCTV 3번에서 확인"})
        await kim.post(f"{path}/close", json={"disposition": "genuine"})
        await house.press()
        rights = {"roles": ["police"], "jurisdictions": ["쌍문파출소"]}
        await boss.post("/v1/accounts", json={"name": "이도봉", **rights})
        await boss.post("/v1/accounts/이도봉/roles", json={"roles": ["operator"]})
    return incident


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


async def test_an_auditor_reads_what_happened_to_whom_it_was_shown_and_takes_it_away(
    house: House, page: Page
) -> None:
    incident = await a_night(house)
    await come_in(house, page, "/audit", "최감사", "auditor")
    await page.fill('[data-test="search-incidents"] [name="key"]', incident)
    await page.click('[data-test="search-incidents"] button')
    rows = page.locator("[data-incident]")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("종결")
    await rows.locator('[data-do="open"]').click()
    opened = page.locator('[data-test="opened"]')
    await expect(opened.locator('[data-event="noted"]')).to_contain_text("CCTV 3번에서 확인")
    await expect(opened.locator('[data-test="showings"]')).to_contain_text("김민지")
    assert "쌍문-0" not in await page.inner_text("body"), "no pole near the caller"
    assert await serious_faults(page) == []
    await picture(page, "audit-ko")
    for link, starts in (("journal-csv", "seq,at"), ("showings-csv", "role,recipient")):
        async with page.expect_download() as download:
            await page.click(f'[data-test="{link}"]')
        file = await (await download.value).path()
        assert file.read_text("utf-8-sig").startswith(starts)


async def test_an_auditor_narrows_the_record_by_person_and_time(house: House, page: Page) -> None:
    await a_night(house)
    await come_in(house, page, "/audit", "최감사", "auditor")
    await page.click('[data-test="language"]')
    record = page.locator('[data-test="record"]')
    await record.locator('[name="person"]').fill("이도봉")
    await record.locator("form button").click()
    await expect(record.locator("tbody tr")).to_have_count(2)
    changed = record.locator('[data-event="roles_changed"]')
    await expect(changed).to_contain_text("박관리 (administrator)")
    await expect(changed).to_contain_text("operator · before: police (쌍문파출소)")
    await picture(page, "audit-en")
    async with page.expect_download() as download:
        await page.click('[data-test="record-csv"]')
    file = await (await download.value).path()
    assert len(file.read_text("utf-8-sig").strip().splitlines()) == 3
    await record.locator('[name="since"]').fill("2099-01-01T00:00")
    await record.locator("form button").click()
    await expect(record).to_contain_text("Nothing found.")


async def test_an_auditor_has_everything_verified_and_sees_who_tampered_where(
    house: House, page: Page
) -> None:
    await a_night(house)
    await come_in(house, page, "/audit", "최감사", "auditor")
    await page.click('[data-do="verify"]')
    for chain in ("journal", "record"):
        card = page.locator(f'[data-chain="{chain}"][data-state="whole"]')
        await expect(card).to_contain_text("쓰인 그대로입니다")
    assert house.dispatcher is not None
    async with house.dispatcher.database.writing() as connection:
        await connection.execute(text("UPDATE record SET whom = 'nobody' WHERE seq = 2"))
    await page.click('[data-do="verify"]')
    card = page.locator('[data-chain="record"][data-state="tampered"]')
    await expect(card).to_contain_text("2번 줄: 내용이 바뀌었습니다")
    assert await serious_faults(page) == []
    await picture(page, "audit-tampered")


async def test_what_was_written_since_the_verification_is_not_called_verified(
    house: House, page: Page
) -> None:
    await come_in(house, page, "/audit", "최감사", "auditor")
    await page.click('[data-do="verify"]')
    card = page.locator('[data-chain="journal"][data-state="whole"]')
    await expect(card.locator('[data-test="since"]')).to_have_count(0)
    await expect(card).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d에 0번 줄까지"))
    await house.press()
    await page.reload()
    since = page.locator('[data-chain="journal"] [data-test="since"]')
    await expect(since).to_contain_text("아직 확인하지 않았습니다")
    await expect(page.locator("[data-incident] time")).to_have_text(
        re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
    )
    await page.click('[data-do="verify"]')
    await expect(card).not_to_contain_text("에 0번 줄까지")


async def test_an_administrator_reads_the_record_there_and_nothing_about_incidents(
    house: House, page: Page
) -> None:
    await a_night(house)
    await come_in(house, page, "/audit", "박관리", "administrator")
    await expect(page.locator('[data-test="record"]')).to_contain_text("이도봉")
    await expect(page.locator('[data-test="incidents"]')).to_have_count(0)
