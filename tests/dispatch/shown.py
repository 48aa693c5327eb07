"""Come here for what tests of the log of showings read: its rows."""

from typing import Any

from sqlalchemy import text

from dispatch.database import Database
from tests.conftest import Pair
from tests.patience import ask_until


async def rows_of(database_url: str) -> list[tuple[Any, ...]]:
    """The whole table."""
    database = Database(database_url)
    try:
        async with database.reading() as connection:
            rows = await connection.execute(text("SELECT * FROM showing"))
            return [tuple(row) for row in rows]
    finally:
        await database.close()


async def has_written(pair: Pair, count: int) -> list[tuple[Any, ...]]:
    """The whole table, once it has so many rows."""
    return await ask_until(lambda: rows_of(pair.database_url), lambda rows: len(rows) >= count)
