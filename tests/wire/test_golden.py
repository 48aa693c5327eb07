"""Golden bytes: one cry for help, byte by byte, as it goes over every wire of a real dispatcher.

Time, ids and the secret are given; all else is as it runs, on both pairs. A change of any byte
here is a change of what other people's programs read.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt
import httpx
import pytest
import websockets
from shapely.geometry import box
from websockets.asyncio.client import ClientConnection

from dispatch import serve
from dispatch.incident import Incident
from dispatch.replies import json_body
from dispatch.report import Report
from dispatch.spot import NOWHERE, Spot
from dispatch.view import incident_json
from geo.area import Area
from geo.place import Place
from lights.choose import Chosen, Shortfall
from lights.inventory import InventoryLamp
from tests.conftest import Pair
from tests.house import DEADLINE_S, House, running
from tests.wire.capture import Ear, listening
from tests.wire.documents import conforms_to_openapi

REPORT_ID = "5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"
PRESSED = (
    f'{{"report_id":"{REPORT_ID}","position":{{"lon":127.0165,"lat":37.6512,"accuracy_m":12.5}},'
    '"fixed_at":"2026-11-22T20:59:58+09:00","note":"뒤에 누가"}'
)
SIGHTING = (
    '{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
    '"until":"2026-11-22T12:05:00.123Z","faults":["high_temperature"],'
    '"at":"2026-11-22T12:00:00.200Z"}'
)

# ---- what is made of it

ORDER = (
    '{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
    '"until":"2026-11-22T12:05:00.123Z"}'
)
PLACE = (
    '{"position":{"lon":127.0165,"lat":37.6512,"accuracy_m":12.5},'
    '"fixed_at":"2026-11-22T11:59:58.000Z","quality":"good","stale":false,'
    '"number":"다사 5734 6141","address":"쌍문동","jurisdiction":"쌍문파출소",'
    '"jurisdiction_how":"inside","unit":"순21",'
    '"poles":[{"label":"쌍문-0041","metres":8.8,"bearing":90}]}'
)
TAKEN = (
    f'{{"report_id":"{REPORT_ID}","incident_id":"incident-1","state":"open",'
    f'"received_at":"2026-11-22T12:00:00.123Z","place":{PLACE},'
    '"lamps":[{"lamp_id":"L0041","metres":8.8}],"shortfall":"only 1 lamp within 200 m",'
    '"reporter_token":"xIs4ljPJ7h8eH6lHMVw4ekZ_tBEmae1wBriqiDgi7bA"}'
)


def _incident(state: str, updated_at: str, seen: str, allowed: str) -> str:
    return (
        f'{{"incident_id":"incident-1","kind":"sos","state":"{state}",'
        f'"opened_at":"2026-11-22T12:00:00.123Z","updated_at":"{updated_at}",'
        f'"drill":false,"silent":false,"withdrawn":false,"place":{PLACE},'
        '"lamps":[{"lamp_id":"L0041","metres":8.8,"reason":"within 50 m","asked":"blink",'
        f"{seen}}}],"
        '"shortfall":"only 1 lamp within 200 m",'
        '"shortfall_detail":{"code":"few_lamps","asked":1,"silent":0,"within_m":200.0},'
        '"scene":"blink","light_until":"2026-11-22T14:00:00.123Z","daylight":false,'
        '"escalation":0,"note":"뒤에 누가","walk_id":null,"unit":null,"disposition":null,'
        f'"possibly_same":[],"allowed":[{allowed}]}}'
    )


MOVES = '"assign","en-route","arrive","note","scene","close"'
OPENED = _incident(
    "open", "2026-11-22T12:00:00.123Z", '"seen":false,"faults":[]', f'"acknowledge",{MOVES}'
)
ANSWERED = _incident(
    "open",
    "2026-11-22T12:00:00.123Z",
    '"seen":true,"faults":["high_temperature"]',
    f'"acknowledge",{MOVES}',
)
ACKNOWLEDGED = _incident(
    "acknowledged",
    "2026-11-22T12:00:01.123Z",
    '"seen":true,"faults":["high_temperature"]',
    MOVES,
)
ENTRIES = (
    '{"entries":[{"seq":1,"at":"2026-11-22T12:00:00.123Z","event":"opened","actor":"caller",'
    '"reason":"","detail":{"kind":"sos","source":"app","note":"뒤에 누가"}},'
    '{"seq":2,"at":"2026-11-22T12:00:00.123Z","event":"lamps_answered","actor":"lamps",'
    '"reason":"","detail":{"asked":1,"silent":[],"after_ms":0}},'
    '{"seq":3,"at":"2026-11-22T12:00:01.123Z","event":"acknowledged","actor":"operator",'
    '"reason":"","detail":{}}]}'
)
REPORT_STATE = (
    f'{{"report_id":"{REPORT_ID}","incident_id":"incident-1","state":"acknowledged",'
    '"received_at":"2026-11-22T12:00:00.123Z","acknowledged":true,"unit_on_its_way":false,'
    '"withdrawn":false,"lamps":{"asked":1,"lit":1},"words":{'
    '"ko":"관제센터에서 확인했습니다.","en":"The control centre has seen it."}}'
)
LAMP = (
    '{"type":"Feature","id":"L0041","geometry":{"type":"Point","coordinates":[127.0166,37.6512]},'
    '"properties":{"lamp_id":"L0041","label":"쌍문-0041","address":"서울특별시 도봉구 쌍문동",'
    '"seen_at":"2026-11-22T12:00:00.123Z","scene":"blink","level":100,"online":true,'
    '"faults":["high_temperature"]}}'
)
LAMPS = f'{{"type":"FeatureCollection","features":[{LAMP}]}}'
READY = '{"status":"ok","detail":{"database":true,"broker":true}}'
NOT_ALLOWED = (
    '{"type":"urn:lamplighter:problem:not-allowed-now","title":"Not allowed now","status":409,'
    '"detail":"not possible while the incident is acknowledged",'
    f'"allowed":[{MOVES}]}}'
)
INVALID = (
    '{"type":"urn:lamplighter:problem:invalid-request","title":"Invalid request","status":422,'
    '"detail":"text: Field required; txt: Extra inputs are not permitted",'
    '"errors":[{"field":"text","reason":"Field required"},'
    '{"field":"txt","reason":"Extra inputs are not permitted"}]}'
)
NOT_FOUND = (
    '{"type":"urn:lamplighter:problem:not-found","title":"Not found","status":404,'
    '"detail":"there is no incident incident-9"}'
)
NO_TOKEN = (
    '{"type":"urn:lamplighter:problem:token-missing","title":"Token missing","status":401,'
    '"detail":"send Authorization: Bearer <reporter_token> of this report"}'
)

# ---- frames of the feed

DARK_TOTALS = '{"total":1,"online":0,"lit":0,"faulty":0}'
LIT_TOTALS = '{"total":1,"online":1,"lit":1,"faulty":1}'
SNAPSHOT = f'{{"type":"snapshot","seq":0,"incidents":[],"lamps":{DARK_TOTALS}}}'
NO_LAMPS_FRAME = f'{{"type":"lamps","changes":[],"totals":{DARK_TOTALS}}}'
LAMPS_FRAME = (
    '{"type":"lamps","changes":[{"lamp_id":"L0041","scene":"blink","level":100,"online":true,'
    f'"faults":["high_temperature"]}}],"totals":{LIT_TOTALS}}}'
)
LATER_SNAPSHOT = f'{{"type":"snapshot","seq":3,"incidents":[{ACKNOWLEDGED}],"lamps":{LIT_TOTALS}}}'
TICK = '{"type":"tick","at":"2026-11-22T12:00:01.123Z","seq":3}'


def _frame(seq: int, event: str, at: str, incident: str) -> str:
    return f'{{"type":"incident","seq":{seq},"event":"{event}","at":"{at}","incident":{incident}}}'


OPENED_FRAME = _frame(1, "opened", "2026-11-22T12:00:00.123Z", OPENED)
ANSWERED_FRAME = _frame(2, "lamps_answered", "2026-11-22T12:00:00.123Z", ANSWERED)
ACKNOWLEDGED_FRAME = _frame(3, "acknowledged", "2026-11-22T12:00:01.123Z", ACKNOWLEDGED)


class Clock:
    """Noon in UTC, in a November of 2026, until it is put forward."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clock:
    """The shell's clock, chance and secret, given."""
    given, ids = Clock(), _ids()
    monkeypatch.setattr(serve, "now", given)
    monkeypatch.setattr(serve, "new_id", lambda: next(ids))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_bytes(b"0" * 32)
    return given


def _ids() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"incident-{number}"


LAMP_OF_OURS = InventoryLamp(
    lamp_id="L0041",
    label="쌍문-0041",
    place=Place(127.0166, 37.6512),
    address="서울특별시 도봉구 쌍문동",
    fixtures=1,
    installed_year=2022,
    keeper="서울특별시 도봉구",
    kind="security_light",
)
AREAS = [
    Area("쌍문동", "neighbourhood", None, box(127.0, 37.64, 127.03, 37.66)),
    Area("쌍문파출소", "jurisdiction", "순21", box(127.01, 37.645, 127.03, 37.66)),
]


@asynccontextmanager
async def screen(house: House, query: str = "") -> AsyncIterator["Screen"]:
    url = house.url.replace("http://", "ws://") + "/v1/feed" + query
    async with websockets.connect(url) as socket:
        yield Screen(socket)


class Screen:
    """The feed as text."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def gets(self, *frames: str) -> None:
        """The next frames, of which lamps frames may come at any place among the others."""
        got = [await self._next() for _ in frames]
        assert sorted(got) == sorted(frames)
        others = [frame for frame in got if not frame.startswith('{"type":"lamps"')]
        assert others == [frame for frame in frames if frame in others]

    async def _next(self) -> str:
        async with asyncio.timeout(DEADLINE_S):
            return str(await self._socket.recv(decode=True))


def assert_is(answer: httpx.Response, status: int, golden: str, media_type: str = "json") -> None:
    assert answer.content.decode() == golden
    assert answer.status_code == status
    assert answer.headers["content-type"] == f"application/{media_type}"


async def _press(house: House, ear: Ear, feed: Screen) -> None:
    """From the cry to the lamp's answer."""
    await feed.gets(SNAPSHOT, NO_LAMPS_FRAME)
    is_json = {"Content-Type": "application/json"}
    pressed = await house.client.post("/v1/reports", content=PRESSED.encode(), headers=is_json)
    assert_is(pressed, 201, TAKEN)
    again = await house.client.post("/v1/reports", content=PRESSED.encode(), headers=is_json)
    assert_is(again, 200, TAKEN)
    await feed.gets(OPENED_FRAME)
    await ear.hears(lambda ear: bool(ear.of("order")))
    assert [(heard.topic, heard.payload) for heard in ear.of("order")] == [
        ("lamps/L0041/order", ORDER.encode())
    ]
    async with aiomqtt.Client(house.broker.host, house.broker.port, timeout=DEADLINE_S) as lamp:
        await lamp.publish("lamps/L0041/sighting", SIGHTING)
        await feed.gets(ANSWERED_FRAME, LAMPS_FRAME)


async def test_one_cry_for_help_is_these_bytes_on_every_wire(
    pair: Pair, tmp_path: Path, clock: Clock
) -> None:
    async with (
        running(pair, tmp_path, lamps=[LAMP_OF_OURS], areas=AREAS) as house,
        listening(house, pair) as ear,
        screen(house) as feed,
    ):
        get, post = house.client.get, house.client.post
        await _press(house, ear, feed)
        one = "/v1/incidents/incident-1"
        assert_is(await get(one), 200, ANSWERED)

        clock.moment += timedelta(seconds=1)
        assert_is(await post(f"{one}/acknowledge"), 200, ACKNOWLEDGED)
        await feed.gets(ACKNOWLEDGED_FRAME)
        assert_is(await post(f"{one}/acknowledge"), 409, NOT_ALLOWED, "problem+json")
        assert_is(await post(f"{one}/note", json={"txt": "x"}), 422, INVALID, "problem+json")
        assert_is(await get("/v1/incidents/incident-9"), 404, NOT_FOUND, "problem+json")
        # PostgreSQL keeps a detail's fields in an order of its own.
        assert (await get(f"{one}/journal")).json() == json.loads(ENTRIES)
        page = f'{{"incidents":[{ACKNOWLEDGED}],"next":'
        assert_is(await get("/v1/incidents"), 200, page + "null}")
        assert_is(await get("/v1/incidents?limit=1"), 200, page + '"incident-1"}')

        report = f"/v1/reports/{REPORT_ID}"
        assert_is(await get(report), 401, NO_TOKEN, "problem+json")
        token = {"Authorization": "Bearer xIs4ljPJ7h8eH6lHMVw4ekZ_tBEmae1wBriqiDgi7bA"}
        assert_is(await get(report, headers=token), 200, REPORT_STATE)
        assert_is(await get("/v1/lamps"), 200, LAMPS, "geo+json")
        assert_is(await get("/v1/lamps/L0041"), 200, LAMP, "geo+json")
        assert_is(await get("/readyz"), 200, READY)

        async with screen(house, "?after=1&tick=1") as back:
            await back.gets(ANSWERED_FRAME, ACKNOWLEDGED_FRAME, LAMPS_FRAME, TICK)
        async with screen(house, "?after=99") as new:
            await new.gets(LATER_SNAPSHOT, LAMPS_FRAME)
    assert len(ear.of("order")) == 1


# ---- what one night does not show: an incident with everything, and one with next to nothing

AT = datetime(2026, 11, 22, 12, 0, 0, 999_999, tzinfo=UTC)
REPORT = Report(REPORT_ID, AT)
NEXT_TO_NOTHING = Incident("incident-1", REPORT, AT, AT, NOWHERE)
BARE = (
    '{"incident_id":"incident-1","kind":"sos","state":"open",'
    '"opened_at":"2026-11-22T12:00:00.999Z","updated_at":"2026-11-22T12:00:00.999Z",'
    '"drill":false,"silent":false,"withdrawn":false,"place":{"position":null,"fixed_at":null,'
    '"quality":"none","stale":false,"number":null,"address":null,"jurisdiction":null,'
    '"jurisdiction_how":null,"unit":null,"poles":[]},"lamps":[],"shortfall":null,'
    '"shortfall_detail":null,"scene":"blink","light_until":null,"daylight":false,"escalation":0,'
    '"note":"","walk_id":null,"unit":null,"disposition":null,"possibly_same":[],'
    '"allowed":["acknowledge","assign","en-route","arrive","note","scene","close"]}'
)
EVERYTHING = Incident(
    "incident-2",
    replace(REPORT, kind="fire", silent=True, drill=True, note='"뒤"\n', walk_id="w-1"),
    AT,
    AT,
    Spot(Place(-0.5, 37.6512), AT, "unknown", True, None, "동", "파출소", "nearest", "순21"),
    (Chosen("L0041", 0.0, "nearest 3"),),
    Shortfall("silent", asked=1, silent=1),
    state="closed",
    scene="none",
    withdrawn=True,
    daylight=True,
    escalation=2,
    unit="순22",
    disposition="duplicate",
    light_until=AT,
)
FULL = (
    '{"incident_id":"incident-2","kind":"fire","state":"closed",'
    '"opened_at":"2026-11-22T12:00:00.999Z","updated_at":"2026-11-22T12:00:00.999Z",'
    '"drill":true,"silent":true,"withdrawn":true,"place":{'
    '"position":{"lon":-0.5,"lat":37.6512,"accuracy_m":null},'
    '"fixed_at":"2026-11-22T12:00:00.999Z","quality":"unknown","stale":true,"number":null,'
    '"address":"동","jurisdiction":"파출소","jurisdiction_how":"nearest","unit":"순21",'
    '"poles":[]},"lamps":[{"lamp_id":"L0041","metres":0.0,"reason":"nearest 3","asked":"none",'
    '"seen":false,"faults":["supply_loss"]}],"shortfall":"1 of 1 silent",'
    '"shortfall_detail":{"code":"silent","asked":1,"silent":1,"within_m":0.0},"scene":"none",'
    '"light_until":"2026-11-22T12:00:00.999Z","daylight":true,"escalation":2,'
    '"note":"\\"뒤\\"\\n","walk_id":"w-1","unit":"순22","disposition":"duplicate",'
    '"possibly_same":["incident-1"],"allowed":["note","reopen"]}'
)


@pytest.mark.parametrize(
    ("incident", "same", "golden"),
    [(NEXT_TO_NOTHING, [], BARE), (EVERYTHING, ["incident-1"], FULL)],
)
def test_an_incident_is_these_bytes(incident: Incident, same: list[str], golden: str) -> None:
    shown = incident_json(incident, same, lambda _: (True, ("supply_loss",)))
    assert bytes(json_body(shown).body).decode() == golden
    conforms_to_openapi(shown, "components", "schemas", "IncidentOut")
