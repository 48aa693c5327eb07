"""Who may open a walk, who sees it, and how far."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Pair
from tests.dispatch.walking import (
    ASKED,
    Phone,
    east,
    fix,
    hasty,
    opens,
    starts,
)
from tests.dispatch.walking import walk_body as a_walk
from tests.dispatch.walks_home import LATE, everything_written, walks_of
from tests.house import House, assert_problem, running

# ---- refusals


async def test_nobody_but_its_own_phone_opens_a_walk(house: House) -> None:
    phone = await starts(house.client)
    other = await starts(house.client)
    stranger = Phone(house.client, phone.walk | {"walker_token": other.walk["walker_token"]})
    assert_problem(await stranger.post("positions", positions=[]), 401)
    assert_problem(await house.client.get(phone.path), 401)
    unknown = Phone(house.client, phone.walk | {"walk_id": str(uuid.uuid4())})
    assert_problem(await unknown.post("end"), 401)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"expected_minutes": 0},
        {"expected_minutes": 100_000},
        {"walk_id": "home"},
        {"pin": "12"},
        {"duress_pin": "1234"},
        {"pin": "1234", "duress_pin": "1234"},
        {"destination": {"lon": 200, "lat": 0}},
        {"route": [{"lon": 127, "lat": 37}]},
        {"guardians": [{"contact": ""}]},
        {"guardians": [{"contact": "abc"}]},
        {"guardians": [{"contact": "010-1234-5678", "consent": True}]},
        {"guardians": [{"contact": "010-1234-5678"}] * 6},
    ],
)
async def test_a_walk_that_makes_no_sense_is_refused_with_words(
    sqlite_url: str, tmp_path: Path, spoilt: dict[str, Any]
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        assert_problem(await house.client.post("/v1/walks", json=a_walk(**spoilt)), 422)


async def test_what_the_state_does_not_allow_is_refused_with_what_it_does(house: House) -> None:
    phone = await starts(house.client)
    await phone.does("end")
    problem = assert_problem(await phone.post("extend", minutes=5), 409)
    assert problem["possible"] == ["arrive", "end"]
    assert (await phone.does("end"))["state"] == "ended"


# ---- who sees what


async def test_operators_see_that_somebody_walks_but_not_where(house: House) -> None:
    quiet = await starts(house.client)
    watched = await starts(house.client, watched=True)
    for phone in (quiet, watched):
        await phone.moves(fix(east(20)))
    seen = await walks_of(house)
    assert (seen["total"], seen["attention"]) == (2, [])
    assert [one["walk_id"] for one in seen["watched"]] == [watched.walk["walk_id"]]
    hidden = (await house.client.get(f"{quiet.path}/desk")).json()
    assert (hidden["position"], hidden["track"]) == (None, [])
    shown = (await house.client.get(f"{watched.path}/desk")).json()
    assert len(shown["track"]) == 1


async def test_a_guardian_sees_a_position_only_in_need_and_with_consent(
    pair: Pair, tmp_path: Path
) -> None:
    plan = hasty(overdue_least=ASKED.walk.overdue_least, overdue_share=0.0001)
    async with running(pair, tmp_path, plan=plan) as house:
        guardians = [
            {"contact": "010-1234-5678", "consent": True, "consent_version": "1"},
            {"contact": "010-8765-4321"},
        ]
        phone = await starts(house.client, guardians=guardians, name="민지")
        await phone.moves(fix(east(20)))
        links = [guardian["link"] for guardian in phone.walk["guardians"]]

        async def shared(link: str) -> dict[str, Any]:
            answer = await opens(house.client, link)
            assert answer.status_code == 200, answer.text
            assert phone.walk["walk_id"] not in answer.text
            found: dict[str, Any] = answer.json()
            return found

        assert [(await shared(link))["position"] for link in links] == [None, None]
        assert "민지" in (await shared(links[0]))["words"]["ko"]
        await phone.does("answer", answer="help")
        positions = [(await shared(link))["position"] for link in links]
        assert positions[0]["lon"] == pytest.approx(east(20).lon)
        assert positions[1] is None
        assert [(await shared(link))["state"] for link in links] == ["alarmed"] * 2
        await phone.does("end")
        assert [(await shared(link))["position"] for link in links] == [None, None]
        assert_problem(await opens(house.client, links[0][:-2] + "xx"), 401)
        assert_problem(await house.client.get("/v1/walks/shared"), 401)


async def test_the_link_of_a_guardian_expires_and_the_walk_s_row_is_gone(
    pair: Pair, tmp_path: Path
) -> None:
    plan = hasty(link_for=ASKED.walk.ask_for * 0)
    async with running(pair, tmp_path, plan=plan) as house:
        phone = await starts(house.client, guardians=[{"contact": "010-1234-5678"}])
        link = phone.walk["guardians"][0]["link"]
        assert (await opens(house.client, link)).status_code == 200
        await phone.does("end")
        assert_problem(await opens(house.client, link), 401)
        assert house.dispatcher is not None
        await house.dispatcher.walks._tidy()
        assert await everything_written(house) == "[]"
        assert house.dispatcher.guardians._links == {}
        assert_problem(await house.client.get(phone.path, headers=phone.headers), 404)


# ---- the feed


async def test_screens_hear_of_the_walks_that_need_them(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, plan=ASKED) as house, house.feed() as feed:
        begun = await feed.until(lambda frame: frame["type"] == "walks")
        assert (begun["total"], begun["attention"]) == (0, [])
        assert "seq" not in begun
        phone = await starts(house.client, expected_minutes=LATE)
        asked = await feed.until(lambda frame: bool(frame.get("attention")))
        assert asked["attention"][0]["walk_id"] == phone.walk["walk_id"]
        assert asked["attention"][0]["position"] is None
        await phone.does("end")
        await feed.until(lambda frame: frame.get("total") == 0)
