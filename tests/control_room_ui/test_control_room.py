"""Come here for what an operator must be able to see and do, in a real browser."""

import re
from pathlib import Path

from playwright.async_api import BrowserContext, expect

from tests.conftest import Pair
from tests.control_room_ui.screen import Screen
from tests.control_room_ui.test_police import AREAS, EAST, WEST
from tests.house import (
    DispatcherProcess,
    House,
    environment_for,
    fill,
    report,
    running,
    settings_for,
    street_of,
)
from tests.parts import free_port


async def test_an_operator_takes_a_cry_for_help_from_its_first_ring_to_its_close(
    house: House, screen: Screen
) -> None:
    # As most operators see it: the map flies there and its lamps pulse.
    await screen.page.emulate_media(reduced_motion="no-preference")
    await screen.open(house.url)
    taken = await house.press()
    await screen.lists(taken["incident_id"])
    await expect(screen.page).to_have_title(re.compile(r"^\(1\) 미확인"))
    await screen.page.wait_for_selector('body[data-alarm="ringing"]')
    await screen.counts("seen", 4)
    await screen.look(["L0000", "L0001", "L0002", "L0003"], "blink")

    await screen.make("acknowledge")
    await screen.page.wait_for_selector('body[data-alarm="quiet"]')
    await screen.page.fill('form.assign [name="unit"]', "도봉 순21")
    await screen.make("assign")
    await screen.state_is("assigned")
    unheard = screen.page.locator('[data-warning="no-desk"]')
    await expect(unheard).to_contain_text("“도봉 순21”에 무전이나 전화로")
    await screen.make("en-route")
    await screen.state_is("en_route")
    await screen.make("arrive")
    await screen.state_is("on_scene")
    await screen.page.wait_for_selector('[data-scene="bright"][aria-pressed="true"]')
    await screen.counts("seen", 4)
    await screen.page.get_by_text("실제 상황").click()
    await screen.make("close")
    await screen.state_is("closed")

    incident = await house.incident(taken["incident_id"])
    assert (incident["unit"], incident["disposition"]) == ("도봉 순21", "genuine")
    assert await screen.moves() == ["erase", "hold", "note", "reopen"]


async def test_only_moves_that_the_dispatcher_allows_have_a_button(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    taken = await house.press()
    await screen.choose(taken["incident_id"])
    for move, state in (("acknowledge", "acknowledged"), ("en-route", "en_route")):
        await screen.make(move)
        await screen.state_is(state)
        allowed = (await house.incident(taken["incident_id"]))["allowed"]
        assert await screen.moves() == sorted(
            set(allowed) - {"link", "unlink", "hold", "release", "erase"}
        )


async def test_a_silent_report_is_marked_everywhere_and_cannot_be_made_to_blink(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    taken = await house.press(silent=True)
    item = await screen.lists(taken["incident_id"])
    await expect(item.locator('[data-badge="silent"]')).to_be_visible()
    await expect(screen.page.locator('[data-warning="silent"]')).to_be_visible()
    await expect(screen.page.locator('[data-scene="blink"]')).to_have_count(0)
    bright = screen.page.locator('[data-scene="bright"]')
    await bright.click()
    assert (await house.incident(taken["incident_id"]))["scene"] == "none"
    await bright.click()
    await expect(bright).to_have_attribute("aria-pressed", "true")


async def test_a_silent_report_says_when_the_lamps_around_it_blink_for_another(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    silent = await house.press(silent=True)
    await screen.choose(silent["incident_id"])
    warning = screen.page.locator('[data-warning="blinks"]')
    await expect(warning).to_have_count(0)
    loud = await house.press()
    await expect(warning).to_be_visible()
    await house.move(loud["incident_id"], "close", disposition="accidental")
    await expect(warning).to_have_count(0)


async def test_a_drill_is_marked_everywhere(house: House, screen: Screen) -> None:
    await screen.open(house.url)
    taken = await house.press(drill=True)
    item = await screen.lists(taken["incident_id"])
    await expect(item.locator('[data-badge="drill"]')).to_be_visible()
    await expect(screen.page.locator('[data-warning="drill"]')).to_be_visible()


async def test_what_one_operator_does_every_other_screen_shows(
    house: House, screen: Screen, browser_context: BrowserContext
) -> None:
    other = Screen(await browser_context.new_page())
    await screen.open(house.url)
    await other.open(house.url)
    taken = await house.press()
    for one in (screen, other):
        await one.choose(taken["incident_id"])
    await screen.page.fill('.note [name="text"]', "후문 CCTV 확인 중")
    await screen.make("note")
    await expect(other.page.locator('[data-event="noted"]')).to_contain_text("후문 CCTV 확인 중")


async def test_the_language_changes_and_stays_changed(house: House, screen: Screen) -> None:
    await screen.open(house.url)
    await expect(screen.page.locator("h1")).to_have_text("Lamplighter 관제")
    closer = screen.page.locator(".maplibregl-ctrl-zoom-in")
    await expect(closer).to_have_attribute("title", "확대")
    await screen.page.click('[data-test="language"]')
    await expect(closer).to_have_attribute("title", "Closer")
    await expect(screen.page.locator("h1")).to_have_text("Control room")
    await screen.page.reload()
    await expect(screen.page.locator("h1")).to_have_text("Control room")


async def test_nothing_is_asked_of_any_other_machine(house: House, screen: Screen) -> None:
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    await screen.open(house.url)
    await house.press()
    await screen.counts("seen", 4)
    await screen.all_drawn()
    own = (house.url, house.url.replace("http", "ws", 1), "blob:", "data:")
    assert asked
    assert [url for url in asked if not url.startswith(own)] == []


async def test_the_caller_is_told_followed_and_heard_when_withdrawing(
    house: House, screen: Screen, browser_context: BrowserContext
) -> None:
    phone = await browser_context.new_page()
    await phone.goto(f"{house.url}/press.html")
    await screen.open(house.url)
    await phone.click('[data-test="sos"]')
    answer = phone.locator("[data-incident]")
    await expect(answer).to_contain_text("다사 ")
    incident_id = str(await answer.get_attribute("data-incident"))
    await screen.choose(incident_id)
    await expect(phone.locator('[data-test="lit"]')).to_contain_text(re.compile(r"(\d+) / \1$"))
    await phone.click('[data-test="move"]')
    await screen.page.wait_for_selector('[data-event="moved"]')
    await screen.make("acknowledge")
    await phone.wait_for_selector('body[data-report="acknowledged"]')
    await phone.click('[data-test="withdraw"]')
    await expect(screen.page.locator('[data-warning="withdrawn"]')).to_be_visible()
    assert (await house.incident(incident_id))["state"] == "acknowledged"


async def test_a_screen_admits_that_it_is_cut_off_and_then_shows_what_it_missed(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    await fill(settings_for(embedded, tmp_path), street_of(4))
    dispatcher = DispatcherProcess(environment_for(embedded, tmp_path), free_port())
    dispatcher.start()
    try:
        await dispatcher.ready()
        await screen.open(dispatcher.url)
        dispatcher.kill()
        await screen.feed_is("reconnecting")
        await expect(screen.page.locator('[data-test="banner"]')).to_be_visible()
        dispatcher.start()
        await dispatcher.ready()
        answer = await screen.page.request.post(f"{dispatcher.url}/v1/reports", data=report())
        await screen.feed_is("live")
        await screen.lists((await answer.json())["incident_id"])
        await expect(screen.page.locator('[data-test="banner"]')).to_have_count(0)
    finally:
        dispatcher.stop()


async def test_which_police_desks_see_an_incident_is_said_beside_its_unit(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    async with running(embedded, tmp_path, lamps=street_of(2), areas=AREAS) as house:
        await screen.open(house.url)
        chosen = screen.page.locator('[data-test="nobody-chosen"]')
        await expect(chosen).to_have_text("진행 중인 신고가 없습니다")
        await screen.choose((await house.press())["incident_id"])
        await screen.page.fill('form.assign [name="unit"]', "쌍문 순21")
        await screen.make("assign")
        desks = screen.page.locator('[data-test="desks"]')
        await expect(desks).to_contain_text(WEST)
        await expect(screen.page.locator('[data-warning="no-desk"]')).to_have_count(0)
        await screen.page.fill('form.assign [name="unit"]', "순31")
        await screen.make("assign")
        await expect(desks).to_contain_text(EAST)


async def test_before_the_feed_was_heard_nobody_is_told_that_nothing_is_open(
    house: House, screen: Screen
) -> None:
    await screen.page.route_web_socket(re.compile("/v1/feed"), lambda socket: None)
    await screen.page.goto(house.url)
    chosen = screen.page.locator('[data-test="nobody-chosen"]')
    await expect(chosen).to_have_text("왼쪽 목록이나 지도에서 신고를 고르십시오")
    await expect(screen.page.get_by_text("진행 중인 신고가 없습니다")).to_have_count(0)
