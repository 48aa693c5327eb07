"""Come here for what an officer in a car must be able to see and do, in a real browser."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from shapely.geometry import box

from geo.area import Area
from geo.place import Metres, Place, place_at
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.tablet import Tablet
from tests.house import (
    HERE,
    House,
    as_caller,
    running,
    street_of,
)

WEST, EAST = "쌍문파출소", "창동지구대"
AREAS = [
    Area("서울특별시 도봉구", "district", None, box(126.99, 37.6, 127.06, 37.7)),
    Area("서울특별시 도봉구 쌍문동", "neighbourhood", None, box(127.0, 37.64, 127.03, 37.66)),
    Area(WEST, "jurisdiction", "순21", box(127.0, 37.64, 127.019, 37.66)),
    Area(EAST, "jurisdiction", "순31", box(127.019, 37.64, 127.03, 37.66)),
]
ACROSS = Place(127.0205, 37.6512, 10.0)
SIZES = [(1024, 768), (768, 1024)]


@pytest.fixture
def embedded(sqlite_url: str) -> Pair:
    """A screen does not know on which pair the dispatcher runs: one is enough."""
    return Pair("embedded", sqlite_url, mqtt=None)


@pytest.fixture
async def house(embedded: Pair, tmp_path: Path) -> AsyncIterator[House]:
    """A dispatcher of two jurisdictions, with a street of ten lamps that work."""
    async with (
        running(embedded, tmp_path, lamps=street_of(10), areas=AREAS) as house,
        house.street(),
    ):
        yield house


@pytest.fixture
def tablet(page: Page) -> Tablet:
    """A tablet, its page not yet opened."""
    return Tablet(page)


async def test_a_unit_takes_an_incident_from_its_first_ring_to_its_end_with_four_taps(
    house: House, tablet: Tablet
) -> None:
    await tablet.open(house.url, WEST)
    await tablet.is_quiet()
    incident_id = (await house.press())["incident_id"]
    await tablet.shows(incident_id)
    page = tablet.page
    await page.wait_for_selector('body[data-alarm="ringing"]')
    await expect(page.locator('[data-fact="address"]')).to_contain_text("쌍문동")
    await expect(page.locator('[data-fact="number"]')).to_have_text("다사 5734 6141")
    await tablet.says("light", re.compile("모두 켜짐.*깜박이는 중"))
    for move, state in (
        ("acknowledge", "acknowledged"),
        ("en-route", "en_route"),
        ("arrive", "on_scene"),
    ):
        await tablet.tap(move)
        await tablet.shows(incident_id, state)
        await page.wait_for_selector('body[data-alarm="quiet"]')
    await tablet.says("light", "밝게 켜짐")
    await tablet.tap("close")
    await page.click('[data-ending="genuine"]')
    await tablet.is_quiet()
    await expect(page.locator('[data-farewell="cleared"]')).to_contain_text("쌍문동")
    closed = await house.incident(incident_id)
    assert (closed["state"], closed["disposition"]) == ("closed", "genuine")
    assert await house.journal(incident_id) == [
        *("opened", "lamps_answered", "acknowledged", "en_route", "arrived"),
        *("lamps_answered", "closed"),
    ]


async def test_a_tablet_shows_and_hears_only_its_own_jurisdiction(
    house: House, tablet: Tablet
) -> None:
    heard: list[str] = []
    tablet.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda text: heard.append(str(text))),
    )
    await tablet.open(house.url, WEST)
    other = (await house.press(ACROSS, note="다른 관할의 말"))["incident_id"]
    own = (await house.press())["incident_id"]
    await tablet.shows(own)
    assert await tablet.page.locator(f'[data-incident-id="{other}"]').count() == 0
    assert not any("다른 관할의 말" in text for text in heard)
    assert any(f'"elsewhere","seq":1,"incident_id":"{other}"' in text for text in heard)


async def test_the_jurisdiction_is_chosen_once_and_can_be_given_in_the_address(
    house: House, tablet: Tablet
) -> None:
    await tablet.open(house.url, EAST)
    await tablet.page.reload()
    await tablet.is_live()
    await expect(tablet.page.locator("h1")).to_have_text(EAST)
    await tablet.page.goto(f"{house.url}/police?jurisdiction={WEST}")
    await tablet.is_live()
    await expect(tablet.page.locator("h1")).to_have_text(WEST)
    await tablet.page.goto(f"{house.url}/police?jurisdiction=없는파출소")
    choice = tablet.page.locator('[data-test="choice"]')
    await expect(choice).to_contain_text('"없는파출소" 관할은 등록되어 있지 않습니다.')
    await choice.locator(f'[data-jurisdiction="{WEST}"]').click()
    await tablet.is_live()


async def test_a_silent_case_is_unmistakable_and_the_control_room_s_words_stand_out(
    house: House, tablet: Tablet
) -> None:
    await tablet.open(house.url, WEST)
    incident_id = (await house.press(silent=True))["incident_id"]
    await tablet.shows(incident_id)
    page = tablet.page
    await page.wait_for_selector('body[data-case="silent"]')
    await expect(page.locator('[data-warning="silent"]')).to_contain_text("사이렌·경광등·전화 금지")
    await expect(page.locator('[data-test="instructions"]')).to_be_hidden()
    await house.move(incident_id, "instruct", text="후문으로 조용히")
    await tablet.says("instructions", "후문으로 조용히")
    await expect(page.locator('[data-test="instructions"]')).to_be_visible()


async def test_the_place_is_handed_to_a_navigation_app_with_one_tap(
    house: House, tablet: Tablet
) -> None:
    await tablet.open(house.url, WEST)
    await tablet.shows((await house.press())["incident_id"])
    link = str(await tablet.page.get_attribute('[data-test="navigate"]', "href"))
    assert re.match(r"geo:37\.651200,127\.016500\?q=37\.651200,127\.016500\(\S+\)$", link)
    nowhere = (await house.press(None))["incident_id"]
    assert (await house.incident(nowhere))["place"]["jurisdiction"] is None


async def test_a_caller_who_walks_is_followed_and_one_who_leaves_is_handed_over_in_words(
    house: House, tablet: Tablet
) -> None:
    await tablet.open(house.url, WEST)
    taken = await house.press()
    await tablet.shows(taken["incident_id"])

    async def walk_to(place: Place) -> None:
        fix = {"lon": place.lon, "lat": place.lat, "accuracy_m": 8}
        body = {"positions": [fix | {"fixed_at": datetime.now(UTC).isoformat()}]}
        path = f"/v1/reports/{taken['report_id']}/positions"
        answer = await house.client.post(path, json=body, headers=as_caller(taken))
        assert answer.status_code == 200

    async def is_tracked(steps: int) -> None:
        has = "([id, length]) => window.lamplighter?.world().tracks.get(id)?.length === length"
        await tablet.page.wait_for_function(has, arg=[taken["incident_id"], steps])

    start = HERE.metres
    for step in (1, 2, 3):
        await walk_to(place_at(Metres(start.east + 20 * step, start.north + 15 * step)))
        await is_tracked(1 + step)  # one that comes sooner takes the place of the one before
    await tablet.page.reload()
    await is_tracked(4)
    await walk_to(ACROSS)
    await tablet.is_quiet()
    await expect(tablet.page.locator('[data-farewell="left"]')).to_contain_text("관제센터에 확인")
    await tablet.page.wait_for_selector('body[data-alarm="quiet"]')


async def test_everything_can_be_done_from_the_keyboard(house: House, tablet: Tablet) -> None:
    await tablet.open(house.url, WEST)
    first = (await house.press())["incident_id"]
    await tablet.shows(first)
    second = (await house.press())["incident_id"]
    page = tablet.page
    await page.wait_for_selector(f'[data-incident-id="{second}"]')
    await page.keyboard.press("ArrowRight")
    await tablet.shows(second)
    await page.keyboard.press("ArrowLeft")
    await tablet.shows(first)
    await page.keyboard.press("1")
    await tablet.shows(first, "acknowledged")
    await page.keyboard.press("4")
    await page.keyboard.press("Escape")
    await page.wait_for_selector('[data-move="close"]')
    await page.keyboard.press("4")
    await page.keyboard.press("2")
    await tablet.shows(second)
    assert (await house.incident(first))["disposition"] == "accidental"
    await page.keyboard.press("?")
    await page.wait_for_selector('[data-test="keys"]')
    await page.keyboard.press("Escape")
    await expect(page.locator('[data-test="keys"]')).to_have_count(0)
    await page.keyboard.press("l")
    await expect(page.locator('[data-move="arrive"]')).to_contain_text("Arrived")
    light = await page.locator("html").get_attribute("data-light")
    other = "night" if light == "day" else "day"
    await page.keyboard.press("d")
    await page.wait_for_selector(f'html[data-light="{other}"]')
    await page.reload()
    await page.wait_for_selector(f'html[data-light="{other}"][lang="en"]')


async def test_a_move_that_somebody_else_has_made_is_said_and_not_made_again(
    house: House, tablet: Tablet
) -> None:
    await tablet.open(house.url, WEST)
    incident_id = (await house.press())["incident_id"]
    await tablet.shows(incident_id)
    await tablet.page.route("**/arrive", lambda route: route.abort())
    await tablet.tap("arrive")
    await expect(tablet.page.locator('[data-test="trouble"]')).to_be_visible()
    assert (await house.incident(incident_id))["state"] == "open"
    await tablet.page.unroute("**/arrive")
    await tablet.tap("arrive")
    await tablet.shows(incident_id, "on_scene")
    await expect(tablet.page.locator('[data-test="trouble"]')).to_have_count(0)


@pytest.mark.parametrize("size", SIZES, ids=["lying", "standing"])
@pytest.mark.parametrize("light", ["light", "dark"])
async def test_axe_finds_nothing_serious_and_nothing_to_press_is_small_or_out_of_sight(
    house: House, browser: Browser, size: tuple[int, int], light: str
) -> None:
    context = await browser.new_context(
        locale="ko-KR",
        viewport={"width": size[0], "height": size[1]},
        color_scheme="light" if light == "light" else "dark",
        reduced_motion="reduce",
    )
    tablet = Tablet(await context.new_page())
    tablet.page.set_default_timeout(60_000)
    await tablet.page.goto(f"{house.url}/police")
    await tablet.page.wait_for_selector("[data-jurisdiction]")
    assert await serious_faults(tablet.page) == []
    await tablet.open(house.url, WEST)
    await tablet.is_quiet()
    assert await serious_faults(tablet.page) == []
    hidden = (await house.press(silent=True, note="뒤에 누가"))["incident_id"]
    await house.press(drill=True)
    await house.move(hidden, "instruct", text="조용히")
    await tablet.shows(hidden)
    await tablet.says("instructions", "조용히")
    assert await serious_faults(tablet.page) == []
    for button in await tablet.page.locator(".steps button, .navigate, #bar button").all():
        found = await button.bounding_box()
        assert found is not None
        assert min(found["width"], found["height"]) >= 44
        assert found["x"] >= 0
        assert found["x"] + found["width"] <= size[0]
        assert found["y"] + found["height"] <= size[1]
    await tablet.page.keyboard.press("4")
    await tablet.page.wait_for_selector('[data-ending="genuine"]')
    assert await serious_faults(tablet.page) == []
    await tablet.page.keyboard.press("?")
    assert await serious_faults(tablet.page) == []
    still = await tablet.page.evaluate(
        "document.getAnimations().filter((one) => one.playState === 'running').length"
    )
    assert still == 0
    await context.close()
