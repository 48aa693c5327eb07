"""Come here for how long a dispatcher of a large district takes from its start to first work."""

import time
from typing import Final

from tests.bench.ground import scattered
from tests.bench.stage import Stage, inventory, ready, stage
from tests.bench.table import Row

PART: Final = "start: from the command to /readyz 200"
_LIMIT_S: Final = 10.0
_TARGET: Final = "< 10 s"


async def run(lamps: int) -> list[Row]:
    """The rows of this part."""
    with stage() as parts:
        sqlite = f"sqlite+aiosqlite:///{parts.folder}/lamplighter.sqlite3"
        return [
            await _row(parts, parts.database(), lamps, "PostGIS and Mosquitto", embedded=False),
            await _row(parts, sqlite, lamps, "SQLite and the embedded broker", embedded=True),
        ]


async def _row(parts: Stage, url: str, count: int, name: str, *, embedded: bool) -> Row:
    begun = time.monotonic()
    await inventory(url, scattered(count), parts.folder)
    filled = time.monotonic() - begun
    empty_url = parts.database() if not embedded else url.replace(".sqlite3", "-empty.sqlite3")
    empty = await _seconds(parts, empty_url, embedded)
    seconds = await _seconds(parts, url, embedded)
    return Row(
        PART,
        f"{count:,} lamps on {name}",
        seconds,
        "s",
        empty,
        "no lamps, no tables yet",
        _TARGET,
        seconds < _LIMIT_S,
        f"making and importing the inventory took {filled:.0f} s",
        compared=False,
    )


async def _seconds(parts: Stage, url: str, embedded: bool) -> float:
    begun = time.monotonic()
    with parts.dispatcher(url, embedded=embedded) as program:
        caller = await ready(program)
        took = time.monotonic() - begun
        caller.close()
    return took
