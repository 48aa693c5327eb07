"""Nobody acknowledges: who is told, when, and that a restart does not forget it."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from dispatch.escalation import ring
from dispatch.plan import DEFAULT
from dispatch.report import Flood
from tests.conftest import Pair
from tests.dispatch.lives import START, opened
from tests.dispatch.moving import AREAS, SHORT, entries
from tests.dispatch.receiver import Receiver
from tests.dispatch.staff import feed_of, signed_in
from tests.dispatch.test_flood import PROXY, SMALL
from tests.house import HERE, House, report, running, street_of
from tests.patience import eventually


def told(line: dict[str, Any]) -> tuple[int, list[str]]:
    return line["detail"]["level"], line["detail"].get("told", []) + line["detail"].get(
        "not_told", []
    )


def is_at(key: str, level: int, frame: dict[str, Any]) -> bool:
    """Whether a frame tells that an incident was escalated so far."""
    if frame.get("event") != "escalated":
        return False
    incident = frame["incident"]
    return (incident["incident_id"], incident["escalation"]) == (key, level)


async def test_nobody_acknowledges_and_it_is_told_louder_then_to_supervisor_and_unit(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, plan=SHORT, areas=AREAS) as house, house.feed() as feed:
        key = (await house.press())["incident_id"]
        seen = (await house.press(place=None))["incident_id"]
        await house.move(seen, "acknowledge")
        for level in (1, 2):
            await feed.until(partial(is_at, key, level))
        lines = [one for one in await entries(house, key) if one["event"] == "escalated"]
        assert [told(line) for line in lines] == [
            (1, ["control_room"]),
            (2, ["supervisor", "unit:쌍문파출소"]),
        ]
        assert {(line["actor"], bool(line["reason"])) for line in lines} == {("clock", True)}
        later = await house.journal(seen)
        # A slow machine may have been told of it before.
        assert "escalated" not in later[later.index("acknowledged") :]


async def test_the_clock_of_an_escalation_survives_a_restart(pair: Pair, tmp_path: Path) -> None:
    plan = replace(
        DEFAULT, louder_after=timedelta(seconds=1.5), supervisor_after=timedelta(seconds=4)
    )
    async with running(pair, tmp_path, plan=plan) as house, house.feed() as feed:
        taken = await house.press(HERE)
        await feed.event("escalated")
    async with running(pair, tmp_path, plan=plan) as house, house.feed() as feed:
        begun = datetime.fromisoformat(
            (await house.press(place=None))["received_at"]
        )  # the second dispatcher's first moments
        key = taken["incident_id"]
        await eventually_escalated(house, feed, key, 2)
        lines = [one for one in await entries(house, key) if one["event"] == "escalated"]
        assert [told(line)[0] for line in lines] == [1, 2]
        opened = datetime.fromisoformat(taken["received_at"])
        supervisor = datetime.fromisoformat(lines[1]["at"])
        assert opened + plan.supervisor_after <= supervisor < begun + plan.supervisor_after


async def eventually_escalated(house: House, feed: Any, key: str, level: int) -> None:
    """Return when the incident has reached the level, wherever it stood."""
    if (await house.incident(key))["escalation"] < level:
        await feed.until(partial(is_at, key, level))


async def test_what_rang_while_the_dispatcher_was_away_is_made_up_for_at_once(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, plan=SHORT) as house:
        key = (await house.press())["incident_id"]
        pressed = json.dumps(await house.incident(key))
    late = datetime.fromisoformat(json.loads(pressed)["opened_at"]) + SHORT.supervisor_after
    await eventually(lambda: datetime.now(late.tzinfo) > late)
    async with running(pair, tmp_path, plan=SHORT) as house, house.feed() as feed:
        await eventually_escalated(house, feed, key, 2)
        assert await house.journal(key) == ["opened", "escalated", "escalated"]


async def test_a_lamp_that_dies_while_it_blinks_is_no_longer_seen_and_is_replaced(
    pair: Pair, tmp_path: Path
) -> None:
    plan = replace(DEFAULT, patience=timedelta(seconds=0.5))
    async with (
        running(pair, tmp_path, lamps=street_of(10), plan=plan) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        key = (await house.press())["incident_id"]
        await feed.until(lambda frame: all(seen_in(frame).values()) and bool(seen_in(frame)))
        street.kill(["L0001"])
        told = await feed.until(lambda frame: seen_in(frame).get("L0001") is False)
        assert "L0004" in seen_in(told)  # the next nearest, instead of it
        # A slow machine may have called others silent too before they could answer.
        assert re.fullmatch(r"1 of \d+ silent", (await house.incident(key))["shortfall"])


def seen_in(frame: dict[str, Any]) -> dict[str, bool]:
    """Of the lamps of an incident, once they were waited for: whether each is seen to shine."""
    waited = frame["incident"]["lamps"] if frame.get("event") == "lamps_answered" else []
    return {lamp["lamp_id"]: lamp["seen"] for lamp in waited}


async def test_the_desk_is_reminded_again_until_somebody_does_something(
    pair: Pair, tmp_path: Path
) -> None:
    plan = replace(DEFAULT, reminded_after=timedelta(seconds=0.6))
    async with (
        Receiver().open() as supervisor,
        running(
            pair,
            tmp_path,
            plan=plan,
            LAMPLIGHTER_WEBHOOKS=f"supervisor={supervisor.url}",
        ) as house,
        house.feed() as feed,
    ):
        key = (await house.press())["incident_id"]
        await house.move(key, "acknowledge")
        for times in (1, 2):
            assert (await feed.event("reminded"))["incident"]["reminders"] == times
        told = (await supervisor.has_taken(2))[-1].json
        assert (told["event"], told["incident"]["incident_id"]) == ("reminded", key)
        assert (await house.move(key, "en-route"))["reminders"] == 0


def test_one_of_a_flood_that_nobody_looks_at_is_told_of_by_itself() -> None:
    """Its first may have been taken back, or was nothing."""
    crowd = replace(opened().report, flood=Flood(12, "first"))
    waiting = replace(opened(), report=crowd)
    told_of = list[tuple[int, bool]]()
    for seconds in range(0, 900, 10):
        now = START + timedelta(seconds=seconds)
        while (decision := ring(waiting, now, DEFAULT)) is not None:
            told_of.append((seconds, bool(decision.tells)))
            waiting = decision.incident
    assert told_of == [(30, False), (60, False), (360, True), (660, True)]


async def test_of_a_flood_the_first_is_escalated_for_all(sqlite_url: str, tmp_path: Path) -> None:
    """Hundreds of letters to a supervisor hide the one that matters."""
    plan = replace(SHORT, flood=SMALL)
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        running(pair, tmp_path, PROXY, plan=plan, areas=AREAS) as house,
        signed_in(house, "kim", "operator") as kim,
        feed_of(house, kim) as feed,
    ):
        source = {"X-Forwarded-For": "203.0.113.7"}
        for _ in range(SMALL.refused_over):
            await house.client.post("/v1/reports", json=report(), headers=source)
        loudest = set[str]()
        while len(loudest) < SMALL.refused_over:
            incident = (await feed.event("escalated"))["incident"]
            if incident["escalation"] == 2:
                loudest.add(incident["incident_id"])
        alone, also_alone, first, in_the_crowd = (
            frame["incident"]["incident_id"]
            for frame in feed.frames
            if frame.get("event") == "opened"
        )
        told_of = {}
        for key in loudest:
            found = (await kim.get(f"/v1/incidents/{key}/journal")).json()["entries"]
            told_of[key] = [told(one)[1] for one in found if one["event"] == "escalated"]
        usual = [["control_room"], ["supervisor", "unit:쌍문파출소"]]
        assert {told_of[key] == usual for key in (alone, also_alone, first)} == {True}
        assert told_of[in_the_crowd] == [[], []]
