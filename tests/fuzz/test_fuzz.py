"""A taste of what strangers send: nothing gives way. `python -m tests.fuzz` has all of it."""

import asyncio
from pathlib import Path

import httpx

from dispatch.access import Role
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL
from tests.fuzz.attacks import sockets_of
from tests.fuzz.bodies import send_all, send_huge
from tests.fuzz.calls import call_all
from tests.fuzz.feeds import babble, crowd
from tests.fuzz.heads import send_heads
from tests.fuzz.lives import Caller, live
from tests.fuzz.roles import JURISDICTION, Staff, call_as, may
from tests.fuzz.stage import Found, Row
from tests.fuzz.table import table, wrong
from tests.fuzz.tally import Tally
from tests.fuzz.topics import shout
from tests.house import running, street_of
from tests.patience import eventually
from tests.wire.test_traffic import AREAS


def assert_held(tally: Tally, at_least: int) -> None:
    """So much was tried, and nothing gave way."""
    assert tally.faults == []
    assert tally.tried >= at_least


async def test_no_call_of_the_document_is_answered_as_it_does_not_say(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(3)) as house:
        tally = await asyncio.to_thread(call_all, house.url, 1, "L0001")
        assert_held(tally, at_least=80)
        assert len(tally.answers.keys() & {200, 201}) == 2


async def test_no_role_is_given_by_chance_what_the_table_does_not_allow(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL, lamps=street_of(3), areas=AREAS) as house:
        assert house.dispatcher is not None
        inside = house.dispatcher
        staff = Staff(house.url, inside.database, JURISDICTION, inside.settings)
        theirs_alone: dict[Role, str] = {
            "auditor": "GET /v1/record",
            "city_app": "POST /v1/reports",
        }
        for role, theirs in theirs_alone.items():
            tally = await call_as(staff, role, house.url, 1, "L0001")
            assert_held(tally, at_least=80)
            assert theirs in tally.given
            assert "GET /v1/accounts" not in tally.given
            assert tally.answers[401] + tally.answers[403] > 0


def test_whoever_is_given_what_is_not_theirs_is_found() -> None:
    assert not may("GET /v1/incidents", "auditor")
    assert may("GET /v1/me", "auditor")
    assert not may("GET /v1/me", "city_app")
    assert may("POST /v1/reports", "city_app")
    assert not may("GET /v1/nothing", "administrator")


async def test_deep_broken_and_huge_bodies_are_refused_in_words(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        assert_held(await send_all(house.url, depth=100_000), at_least=100)
        assert_held(await send_huge(house.url, size=2_000_000), at_least=20)
        await house.press()


async def test_junk_on_topics_and_sockets_changes_nothing_for_lamps_and_screens(
    pair: Pair, tmp_path: Path
) -> None:
    lamps = street_of(3)
    async with running(pair, tmp_path, lamps=lamps) as house, house.street(), house.feed() as feed:
        ids = [lamp.lamp_id for lamp in lamps]
        assert_held(await shout(house.broker.host, house.broker.port, ids, 300), at_least=300)
        sockets = await sockets_of(house.client)
        assert_held(await babble(house.url, sockets, sockets=14, dice=1), at_least=140)
        await house.press()
        await feed.event("lamps_answered")
        health = await house.client.get("/healthz")
        assert health.json()["trouble"] == []


async def test_screens_that_are_cut_off_or_never_read_keep_nothing_from_those_that_do(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(3)) as house,
        crowd(house.url, screens=40, sleepers=10) as found,
    ):
        for _ in range(10):
            await house.press()
        found.cut()
        for _ in range(10):
            await house.press()
        await eventually(lambda: all(len(one.seqs) >= 20 for one in found.reading))
        await eventually(lambda: len({one.last for one in found.reading}) == 1)
        assert all(one.is_whole for one in found.reading)


async def test_in_whatever_order_people_do_what_they_can_the_rest_is_refused_in_words(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(3)) as house:
        assert_held(await asyncio.to_thread(live, house.url, 2, steps=12), at_least=30)


async def test_what_only_looks_like_http_is_refused_or_hung_up_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        tally = await send_heads(house.url)
        assert_held(tally, at_least=100)
        assert tally.answers[400] > 10


def test_a_fault_of_ours_or_a_refusal_without_words_is_a_fault() -> None:
    tally = Tally("one")
    tally.answered(200, "application/json", "GET /a")
    tally.answered(404, "application/problem+json", "GET /b")
    tally.answered(404, "text/plain", "GET /c")
    tally.answered(500, "application/problem+json", "GET /d")
    assert (tally.tried, tally.server_errors, len(tally.faults)) == (4, 1, 2)


def test_whoever_is_answered_otherwise_than_a_life_lets_expect_is_told_of() -> None:
    tally = Tally("lives")
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json={})))
    caller = Caller(client, tally)
    answer = caller.asks("POST", "http://desk/v1/incidents/x/close")
    assert caller.expects(answer, 200, because="it is open")
    assert not caller.expects(answer, 409, because="it is closed")
    assert len(tally.faults) == 1


def test_the_table_says_of_each_pair_what_was_sent_and_what_was_amiss() -> None:
    calls, storms = (
        Row(Tally(name, 1_200, faults=["500 to GET /a"]), 3.2, 10**8, 2 * 10**8) for name in "cs"
    )
    one = Found({"calls": calls, "storms": storms})
    other = Found({"calls": calls}, lost=["report x was lost: 404"])
    drawn = table({"embedded": [one], "production": [other]})
    assert "| calls | 1,200 + 1,200 | 0 + 0 | 1 + 1 | 100 / 200; 100 / 200 | 3 + 3 |" in drawn
    assert "| storms | 1,200 + – |" in drawn
    assert "lost: 0 + 1." in drawn
    assert wrong({"embedded": [one]}) == {"embedded": ["500 to GET /a"]}
    assert wrong({"production": [Found()]}) == {}
