"""Come here for the table of walks, and the SQL about it.

Law: a row holds what must survive the process. The track lies beside it, is overwritten every few
seconds for many walks at once, and goes in the very commit that ends the walk: a copy that is
written later finds a row that keeps none any more, and changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.consents import note_consents
from dispatch.forgotten import mark_forgotten
from dispatch.tables import metadata, outbox
from dispatch.walk import LIVE, Walk
from dispatch.walk_rows import walk_of
from lights.schema import Instant, json_column

walk = Table(
    "walk",
    metadata,
    Column("walk_id", String(40), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("keeps_track", Boolean, nullable=False),
    Column("body", json_column(), nullable=False),
    Column("track", LargeBinary),
)


class KeptWalk(NamedTuple):
    """A walk with the last copy of its track."""

    walk: Walk
    track: bytes


async def load_walks(connection: AsyncConnection) -> list[KeptWalk]:
    """Every walk."""
    rows = await connection.execute(select(walk))
    return [KeptWalk(walk_of(row), row.track or b"") for row in rows]


_TRACKLESS: Final = tuple(column.name for column in walk.columns if column.name != "track")


async def save_walks(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Write walks over themselves; one that keeps no track any more loses it here: then True."""
    if not rows:
        return False
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(walk).values({name: bindparam(name) for name in _TRACKLESS})
    changing = {name: insert.excluded[name] for name in _TRACKLESS if name != "walk_id"}
    await connection.execute(
        insert.on_conflict_do_update(index_elements=["walk_id"], set_=changing), list(rows)
    )
    await note_consents(connection, rows)
    over = [row["walk_id"] for row in rows if not row["keeps_track"]]
    if over:
        await connection.execute(update(walk).where(walk.c.walk_id.in_(over)).values(track=None))
    return bool(over)


async def save_letters_once(
    connection: AsyncConnection, letters: Sequence[Mapping[str, Any]]
) -> None:
    """Write letters that may have been written before: a commit can be in doubt."""
    if letters:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        await connection.execute(
            dialect.insert(outbox).on_conflict_do_nothing(index_elements=["outbox_id"]),
            list(letters),
        )


_KEEP_TRACK: Final = (
    update(walk)
    .where(walk.c.walk_id == bindparam("b_walk_id"), walk.c.keeps_track)
    .values(track=bindparam("b_track", type_=walk.c.track.type))
)


async def keep_tracks(connection: AsyncConnection, tracks: Mapping[str, bytes]) -> None:
    """Copy tracks to disk, but for those of walks that are over."""
    rows = [{"b_walk_id": walk_id, "b_track": track} for walk_id, track in tracks.items()]
    if rows:
        await connection.execute(_KEEP_TRACK, rows)


async def let_walks_go(
    connection: AsyncConnection, before: datetime, secret: bytes, now: datetime
) -> bool:
    """Forget walks that were over before a time, guardians and all; with the letters about them.
    Whether there were any; of each its mark remains.

    A guardian whom nobody could tell by then has no link any more that would lead anywhere.
    """
    over = walk.c.state.not_in(LIVE) & (walk.c.updated_at < before) & ~walk.c.keeps_track
    theirs = outbox.c.incident_id.in_(select(walk.c.walk_id).where(over))
    await connection.execute(delete(outbox).where(theirs))
    gone = delete(walk).where(over).returning(walk.c.walk_id, walk.c.updated_at)
    ended = {row.walk_id: row.updated_at for row in await connection.execute(gone)}
    await mark_forgotten(connection, secret, ended, now)
    return bool(ended)
