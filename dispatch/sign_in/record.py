"""Come here for the record of who came in and who gave whom which right: written, kept, let go.

Law: an entry is written in the transaction that it tells of, and never changed; it goes when its
time is over. Tries that were refused are in the log alone: what a stranger types is no record.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import Column, Index, String, Table, Text, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.tables import metadata
from lights.schema import Instant, json_column

Coming = Literal["signed_in", "signed_out", "put_out"]
Right = Literal[
    "account_added",
    "roles_changed",
    "password_reset",
    "password_chosen",
    "account_revoked",
    "app_added",
    "app_revoked",
]
Event = Literal[Coming, Right]
COMINGS: Final = get_args(Coming)
RIGHTS: Final = get_args(Right)

COMINGS_KEPT_FOR: Final = timedelta(days=366)
"""Access logs, a year (domain: the rules for protecting positions)."""
RIGHTS_KEPT_FOR: Final = timedelta(days=5 * 366)
"""Who could see positions, and by whom, five years."""

record = Table(
    "record",
    metadata,
    Column("entry_id", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("event", String(24), nullable=False),
    Column("actor", Text, nullable=False),
    Column("whom", Text, nullable=False),
    Column("source", String(64), nullable=False),
    Column("detail", json_column(), nullable=False),
    Index("record_at", "at"),
)


class Entry(NamedTuple):
    """`actor` did it, `whom` it is about; `source`: the network address it came from."""

    entry_id: str
    at: datetime
    event: Event
    actor: str
    whom: str
    source: str
    detail: Mapping[str, Any]


async def note(connection: AsyncConnection, entry: Entry) -> None:
    """Write it down."""
    await connection.execute(insert(record).values(entry._asdict()))


async def entries(connection: AsyncConnection, limit: int, before: str | None) -> Sequence[Entry]:
    """The latest first; `before` is the id of the last entry of the page before."""
    query = select(record).order_by(record.c.entry_id.desc()).limit(limit)
    if before is not None:
        query = query.where(record.c.entry_id < before)
    return [Entry(**row._asdict()) for row in await connection.execute(query)]


async def let_go(connection: AsyncConnection, now: datetime) -> None:
    """Forget what has been kept for long enough."""
    for events, kept_for in ((COMINGS, COMINGS_KEPT_FOR), (RIGHTS, RIGHTS_KEPT_FOR)):
        over = record.c.event.in_(events) & (record.c.at < now - kept_for)
        await connection.execute(delete(record).where(over))
