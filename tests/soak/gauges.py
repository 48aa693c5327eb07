"""Come here for what a process takes: memory, file handles, database; and how fast it grows."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
import numpy as np
import psutil
from sqlalchemy import make_url

_WARM_UP: Final = 0.4
"""The share of the time in which caches, pools and arenas fill; growth is measured after it."""
HOUR_S: Final = 3600.0


class Sample(NamedTuple):
    """What a dispatcher took at a moment (`time.monotonic`)."""

    at: float
    memory: int
    handles: int
    database: int
    incidents: int


@dataclass(frozen=True)
class Line:
    """One quantity from the first sample to the last, and its growth after the warm-up."""

    name: str
    first: float
    last: float
    most: float
    an_hour: float


def growth_an_hour(samples: Sequence[tuple[float, float]]) -> float:
    """The slope of the straight line through samples of (seconds, amount), an hour; 0 of one."""
    if len({at for at, _ in samples}) < 2:
        return 0.0
    seconds, amounts = np.array(samples).T
    return float(np.polyfit(seconds - seconds[0], amounts, 1)[0] * HOUR_S)


def lines_of(samples: Sequence[Sample]) -> list[Line]:
    """Memory, handles, database and incidents as lines of a table."""
    begin, end = samples[0].at, samples[-1].at
    settled = [one for one in samples if one.at >= begin + _WARM_UP * (end - begin)]
    return [
        Line(
            name,
            getattr(samples[0], name),
            getattr(samples[-1], name),
            max(getattr(one, name) for one in samples),
            growth_an_hour([(one.at, getattr(one, name)) for one in settled]),
        )
        for name in ("memory", "handles", "database", "incidents")
    ]


async def sample(
    process: psutil.Process,
    size: Callable[[], Awaitable[int]],
    incidents: Callable[[], int],
) -> Sample:
    """One look; the embedded broker is another process and not counted."""
    memory, handles = process.memory_info().rss, process.num_fds()
    return Sample(time.monotonic(), memory, handles, await size(), incidents())


async def size_of(database_url: str) -> int:
    """Bytes of the database on disk: the file with its log, or what PostgreSQL says."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        beside = (file, file.with_name(file.name + "-wal"))
        return await asyncio.to_thread(lambda: sum(one.stat().st_size for one in beside))
    connection = await asyncpg.connect(database_url.replace("postgresql+asyncpg", "postgresql"))
    try:
        return int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    finally:
        await connection.close()
