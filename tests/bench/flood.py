"""Come here for how many cries a second are taken, kept and answered by light, 16 callers at once.

Everything shares the machine: database, broker, dispatcher, street, callers. The district is made
of corners whose lamps nobody else's cry concerns, one cry a corner: so every cry is the whole work
(a lamp that already blinks for somebody else would be told nothing), and nothing has to be closed
while it is measured. The street answers every order but costs next to nothing; it is not ours.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final

import asyncpg

from tests.bench.caller import hanging_up
from tests.bench.ground import LAMPS_A_CORNER, Corner, corners
from tests.bench.job import Done, Orders, close_all, flood
from tests.bench.stage import Stage, heard_of, inventory, ready, stage
from tests.bench.table import Row, quantile

PART: Final = "durable SOS a second: POST -> committed -> the last of its lamps has its order"
CALLERS: Final = 16
TARGET: Final = 400.0
LAMPS_A_GATEWAY: Final = 200
_WARM_UP_S: Final = 0.5


async def run(corner_count: int, seconds: float) -> list[Row]:
    """The rows of this part."""
    with stage() as parts:
        return await _on(parts, corner_count, seconds)


async def _on(parts: Stage, corner_count: int, seconds: float) -> list[Row]:
    url = parts.database()
    lamps, found = corners(corner_count)
    await inventory(url, lamps, parts.folder)
    with parts.dispatcher(url) as program:
        caller = await ready(program)
        street = parts.raw_street([lamp.lamp_id for lamp in lamps], LAMPS_A_GATEWAY)
        with hanging_up(caller), street:
            await heard_of(caller, len(lamps), parts.dsn(url))
            async with AsyncExitStack() as stack:
                orders = await Orders.listening(stack, parts.mosquitto.port)
                first, left = iter(found[: len(found) // 8]), iter(found[len(found) // 8 :])
                warm_up = await flood(program.port, orders, first, CALLERS, _WARM_UP_S)
                await close_all(program.port, warm_up.incident_ids)
                done = await flood(program.port, orders, left, CALLERS, seconds)
                kept = await kept_of(parts.dsn(url), done)
                await close_all(program.port, done.incident_ids)
                lives = await _lives(program.port, orders, iter(found), seconds)
    return _rows(done, kept, lives, len(lamps))


async def _lives(port: int, orders: Orders, left: Iterator[Corner], seconds: float) -> Done:
    """The same with every caller closing its incident before the next."""
    await asyncio.sleep(2.0)  # the street is back on its programme
    return await flood(port, orders, left, CALLERS, seconds / 2, closing=True)


async def kept_of(dsn: str, done: Done, table: str = "incident") -> int:
    """How many of the reports that were answered 201 are in the database."""
    connection = await asyncpg.connect(dsn)
    try:
        query = f"SELECT count(*) FROM {table} WHERE report_id = ANY($1)"
        return int(await connection.fetchval(query, done.report_ids))
    finally:
        await connection.close()


def _rows(done: Done, kept: int, lives: Done, lamps: int) -> list[Row]:
    note = (
        f"{len(done.whole)} reports in {done.seconds:.1f} s, {CALLERS} callers, {lamps:,} lamps at "
        f"corners of {LAMPS_A_CORNER}, {done.lamps_each:.1f} told a report; of {len(done.whole)} "
        f"answered 201, {kept} are in the database"
    )
    met = done.rate >= TARGET and kept == len(done.whole)
    target = f">= {TARGET:.0f}/s"
    return [
        Row(PART, "SOS/s", done.rate, "/s", TARGET, "the reference", target, met, note),
        _times("a job", done.whole),
        _times("the 201", done.answered),
        Row(PART, "whole lives/s (the same, and closed by its caller)", lives.rate, "/s"),
    ]


def _times(what: str, column: list[float]) -> Row:
    p50, p99 = quantile(column, 0.5), quantile(column, 0.99)
    return Row(PART, f"  {what}: p50", p50, "ms", p99, "p99", compared=False)
