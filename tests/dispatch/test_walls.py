"""How a wall display without a keyboard comes in: somebody types its code at a real provider."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Pair
from tests.dispatch.district_accounts import (
    PEOPLE,
    a_browser,
    a_district,
    types_the_code,
)
from tests.dispatch.staff import LOCAL, closing, feed_of
from tests.house import House, assert_problem, running
from tests.parts.provider import ProviderServer

CODE = "/v1/sign-in/oidc/wall"
ANSWER = f"{CODE}/answer"


@pytest.fixture
async def district(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[House, ProviderServer]]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with a_district(pair, tmp_path, LAMPLIGHTER_OIDC_ASK_AGAIN_S="1") as both:
        yield both


@pytest.fixture
def house(district: tuple[House, ProviderServer]) -> House:
    return district[0]


@pytest.fixture
def server(district: tuple[House, ProviderServer]) -> ProviderServer:
    return district[1]


async def code_of(wall: httpx.AsyncClient) -> dict[str, Any]:
    """What a display shows."""
    answer = await wall.post(CODE, json={})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_wall_display_is_signed_in_as_whoever_types_its_code_elsewhere(
    house: House, server: ProviderServer
) -> None:
    async with a_browser(house) as wall, a_browser(house) as phone:
        shown = await code_of(wall)
        assert shown["verification_uri"].startswith(server.issuer)
        assert shown["user_code"] in shown["verification_uri_complete"]
        assert shown["interval_s"] == 5
        assert "device_code" not in shown
        assert_problem(await wall.get("/v1/me"), 401)
        await types_the_code(phone, shown, "김민지")
        answer = await wall.post(ANSWER, json={})
        assert answer.json()["state"] == "here"
        assert answer.json()["me"]["name"] == "김민지"
        assert_problem(await phone.get("/v1/me"), 401)  # the telephone is in nowhere here
        assert_problem(await wall.post(ANSWER, json={}), 409)  # it is good once
        async with feed_of(house, wall) as feed:
            server.knows(PEOPLE | {"김민지": {"groups": []}})
            assert await closing(feed.socket) == 1008
        assert_problem(await wall.get("/v1/me"), 401)


async def test_until_somebody_has_typed_it_the_display_waits_and_the_provider_is_not_pestered(
    house: House, server: ProviderServer
) -> None:
    async with a_browser(house) as wall, a_browser(house) as stranger:
        await code_of(wall)
        assert (await wall.post(ANSWER, json={})).json() == {"state": "waiting", "me": None}
        server.stop()  # whoever asks again at once is answered without asking there
        assert (await wall.post(ANSWER, json={})).json()["state"] == "waiting"
        assert_problem(await stranger.post(ANSWER, json={}), 409)
        stranger.cookies.set("lamplighter-wall", "gAAAA-forged")
        assert_problem(await stranger.post(ANSWER, json={}), 409)
        problem = assert_problem(await stranger.post(CODE, json={}), 503)
        assert problem["trouble"] == "provider_down"


async def test_whoever_has_no_role_brings_no_display_in(house: House) -> None:
    async with a_browser(house) as wall, a_browser(house) as phone:
        await types_the_code(phone, await code_of(wall), "최가수")
        problem = assert_problem(await wall.post(ANSWER, json={}), 403)
        assert problem["trouble"] == "not_yours"
        assert_problem(await wall.get("/v1/me"), 401)


async def test_codes_are_not_to_be_had_without_end(house: House) -> None:
    async with a_browser(house) as wall:
        answers = [await wall.post(CODE, json={}) for _ in range(6)]
        assert {one.status_code for one in answers[:5]} == {200}
        assert_problem(answers[5], 429)
        assert int(answers[5].headers["retry-after"]) > 0
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert_problem(await wall.post(CODE, json={}, headers=foreign), 403)


async def test_there_are_no_codes_where_accounts_are_local(sqlite_url: str, tmp_path: Path) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL) as house, a_browser(house) as wall:
        assert_problem(await wall.post(CODE, json={}), 409)
        assert_problem(await wall.post(ANSWER, json={}), 409)
