"""Come here for the same job done by other software, side by side in one run: `--peers`.

Node-RED, which writes nothing down, and the plainest durable server that PostGIS allows. Same
corners, same broker, same callers, same ear; in turns, so that all meet the same moments of the
machine. The rivals have a street of their own, just like ours: a dispatcher would take every lamp
back that others make blink. A dispatcher also decides, keeps a journal, hears the lamps, tells
again and ends by itself; the rivals do none of that.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Final

import asyncpg

from lights.inventory import InventoryLamp
from tests.bench import node_red
from tests.bench.caller import Caller
from tests.bench.flood import CALLERS, LAMPS_A_GATEWAY, kept_of
from tests.bench.ground import Corner, corners
from tests.bench.job import Done, Orders, close, close_all, flood, job
from tests.bench.reference import RIVALS, TABLES
from tests.bench.stage import Program, Stage, gauge, heard_of, inventory, ready, stage
from tests.bench.table import Row, quantile
from tests.parts import free_port
from tests.parts.processes import temporary_folder

PART: Final = "the same job by others, in turns"
_TURNS: Final = 3
_WARM_UP: Final = 30


@dataclass
class Side:
    """One that does the job. `table`: where its reports are kept; empty where nowhere."""

    name: str
    program: Program
    table: str
    caller: Caller
    closes: bool = False
    alone: Done = field(default_factory=Done)
    together: Done = field(default_factory=Done)


async def run(corner_count: int, jobs: int, seconds: float) -> list[Row]:
    """The rows of this part."""
    folder = temporary_folder("node-red")
    version = await asyncio.to_thread(node_red.install, folder)
    lamps, found = corners(corner_count)
    with stage() as parts, ExitStack() as stack:
        url = parts.database()
        await inventory(url, lamps, parts.folder)
        await _fill_reference(parts.dsn(url), lamps)
        ours = stack.enter_context(parts.dispatcher(url))
        red = stack.enter_context(node_red.running(parts, folder, lamps))
        plain = stack.enter_context(_reference(parts, url))
        sides = [
            Side("ours", ours, "incident", await ready(ours), closes=True),
            Side(f"Node-RED {version} + kdbush, not durable", red, "", await ready(red)),
            Side("FastAPI + PostGIS + gmqtt", plain, "reference_report", await ready(plain)),
        ]
        for prefix in ("lamps", RIVALS):
            ids = [one.lamp_id for one in lamps]
            stack.enter_context(parts.raw_street(ids, LAMPS_A_GATEWAY, prefix))
        await heard_of(sides[0].caller, len(lamps), parts.dsn(url))
        await _measure(parts, sides, found, jobs, seconds)
        kept = [await _kept(parts.dsn(url), side) for side in sides]
    return _rows(sides, kept)


def _reference(parts: Stage, url: str) -> AbstractContextManager[Program]:
    port = free_port()
    words = ["tests.bench.reference", str(port), parts.dsn(url), str(parts.mosquitto.port)]
    return parts.program(words, port=port)


async def _measure(
    parts: Stage, sides: list[Side], found: list[Corner], jobs: int, seconds: float
) -> None:
    async with AsyncExitStack() as stack:
        orders = await Orders.listening(stack, parts.mosquitto.port)
        for number, corner in enumerate(islice(cycle(found), jobs + _WARM_UP)):
            for side in sides:
                await _one(side, orders, corner, Done() if number < _WARM_UP else side.alone)
        for _ in range(_TURNS):
            for side in sides:
                left = iter(found) if side.closes else cycle(found)
                done = await flood(side.program.port, orders, left, CALLERS, seconds)
                if side.closes:
                    await close_all(side.program.port, done.incident_ids)
                    await _dark(side.caller)
                side.together += done
        for side in sides:
            side.caller.close()


async def _one(side: Side, orders: Orders, corner: Corner, done: Done) -> None:
    taken = await job(side.caller, orders, corner, done)
    if side.closes:
        await close(side.caller, taken["incident_id"])
        await _dark(side.caller)


async def _dark(caller: Caller) -> None:
    """Wait until no lamp is lit for anybody, so that the next cry is the whole work again."""
    async with asyncio.timeout(60):
        while await gauge(caller, 'lamplighter_lamps{is="lit"}'):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def _fill_reference(dsn: str, lamps: Sequence[InventoryLamp]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(TABLES)
        points = [(lamp.lamp_id, *lamp.place.metres) for lamp in lamps]
        await connection.executemany(
            "INSERT INTO reference_lamp VALUES ($1, ST_SetSRID(ST_MakePoint($2, $3), 5179))", points
        )
        await connection.execute("CREATE INDEX ON reference_lamp USING gist (position)")
        await connection.execute("VACUUM ANALYZE reference_lamp")
    finally:
        await connection.close()


async def _kept(dsn: str, side: Side) -> str:
    if not side.table:
        return "none kept"
    answered = len(side.together.report_ids)
    return f"{await kept_of(dsn, side.together, side.table)} of {answered} kept"


def _rows(sides: list[Side], kept: list[str]) -> list[Row]:
    ours = sides[0]
    rows = []
    for side, words in zip(sides[1:], kept[1:], strict=True):
        note = f"reports: ours {kept[0]}, theirs {words}; lamps told a report: ours "
        note += f"{ours.together.lamps_each:.1f}, theirs {side.together.lamps_each:.1f}"
        pair = ours.together.rate, side.together.rate
        rows.append(Row(PART, f"SOS/s, {CALLERS} at once", *_beside(pair, "/s", side), note=note))
        for title, share in (("p50", 0.5), ("p99", 0.99)):
            alone = quantile(ours.alone.whole, share), quantile(side.alone.whole, share)
            rows.append(Row(PART, f"  one at a time: {title}", *_beside(alone, "ms", side)))
            many = quantile(ours.together.whole, share), quantile(side.together.whole, share)
            rows.append(Row(PART, f"  {CALLERS} at once: {title}", *_beside(many, "ms", side)))
    return rows


def _beside(pair: tuple[float, float], unit: str, side: Side) -> tuple[float, str, float, str]:
    return pair[0], unit, pair[1], side.name
