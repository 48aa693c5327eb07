"""A walker takes back what one guardian, or all of them, may see, and the walk goes on."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Pair
from tests.dispatch.test_consents_kept import GUARDIANS, listed
from tests.dispatch.test_walks_live import talk
from tests.dispatch.test_walks_pins import without_times
from tests.dispatch.walking import Phone, fix, opens, starts
from tests.dispatch.walks_home import the_incident_of
from tests.house import HERE, House, assert_problem, environment_for, running

WITHDRAW = "consent/withdraw"
PINS = {"pin": "4821", "duress_pin": "1190"}


async def in_need(house: House, **more: Any) -> Phone:
    """Somebody who has called for help: the first and the third of their guardians see where."""
    phone = await starts(house.client, guardians=GUARDIANS, **more)
    await phone.moves(fix(HERE, 1))
    await phone.does("answer", answer="help")
    await phone.reported()  # said to a talk too, and no answer to it
    assert await who_sees(house, phone) == [True, False, True]
    return phone


async def who_sees(house: House, phone: Phone) -> list[bool]:
    """Guardian by guardian: whether their page shows where the walker is."""
    pages = [await opens(house.client, one["link"]) for one in phone.walk["guardians"]]
    found = [page.json() for page in pages]
    for one in found:
        assert (one["position"] is None) == (one["fixed_at"] is None) == (one["place"] is None)
    return [one["position"] is not None for one in found]


async def test_one_guardian_is_blind_at_once_while_help_is_called_and_the_others_are_not(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        phone = await in_need(house, watched=True)
        shown = await phone.does(WITHDRAW, guardian=1)
        assert shown["state"] == "alarmed"
        assert await who_sees(house, phone) == [False, False, True]
        watched, first, third = await listed(at)
        assert "guardian 1 엄마" in first
        assert "; withdrawn 20" in first
        assert watched.endswith("; stands")
        assert third.endswith("; stands")
        await phone.moves(fix(HERE))
        assert await who_sees(house, phone) == [False, False, True]
        await phone.does(WITHDRAW)
        assert await who_sees(house, phone) == [False, False, False]
        later = await listed(at)
        assert later[:2] == [watched, first], "what has ended keeps its time"
        assert "; withdrawn 20" in later[2]
        desk = (await house.client.get(f"{phone.path}/desk")).json()
        assert desk["position"] is not None, "the centre still helps"
        problem = assert_problem(await phone.post(WITHDRAW, guardian=4), 422)
        assert problem["errors"][0]["field"] == "guardian"
        await phone.does("end")
        assert_problem(await phone.post(WITHDRAW), 409)


@pytest.mark.parametrize("how", ["end", "arrive"])
async def test_what_nobody_took_back_ends_with_the_walk_and_was_not_withdrawn(
    sqlite_url: str, tmp_path: Path, how: str
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        phone = await starts(house.client, guardians=GUARDIANS, watched=True)
        await phone.does(WITHDRAW, guardian=1)
        (taken_back,) = [line for line in await listed(at) if "; withdrawn 20" in line]
        await phone.does(how)
        watched, first, third = await listed(at)
    assert first == taken_back, "what has ended keeps its time"
    assert all("; ended with the walk 20" in line for line in (watched, third))


async def test_what_was_taken_back_stays_so_after_a_restart(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        phone = await in_need(house)
        await phone.does(WITHDRAW, guardian=3)
    async with running(pair, tmp_path) as house:
        phone = Phone(house.client, phone.walk)
        await phone.moves(fix(HERE))
        assert await who_sees(house, phone) == [True, False, False]


async def test_with_a_pin_nobody_else_leaves_a_guardian_blind_and_under_duress_it_only_looks_so(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        free, forced = await in_need(house, **PINS), await in_need(house, **PINS)
        for wrong in ({}, {"pin": "0000"}):
            problem = assert_problem(await forced.post(WITHDRAW, **wrong), 422)
            assert problem["errors"][0]["field"] == "pin"
        assert await who_sees(house, forced) == [True, False, True]
        answers = [await free.post(WITHDRAW, pin="4821"), await forced.post(WITHDRAW, pin="1190")]
        alike = [without_reports(one.json()) for one in answers]
        assert alike[0] == alike[1]
        assert [one.status_code for one in answers] == [200, 200]
        assert await who_sees(house, free) == [False, False, False]
        assert await who_sees(house, forced) == [True, False, True]
        mine = [line for line in await listed(at) if forced.walk["walk_id"] in line]
        assert len(mine) == 2
        assert all(line.endswith("; stands") for line in mine)
        await forced.does(WITHDRAW, pin="4821")
        assert await who_sees(house, forced) == [False, False, False]


def without_reports(shown: dict[str, Any]) -> dict[str, Any]:
    """What the phone is shown but for what differs between any two walks."""
    return shown | dict.fromkeys(("at", "due_at", "walk_id", "report"))


async def test_under_duress_help_is_called_silently_and_the_phone_finds_no_trace_of_it(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        bodies = [
            {"guardians": GUARDIANS, "watched": True, "phone_secret": "mB0sQm2bq1hXyqk3Jt4XxA"}
            | PINS
            | {"walk_id": f"0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f1{number}"}
            for number in range(2)
        ]
        free, forced = [await starts(house.client, **body) for body in bodies]
        for phone, pin in ((free, "4821"), (forced, "1190")):
            await phone.moves(fix(HERE, 1))
            answer = await phone.post(WITHDRAW, guardian=1, pin=pin)
            assert answer.status_code == 200
        incident = await the_incident_of(house, "sos")
        assert (incident["silent"], incident["walk_id"]) == (True, forced.walk["walk_id"])
        for phone, body, sees in ((free, bodies[0], False), (forced, bodies[1], True)):
            again = await house.client.post("/v1/walks", json={"expected_minutes": 20} | body)
            given = [one["consent"] for one in again.json()["guardians"]]
            assert given == [False, False, True]
            assert (await who_sees(house, phone))[0] is sees
            listed = (
                await house.client.get(f"{phone.path}/showings", headers=phone.headers)
            ).json()["showings"]
            assert not any("(guardian 1)" in repr(one) for one in listed)
            assert any("(guardian 3)" in repr(one) for one in listed)
        states = [await phone.post("positions", positions=[]) for phone in (free, forced)]
        assert without_times(states[0]) == without_times(states[1])


@pytest.mark.parametrize("words", [{}, {"guardian": 1}], ids=["all", "one"])
async def test_over_a_talk_it_is_the_same(
    pair: Pair, tmp_path: Path, words: dict[str, int]
) -> None:
    async with running(pair, tmp_path) as house:
        phone = await in_need(house, pin="4821")
        async with talk(house, phone) as talking:
            await talking.until("alarmed")
            await talking.says("withdraw_consent", **words)
            assert (await talking.refusal())["errors"][0]["field"] == "pin"
            assert await who_sees(house, phone) == [True, False, True]
            await talking.says("withdraw_consent", pin="4821", **words)
            await talking.until("alarmed")
        assert await who_sees(house, phone) == [False, False, bool(words)]
