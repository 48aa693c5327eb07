"""Come here for how long it takes from the press to the last lamp, beside the floor below it.

The floor is what no dispatcher on these parts could do without, measured after every press with
raw clients: an empty POST to the same server, one durable commit in the same database, and as many
orders and sightings through the same broker.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import orjson

from geo.place import Place
from tests.bench.caller import Answer, Caller, hanging_up, request
from tests.bench.ground import inventory_lamp, places_among, scattered
from tests.bench.mqtt import MqttClient
from tests.bench.stage import Program, Stage, cry, heard_of, inventory, ready, stage
from tests.bench.table import Row, at_most, quantile

PART: Final = "pressed -> every chosen lamp sighted in the new scene, one at a time"
_EMPTY: Final = request("POST", "/healthz")
"""A route that takes no POST: through the server and its router to a refusal, and no further."""
_MOST: Final = 30
"""No report asks more lamps."""
_WARM_UP: Final = 20
_PATIENCE_S: Final = 30.0


class Ear:
    """Who shows what since when, as an independent subscriber hears it."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._scene: dict[str, bytes] = {}
        self._missing: set[str] = set()
        self._wanted = b""
        self._complete: asyncio.Future[None] | None = None

    def heard(self, topic: str, payload: bytes) -> None:
        """A sighting, or whatever else speaks of a scene."""
        lamp_id = topic.split("/", 2)[1]
        scene = payload.partition(b'"scene":"')[2].partition(b'"')[0]
        self._at[lamp_id] = time.perf_counter()
        self._scene[lamp_id] = scene
        if scene == self._wanted:
            self._missing.discard(lamp_id)
            if not self._missing and self._complete and not self._complete.done():
                self._complete.set_result(None)

    def forget(self) -> None:
        """Begin anew."""
        self._at.clear()
        self._scene.clear()

    async def all_show(self, lamp_ids: Iterable[str], scene: bytes) -> list[float]:
        """When each of these was heard in this scene since `forget`, waiting for those missing."""
        wanted = list(lamp_ids)
        self._wanted = scene
        self._missing = {one for one in wanted if self._scene.get(one) != scene}
        if self._missing:
            self._complete = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(_PATIENCE_S):
                await self._complete
        return [self._at[one] for one in wanted]


@dataclass
class Times:
    """Milliseconds, one of each a press."""

    ours: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    lamps: list[int] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)
    broker: list[float] = field(default_factory=list)
    street: list[float] = field(default_factory=list)
    said: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def floor(self) -> list[float]:
        """Press by press: empty request, commit, and the raw round through the broker."""
        parts = (self.empty, self.commit, self.broker)
        return [sum(press) for press in zip(*parts, strict=True)]

    @property
    def floor_with_street(self) -> list[float]:
        """The same, the orders being obeyed by lamps of the same simulated street."""
        parts = (self.empty, self.commit, self.street)
        return [sum(press) for press in zip(*parts, strict=True)]


@dataclass
class Scene:
    """Everything that a press needs, connected."""

    caller: Caller
    mouth: MqttClient
    hear_orders: MqttClient
    lamps: Ear
    echoes: Ear
    orders: Ear
    database: Any
    times: Times = field(default_factory=Times)
    seq: int = 0


async def run(presses: int, lamps: int) -> list[Row]:
    """The rows of this part."""
    with stage() as parts:
        times = await _on(parts, presses, lamps)
    return rows(times, lamps)


async def _on(parts: Stage, presses: int, count: int) -> Times:
    url = parts.database()
    lamps = scattered(count)
    controls = [inventory_lamp(f"FLOOR-{at}", lamps[0].place) for at in range(_MOST)]
    echo_ids = [f"E{at}" for at in range(_MOST)]
    await inventory(url, lamps, parts.folder)
    with (
        parts.dispatcher(url) as program,
        parts.raw_street(echo_ids, 1, "floor"),
    ):
        caller = await ready(program)
        with hanging_up(caller), parts.street([*lamps, *controls]):
            await heard_of(caller, count, parts.dsn(url))
            async with AsyncExitStack() as stack:
                scene = await _scene(stack, parts, program, url)
                await _presses(scene, places_among(count, presses + _WARM_UP))
                await _anatomy(scene, places_among(count, max(presses // 4, 10), seed=5))
                return scene.times


async def _scene(stack: AsyncExitStack, parts: Stage, program: Program, url: str) -> Scene:
    port = parts.mosquitto.port
    lamps, echoes, orders = Ear(), Ear(), Ear()
    hear_lamps = await MqttClient.connect(port, "bench-lamps", lamps.heard)
    await hear_lamps.subscribe(["lamps/+/sighting"])
    hear_echoes = await MqttClient.connect(port, "bench-echoes", echoes.heard)
    await hear_echoes.subscribe(["floor/+/sighting"])
    hear_orders = await MqttClient.connect(port, "bench-orders", orders.heard)
    mouth = await MqttClient.connect(port, "bench-mouth")
    for client in (hear_lamps, hear_echoes, hear_orders, mouth):
        stack.callback(client.close)
    database = await asyncpg.connect(parts.dsn(url))
    stack.push_async_callback(database.close)
    await database.execute("CREATE TABLE bench_floor (at timestamptz, body text)")
    caller = await Caller.connect(program.port)
    stack.callback(caller.close)
    return Scene(caller, mouth, hear_orders, lamps, echoes, orders, database)


async def _presses(scene: Scene, places: list[Place]) -> None:
    for number, place in enumerate(places):
        if number == _WARM_UP:
            scene.times = Times()
        chosen = await _press(scene, place)
        await _floor(scene, len(chosen))


async def _press(scene: Scene, place: Place) -> list[str]:
    """One cry, measured; then closed, and waited for until the street is back."""
    wanted = cry(place)
    scene.lamps.forget()
    begun = time.perf_counter()
    answer = await scene.caller.ask(wanted)
    taken = _taken(answer)
    chosen = [lamp["lamp_id"] for lamp in taken["lamps"]]
    sighted = await scene.lamps.all_show(chosen, b"blink")
    scene.times.ours.append((max(sighted, default=answer.at) - begun) * 1000)
    scene.times.answered.append((answer.at - begun) * 1000)
    scene.times.lamps.append(len(chosen))
    await _close(scene, taken["incident_id"], chosen)
    return chosen


def _taken(answer: Answer) -> Any:
    if answer.status != 201:
        raise RuntimeError(f"a report was answered {answer.status}: {answer.body!r}")
    return answer.json()


async def _close(scene: Scene, incident_id: str, chosen: list[str]) -> None:
    closed = await scene.caller.post(f"/v1/incidents/{incident_id}/close", {"disposition": "test"})
    assert closed.status == 200, closed.body
    await scene.lamps.all_show(chosen, b"schedule")


async def _floor(scene: Scene, lamps: int) -> None:
    times, clock = scene.times, time.perf_counter
    begun = clock()
    answer = await scene.caller.ask(_EMPTY)
    times.empty.append((answer.at - begun) * 1000)
    begun = clock()
    await scene.database.execute(
        "INSERT INTO bench_floor VALUES ($1, $2)", datetime.now(UTC), "x" * 200
    )
    times.commit.append((clock() - begun) * 1000)
    times.broker.append(
        await _round(scene, scene.echoes, [f"floor/E{at}" for at in range(lamps)]) * 1000
    )
    times.street.append(
        await _round(scene, scene.lamps, [f"lamps/FLOOR-{at}" for at in range(lamps)]) * 1000
    )


async def _round(scene: Scene, ear: Ear, topics: list[str]) -> float:
    """Seconds for one order to each of these lamps and their sightings back."""
    scene.seq += 1
    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="milliseconds")
    order = {"v": 1, "seq": scene.seq, "scene": "blink", "level": 100, "low": 30}
    payload = orjson.dumps(order | {"period_ms": 1000, "lit_ms": 600, "until": until})
    ear.forget()
    begun = time.perf_counter()
    scene.mouth.publish((f"{topic}/order", payload) for topic in topics)
    seen = await ear.all_show([topic.partition("/")[2] for topic in topics], b"blink")
    return max(seen, default=begun) - begun


async def _anatomy(scene: Scene, places: list[Place]) -> None:
    """Where the time goes; apart from the rest, since the orders are listened to as well."""
    await scene.hear_orders.subscribe(["lamps/+/order"])
    for place in places:
        wanted = cry(place)
        scene.lamps.forget()
        scene.orders.forget()
        begun = time.perf_counter()
        answer = await scene.caller.ask(wanted)
        taken = _taken(answer)
        chosen = [lamp["lamp_id"] for lamp in taken["lamps"]]
        sighted = await scene.lamps.all_show(chosen, b"blink")
        said = await scene.orders.all_show(chosen, b"blink")
        if chosen:
            marks = (answer.at, min(said), max(said), max(sighted))
            scene.times.said.append(tuple((mark - begun) * 1000 for mark in marks))  # type: ignore[arg-type]
        await _close(scene, taken["incident_id"], chosen)


def rows(times: Times, lamps: int) -> list[Row]:
    """p50 and p99 beside the floor, then what both are made of."""
    count = sum(times.lamps) / len(times.lamps)
    note = (
        f"{len(times.ours)} presses among {lamps:,} lamps with a connection each, "
        f"{count:.1f} asked on average ({min(times.lamps)} to {max(times.lamps)})"
    )
    found = []
    for name, share, limit in (("p50", 0.5, 2.0), ("p99", 0.99, 4.0)):
        ours, floor = quantile(times.ours, share), quantile(times.floor, share)
        met = at_most(ours / floor, limit)
        target = f"<= {limit:.0f}x"
        found.append(Row(PART, name, ours, "ms", floor, "floor, raw clients", target, met, note))
        note = ""
        street = quantile(times.floor_with_street, share)
        beside = "floor, the same simulated lamps obeying"
        found.append(Row(PART, f"  {name}", ours, "ms", street, beside))
    return found + _anatomy_rows(times) + _floor_rows(times)


def _anatomy_rows(times: Times) -> list[Row]:
    names = ("POST -> 201", "POST -> first order", "POST -> last order", "POST -> last sighting")
    part = "where the time of one press goes (listening to the orders as well)"
    columns = list(zip(*times.said, strict=True)) or [(), (), (), ()]
    return [_p50_and_p99(part, name, column) for name, column in zip(names, columns, strict=True)]


def _p50_and_p99(part: str, name: str, column: Sequence[float]) -> Row:
    p50, p99 = quantile(column, 0.5), quantile(column, 0.99)
    return Row(part, f"{name}: p50", p50, "ms", p99, "p99", compared=False)


def _floor_rows(times: Times) -> list[Row]:
    part = "the floors themselves"
    floors = {
        "empty POST to the same server (POST /healthz, answered 405)": times.empty,
        "one durable commit (one row, PostgreSQL, fsync on)": times.commit,
        "the orders and sightings of one press, raw clients": times.broker,
        "the orders and sightings of one press, the simulated lamps": times.street,
    }
    return [_p50_and_p99(part, name, column) for name, column in floors.items()]
