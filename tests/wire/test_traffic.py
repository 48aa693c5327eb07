"""What really goes over the wires conforms to the published documents, on both pairs."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import websockets
from shapely.geometry import box

from dispatch.plan import DEFAULT
from firmware_sim.street import Street
from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.moving import the_light_s_time_is_over
from tests.feed_client import FeedClient
from tests.house import House, report, running, street_of
from tests.parts import MosquittoServer, PostgresServer, free_port
from tests.patience import DEADLINE_S, eventually
from tests.wire.capture import Ear, judge_answers, listening
from tests.wire.crew_deeds import a_test_of_lamps, lamps_come_and_go
from tests.wire.deeds import (
    a_stranger_asks_about_a_report,
    every_move,
    every_move_that_makes_no_sense,
    in_cap,
    report_of_every_kind,
    send,
    the_caller_moves_and_withdraws,
    the_lamps_and_the_rest,
    the_lists,
    the_outbox,
)
from tests.wire.deeds_of_walkers import a_walk_home, every_step_that_makes_no_sense
from tests.wire.documents import asyncapi, calls, frame_conforms

HASTY = replace(
    DEFAULT,
    patience=timedelta(seconds=1),
    louder_after=timedelta(seconds=0.5),
    supervisor_after=timedelta(seconds=1),
    untold_after=timedelta(seconds=1),
)
AREAS = [
    Area("도봉구", "district", None, box(126.9, 37.6, 127.1, 37.7)),
    Area("쌍문동", "neighbourhood", None, box(127.0, 37.64, 127.03, 37.66)),
    Area("쌍문파출소", "jurisdiction", "쌍문파출소 순21", box(127.01, 37.645, 127.03, 37.66)),
    Area("방학파출소", "jurisdiction", "방학파출소 순31", box(127.03, 37.66, 127.05, 37.68)),
]
FAULTS = frozenset({Fault.DIMMING_FAILURE, Fault.HIGH_TEMPERATURE})

SEEN_ELSEWHERE = {"read_map_style", "read_map_tiles", "read_asyncapi"} | {
    operation["operationId"]
    for _, _, operation in calls()
    if {"sign-in", "administration", "audit"} & set(operation["tags"])
}
"""In test_sign_in_traffic.py: here nobody is asked to sign in."""

NEVER_SEEN = {
    ("note_on_incident", "409"),  # a note is welcome in every state
    ("send_report", "429"),  # floods: see test_flood.py and test_walk_floods.py
    ("start_walk", "429"),
    ("is_alive", "503"),  # a process with a dead part ends
    ("is_ready", "503"),  # see the test of an outage, as for the others of 503
} | {
    (operation["operationId"], "503")
    for _, _, operation in calls()
    if {"phone", "desk", "crew"} & set(operation["tags"])
}


# ---- the feed and the lamps


def assert_frames_conform(frames: list[dict[str, Any]]) -> Counter[str]:
    """Judge frames, and that the numbers of incident frames have no gap; how many of each type."""
    seqs = [frame["seq"] for frame in frames if "seq" in frame and frame["type"] != "tick"]
    assert all(later == earlier + 1 for earlier, later in pairwise(seqs)), seqs
    return Counter(map(frame_conforms, frames))


def assert_lamps_conform(ear: Ear) -> None:
    """What no schema can say of orders, sightings and statuses."""
    assert ear.complaints == []
    assert {heard.body["scene"] for heard in ear.of("order")} == {"blink", "bright", "schedule"}
    assert {heard.body["scene"] for heard in ear.of("sighting")} == {"blink", "bright", "schedule"}
    assert {heard.payload for heard in ear.of("status")} == {b"online", b"offline"}
    assert {heard.qos for heard in ear.of("order")} == {0}
    assert {heard.qos for heard in ear.of("status")} == {1}
    seqs: dict[str, int] = {}
    for heard in ear.of("order"):
        order = heard.body
        assert order["seq"] > seqs.get(heard.lamp_id, 0)
        seqs[heard.lamp_id] = order["seq"]
        if "until" in order:
            ahead = datetime.fromisoformat(order["until"]) - heard.at
            assert ahead <= timedelta(minutes=10)
        if order["scene"] == "blink":
            assert order["period_ms"] / 2 <= order["lit_ms"] <= order["period_ms"] * 2 / 3
            assert order["low"] <= order["level"]
        assert heard.expires_s is None or 1 <= heard.expires_s <= 600


def lit(street: Street) -> set[str]:
    """The lamps that hear orders and show something else than their programme."""
    hearing = (f"L{number:04d}" for number in range(12) if number not in (1, 2))
    return {lamp_id for lamp_id in hearing if street.shows(lamp_id).scene.name != "schedule"}


def tells(frame: dict[str, Any], lamp_id: str, name: str, value: object) -> bool:
    """Whether a lamps frame tells this of a lamp."""
    changes = frame["changes"] if frame["type"] == "lamps" else []
    return any(one["lamp_id"] == lamp_id and one[name] == value for one in changes)


def falls_short(frame: dict[str, Any], code: str) -> bool:
    """Whether an incident's lamps were waited for, and this falls short."""
    if frame.get("event") != "lamps_answered" or frame["incident"]["shortfall_detail"] is None:
        return False
    return bool(frame["incident"]["shortfall_detail"]["code"] == code)


async def close_all(house: House, feed: FeedClient) -> int:
    """Close what is open; the number of the last frame, which the screen has got."""
    page = await send(house, 200, "GET", "/v1/incidents?limit=500")
    waiting = [one["incident_id"] for one in page["incidents"]]
    for incident_id in waiting:
        await house.move(incident_id, "close", disposition="test")
    while waiting:
        frame = await feed.event("closed")
        if frame["incident"]["incident_id"] in waiting:
            waiting.remove(frame["incident"]["incident_id"])
    return int(frame["seq"])


async def a_screen_comes_back(house: House, last: int) -> None:
    """What was missed, and a snapshot where that cannot be told."""
    async with house.feed(after=last - 3) as back:
        await back.until(lambda frame: frame["type"] == "lamps")
        assert [frame.get("seq") for frame in back.frames] == [last - 2, last - 1, last, None]
        await back.until(lambda frame: frame["type"] == "walks")
        assert_frames_conform(back.frames)
    async with house.feed(after=last + 1_000_000) as lost:
        assert (await lost.next())["seq"] == last
        assert assert_frames_conform(lost.frames) == {"snapshot": 1}


async def a_newcomer_hears_only_statuses(house: House, pair: Pair) -> None:
    """Nothing but a status is ever retained."""
    async with listening(house, pair) as newcomer:
        await newcomer.hears(lambda ear: len(ear.of("status")) == len(house.lamps))
        retained = [heard for heard in newcomer.messages if heard.retained]
        assert {heard.channel for heard in retained} == {"status"}
        assert len(retained) == len(house.lamps)


async def test_everything_that_crosses_the_wires_conforms(pair: Pair, tmp_path: Path) -> None:
    webhooks = f"control_room=http://127.0.0.1:{free_port()}/"  # nobody is there
    async with (
        running(
            pair,
            tmp_path,
            lamps=street_of(12),
            areas=AREAS,
            plan=HASTY,
            LAMPLIGHTER_WEBHOOKS=webhooks,
        ) as house,
        listening(house, pair) as ear,
        house.street() as street,
        house.feed() as feed,
        house.feed(ticks=True) as quiet,
        house.feed(jurisdiction="방학파출소") as neighbour,
    ):
        answers = judge_answers(house.client)
        street.afflict(["L0001"], Trouble(order_loss=1.0))
        street.afflict(["L0003"], Trouble(faults=FAULTS))
        street.kill(["L0002"])
        await feed.until(lambda frame: tells(frame, "L0002", "online", False))

        taken = await report_of_every_kind(house)
        await feed.until(lambda frame: falls_short(frame, "silent"))
        await the_caller_moves_and_withdraws(house, taken)
        await a_stranger_asks_about_a_report(house, taken)
        await every_move_that_makes_no_sense(house, taken["incident_id"])
        other_id = (await house.press())["incident_id"]
        await every_move(house, taken["incident_id"], other_id, ear)
        await the_lists(house, taken["incident_id"])
        await in_cap(house, taken["incident_id"])
        assert (await feed.event("untold"))["incident"]["untold"]
        await the_outbox(house)
        await the_lamps_and_the_rest(house)
        await a_test_of_lamps(house)
        await lamps_come_and_go(house)
        lost = await a_walk_home(house)
        await every_step_that_makes_no_sense(house)
        await feed.until(lambda frame: frame["type"] == "walks" and bool(frame["attention"]))
        await lost.does("end")
        last = await close_all(house, feed)
        await a_screen_comes_back(house, last)
        await a_newcomer_hears_only_statuses(house, pair)

        await quiet.until(lambda frame: frame["type"] == "tick")
        await neighbour.until(lambda frame: frame.get("seq") == last)
        await eventually(lambda: not lit(street), "the street's return to its programme")
    assert set(assert_frames_conform(feed.frames)) == {"snapshot", "incident", "lamps", "walks"}
    assert "tick" in assert_frames_conform(quiet.frames)
    assert "elsewhere" in assert_frames_conform(neighbour.frames)
    assert_lamps_conform(ear)
    declared = {
        (op["operationId"], status)
        for _, _, op in calls()
        for status in op["responses"]
        if op["operationId"] not in SEEN_ELSEWHERE
    }
    unseen = {one for one in declared - set(answers) if one[1] != "default"}
    assert unseen == NEVER_SEEN


async def test_what_the_clock_does_to_an_incident_conforms(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(3), plan=HASTY) as house,
        house.feed() as feed,
    ):
        answers = judge_answers(house.client)
        incident_id = (await house.press())["incident_id"]
        waited_for, told = {"escalated", "lamps_answered"}, set[str]()
        while not waited_for <= told:
            told.add((await feed.until(lambda frame: frame["type"] == "incident"))["event"])
        await the_light_s_time_is_over(house, incident_id)
        dark = await feed.event("light_ended")
        assert dark["incident"]["light_until"] is None
        events = [frame["event"] for frame in feed.frames if frame["type"] == "incident"]
        assert (await house.journal(incident_id))[: len(events)] == events
        assert_frames_conform(feed.frames)
        assert answers["read_journal", "200"] == 1


async def test_what_is_said_in_an_outage_conforms(tmp_path: Path) -> None:
    with PostgresServer() as postgres, MosquittoServer() as mosquitto:
        pair = Pair("production", postgres.create_database(), mosquitto.url)
        async with running(pair, tmp_path, lamps=street_of(3)) as house:
            answers = judge_answers(house.client)
            taken = await house.press()
            incident_id, report_path = taken["incident_id"], f"/v1/reports/{taken['report_id']}"
            caller = {"Authorization": f"Bearer {taken['reporter_token']}"}
            mosquitto.kill()
            postgres.kill()
            await asyncio.gather(
                send(house, 503, "POST", "/v1/reports", json=report()),
                send(house, 503, "POST", f"/v1/incidents/{incident_id}/acknowledge"),
                send(house, 503, "GET", f"/v1/incidents/{incident_id}"),
                send(house, 503, "GET", f"/v1/incidents/{incident_id}/journal"),
                send(house, 503, "GET", "/v1/incidents"),
                send(house, 503, "GET", report_path, headers=caller),
                send(house, 503, "POST", f"{report_path}/withdraw", headers=caller),
                send(house, 503, "GET", "/readyz"),
                send(house, 200, "GET", "/healthz"),
                send(house, 200, "GET", "/v1/lamps"),
            )
            assert answers["is_ready", "503"] == 1
            closed = await closing(house.url.replace("http://", "ws://") + "/v1/feed")
            assert str(closed) in asyncapi()["channels"]["feed"]["x-close-codes"]


async def closing(feed: str) -> int:
    """The code with which a feed is closed that cannot begin."""
    async with websockets.connect(feed) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), DEADLINE_S)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code
