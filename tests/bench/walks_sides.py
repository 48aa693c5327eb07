"""Come here for the sides that take positions of walkers: ours, the floor, Node-RED, in turns.

Each stands beside the same street, which answers every order, with one ear for its orders. A probe
is a walk that begins at a corner of its own, so that each order there is known to be that
position's.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from geo.place import Place
from tests.bench import node_red, node_red_walks
from tests.bench.caller import Caller
from tests.bench.ground import inventory_lamp
from tests.bench.mqtt import MqttClient
from tests.bench.reference import RIVALS
from tests.bench.stage import Stage, heard_of, inventory, ready
from tests.bench.walks_crowd import Ear, Ground
from tests.parts import free_port
from tests.parts.processes import temporary_folder

FLOOR: Final = "floor"
_LAMPS_A_GATEWAY: Final = 500
_PROBE_EVERY_S: Final = 0.2
ORDERS_WITHIN_S: Final = 5.0
"""After the last probe: what has not come by then does not come."""
_STEP_S: Final = 3.0
"""Between two fixes of one batch."""

Fixed = tuple[float, float, float | None]
"""lon, lat, accuracy in metres."""


class Phone(NamedTuple):
    """One walk at one door."""

    walk_id: str
    token: str


@dataclass
class Side:
    """One that has a door, and an ear for what it orders. `kept`: walks must be begun, and have a
    token."""

    name: str
    prefix: str
    port: int
    ear: Ear
    kept: bool = False

    async def begin(self, caller: Caller) -> Phone:
        """A walk begins."""
        walk_id = str(uuid.uuid4())
        if not self.kept:
            return Phone(walk_id, "")
        answer = await caller.post("/v1/walks", {"walk_id": walk_id, "expected_minutes": 60})
        return Phone(walk_id, answer.json()["walker_token"])


def probes_for(seconds: float) -> int:
    """How many corners one load needs."""
    return round(seconds / _PROBE_EVERY_S) + 1


def positions_body(places: list[Fixed]) -> dict[str, Any]:
    """What a phone says: fixes up to now, oldest first."""
    now = datetime.now(UTC)
    fixes = [
        {
            "lon": lon,
            "lat": lat,
            "accuracy_m": accuracy,
            "fixed_at": (now - timedelta(seconds=_STEP_S * back)).isoformat(),
        }
        for back, (lon, lat, accuracy) in zip(range(len(places) - 1, -1, -1), places, strict=True)
    ]
    return {"positions": fixes, "sent_at": now.isoformat()}


def places_of(here: Ground, walker: int, turn: int, fixes: int) -> list[Fixed]:
    """The next steps of a walker, who goes to and fro."""
    path = here.paths[walker % len(here.paths)]
    places: list[Fixed] = []
    for step in range(turn * fixes, turn * fixes + fixes):
        at = (step + 7 * (walker // len(here.paths))) % max(1, 2 * len(path) - 2)
        fix = path[at if at < len(path) else 2 * len(path) - 2 - at]
        places.append((fix.lon, fix.lat, fix.accuracy_m))
    return places


# ---- the sides


@asynccontextmanager
async def ours(parts: Stage, here: Ground) -> AsyncIterator[Side]:
    """The dispatcher with all that it does, on PostGIS and Mosquitto."""
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
    with parts.program(["tests.any_hour"], environment, port) as program:
        caller = await ready(program)
        async with _beside_a_street(parts, here, "Lamplighter", "lamps", port) as side:
            await heard_of(caller, len(lamps), parts.dsn(url))
            caller.close()
            side.kept = True
            yield side


@asynccontextmanager
async def floor(parts: Stage, here: Ground) -> AsyncIterator[Side]:
    """The least that a door can do."""
    port = free_port()
    words = ["tests.bench.walks_floor", str(port), str(parts.mosquitto.port)]
    with parts.program([*words, str(here.file(parts.folder)), FLOOR]) as program:
        await asyncio.to_thread(parts.wait_for_word, program, "listening")
        async with _beside_a_street(parts, here, FLOOR, FLOOR, port) as side:
            yield side


@asynccontextmanager
async def rival(parts: Stage, here: Ground) -> AsyncIterator[Side]:
    """Node-RED, installed for this run."""
    folder = temporary_folder("node-red")
    version = await asyncio.to_thread(node_red.install, folder)
    with node_red_walks.running(parts, folder, here.lamps, over_http=True) as program:
        await asyncio.to_thread(parts.wait_for_word, program, "Connected to broker")
        name = f"Node-RED {version}"
        async with _beside_a_street(parts, here, name, RIVALS, program.port) as side:
            yield side


@asynccontextmanager
async def _beside_a_street(
    parts: Stage, here: Ground, name: str, prefix: str, port: int
) -> AsyncIterator[Side]:
    ear = Ear(prefix)
    with ExitStack() as stack:
        street = parts.raw_street([key for key, _, _ in here.lamps], _LAMPS_A_GATEWAY, prefix)
        stack.enter_context(street)
        hearing = await MqttClient.connect(parts.mosquitto.port, f"ear-{prefix}", ear.heard)
        stack.callback(hearing.close)
        await hearing.subscribe([f"{prefix}/+/order"])
        yield Side(name, prefix, port, ear)


# ---- probes


Corners = Iterator[tuple[Place, tuple[str, ...]]]
Telling = Callable[[Place], Awaitable[float]]
"""A walk begins and says where it is; returns when that was sent (`time.perf_counter`)."""


async def probe(side: Side, tell: Telling, left: Corners, end: float) -> list[float | None]:
    """Milliseconds until the last lamp of each probe was told; None where none ever was."""
    begun: list[tuple[float, tuple[str, ...]]] = []
    while time.perf_counter() < end:
        place, lamp_ids = next(left)
        begun.append((await tell(place), lamp_ids))
        await asyncio.sleep(_PROBE_EVERY_S)
    await asyncio.sleep(ORDERS_WITHIN_S)
    first = side.ear.first
    return [
        max((1_000 * (first[key] - at) for key in lamp_ids if key in first), default=None)
        for at, lamp_ids in begun
    ]
