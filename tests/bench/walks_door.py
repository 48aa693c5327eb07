"""Come here for positions through the real door: HTTP in batches -> orders on the broker.

Everything shares the machine: PostGIS, Mosquitto, the dispatcher with all that it does, a street
that answers every order, the phones and the ear. Walkers go along streets of the lamps with the
error of real phones; each posts at its pace, with a batch of fixes. Beside the crowd, probes: a
walk that begins at a corner of its own, so that each order there is known to be that position's.
The floor answers the same requests with next to no work; Node-RED, where it is asked for, does what
`node_red_walks.py` says. In turns, in one run.
"""

import asyncio
import time
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, NamedTuple

import orjson

from geo.place import Place
from tests.bench import node_red, node_red_walks
from tests.bench.caller import Caller
from tests.bench.ground import inventory_lamp
from tests.bench.mqtt import MqttClient
from tests.bench.reference import RIVALS
from tests.bench.stage import Program, Stage, heard_of, inventory, ready, stage
from tests.bench.table import Row, quantile
from tests.bench.walks_crowd import Ear, Ground, ground
from tests.parts import free_port
from tests.parts.processes import temporary_folder

PART: Final = "positions over HTTP -> orders on the broker"
_FLOOR: Final = "floor"
_CALLERS: Final = 32
_LAMPS_A_GATEWAY: Final = 500
_PROBE_EVERY_S: Final = 0.2
_ORDERS_WITHIN_S: Final = 5.0
_STEP_S: Final = 3.0
"""Between two fixes of one batch."""


class Load(NamedTuple):
    """So many walkers, each of whom posts so many fixes every so many seconds; 0: as fast as the
    door takes them."""

    walkers: int
    every_s: float
    fixes: int


@dataclass
class Side:
    """One that has a door. `kept`: walks must be begun, and have a token."""

    name: str
    prefix: str
    port: int
    kept: bool = False
    found: list["Figures"] = field(default_factory=list)


@dataclass
class Figures:
    """Of one load; milliseconds."""

    load: Load
    answers: list[float] = field(default_factory=list)
    orders: list[float] = field(default_factory=list)
    unanswered: int = 0
    refused: int = 0
    behind_ms: float = 0.0
    positions_a_second: float = 0.0


class Phone(NamedTuple):
    """One walk at one door."""

    walk_id: str
    token: str

    def says(self, places: list[tuple[float, float, float | None]]) -> bytes:
        """The request with fixes up to now, oldest first."""
        now = datetime.now(UTC)
        fixes = [
            {
                "lon": lon,
                "lat": lat,
                "accuracy_m": accuracy,
                "fixed_at": (now - timedelta(seconds=_STEP_S * back)).isoformat(),
            }
            for back, (lon, lat, accuracy) in zip(
                range(len(places) - 1, -1, -1), places, strict=True
            )
        ]
        body = orjson.dumps({"positions": fixes, "sent_at": now.isoformat()})
        head = f"POST /v1/walks/{self.walk_id}/positions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        head += f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def run(loads: list[Load], lamps: int, seconds: float, rival: bool) -> list[Row]:
    """The rows of this part. With `rival`, Node-RED is installed and takes its turn."""
    probes = (2 + rival) * len(loads) * round(seconds / _PROBE_EVERY_S)
    here = ground(lamps, max(load.walkers for load in loads), probes, 600.0)
    left = iter(here.probes)
    with stage() as parts:
        file = parts.folder / "ground.json"
        file.write_bytes(orjson.dumps(here.lamps))
        sides = [await _ours(parts, here, loads, seconds, left)]
        sides.append(await _floor(parts, here, loads, seconds, left))
        if rival:
            sides.append(await _node_red(parts, here, loads, seconds, left))
    return _rows(sides, len(here.lamps))


Probes = Iterator[tuple[Place, tuple[str, ...]]]


async def _ours(
    parts: Stage, here: Ground, loads: list[Load], seconds: float, left: Probes
) -> Side:
    url = parts.database()
    lamps = [inventory_lamp(key, Place(lon, lat)) for key, lon, lat in here.lamps]
    await inventory(url, lamps, parts.folder)
    port = free_port()
    environment = {
        "LAMPLIGHTER_DATA_DIR": str(parts.folder / f"data-{port}"),
        "LAMPLIGHTER_DATABASE_URL": url,
        "LAMPLIGHTER_HTTP_LISTEN": f"127.0.0.1:{port}",
        "LAMPLIGHTER_MQTT_URL": parts.mosquitto.url,
        "LAMPLIGHTER_SIGN_IN": "none",
    }
    side = Side("Lamplighter", "lamps", port, kept=True)
    with ExitStack() as stack:
        program = stack.enter_context(parts.program(["tests.bench.walks_serve"], environment, port))
        caller = await ready(program)
        street = parts.raw_street([key for key, _, _ in here.lamps], _LAMPS_A_GATEWAY)
        stack.enter_context(street)
        await heard_of(caller, len(lamps), parts.dsn(url))
        caller.close()
        await _measure(parts, side, here, loads, seconds, left)
    return side


async def _floor(
    parts: Stage, here: Ground, loads: list[Load], seconds: float, left: Probes
) -> Side:
    side = Side(_FLOOR, _FLOOR, free_port())
    words = ["tests.bench.walks_floor", str(side.port), str(parts.mosquitto.port)]
    with parts.program([*words, str(parts.folder / "ground.json"), _FLOOR]) as program:
        await asyncio.to_thread(parts.wait_for_word, program, "listening")
        with parts.raw_street([key for key, _, _ in here.lamps], _LAMPS_A_GATEWAY, _FLOOR):
            await _measure(parts, side, here, loads, seconds, left)
    return side


async def _node_red(
    parts: Stage, here: Ground, loads: list[Load], seconds: float, left: Probes
) -> Side:
    folder = temporary_folder("node-red")
    version = await asyncio.to_thread(node_red.install, folder)
    with node_red_walks.running(parts, folder, here.lamps, over_http=True) as program:
        await asyncio.to_thread(parts.wait_for_word, program, "Connected to broker")
        side = Side(f"Node-RED {version}", RIVALS, _port(program))
        with parts.raw_street([key for key, _, _ in here.lamps], _LAMPS_A_GATEWAY, RIVALS):
            await _measure(parts, side, here, loads, seconds, left)
    return side


def _port(program: Program) -> int:
    return program.port


# ---- measuring


async def _measure(
    parts: Stage, side: Side, here: Ground, loads: list[Load], seconds: float, left: Probes
) -> None:
    ear = Ear(side.prefix)
    hearing = await MqttClient.connect(parts.mosquitto.port, f"ear-{side.prefix}", ear.heard)
    await hearing.subscribe([f"{side.prefix}/+/order"])
    async with AsyncExitStack() as stack:
        callers = [await Caller.connect(side.port) for _ in range(_CALLERS + 1)]
        for caller in callers:
            stack.callback(caller.close)
        phones: list[Phone] = []
        for load in loads:
            while len(phones) < load.walkers:
                some = min(_CALLERS, load.walkers - len(phones))
                phones += await asyncio.gather(*(_begin(side, one) for one in callers[:some]))
            side.found.append(await _load(side, callers, phones, here, load, seconds, ear, left))
    hearing.close()


async def _begin(side: Side, caller: Caller) -> Phone:
    walk_id = str(uuid.uuid4())
    if not side.kept:
        return Phone(walk_id, "")
    answer = await caller.post("/v1/walks", {"walk_id": walk_id, "expected_minutes": 60})
    return Phone(walk_id, answer.json()["walker_token"])


async def _load(
    side: Side,
    callers: list[Caller],
    phones: list[Phone],
    here: Ground,
    load: Load,
    seconds: float,
    ear: Ear,
    left: Probes,
) -> Figures:
    figures = Figures(load)
    begun = time.perf_counter()
    numbers = count()
    crowd = [
        asyncio.create_task(_walk(one, phones, here, figures, numbers, begun, begun + seconds))
        for one in callers[:-1]
    ]
    await _probe(side, callers[-1], figures, ear, left, begun + seconds)
    await asyncio.gather(*crowd)
    passed = time.perf_counter() - begun - _ORDERS_WITHIN_S
    figures.positions_a_second = len(figures.answers) * load.fixes / passed
    return figures


async def _walk(
    caller: Caller,
    phones: list[Phone],
    here: Ground,
    figures: Figures,
    numbers: Iterator[int],
    begun: float,
    end: float,
) -> None:
    """Post whatever is due next, until it is over."""
    load = figures.load
    while True:
        number = next(numbers)
        due = begun + number * load.every_s / load.walkers
        if max(due, time.perf_counter()) >= end:
            return
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        turn, walker = divmod(number, load.walkers)
        said = phones[walker].says(_places(here, walker, turn, load.fixes))
        sent = time.perf_counter()
        answer = await caller.ask(said)
        figures.answers.append(1_000 * (answer.at - sent))
        figures.refused += answer.status != 200
        if load.every_s:
            figures.behind_ms = max(figures.behind_ms, 1_000 * (sent - due))


def _places(
    here: Ground, walker: int, turn: int, fixes: int
) -> list[tuple[float, float, float | None]]:
    """The next steps of a walker, who goes to and fro."""
    path = here.paths[walker % len(here.paths)]
    places = []
    for step in range(turn * fixes, turn * fixes + fixes):
        at = (step + 7 * (walker // len(here.paths))) % max(1, 2 * len(path) - 2)
        fix = path[at if at < len(path) else 2 * len(path) - 2 - at]
        places.append((fix.lon, fix.lat, fix.accuracy_m))
    return places


async def _probe(
    side: Side, caller: Caller, figures: Figures, ear: Ear, left: Probes, end: float
) -> None:
    """Walks begin at corners of their own; when are all of their lamps told?"""
    begun: list[tuple[float, tuple[str, ...]]] = []
    while time.perf_counter() < end:
        place, lamp_ids = next(left)
        phone = await _begin(side, caller)
        said = phone.says([(place.lon, place.lat, place.accuracy_m)])
        begun.append((time.perf_counter(), lamp_ids))
        await caller.ask(said)
        await asyncio.sleep(_PROBE_EVERY_S)
    await asyncio.sleep(_ORDERS_WITHIN_S)
    for at, lamp_ids in begun:
        heard = [ear.first[key] - at for key in lamp_ids if key in ear.first]
        if heard:
            figures.orders.append(1_000 * max(heard))
        else:
            figures.unanswered += 1


# ---- the table


def _rows(sides: list[Side], lamps: int) -> list[Row]:
    ours = sides[0]
    rows = []
    for at, figures in enumerate(ours.found):
        load = figures.load
        pace = (
            f"a batch of {load.fixes} every {load.every_s:g} s"
            if load.every_s
            else (f"batches of {load.fixes} as fast as they are taken")
        )
        title = f"{load.walkers:,} walkers on {lamps:,} lamps, {pace}"
        for other in sides[1:]:
            theirs = other.found[at]
            rows += _pair(title, figures, theirs, other.name)
    return rows


def _pair(title: str, ours: Figures, theirs: Figures, name: str) -> list[Row]:
    note = "; ".join(f"{who}: {_said(one)}" for who, one in (("ours", ours), (name, theirs)))

    def row(what: str, unit: str, a: float, b: float, note: str = "") -> Row:
        return Row(PART, f"{title}: {what}", a, unit, b, name, note=note)

    def at(share: float, of: list[float]) -> float:
        return quantile(of, share) if of else float("nan")

    return [
        row("positions a second", "", ours.positions_a_second, theirs.positions_a_second, note),
        row("answer, p50", "ms", at(0.5, ours.answers), at(0.5, theirs.answers)),
        row("answer, p99", "ms", at(0.99, ours.answers), at(0.99, theirs.answers)),
        row("position to last order, p50", "ms", at(0.5, ours.orders), at(0.5, theirs.orders)),
        row("position to last order, p99", "ms", at(0.99, ours.orders), at(0.99, theirs.orders)),
    ]


def _said(one: Figures) -> str:
    words: list[Any] = [f"{one.unanswered} probes unanswered", f"{one.refused} refused"]
    if one.load.every_s:
        words.append(f"at most {one.behind_ms:,.0f} ms behind")
    return ", ".join(words)
