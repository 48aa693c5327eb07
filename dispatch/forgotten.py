"""Come here for what is kept of walks that were forgotten: that there was one, and nothing else.

Law: a mark is a keyed hash of the walk's id. It says that a walk was only to whoever knows its id
and holds the `secret` file; from the marks alone nobody finds an id, a name or a place.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, String, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.tables import metadata
from lights.schema import Instant

_NO_WALK: Final = ""
"""The mark of no id stands for the secret itself: since when walks are marked with it."""

forgotten = Table(
    "forgotten",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("what", String(8), nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("forgotten_at", Instant, nullable=False, index=True),
)


class Forgotten(NamedTuple):
    """A walk that was: its positions went when it ended, its row when it was forgotten."""

    ended_at: datetime
    forgotten_at: datetime


def mark_of(secret: bytes, walk_id: str) -> str:
    """What is kept of an id."""
    return hmac.new(secret, f"forgotten walk {walk_id}".encode(), hashlib.sha256).hexdigest()


async def begin_marking(connection: AsyncConnection, secret: bytes, now: datetime) -> None:
    """From now on every walk that is forgotten is marked with this secret."""
    await _note(connection, [_row(mark_of(secret, _NO_WALK), "since", now, now)])


async def mark_forgotten(
    connection: AsyncConnection, secret: bytes, ended: Mapping[str, datetime], now: datetime
) -> None:
    """These walks, by id with the time of their end, are forgotten in this transaction."""
    await _note(
        connection,
        [_row(mark_of(secret, one), "walk", ended_at, now) for one, ended_at in ended.items()],
    )


def _row(mark: str, what: str, ended_at: datetime, forgotten_at: datetime) -> dict[str, Any]:
    return {"mark": mark, "what": what, "ended_at": ended_at, "forgotten_at": forgotten_at}


async def _note(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        await connection.execute(dialect.insert(forgotten).on_conflict_do_nothing(), rows)


async def marking_since(connection: AsyncConnection, secret: bytes) -> datetime | None:
    """Since when every forgotten walk was marked with this secret; None: none ever was."""
    found = await _read(connection, mark_of(secret, _NO_WALK))
    return found.forgotten_at if found is not None else None


async def find_forgotten(
    connection: AsyncConnection, secret: bytes, walk_id: str
) -> Forgotten | None:
    """The walk of an id, if it was and its mark is still kept."""
    return await _read(connection, mark_of(secret, walk_id))


async def _read(connection: AsyncConnection, mark: str) -> Forgotten | None:
    query = select(forgotten.c.ended_at, forgotten.c.forgotten_at).where(forgotten.c.mark == mark)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Forgotten(*row)


async def count_forgotten(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many marks of walks are kept, and the time of the oldest."""
    query = select(func.count(), func.min(forgotten.c.forgotten_at))
    count, oldest = (await connection.execute(query.where(forgotten.c.what == "walk"))).one()
    return count, oldest


async def let_marks_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget also that there was a walk."""
    old = (forgotten.c.what == "walk") & (forgotten.c.forgotten_at < before)
    await connection.execute(delete(forgotten).where(old))
