"""A write that is given up amid its work keeps nobody else from writing."""

import asyncio
import contextlib
import gc
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from dispatch.database import Database
from tests.patience import DEADLINE_S


@pytest.fixture
def nothing_is_collected() -> Iterator[None]:
    """SQLite lets go of what the collector finds: here it has to without."""
    gc.disable()
    yield
    gc.enable()


async def writes_for_ever(database: Database, began: asyncio.Event) -> None:
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        began.set()
        while True:
            (await connection.execute(text("SELECT x FROM t"))).first()


def somebody_else_writes(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, timeout=DEADLINE_S)) as other:
        other.execute("INSERT INTO t VALUES (2)")
        other.commit()


@pytest.mark.parametrize("turns", range(12))
async def test_a_write_that_is_cancelled_amid_its_work_leaves_the_file_free(
    sqlite_url: str, nothing_is_collected: None, turns: int
) -> None:
    database = Database(sqlite_url)
    try:
        async with database.writing() as connection:
            await connection.execute(text("CREATE TABLE t (x INTEGER)"))
        began = asyncio.Event()
        writing = asyncio.create_task(writes_for_ever(database, began))
        await began.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        await asyncio.to_thread(somebody_else_writes, Path(make_url(sqlite_url).database or ""))
        async with database.writing() as connection:
            rows = await connection.execute(text("SELECT x FROM t"))
            assert list(rows.scalars()) == [2], "and nothing of it was written"
    finally:
        await database.close()
