"""Come here for what a caller must be able to do with a phone, in a real browser."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.async_api import Browser, Route, expect

from geo.place import Place, place_at
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.handset import SMALL, USUAL, Handset, handset
from tests.house import HERE, House, eventually


@pytest.fixture
async def phone(house: House, browser: Browser) -> AsyncIterator[Handset]:
    """A small phone at the first lamp, its page open."""
    async with handset(browser, house.url) as phone:
        await phone.open()
        yield phone


async def incidents(house: House) -> list[dict[str, Any]]:
    """Every incident there has ever been."""
    answer = await house.client.get("/v1/incidents", params={"state": "all"})
    found: list[dict[str, Any]] = answer.json()["incidents"]
    return found


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
    assert "sound" in await phone.felt()
    assert "vibration" in await phone.felt()


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
        lost.append(str(route.request.post_data_json["report_id"]))
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


async def test_the_phone_admits_that_what_it_shows_is_old(house: House, phone: Handset) -> None:
    await phone.hold()
    await phone.says("open")
    await phone.context.set_offline(True)
    await expect(phone.page.locator('[data-test="stale"]')).to_contain_text("연결 끊김")
    await house.move((await the_incident(house))["incident_id"], "acknowledge")
    await phone.context.set_offline(False)
    await phone.says("acknowledged")
    await expect(phone.page.locator('[data-test="stale"]')).to_have_count(0)


@pytest.mark.parametrize(
    "locale", ["ko-KR", "en-US", "zh-CN", "vi-VN"], ids=["korean", "english", "chinese", "viet"]
)
async def test_every_screen_fits_a_small_phone_and_can_be_read_by_everybody(
    house: House, browser: Browser, locale: str
) -> None:
    async with handset(browser, house.url, locale=locale) as phone:
        await phone.open()
        await phone.knows_its_place()
        assert await faults(phone) == []
        await phone.tap("settings")
        await phone.page.set_viewport_size(SMALL)
        await phone.tap("drill-open")
        await expect(phone.page.locator('[data-test="drill-on"]')).to_be_in_viewport()
        bar = await phone.page.locator("footer").bounding_box()
        button = await phone.page.locator('[data-test="drill-on"]').bounding_box()
        assert bar and button and button["y"] + button["height"] <= bar["y"]
        assert await serious_faults(phone.page) == []
        await phone.tap("back")
        await phone.tap("sos")
        await phone.stage("counting")
        assert await faults(phone) == []
        await phone.says("open")
        await phone.step("lamps")
        assert await faults(phone) == []
        await phone.tap("withdraw")
        assert await faults(phone) == []
        await phone.tap("sure")
        await phone.says("withdrawn")
        assert await faults(phone) == []
    async with handset(browser, house.url, locale=locale) as phone:
        await phone.open()
        await phone.tap("silent")
        assert await faults(phone) == []
        await phone.hold()
        await phone.says("open")
        assert await faults(phone) == []


async def faults(phone: Handset) -> list[str]:
    """What does not fit on a phone, small or usual, and what axe finds."""
    found = []
    for viewport in (USUAL, SMALL):
        await phone.page.set_viewport_size(viewport)
        found += await phone.page.evaluate(_OUTSIDE)
    return found + await serious_faults(phone.page)


_OUTSIDE = """() => {
    const below = document.querySelector("footer").getBoundingClientRect().top;
    const parts = [...document.querySelectorAll("main :is(button, label, h2, p, li), header > *")];
    return parts.filter((part) => {
        const {left, right, bottom} = part.getBoundingClientRect();
        return left < 0 || right > innerWidth || bottom > below + 1
            || (!part.matches(".sos") && part.scrollWidth > part.clientWidth + 1);
    }).map((part) => `${innerWidth} px: ${part.outerHTML.slice(0, 120)}`);
}"""


async def test_the_page_is_kept_for_the_next_start_and_nothing_of_a_report_is(
    house: House, phone: Handset
) -> None:
    await phone.works_offline()
    await phone.hold()
    await phone.says("open")
    kept = await phone.page.evaluate(
        """async () => {
            const all = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                all.push(...(await cache.keys()).map(({url}) => new URL(url).pathname));
            }
            return all.sort();
        }"""
    )
    assert "/sos" in kept
    assert [path for path in kept if path.startswith("/v1")] == []


async def test_the_worker_sends_what_a_closed_page_left_behind(
    house: House, phone: Handset
) -> None:
    await phone.works_offline()
    scopes: list[str] = []
    devtools = await phone.context.new_cdp_session(phone.page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda heard: scopes.extend(one["registrationId"] for one in heard["registrations"]),
    )
    await devtools.send("ServiceWorker.enable")
    await eventually(lambda: bool(scopes))
    await phone.context.set_offline(True)
    await phone.hold()
    await phone.says("kept")
    # Another page of the same origin: the devtools need one, and it runs nothing of the phone.
    await phone.page.route("**/v1/reports", lambda route: route.abort())
    await phone.context.set_offline(False)
    await phone.page.goto(f"{house.url}/sos-icon.svg")
    assert await incidents(house) == []
    await devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": house.url,
            "registrationId": scopes[-1],
            "tag": "send-the-cry",
            "lastChance": False,
        },
    )
    async with house.feed() as feed:
        if not await incidents(house):
            await feed.event("opened")
    assert len(await incidents(house)) == 1
    await phone.page.goto(f"{house.url}/sos")
    await phone.says("open")


async def test_the_app_can_be_installed(phone: Handset) -> None:
    devtools = await phone.context.new_cdp_session(phone.page)
    await phone.works_offline()
    manifest = await devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/sos.webmanifest")
    troubles = await devtools.send("Page.getInstallabilityErrors")
    found = {trouble["errorId"] for trouble in troubles["installabilityErrors"]}
    assert found <= {"in-incognito"}, found
