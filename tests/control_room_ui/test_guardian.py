"""Come here for what stands behind a guardian's link, in a real browser."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Request, expect
from shapely.geometry import box

from dispatch.plan import Plan
from geo.area import Area
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.handset import Handset, handset
from tests.dispatch.walking import SECOND, Phone, east, fix, hasty, starts
from tests.house import HERE, running, street_of
from tests.parts import free_port
from tests.patience import DEADLINE_S

LATE: Final = 0.0001
"""Minutes. Whoever expects so little is late at once."""
TOLD: Final = hasty(
    overdue_least=timedelta(),
    overdue_share=0.0001,
    ask_for=0.2 * SECOND,
    guardian_for=timedelta(hours=1),
)
"""Whoever is late is asked at once, and the guardian told at once; help is not called."""
MINE: Final = {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "1"}


OURS: Final = Area(
    "서울특별시 도봉구 쌍문동", "neighbourhood", None, box(127.0, 37.64, 127.03, 37.66)
)


async def headline(phone: Handset, text: str) -> None:
    """Wait until the page says that."""
    found = phone.page.locator('[data-test="headline"]')
    await expect(found).to_contain_text(text, timeout=DEADLINE_S * 1000)


async def opened(phone: Handset, walking: Phone, number: int = 0) -> list[Request]:
    """Open a guardian's link; everything that the page asks for from then on."""
    asked: list[Request] = []
    phone.page.on("request", lambda request: asked.append(request))
    phone.page.set_default_timeout(DEADLINE_S * 1000)
    await phone.page.goto(phone.url + walking.walk["guardians"][number]["link"])
    return asked


async def test_a_guardian_s_link_shows_what_has_gone_wrong_and_where_and_then_nothing_any_more(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        running(
            *(embedded, tmp_path),
            lamps=street_of(10),
            areas=[OURS],
            plan=TOLD,
            LAMPLIGHTER_WEBHOOKS=f"guardian=http://127.0.0.1:{free_port()}/",
        ) as house,
        handset(browser, house.url) as phone,
    ):
        walking = await starts(
            house.client, guardians=[MINE], name="민지", expected_minutes=LATE, watched=False
        )
        await walking.moves(fix(east(20), 3))
        asked = await opened(phone, walking)
        await headline(phone, "민지님이 확인에 답하지 않습니다")
        page = phone.page
        await expect(page.locator('[data-test="why"]')).to_contain_text("늦음")
        await phone.shows("place", "쌍문동")
        await phone.shows("place", "쌍문-0001")
        await phone.shows("age", "방금 확인한 위치")
        assert await page.locator('[data-test="call"]').get_attribute("href") == "tel:112"
        assert "까지" in await page.locator('[data-test="expires"]').inner_text()
        await page.wait_for_selector("body[data-map-idle]")
        assert await serious_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await phone.tap("language")
        await headline(phone, "민지 does not answer")

        await walking.does("answer", answer="help")
        await headline(phone, "Help has been called for 민지")
        await walking.does("end")
        await headline(phone, "민지 has ended the walk")
        assert await page.locator("#map, .place").count() == 0
        await nobody_else_has_the_token(walking, asked)

        shown = await house.client.get(f"{walking.path}/showings", headers=walking.headers)
        (entry,) = [one for one in shown.json()["showings"] if one["role"] == "guardian"]
        assert entry["recipient"] == "엄마 (guardian 1)"
        assert entry["path"] == "GET /v1/walks/shared"


async def nobody_else_has_the_token(walking: Phone, asked: list[Request]) -> None:
    """It was sent in the header that asks about the walk, and in nothing else."""
    token = walking.walk["guardians"][0]["link"].partition("#")[2]
    assert asked
    told = 0
    for request in asked:
        assert token not in request.url.partition("#")[0]
        headers: dict[str, Any] = await request.all_headers()
        assert "referer" not in headers
        with_token = [name for name, value in headers.items() if token in value]
        is_question = request.url.endswith("/v1/walks/shared")
        assert with_token == (["authorization"] if is_question else [])
        told += is_question
    assert told > 0


async def test_while_all_is_well_a_link_shows_no_place_and_without_consent_never(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        running(embedded, tmp_path, lamps=street_of(10)) as house,
        handset(browser, house.url) as phone,
    ):
        walking = await starts(
            house.client, guardians=[MINE, {"contact": "010-8765-4321"}], name="민지"
        )
        await walking.moves(fix(HERE))
        await opened(phone, walking)
        await headline(phone, "집에 가는 중입니다")
        await phone.shows("hidden", "문제가 생겼을 때만")
        assert await phone.page.locator('#map, [data-test="call"]').count() == 0
        await walking.does("answer", answer="help")
        await opened(phone, walking, number=1)
        await headline(phone, "도움을 요청했습니다")
        await phone.shows("hidden", "동의하지 않아")
        assert await phone.page.locator("#map").count() == 0


NO_LONGER: Final[Plan] = hasty(link_for=timedelta())


async def test_a_link_whose_time_is_over_says_so_and_whom_to_call(
    embedded: Pair, tmp_path: Path, browser: Browser
) -> None:
    async with (
        running(embedded, tmp_path, plan=NO_LONGER) as house,
        handset(browser, house.url, locale="en-GB") as phone,
    ):
        walking = await starts(house.client, guardians=[MINE], name="민지")
        await opened(phone, walking)
        await headline(phone, "민지 is walking home")
        await walking.does("end")
        await headline(phone, "This link is over")
        assert "민지" not in await phone.page.inner_text("body")
        assert await phone.page.locator('[data-test="call"]').count() == 1
        assert await serious_faults(phone.page) == []
