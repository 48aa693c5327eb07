"""Come here for what a watched walk home must be on a phone, in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from dispatch.plan import DEFAULT
from dispatch.walk import Agreed
from lights.schedule import KOREA
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.calls import faults
from tests.control_room_ui.phone_walks import (
    ASKED_SOON,
    DURESS,
    HOME_SOON,
    MISSED,
    PIN,
    fixes,
    in_state,
    incidents,
    more_is_told,
    saves_home,
    set_pins,
    since,
    stands_alone,
    the_walk,
    types_pin,
    walking,
)
from tests.dispatch.walking import east
from tests.patience import eventually


async def test_a_whole_walk_home_ends_by_itself_and_leaves_nothing_on_the_phone(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser, HOME_SOON) as (house, phone):
        await saves_home(phone, at=east(300))
        await phone.page.fill('[data-test="contact"]', "010-1234-5678")
        await phone.tap("consent")
        await phone.tap("begin")
        await in_state(phone, "walking")
        await phone.tap("link-later")
        await phone.shows("left", "20분 남음")
        await phone.shows("light", "밝히고 있습니다")
        assert (await phone.kept())[0]["letter"] is None
        for metres in (90, 200, 285, 297):
            told = fixes(house)
            await phone.is_at(east(metres))
            await more_is_told(house, than=told)
        await in_state(phone, "done")
        await expect(phone.page.locator('[data-test="walk-over"]')).to_have_text("도착했습니다")
        assert await phone.kept() == []
        assert the_walk(house).walk.state == "arrived"
        assert fixes(house) == 0
        assert await incidents(house) == []
        await phone.tap("again")
        await phone.stage("calm")
        await phone.tap("walk")
        await phone.shows("saved", "집")


async def test_a_walk_without_an_answer_becomes_an_incident_and_the_phone_rings_and_says_so(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        walking(embedded, tmp_path, browser, MISSED) as (house, phone),
        house.feed() as feed,
    ):
        await phone.tap("begin")
        await in_state(phone, "walking")
        await stands_alone(phone, house)
        await in_state(phone, "asking")
        await phone.shows("why", "한곳에 오래")
        for what in ("sound", "vibration"):
            await phone.feels(what)
        incident = (await feed.event("opened"))["incident"]
        assert incident["kind"] == "checkin_missed"
        assert incident["walk_id"] == the_walk(house).walk.walk_id
        await in_state(phone, "alarmed")
        await phone.tap("fine")
        await phone.shows("said-fine", "그래도 담당자가 확인합니다")
        assert (await feed.event("withdrawn"))["incident"]["state"] == "open"


async def test_the_duress_pin_looks_the_same_on_the_phone_and_calls_silently(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    screens = []
    for number, pin in enumerate((PIN, DURESS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        pair = Pair("embedded", f"sqlite+aiosqlite:///{folder}/walk.sqlite3", None)
        async with walking(pair, folder, browser, ASKED_SOON) as (house, phone):
            await set_pins(phone)
            await phone.tap("begin")
            await in_state(phone, "walking")
            await stands_alone(phone, house)
            await in_state(phone, "asking")
            await phone.tap("fine")
            await types_pin(phone, "9999")
            await phone.shows("refused", "PIN이 다릅니다")
            await expect(phone.page.locator('[data-test="own-pin"]')).to_have_value("")
            await types_pin(phone, pin)
            await in_state(phone, "walking")
            await expect(phone.page.locator("[data-test='refused']")).to_have_count(0)
            screens.append(await phone.page.inner_text("main"))
            if pin == DURESS:
                async with house.feed() as feed:
                    found = await incidents(house)
                    incident = found[0] if found else (await feed.event("opened"))["incident"]
                assert incident["silent"]
            else:
                assert await incidents(house) == []
    assert screens[0] == screens[1]


async def test_pause_resume_extend_and_end_with_a_pin(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (house, phone):
        await set_pins(phone)
        await phone.tap("begin")
        await in_state(phone, "walking")
        kept = await phone.page.evaluate("JSON.stringify(localStorage)")
        assert PIN not in kept, "whoever takes the phone away finds no PIN"
        assert DURESS not in kept
        await phone.tap("extend")
        await types_pin(phone, PIN)
        await phone.shows("left", "30분 남음")
        await phone.tap("pause")
        await types_pin(phone, PIN)
        await in_state(phone, "paused")
        walk = the_walk(house).walk
        assert walk.paused_at is not None
        assert walk.paused_until is not None
        left = walk.due_at - walk.paused_at
        await phone.shows("paused-until", f"{walk.paused_until.astimezone(KOREA):%H:%M}까지 멈춤")
        arrival = (walk.paused_until + left).astimezone(KOREA)
        await phone.shows("due", f"도착 예정 {arrival:%H:%M}")
        await phone.tap("resume")
        await in_state(phone, "walking")
        await phone.page.reload()
        await in_state(phone, "walking")
        await phone.tap("end")
        await types_pin(phone, PIN)
        await in_state(phone, "done")
        assert the_walk(house).walk.state == "ended"
        assert await phone.kept() == []


async def test_an_sos_during_a_walk_is_one_press_and_names_the_walk(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (house, phone):
        await phone.tap("begin")
        await in_state(phone, "walking")
        await eventually(lambda: fixes(house) == 1)
        await phone.hold()
        await phone.says("open")
        (incident,) = await incidents(house)
        assert incident["walk_id"] == the_walk(house).walk.walk_id
        assert len(incident["track"]) >= 1
        await house.move(incident["incident_id"], "close", disposition="genuine")
        await phone.stage("over")
        await phone.tap("again")
        await in_state(phone, "walking")


async def test_the_walker_is_told_of_the_dark_and_of_a_lost_network(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with walking(embedded, tmp_path, browser) as (house, phone):
        await phone.tap("begin")
        await in_state(phone, "walking")
        await stands_alone(phone, house, steps=3)
        await phone.page.wait_for_selector('[data-dark="no_lamps"]')
        await phone.shows("light", "가로등이 없습니다")
        await phone.context.set_offline(True)
        await phone.shows("unheard", "관제센터가 확인합니다")
        await phone.context.set_offline(False)
        await expect(phone.page.locator('[data-test="unheard"]')).to_have_count(0)
        assert the_walk(house).walk.state == "walking"


@pytest.mark.parametrize(
    ("hour", "words"), [(13, "낮이라 가로등은 켜지 않습니다"), (21, "가로등이 없습니다")]
)
async def test_of_the_dark_the_walker_is_told_at_night_and_by_day_that_no_lamp_is_lit(
    embedded: Pair, tmp_path: Path, browser: Browser, hour: int, words: str
) -> None:
    wall = since(hour)
    async with walking(embedded, tmp_path, browser, DEFAULT, wall) as (house, phone):
        await phone.tap("begin")
        await in_state(phone, "walking")
        await stands_alone(phone, house, steps=3)
        await phone.shows("light", words)


@pytest.mark.parametrize(
    "locale", ["ko-KR", "en-US", "zh-CN", "vi-VN"], ids=["korean", "english", "chinese", "viet"]
)
async def test_every_screen_of_a_walk_fits_a_small_phone_and_can_be_read_by_everybody(
    embedded: Pair, tmp_path: Path, browser: Browser, locale: str
) -> None:
    async with walking(embedded, tmp_path, browser, ASKED_SOON, locale=locale) as (house, phone):
        assert await serious_faults(phone.page) == []
        await saves_home(phone, at=east(300))
        await set_pins(phone)
        await phone.tap("begin")
        await in_state(phone, "walking")
        assert await faults(phone) == []
        await stands_alone(phone, house)
        await in_state(phone, "asking")
        assert await faults(phone) == []
        await phone.tap("fine")
        assert await faults(phone) == []
        await types_pin(phone, PIN)
        await in_state(phone, "walking")
        assert await faults(phone) == []
        await phone.tap("arrive")
        await types_pin(phone, PIN)
        await in_state(phone, "done")
        assert await faults(phone) == []


@pytest.mark.parametrize("locale", ["ko-KR", "en-US", "zh-CN", "vi-VN"])
async def test_whoever_asked_to_be_watched_stops_it_on_the_phone_and_walks_on(
    embedded: Pair, tmp_path: Path, browser: Browser, locale: str
) -> None:
    async with walking(embedded, tmp_path, browser, locale=locale) as (house, phone):
        await phone.tap("watched")
        await set_pins(phone)
        await phone.tap("begin")
        await in_state(phone, "walking")
        assert the_walk(house).walk.watch_agreed == Agreed("2026-11", locale[:2])
        await eventually(lambda: fixes(house) == 1)
        walks = (await house.client.get("/v1/walks")).json()
        assert [one["position"] is None for one in walks["watched"]] == [False]
        assert await faults(phone) == []
        await phone.tap("unwatch")
        assert await faults(phone) == []
        await phone.tap("unwatch-ok")
        await types_pin(phone, PIN)
        await expect(phone.page.locator('[data-test="own-pin"]')).to_have_count(0)
        await expect(phone.page.locator('[data-test="unwatch"]')).to_have_count(0)
        assert (await house.client.get("/v1/walks")).json()["watched"] == []
        assert the_walk(house).walk.state == "walking"
        await phone.tap("end")
        await types_pin(phone, PIN)
        await in_state(phone, "done")
        await phone.shows("walk-kept", "30")
