"""Every route, every frame and every role, on a dispatcher that runs: the table is the law."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from dispatch.access import FRAMES, ROLES, ROUTES, STAFF, WRITES_TOPIC
from dispatch.actions import Actions
from dispatch.front import front
from dispatch.sign_in import people
from dispatch.sign_in.keys import digest, new_token
from dispatch.sign_in.people import App
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, connect, feed_of, signed_in, ticket
from tests.house import House, as_caller, running, street_of
from tests.patience import DEADLINE_S
from tests.wire.test_traffic import AREAS

JURISDICTION = next(area.name for area in AREAS if area.kind == "jurisdiction")
NOBODY = "nobody"
NO_WALK = "5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"


@pytest.fixture
def areas() -> list[Area]:
    return list(AREAS)


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path, areas: list[Area]) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL, lamps=street_of(3), areas=areas) as house:
        yield house


async def an_app(house: House) -> str:
    """The token of a city app."""
    assert house.dispatcher is not None
    token = new_token()
    app = App("안심이", digest(token), house.dispatcher.accounts.clock(), None)
    async with house.dispatcher.database.writing() as connection:
        await people.put_app(connection, app)
    await house.dispatcher.sessions.load()
    return token


async def test_every_route_answers_every_role_as_the_table_says(house: House) -> None:
    assert house.dispatcher is not None
    actions = list(Actions(front(house.dispatcher)))
    assert set(actions) == set(ROUTES)
    taken = await house.press()
    wrong = []
    async with AsyncExitStack() as stack:
        everybody: dict[str, httpx.AsyncClient] = {
            role: await stack.enter_async_context(
                signed_in(house, f"one {role}", role, jurisdictions=(JURISDICTION,))
            )
            for role in sorted(STAFF)
        }
        for role, headers in (
            ("caller", as_caller(taken)),
            ("city_app", {"Authorization": f"Bearer {await an_app(house)}"}),
            ("lamp", {}),
            (NOBODY, {}),
        ):
            everybody[role] = await stack.enter_async_context(
                httpx.AsyncClient(base_url=house.url, headers=headers, timeout=DEADLINE_S)
            )
        assert set(everybody) == ROLES | {NOBODY}
        for action in sorted(actions, key=lambda one: one.endswith("sign-out")):
            for role, browser in everybody.items():
                status = await answer(browser, action, taken, house)
                if verdict(status) != expected(action, role):
                    wrong.append((action, role, status, expected(action, role)))
    assert wrong == [], wrong


async def answer(
    browser: httpx.AsyncClient, action: str, taken: dict[str, str], house: House
) -> int:
    """What comes of an action; a body that is wrong is refused only after the guard."""
    method, _, path = action.partition(" ")
    for name in ("incident_id", "report_id"):
        path = path.replace("{" + name + "}", taken[name])
    path = path.replace("{walk_id}", NO_WALK)
    path = re.sub(r"\{\w+\}", "none", path).replace("screens", "/")
    if "caller" in ROUTES[action] and method == "WS":
        return 401  # whoever holds a walk says so in words, after it is open (test_walks)
    if method != "WS":
        body: dict[str, Any] | None = {} if method in ("POST", "PUT", "PATCH") else None
        return (await browser.request(method, path, json=body)).status_code
    word = (await browser.post("/v1/feed/ticket")).json().get("ticket", "")
    try:
        async with connect(house, f"?ticket={word}"):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def verdict(status: int) -> str:
    """A 422 or a 404 has passed the guard."""
    assert status < 500
    return {401: "unknown", 403: "forbidden"}.get(status, "allowed")


def expected(action: str, role: str) -> str:
    """What the table says of a role that has signed in, or that never does."""
    who = ROUTES[action]
    if action == "GET /v1/walks/shared" or ("caller" in who and "/walks/" in action):
        return "unknown"  # nobody here walks, or has the link of somebody who does
    if role in who or who & {"anybody", "visitor"} or ("signed_in" in who and role in STAFF):
        return "allowed"
    if "caller" in who:
        return "unknown"  # it is the token of that report that is asked for, of whomever
    return "forbidden" if role in STAFF or action.startswith("WS") else "unknown"


async def test_every_role_is_sent_the_frames_of_the_table_and_no_others(house: House) -> None:
    listeners = sorted(ROUTES["WS /v1/feed"])
    async with AsyncExitStack() as stack:
        browsers = {
            role: await stack.enter_async_context(
                signed_in(house, role, role, jurisdictions=(JURISDICTION,))
            )
            for role in listeners
        }
        feeds = {
            role: await stack.enter_async_context(feed_of(house, browser, "&tick=1"))
            for role, browser in browsers.items()
        }
        async with house.street():
            await house.press()
            for role, feed in feeds.items():
                wanted = {kind for kind, who in FRAMES.items() if role in who} - {
                    "elsewhere",
                    "walks",
                }
                while not wanted <= {frame["type"] for frame in feed.frames}:
                    await feed.next()
                allowed = {kind for kind, who in FRAMES.items() if role in who}
                assert {frame["type"] for frame in feed.frames} <= allowed, role


async def test_police_see_their_own_jurisdiction_and_nothing_of_another(house: House) -> None:
    taken = await house.press()
    elsewhere = "어디에도 없는 관할"
    incident = f"/v1/incidents/{taken['incident_id']}"
    async with (
        signed_in(house, "kim", "police", jurisdictions=(JURISDICTION,)) as here,
        signed_in(house, "lee", "police", jurisdictions=(elsewhere,)) as there,
        signed_in(house, "park", "police", jurisdictions=(JURISDICTION, elsewhere)) as both,
    ):
        assert (await here.get(incident)).status_code == 200
        assert (await here.post(f"{incident}/en-route", json={})).status_code == 200
        assert len((await here.get("/v1/incidents")).json()["incidents"]) == 1
        for path in (incident, f"{incident}/journal", f"/v1/incidents?jurisdiction={JURISDICTION}"):
            assert (await there.get(path)).status_code == 403
        assert (await here.get(f"/v1/incidents?jurisdiction={elsewhere}")).status_code == 403
        assert (await both.get("/v1/incidents")).status_code == 403  # they have to say which
        own = await both.get(f"/v1/incidents?jurisdiction={JURISDICTION}")
        assert len(own.json()["incidents"]) == 1
        word = await ticket(here)
        with pytest.raises(InvalidStatus):
            await connect(house, f"?ticket={word}&jurisdiction={elsewhere}")


async def test_only_lamps_write_what_a_lamp_says(house: House) -> None:
    """What brokers let whom write is made from these rows."""
    assert {topic for topic, who in WRITES_TOPIC.items() if who == {"lamp"}} == {
        "lamps/{lamp_id}/sighting",
        "lamps/{lamp_id}/status",
    }
