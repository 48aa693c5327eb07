"""Come here for the table of showings, and the SQL about it.

Law: it has no column for a place. A row is one recipient who was shown one incident's or walk's
place in one way and for one purpose, however often: the first time, the last, and how many.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.sights import Method, Purpose, Role, Subject
from dispatch.tables import metadata
from lights.schema import Instant

showing = Table(
    "showing",
    metadata,
    Column("subject", String(8), primary_key=True),
    Column("subject_id", String(40), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("method", String(8), primary_key=True),
    Column("purpose", String(16), primary_key=True),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Index("showing_last", "last_at"),
)


class Key(NamedTuple):
    """Whose place was shown to whom, which way and what for."""

    subject: Subject
    subject_id: str
    role: Role
    recipient: str
    path: str
    method: Method
    purpose: Purpose


class Count(NamedTuple):
    """How often, and between which times."""

    first_at: datetime
    last_at: datetime
    times: int

    def plus(self, other: "Count") -> "Count":
        """Both together."""
        return Count(
            min(self.first_at, other.first_at),
            max(self.last_at, other.last_at),
            self.times + other.times,
        )


_KEYS: Final = Key._fields
_COLUMNS: Final = tuple(showing.c[name] for name in (*_KEYS, *Count._fields))


async def read_showings(
    connection: AsyncConnection, subject: Subject, subject_id: str
) -> dict[Key, Count]:
    """To whom the place of one incident or walk was shown."""
    query = select(*_COLUMNS).where(
        showing.c.subject == subject, showing.c.subject_id == subject_id
    )
    rows = await connection.execute(query)
    return {Key(*row[: len(_KEYS)]): Count(*row[len(_KEYS) :]) for row in rows}


async def add_showings(connection: AsyncConnection, counts: Mapping[Key, Count]) -> None:
    """Add to what was counted before; in one order, so that two writers never wait crosswise."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(showing).values(
        {column.name: bindparam(column.name) for column in showing.columns}
    )
    upsert = insert.on_conflict_do_update(
        index_elements=list(_KEYS),
        set_={
            "last_at": insert.excluded.last_at,
            "times": showing.c.times + insert.excluded.times,
        },
    )
    rows = [{**key._asdict(), **counts[key]._asdict()} for key in sorted(counts)]
    await connection.execute(upsert, rows)


async def let_showings_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget what was last shown before a time."""
    await connection.execute(delete(showing).where(showing.c.last_at < before))


async def count_showings(
    connection: AsyncConnection,
) -> tuple[int, datetime | None]:
    """How many entries there are, and the last time of the oldest."""
    oldest = func.min(showing.c.last_at, type_=Instant)
    entries, last_at = (await connection.execute(select(func.count(), oldest))).one()
    return entries, last_at


def recipients(keys: Collection[Key]) -> int:
    """How many different people and targets."""
    return len({(key.role, key.recipient) for key in keys})
