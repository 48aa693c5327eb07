"""Golden bytes: one cry for help, byte by byte, as it goes over every wire of a real dispatcher.

Time, ids and the secret are given; all else is as it runs, on both pairs. The bytes: golden.py.
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

from dispatch import house as rooms
from dispatch.incident import Incident
from dispatch.replies import json_body
from dispatch.report import Crumb, Report
from dispatch.spot import NOWHERE, Spot
from dispatch.steady import SteadyClock
from dispatch.telling import Untold
from dispatch.view import incident_json
from geo.area import Area
from geo.place import Place
from lights.choose import Chosen, Shortfall
from lights.inventory import InventoryLamp
from tests.conftest import Pair
from tests.house import House, running
from tests.patience import DEADLINE_S
from tests.wire.capture import Ear, listening
from tests.wire.documents import conforms_to_openapi
from tests.wire.golden import (
    ACKNOWLEDGED,
    ACKNOWLEDGED_FRAME,
    ANSWERED,
    ANSWERED_FRAME,
    BARE,
    ELSEWHERE_FRAME,
    ENTRIES,
    FULL,
    INVALID,
    LAMP,
    LAMPS,
    LAMPS_FRAME,
    LATER_SNAPSHOT,
    NO_LAMPS_FRAME,
    NO_TOKEN,
    NO_WALKS_FRAME,
    NOT_ALLOWED,
    NOT_FOUND,
    OPENED_FRAME,
    ORDER,
    PRESSED,
    READY,
    REPLAY,
    REPORT_ID,
    REPORT_STATE,
    SHOWINGS,
    SIGHTING,
    SNAPSHOT,
    TAKEN,
    TICK,
)


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

    class Given(SteadyClock):
        """It stands still until it is put forward."""

        def __call__(self) -> datetime:
            return given()

    monkeypatch.setattr(rooms, "SteadyClock", lambda _, seconds: Given(given, seconds))
    monkeypatch.setattr(rooms, "new_id", lambda: next(ids))
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
    Area("방학파출소", "jurisdiction", "순31", box(127.03, 37.645, 127.05, 37.66)),
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
    await feed.gets(SNAPSHOT, NO_LAMPS_FRAME, NO_WALKS_FRAME)
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
        assert_is(await get(f"{report}/showings", headers=token), 200, SHOWINGS)
        assert_is(await get("/v1/lamps"), 200, LAMPS, "geo+json")
        assert_is(await get("/v1/lamps/L0041"), 200, LAMP, "geo+json")
        assert_is(await get("/readyz"), 200, READY)
        assert_is(await get(f"{one}/replay"), 200, REPLAY)

        async with screen(house, "?after=1&tick=1") as back:
            await back.gets(ANSWERED_FRAME, ACKNOWLEDGED_FRAME, LAMPS_FRAME, NO_WALKS_FRAME, TICK)
        async with screen(house, "?after=2&jurisdiction=방학파출소") as neighbour:
            await neighbour.gets(ELSEWHERE_FRAME, LAMPS_FRAME, NO_WALKS_FRAME)
        async with screen(house, "?after=2&jurisdiction=쌍문파출소") as own:
            await own.gets(ACKNOWLEDGED_FRAME, LAMPS_FRAME, NO_WALKS_FRAME)
        async with screen(house, "?after=99") as new:
            await new.gets(LATER_SNAPSHOT, LAMPS_FRAME, NO_WALKS_FRAME)
    assert len(ear.of("order")) == 1


# ---- what one night does not show: an incident with everything, and one with next to nothing

AT = datetime(2026, 11, 22, 12, 0, 0, 999_999, tzinfo=UTC)
REPORT = Report(REPORT_ID, AT)
CRUMB = Crumb(Place(127.5, 37.5), AT)
NEXT_TO_NOTHING = Incident("incident-1", REPORT, AT, AT, NOWHERE)
EVERYTHING = Incident(
    "incident-2",
    replace(
        REPORT, kind="fire", silent=True, drill=True, note='"뒤"\n', walk_id="w-1", track=(CRUMB,)
    ),
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
    responding=("쌍문파출소",),
    instructions="조용히",
    linked=("incident-1", "incident-3"),
    disposition="duplicate",
    light_until=AT,
    kept_until=AT,
    hold_until=AT,
    hold_reason="수사",
    untold=(Untold("supervisor", AT, 3, "no connection"),),
)


@pytest.mark.parametrize(
    ("incident", "same", "golden"),
    [(NEXT_TO_NOTHING, [], BARE), (EVERYTHING, ["incident-1"], FULL)],
)
def test_an_incident_is_these_bytes(incident: Incident, same: list[str], golden: str) -> None:
    shown = incident_json(incident, same, lambda _: (True, ("supply_loss",)))
    assert bytes(json_body(shown).body).decode() == golden
    conforms_to_openapi(shown, "components", "schemas", "IncidentOut")
