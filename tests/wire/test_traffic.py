"""What really goes over the wires conforms to the published documents, on both pairs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import websockets
from shapely.geometry import box

from dispatch.plan import DEFAULT
from dispatch.tokens import reporter_token
from firmware_sim.street import Street
from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault
from geo.area import Area
from geo.place import Metres, Place, place_at
from tests.conftest import Pair
from tests.house import HERE, FeedClient, House, eventually, report, running, street_of
from tests.parts import MosquittoServer, PostgresServer
from tests.wire.capture import Ear, judge_answers, listening
from tests.wire.documents import asyncapi, calls, frame_conforms

HASTY = replace(
    DEFAULT,
    patience=timedelta(seconds=1),
    louder_after=timedelta(seconds=0.5),
    supervisor_after=timedelta(seconds=1),
)
AREAS = [
    Area("도봉구", "district", None, box(126.9, 37.6, 127.1, 37.7)),
    Area("쌍문동", "neighbourhood", None, box(127.0, 37.64, 127.03, 37.66)),
    Area("쌍문파출소", "jurisdiction", "쌍문파출소 순21", box(127.01, 37.645, 127.03, 37.66)),
]
FAULTS = frozenset({Fault.DIMMING_FAILURE, Fault.HIGH_TEMPERATURE})
NO_ID = "5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"
UNREADABLE = {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}

NEVER_SEEN = {
    ("note_on_incident", "409"),  # a note is welcome in every state
    ("is_alive", "503"),  # a process with a dead part ends
    ("is_ready", "503"),  # see the test of an outage, as for the others of 503
} | {
    (operation["operationId"], "503")
    for _, _, operation in calls()
    if {"phone", "desk"} & set(operation["tags"])
}


def away(east_m: float, north_m: float = 0.0, accuracy_m: float | None = 10.0) -> Place:
    """A place so many metres from here."""
    start = HERE.metres
    found = place_at(Metres(start.east + east_m, start.north + north_m))
    return Place(found.lon, found.lat, accuracy_m)


def fix(place: Place, seconds_ago: float) -> dict[str, Any]:
    """A position of the caller."""
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return {"lon": place.lon, "lat": place.lat, "accuracy_m": 8, "fixed_at": at.isoformat()}


@asynccontextmanager
async def quiet_feed(house: House) -> AsyncIterator[FeedClient]:
    """A screen that asks for ticks."""
    url = house.url.replace("http://", "ws://") + "/v1/feed?tick=true"
    async with websockets.connect(url) as socket:
        yield FeedClient(socket)


async def send(house: House, status: int, method: str, path: str, **more: Any) -> Any:
    """Make a call that is answered with this status; what the answer says, where it is JSON."""
    answer = await house.client.request(method, path, **more)
    assert answer.status_code == status, (method, path, answer.status_code, answer.text)
    return answer.json() if "json" in answer.headers["content-type"] else answer.text


# ---- the caller


async def report_of_every_kind(house: House) -> dict[str, Any]:
    """Reports of every quality; the answer to the first of them."""
    now = datetime.now(UTC)
    body = report(fixed_at=now.isoformat(), sent_at=now.isoformat(), walk_id="w-1", battery=4)
    taken: dict[str, Any] = await send(house, 201, "POST", "/v1/reports", json=body)
    again = await send(house, 200, "POST", "/v1/reports", json=body)
    assert again == taken
    await house.press(None)
    await house.press(kind="fire", note="뒤에 누가 따라와요", drill=True)
    await house.press(silent=True, fixed_at=(now - timedelta(hours=1)).isoformat())
    await house.press(away(300))  # two lamps left within 200 m
    await house.press(away(2_000, accuracy_m=None))  # no lamps
    await house.press(Place(139.7, 35.7, 2_000.0))  # far outside of the grid
    await send(house, 422, "POST", "/v1/reports", json=body | {"position": {"lon": 200, "lat": 1}})
    await send(house, 422, "POST", "/v1/reports", json=body | {"sent_at": "2026-11-22T12:00:00"})
    await send(house, 400, "POST", "/v1/reports", **UNREADABLE)
    return taken


async def the_caller_moves_and_withdraws(house: House, taken: dict[str, Any]) -> None:
    path = f"/v1/reports/{taken['report_id']}"
    headers = {"Authorization": f"Bearer {taken['reporter_token']}"}
    fixes = {"positions": [fix(away(60), 1), fix(away(30), 5)]}
    await send(house, 200, "GET", path, headers=headers)
    await send(house, 200, "POST", f"{path}/positions", headers=headers, json=fixes)
    await send(house, 200, "POST", f"{path}/withdraw", headers=headers)
    await send(house, 200, "GET", path, headers=headers)
    await send(
        house,
        400,
        "POST",
        f"{path}/positions",
        content=UNREADABLE["content"],
        headers=headers | {"Content-Type": "application/json"},
    )
    await send(house, 422, "POST", f"{path}/positions", headers=headers, json={"positions": []})


async def a_stranger_asks_about_a_report(house: House, taken: dict[str, Any]) -> None:
    assert house.dispatcher is not None
    token = reporter_token(house.dispatcher.settings.secret(), NO_ID)
    fixes = {"positions": [fix(HERE, 0)]}
    for method, tail, body in (
        ("GET", "", None),
        ("POST", "/positions", fixes),
        ("POST", "/withdraw", None),
    ):
        for status, report_id, headers in (
            (401, taken["report_id"], {}),
            (401, taken["report_id"], {"Authorization": f"Bearer {token}"}),
            (404, NO_ID, {"Authorization": f"Bearer {token}"}),
            (422, "none", {}),
        ):
            path = f"/v1/reports/{report_id}{tail}"
            await send(house, status, method, path, headers=headers, json=body)


# ---- the desk


async def every_move(house: House, incident_id: str, ear: Ear) -> None:
    """Each move where it is allowed, said twice with one key, and where it is not."""
    path = f"/v1/incidents/{incident_id}"

    async def move(status: int, name: str, body: Any = None, **headers: str) -> Any:
        return await send(house, status, "POST", f"{path}/{name}", json=body, headers=headers)

    await move(409, "reopen")
    acknowledged = await move(200, "acknowledge", **{"Idempotency-Key": "k-1"})
    assert await move(200, "acknowledge", **{"Idempotency-Key": "k-1"}) == acknowledged
    await move(200, "assign", {"unit": "쌍문파출소 순21"})
    await move(200, "en-route", {})
    await move(200, "arrive")
    await ear.hears(lambda ear: has_shown(ear, "bright"))
    for name, body in (
        ("acknowledge", None),
        ("assign", {"unit": "x"}),
        ("en-route", None),
        ("arrive", None),
    ):
        await move(409, name, body)
    await move(200, "note", {"text": "여기 있음"})
    await move(200, "scene", {"scene": "none"})
    await move(200, "scene", {"scene": "blink"})
    await move(200, "close", {"disposition": "genuine", "text": "인계"})
    await move(409, "scene", {"scene": "bright"})
    await move(409, "close", {"disposition": "false"})
    await move(200, "reopen")
    await move(200, "close", {"disposition": "test"})


async def every_move_that_makes_no_sense(house: House, incident_id: str) -> None:
    bodies: dict[str, Any] = {
        "assign": {"unit": "순21"},
        "note": {"text": "x"},
        "scene": {"scene": "bright"},
        "close": {"disposition": "false"},
    }
    for name in ("acknowledge", "assign", "en-route", "arrive", "note", "scene", "close", "reopen"):
        body = bodies.get(name, {})
        path = f"/v1/incidents/{incident_id}/{name}"
        await send(house, 404, "POST", f"/v1/incidents/none/{name}", json=body)
        await send(house, 422, "POST", path, json=body | {"unknown": 1})
        await send(house, 400, "POST", path, **UNREADABLE)


async def the_lists(house: House, incident_id: str) -> None:
    for query in ("", "?state=open", "?state=closed", "?state=all&limit=500"):
        await send(house, 200, "GET", f"/v1/incidents{query}")
    page = await send(house, 200, "GET", "/v1/incidents?state=all&limit=2")
    assert page["next"] == page["incidents"][1]["incident_id"]
    await send(house, 200, "GET", f"/v1/incidents?state=all&limit=2&after={page['next']}")
    await send(house, 404, "GET", "/v1/incidents?after=none")
    for query in ("state=lost", "limit=0", "limit=many", "after=%00"):
        await send(house, 422, "GET", f"/v1/incidents?{query}")
    for tail in ("", "/journal"):
        await send(house, 200, "GET", f"/v1/incidents/{incident_id}{tail}")
        await send(house, 404, "GET", f"/v1/incidents/none{tail}")
        await send(house, 422, "GET", f"/v1/incidents/{'x' * 41}{tail}")


async def the_lamps_and_the_rest(house: House) -> None:
    found = await send(house, 200, "GET", "/v1/lamps?bbox=127.0,37.6,127.1,37.7&limit=5")
    assert len(found["features"]) == 5
    await send(house, 200, "GET", "/v1/lamps")
    await send(house, 422, "GET", "/v1/lamps?bbox=1,2,3")
    await send(house, 422, "GET", "/v1/lamps?limit=0")
    faulty = await send(house, 200, "GET", "/v1/lamps/L0003")
    assert faulty["properties"]["faults"] == ["dimming_failure", "high_temperature"]
    await send(house, 404, "GET", "/v1/lamps/none")
    await send(house, 422, "GET", "/v1/lamps/a.b")
    areas = await send(house, 200, "GET", "/v1/areas")
    assert {one["properties"]["kind"] for one in areas["features"]} == {
        "district",
        "neighbourhood",
        "jurisdiction",
    }
    for path in ("/healthz", "/readyz", "/metrics"):
        await send(house, 200, "GET", path)


# ---- the feed and the lamps


def assert_frames_conform(frames: list[dict[str, Any]]) -> Counter[str]:
    """Judge frames, and that the numbers of incident frames have no gap; how many of each type."""
    seqs = [frame["seq"] for frame in frames if frame["type"] in ("snapshot", "incident")]
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


def has_shown(ear: Ear, scene: str) -> bool:
    """Whether any lamp has said that it shows the scene."""
    return any(heard.body["scene"] == scene for heard in ear.of("sighting"))


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
    async with (
        running(pair, tmp_path, lamps=street_of(12), areas=AREAS, plan=HASTY) as house,
        listening(house, pair) as ear,
        house.street() as street,
        house.feed() as feed,
        quiet_feed(house) as quiet,
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
        await every_move(house, taken["incident_id"], ear)
        await the_lists(house, taken["incident_id"])
        await the_lamps_and_the_rest(house)
        last = await close_all(house, feed)
        await a_screen_comes_back(house, last)
        await a_newcomer_hears_only_statuses(house, pair)

        await quiet.until(lambda frame: frame["type"] == "tick")
        await eventually(lambda: not lit(street), "the street's return to its programme")
    assert set(assert_frames_conform(feed.frames)) == {"snapshot", "incident", "lamps"}
    assert "tick" in assert_frames_conform(quiet.frames)
    assert_lamps_conform(ear)
    declared = {(op["operationId"], status) for _, _, op in calls() for status in op["responses"]}
    unseen = {one for one in declared - set(answers) if one[1] != "default"}
    assert unseen == NEVER_SEEN


async def test_what_the_clock_does_to_an_incident_conforms(pair: Pair, tmp_path: Path) -> None:
    plan = replace(HASTY, light_for=timedelta(seconds=2))
    async with (
        running(pair, tmp_path, lamps=street_of(3), plan=plan) as house,
        house.feed() as feed,
    ):
        answers = judge_answers(house.client)
        incident_id = (await house.press())["incident_id"]
        dark = await feed.event("light_ended")
        assert dark["incident"]["light_until"] is None
        assert await house.journal(incident_id) == [
            frame["event"] for frame in feed.frames if frame["type"] == "incident"
        ]
        assert {"escalated", "lamps_answered"} <= {frame.get("event") for frame in feed.frames}
        assert_frames_conform(feed.frames)
        assert answers["read_journal", "200"] == 1


async def test_what_is_said_in_an_outage_conforms(tmp_path: Path) -> None:
    with PostgresServer() as postgres, MosquittoServer() as mosquitto:
        pair = Pair("production", postgres.create_database(), mosquitto.url)
        async with running(pair, tmp_path, lamps=street_of(3)) as house:
            answers = judge_answers(house.client)
            incident_id = (await house.press())["incident_id"]
            mosquitto.kill()
            postgres.kill()
            await asyncio.gather(
                send(house, 503, "POST", "/v1/reports", json=report()),
                send(house, 503, "POST", f"/v1/incidents/{incident_id}/acknowledge"),
                send(house, 503, "GET", "/readyz"),
                send(house, 200, "GET", "/healthz"),
                send(house, 200, "GET", "/v1/lamps"),
            )
            assert answers["is_ready", "503"] == 1
            async with house.feed() as feed:
                closed = await _closing(feed)
            assert str(closed) in asyncapi()["channels"]["feed"]["x-close-codes"]


async def _closing(feed: FeedClient) -> int | None:
    try:
        while True:
            await feed.next()
    except websockets.ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else None
