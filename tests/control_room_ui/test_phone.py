"""Come here for what a caller must be able to do with a phone, in a real browser."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from geo.place import Place, place_at
from tests.control_room_ui.calls import faults, incidents
from tests.control_room_ui.handset import Handset, handset
from tests.house import HERE, House


async def the_incident(house: House) -> dict[str, Any]:
    """The one incident that there is."""
    (incident,) = await incidents(house)
    return incident


def further(metres: float) -> Place:
    """A place so far east of the first lamp."""
    here = HERE.metres
    return place_at(type(here)(here.east + metres, here.north))


async def test_a_held_button_calls_for_help_and_the_phone_says_what_becomes_of_it(
    house: House, phone: Handset
) -> None:
    await phone.knows_its_place()
    await phone.hold()
    await phone.says("open")
    incident = await the_incident(house)
    assert incident["place"]["position"] == {
        "lon": pytest.approx(HERE.lon),
        "lat": pytest.approx(HERE.lat),
        "accuracy_m": HERE.accuracy_m,
    }
    assert (incident["silent"], incident["drill"]) == (False, False)
    await phone.shows("number", incident["place"]["number"])
    await phone.step("lamps")
    await expect(phone.page.locator('[data-step="lamps"] b')).to_have_text("4개 중 4개")
    for move, said in (("acknowledge", "acknowledged"), ("en-route", "en_route")):
        await house.move(incident["incident_id"], move)
        await phone.says(said)
    await phone.step("coming")
    for what in ("sound", "vibration"):
        await phone.feels(what)


async def test_a_closed_report_is_destroyed_on_the_phone(house: House, phone: Handset) -> None:
    await phone.hold()
    await phone.says("open")
    assert len(await phone.kept()) == 1
    incident = await the_incident(house)
    await house.move(incident["incident_id"], "close", disposition="genuine")
    await phone.page.wait_for_selector('[data-test="over"][data-how="closed"]')
    assert await phone.kept() == []
    await phone.tap("again")
    await phone.stage("calm")


async def test_without_a_place_help_is_called_at_once_and_the_place_follows(
    house: House, browser: Browser
) -> None:
    async with handset(browser, house.url, place=None) as phone:
        await phone.open()
        await phone.hold()
        await phone.says("open")
        assert (await the_incident(house))["place"]["position"] is None
        await phone.is_at(HERE)
        await phone.shows("number", "다사 5734 6141")
        assert (await the_incident(house))["place"]["quality"] == "good"


async def test_the_centre_follows_a_caller_who_walks(house: House, phone: Handset) -> None:
    await phone.hold()
    await phone.says("open")
    incident_id = (await the_incident(house))["incident_id"]
    async with house.feed() as feed:
        await phone.is_at(further(60))
        moved = await feed.event("moved")
    assert moved["incident"]["incident_id"] == incident_id
    assert moved["incident"]["place"]["position"]["lon"] > HERE.lon


async def test_without_a_network_the_cry_is_kept_through_a_restart_and_sent_once(
    house: House, phone: Handset
) -> None:
    await phone.knows_its_place()
    await phone.works_offline()
    await phone.context.set_offline(True)
    await phone.hold()
    await phone.says("kept")
    await phone.shows("age", "전에 누름")
    (before,) = await phone.kept()
    await phone.page.reload()
    await phone.says("kept")
    (after,) = await phone.kept()
    assert after["report_id"] == before["report_id"]
    assert await incidents(house) == []
    await phone.context.set_offline(False)
    await phone.says("open")
    assert (await the_incident(house))["place"]["position"] is not None


async def test_an_answer_that_is_lost_makes_no_second_incident(
    house: House, phone: Handset
) -> None:
    lost: list[str] = []

    async def lose_the_answer(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        await route.fetch()
        lost.append(str(json.loads(route.request.post_data or "")["report_id"]))
        await route.abort()

    await phone.page.route("**/v1/reports", lose_the_answer)
    await phone.hold()
    await phone.says("open")
    assert len(lost) == 1
    assert len(await incidents(house)) == 1


async def test_after_half_an_hour_without_a_network_the_caller_is_asked_first(
    house: House, phone: Handset
) -> None:
    await phone.page.clock.install()
    await phone.open()
    await phone.knows_its_place()
    await phone.context.set_offline(True)
    await phone.thumb_down()
    await phone.page.clock.run_for(1_500)
    await phone.page.mouse.up()
    await phone.says("kept")
    await phone.page.clock.fast_forward("31:00")
    await phone.says("old")
    await phone.shows("age", "31분 전")
    await phone.context.set_offline(False)
    await phone.page.clock.run_for(20_000)
    assert await incidents(house) == []
    await phone.tap("still")
    await phone.says("open")
    assert len(await incidents(house)) == 1


async def test_who_is_safe_before_it_could_be_sent_sends_nothing(
    house: House, phone: Handset
) -> None:
    await phone.works_offline()
    await phone.context.set_offline(True)
    await phone.hold()
    await phone.says("kept")
    await phone.tap("withdraw")
    await phone.shows("asked", "그래도 담당자가 확인합니다")
    await phone.tap("sure")
    await phone.page.wait_for_selector('[data-how="dropped"]')
    assert await phone.kept() == []
    await phone.context.set_offline(False)
    await phone.page.reload()
    await phone.stage("calm")
    assert await incidents(house) == []


async def test_a_withdrawal_is_heard_and_the_caller_knows_that_somebody_still_checks(
    house: House, phone: Handset
) -> None:
    await phone.hold()
    await phone.says("open")
    await phone.tap("withdraw")
    await phone.shows("asked", "취소해도 담당자가 한 번 더 확인합니다")
    await phone.tap("sure")
    await phone.says("withdrawn")
    incident = await the_incident(house)
    assert (incident["withdrawn"], incident["state"]) == (True, "open")
    await phone.tap("need-again")
    await phone.stage("calm")
    await phone.hold()
    await phone.says("open")
    assert sorted(one["withdrawn"] for one in await incidents(house)) == [False, True]


async def test_a_phone_of_somebody_who_hides_stays_dark_still_and_quiet(
    house: House, phone: Handset
) -> None:
    await phone.tap("silent")
    await phone.hold()
    await phone.says("open")
    await phone.page.wait_for_selector('body[data-hushed="true"]')
    incident = await the_incident(house)
    assert (incident["silent"], incident["scene"]) == (True, "none")
    await house.move(incident["incident_id"], "acknowledge")
    await phone.says("acknowledged")
    assert await phone.felt() == []
    assert await phone.page.locator("#voice").text_content() == ""
    background = await phone.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(0, 0, 0)"


async def test_a_drill_needs_a_typed_word_marks_the_screen_and_lasts_for_one_report(
    house: House, phone: Handset
) -> None:
    await phone.tap("settings")
    await phone.tap("drill-open")
    for word, is_on in (("아니요", "false"), ("훈련", "true")):
        await phone.page.fill('[data-test="drill-word"]', word)
        await phone.page.press('[data-test="drill-word"]', "Enter")
        await phone.page.wait_for_selector(f'body[data-drill="{is_on}"]')
    await phone.tap("sos")
    await expect(phone.page.locator(".countdown")).to_contain_text("훈련")
    await phone.tap("cancel")
    await phone.hold()
    await phone.says("open")
    await phone.step("lamps")
    assert await faults(phone) == []
    await expect(phone.page.locator('[data-test="drill"]')).to_be_visible()
    incident = await the_incident(house)
    assert incident["drill"]
    await house.move(incident["incident_id"], "close", disposition="test")
    await phone.stage("over")
    await phone.tap("again")
    await phone.page.wait_for_selector('body[data-drill="false"]')


async def test_the_phone_admits_that_what_it_shows_is_old(house: House, phone: Handset) -> None:
    await phone.hold()
    await phone.says("open")
    await phone.context.set_offline(True)
    await expect(phone.page.locator('[data-test="stale"]')).to_contain_text("연결 끊김")
    await house.move((await the_incident(house))["incident_id"], "acknowledge")
    await phone.context.set_offline(False)
    await phone.says("acknowledged")
    await expect(phone.page.locator('[data-test="stale"]')).to_have_count(0)
