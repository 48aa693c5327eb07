"""The PIN of a walk: who has it, who guesses, and who is made to say another."""

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from dispatch.pins import pin_hash, verdict
from tests.conftest import Pair
from tests.dispatch.walking import (
    ASKED,
    Phone,
    east,
    fix,
    starts,
)
from tests.dispatch.walks_home import LATE, the_incident_of, walks_of
from tests.house import HERE, House, as_caller, assert_problem, running, street_of
from tests.patience import ask_until, eventually

# ---- PINs


async def two_phones(house: House) -> tuple[Phone, Phone]:
    """Two walks that are alike and are both asked."""
    pins = {"pin": "4821", "duress_pin": "1190", "expected_minutes": LATE}
    phones = [await starts(house.client, **pins) for _ in range(2)]
    for phone in phones:
        await phone.moves(fix(HERE, 10), fix(east(20), 1))
        await phone.until("asking")
    return phones[0], phones[1]


def without_times(answer: httpx.Response) -> bytes:
    """The bytes of an answer but for what differs between any two walks: its id, and the time."""
    body = answer.json()
    for name in ("at", "due_at"):
        assert len(body[name]) == len("2026-11-22T12:00:30.000Z")
        body[name] = ""
    assert len(body["walk_id"]) == 36
    body["walk_id"] = ""
    head = sorted((key, value) for key, value in answer.headers.items() if key != "date")
    return json.dumps([answer.status_code, head, body], ensure_ascii=False).encode()


async def test_the_duress_pin_is_answered_like_the_pin_and_opens_a_silent_incident(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(10), plan=ASKED) as house,
        house.feed() as feed,
    ):
        free, forced = await two_phones(house)
        fine = await free.post("answer", answer="fine", pin="4821")
        duress = await forced.post("answer", answer="fine", pin="1190")
        assert without_times(fine) == without_times(duress)
        incident = (await feed.event("opened"))["incident"]
        assert incident["walk_id"] == forced.walk["walk_id"]
        assert (incident["silent"], incident["scene"]) == (True, "none")
        assert len(incident["track"]) == 2
        later = [await phone.post("positions", positions=[]) for phone in (free, forced)]
        assert without_times(later[0]) == without_times(later[1])
        extended = [
            await free.post("extend", minutes=60, pin="4821"),
            await forced.post("extend", minutes=60, pin="1190"),
        ]
        assert without_times(extended[0]) == without_times(extended[1])
        (walk,) = (await walks_of(house))["attention"]
        assert (walk["alarm"]["how"], walk["alarm"]["silent"]) == ("duress", True)
        assert walk["position"] is not None
        ended = [await free.post("end", pin="4821"), await forced.post("end", pin="1190")]
        assert without_times(ended[0]) == without_times(ended[1])


def test_the_duress_pin_and_a_wrong_one_cost_as_much_work_as_the_pin() -> None:
    secret, walk_id = b"s" * 32, "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10"
    kept = (pin_hash(secret, walk_id, "4821"), pin_hash(secret, walk_id, "1190"))
    spent: dict[str, list[float]] = {"4821": [], "1190": [], "0000": []}
    for _ in range(15):
        for typed, times in spent.items():
            begun = time.thread_time()  # of this thread's own work, however busy the machine is
            verdict(secret, walk_id, typed, *kept)
            times.append(time.thread_time() - begun)
    least = [min(times) for times in spent.values()]
    assert max(least) < 2 * min(least), spent


async def test_a_walk_with_a_pin_is_called_off_by_nobody_without_it(house: House) -> None:
    phone = await starts(house.client, pin="4821")
    for call, body in (
        ("answer", {"answer": "fine"}),
        ("pause", {}),
        ("extend", {"minutes": 5}),
        ("arrive", {}),
        ("end", {}),
    ):
        for pin in ({}, {"pin": "0000"}):
            problem = assert_problem(await phone.post(call, **body, **pin), 422)
            assert problem["errors"][0]["field"] == "pin"
    assert (await phone.shown())["state"] == "walking"


async def test_whoever_guesses_at_the_pin_calls_for_help_without_knowing(house: House) -> None:
    phone = await starts(house.client, pin="4821")
    for number in range(5):
        await phone.post("end", pin=f"000{number}")
    incident = await the_incident_of(house, "checkin_missed")
    assert incident["silent"] is True
    assert (await phone.shown())["state"] == "walking"


async def test_a_duress_pin_at_the_very_end_still_brings_the_track(house: House) -> None:
    phone = await starts(house.client, pin="4821", duress_pin="1190")
    await phone.moves(fix(HERE, 9), fix(east(30), 1))
    assert (await phone.does("end", pin="1190"))["state"] == "ended"
    incident = await the_incident_of(house, "sos")
    assert (incident["silent"], len(incident["track"])) == (True, 2)
    assert house.dispatcher is not None
    record = house.dispatcher.walks.get(phone.walk["walk_id"])
    await eventually(lambda: len(record.track) == 0)


async def test_a_cry_during_a_walk_with_a_pin_is_taken_back_by_nobody_without_it(
    house: House,
) -> None:
    seen = []
    for pin in ("4821", "1190"):
        phone = await starts(house.client, pin="4821", duress_pin="1190")
        named = {name: phone.walk[name] for name in ("walk_id", "walker_token")}
        taken = await house.press(None, **named)
        await phone.until("alarmed")
        call, headers = f"/v1/reports/{taken['report_id']}", as_caller(taken)
        for body in (None, {}, {"pin": "0000"}):
            refused = await house.client.post(f"{call}/withdraw", json=body, headers=headers)
            assert assert_problem(refused, 422)["errors"][0]["field"] == "pin"
        assert (await house.client.get(call, headers=headers)).json()["withdrawn"] is False
        told = await house.client.post(f"{call}/withdraw", json={"pin": pin}, headers=headers)
        later = (await house.client.get(call, headers=headers)).json()
        seen.append(
            [told.status_code, told.json()["withdrawn"], told.json()["words"], later["words"]]
        )
        forced = await house.incident(taken["incident_id"])
        if pin == "4821":
            key = taken["incident_id"]
            forced = await ask_until(partial(house.incident, key), lambda one: one["withdrawn"])
        else:
            await the_silent_one(house)
            assert forced["withdrawn"] is False
        await house.move(taken["incident_id"], "close", disposition="genuine")
        await no_alarm_is_left(house, phone)
        over = (await house.client.get(call, headers=headers)).json()
        seen[-1].append([over["state"], over["withdrawn"], over["words"]])
    assert seen[0] == seen[1]
    assert seen[0][:2] == [200, True]


async def no_alarm_is_left(house: House, phone: Phone) -> None:
    """Wait until the walk knows of its incident's end."""
    assert house.dispatcher is not None
    record = house.dispatcher.walks.get(phone.walk["walk_id"])
    await eventually(lambda: record.walk.alarm is None, "the end of its alarm")


async def the_silent_one(house: House) -> None:
    """Wait for an incident that nobody sees from the street."""

    async def silent() -> list[Any]:
        page = (await house.client.get("/v1/incidents")).json()
        return [one for one in page["incidents"] if one["silent"]]

    await ask_until(silent, bool)
