"""Come here for the tables of incidents, journal, outbox and areas, and the SQL about them.

Law: a feed frame is a line of the journal. Its `seq` is the journal's key and always one more
than the last one committed: two writers that pick the same number collide, and the loser begins
again. So numbers become visible in order and without gaps, whoever commits first.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from shapely import MultiPolygon
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.incident import Decision, Incident, NotFound
from dispatch.rows import incident_of
from geo.area import Area, Shape
from geo.column import ShapeColumn
from lights.claims import Claim
from lights.store import Instant, json_column

metadata = MetaData()

incident = Table(
    "incident",
    metadata,
    Column("incident_id", String(40), primary_key=True),
    Column("report_id", String(64), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("scene", String(16), nullable=False),
    Column("daylight", Boolean, nullable=False),
    Column("escalation", Integer, nullable=False),
    Column("unit", Text),
    Column("disposition", String(16)),
    Column("unacknowledged_since", Instant),
    Column("light_until", Instant),
    Column("rings_at", Instant),
    Column("east", Float),
    Column("north", Float),
    Column("report", json_column(), nullable=False),
    Column("spot", json_column(), nullable=False),
    Column("lamps", json_column(), nullable=False),
    Column("shortfall", json_column()),
    Index("incident_opened", "opened_at", "incident_id"),
    Index("incident_rings", "rings_at"),
    Index("incident_state", "state"),
)

resemblance = Table(
    "resemblance",
    metadata,
    Column("incident_id", String(40), primary_key=True),
    Column("other_id", String(40), primary_key=True),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("incident_id", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", json_column(), nullable=False),
    Column("idempotency_key", String(128)),
    Column("frame", Text),
    Index("journal_incident", "incident_id", "seq"),
    Index("journal_key", "incident_id", "idempotency_key", unique=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", String(40), primary_key=True),
    Column("target", Text, nullable=False),
    Column("incident_id", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("taken_at", Instant),
    Column("last_error", Text),
    Index("outbox_due", "taken_at", "due_at"),
)

area = Table(
    "area",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("unit", Text),
    Column("shape", ShapeColumn("MULTIPOLYGON"), nullable=False),
)
Index("area_shape", area.c.shape, postgresql_using="gist").ddl_if(dialect="postgresql")


# ---- reading


async def read_incident(connection: AsyncConnection, incident_id: str) -> Incident | None:
    """The incident of that id."""
    return (await read_incidents(connection, [incident_id])).get(incident_id)


async def read_incidents(
    connection: AsyncConnection, incident_ids: Sequence[str], *, lock: bool = False
) -> dict[str, Incident]:
    """Incidents by id; with `lock`, nobody else can write them until the commit."""
    if not incident_ids:
        return {}
    query = select(incident).where(incident.c.incident_id.in_(incident_ids))
    query = query.order_by(incident.c.incident_id)
    rows = await connection.execute(query.with_for_update() if lock else query)
    return {row.incident_id: incident_of(row) for row in rows}


async def find_report(connection: AsyncConnection, report_id: str) -> Incident | None:
    """The incident that a report has opened."""
    query = select(incident).where(incident.c.report_id == report_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else incident_of(row)


async def list_incidents(
    connection: AsyncConnection, states: Sequence[str], limit: int, after: str | None
) -> list[Incident]:
    """Newest first; `after` is the id of the last incident of the page before."""
    query = select(incident).where(incident.c.state.in_(states)).limit(limit)
    query = query.order_by(incident.c.opened_at.desc(), incident.c.incident_id.desc())
    if after is not None:
        mark = select(incident.c.opened_at).where(incident.c.incident_id == after)
        opened_at = await connection.scalar(mark)
        if opened_at is None:
            raise NotFound(f"there is no incident {after} to continue after")
        query = query.where(_opened_before(opened_at, after))
    return [incident_of(row) for row in await connection.execute(query)]


def _opened_before(opened_at: datetime, incident_id: str) -> Any:
    same_time = and_(incident.c.opened_at == opened_at, incident.c.incident_id < incident_id)
    return or_(incident.c.opened_at < opened_at, same_time)


async def ringing(connection: AsyncConnection, now: datetime, limit: int) -> list[str]:
    """Ids of incidents for which time has something to do."""
    query = select(incident.c.incident_id).where(incident.c.rings_at <= now).limit(limit)
    return list(await connection.scalars(query))


async def resemblances(
    connection: AsyncConnection, incident_ids: Sequence[str]
) -> dict[str, list[str]]:
    """Which incidents are possibly the same, both ways, by id."""
    found: dict[str, list[str]] = {}
    if incident_ids:
        query = select(resemblance).where(resemblance.c.incident_id.in_(incident_ids))
        for row in await connection.execute(query.order_by(resemblance.c.other_id)):
            found.setdefault(row.incident_id, []).append(row.other_id)
    return found


class Entry(NamedTuple):
    """One line of the journal."""

    seq: int
    at: datetime
    event: str
    actor: str
    reason: str
    detail: Mapping[str, Any]


async def read_journal(connection: AsyncConnection, incident_id: str) -> list[Entry]:
    """Everything that happened to an incident, in order."""
    columns = [journal.c[name] for name in Entry._fields]
    query = select(*columns).where(journal.c.incident_id == incident_id).order_by(journal.c.seq)
    return [Entry(*row) for row in await connection.execute(query)]


async def knows_key(connection: AsyncConnection, incident_id: str, key: str) -> bool:
    """Whether a move with this idempotency key was made before."""
    query = select(journal.c.seq).where(
        journal.c.incident_id == incident_id, journal.c.idempotency_key == key
    )
    return await connection.scalar(query) is not None


async def last_seq(connection: AsyncConnection) -> int:
    """The number of the last frame; 0 before the first."""
    return int(await connection.scalar(select(func.max(journal.c.seq))) or 0)


async def frames_after(connection: AsyncConnection, seq: int, up_to: int) -> list[tuple[int, str]]:
    """Frames with seq < number <= up_to, in order; those whose text was let go are missing."""
    query = (
        select(journal.c.seq, journal.c.frame)
        .where(journal.c.seq > seq, journal.c.seq <= up_to, journal.c.frame.is_not(None))
        .order_by(journal.c.seq)
    )
    return [(row.seq, row.frame) for row in await connection.execute(query)]


async def let_frames_go(connection: AsyncConnection, before: datetime, keep: int) -> None:
    """Forget the text of frames that nobody will resume from; the journal's lines stay."""
    newest = await last_seq(connection)
    old = and_(journal.c.at < before, journal.c.seq <= newest - keep, journal.c.frame.is_not(None))
    await connection.execute(update(journal).where(old).values(frame=None))


async def load_areas(connection: AsyncConnection) -> list[Area]:
    """Every area."""
    rows = await connection.execute(select(area).order_by(area.c.kind, area.c.name))
    return [Area(row.name, row.kind, row.unit, row.shape) for row in rows]


async def replace_areas(connection: AsyncConnection, areas: Iterable[Area]) -> None:
    """Write areas over those of the same kind and name."""
    for one in areas:
        same = and_(area.c.name == one.name, area.c.kind == one.kind)
        await connection.execute(delete(area).where(same))
        row = {
            "name": one.name,
            "kind": one.kind,
            "unit": one.unit,
            "shape": _multi(one.shape),
        }
        await connection.execute(insert(area), row)


def _multi(shape: Shape) -> MultiPolygon:
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])


# ---- writing


@dataclass(frozen=True, slots=True)
class Line:
    """A decision, with who made it happen and when."""

    decision: Decision
    at: datetime
    actor: str
    idempotency_key: str | None = None


@dataclass(slots=True)
class Writes:
    """What one piece of work wants written; nothing is, until its whole transaction is."""

    lines: list[Line] = field(default_factory=list)
    opened: list[Incident] = field(default_factory=list)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    resembles: list[tuple[str, str]] = field(default_factory=list)


class Letter(NamedTuple):
    """One thing to tell one target; `outbox_id` lets the receiver know it again."""

    outbox_id: str
    target: str
    incident_id: str
    body: str
    attempts: int


_INCIDENT_KEYS: Final = tuple(column.name for column in incident.columns)
_CHANGING: Final = tuple(key for key in _INCIDENT_KEYS if key not in ("incident_id", "report_id"))
_UPDATE_INCIDENT: Final = (
    update(incident)
    .where(incident.c.incident_id == bindparam("b_incident_id"))
    .values({key: bindparam("b_" + key, type_=incident.c[key].type) for key in _CHANGING})
)


async def update_incidents(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Overwrite incidents."""
    if rows:
        bound = [{"b_" + key: row[key] for key in _INCIDENT_KEYS} for row in rows]
        await connection.execute(_UPDATE_INCIDENT, bound)


Rows = Sequence[Mapping[str, Any]]


async def insert_rows(connection: AsyncConnection, rows: Mapping[Table, Rows]) -> None:
    """Insert whole rows into several tables; on PostgreSQL in one statement and round trip."""
    filled = {table: some for table, some in rows.items() if some}
    if connection.dialect.name != "postgresql":
        for table, some in filled.items():
            await connection.execute(insert(table), list(some))
    elif filled:
        values = {table.name: orjson.dumps(list(some)).decode() for table, some in filled.items()}
        await connection.execute(_insert_from_json(tuple(filled)), values)


@functools.cache
def _insert_from_json(tables: tuple[Table, ...]) -> TextClause:
    """One text whatever the number of rows, so that PostgreSQL and its driver know it again."""
    *first, last = (_insert_one_from_json(table) for table in tables)
    begin = ", ".join(f"part{number} AS ({sql})" for number, sql in enumerate(first))
    return text(f"WITH {begin} {last}" if first else last)


def _insert_one_from_json(table: Table) -> str:
    columns = ", ".join(column.name for column in table.columns)
    rows = f"jsonb_populate_recordset(NULL::{table.name}, CAST(:{table.name} AS jsonb))"
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608


def resemblance_rows(pairs: Iterable[tuple[str, str]]) -> Rows:
    """Which incidents are possibly the same, both ways."""
    return [
        {"incident_id": one, "other_id": other}
        for pair in pairs
        for one, other in (pair, pair[::-1])
    ]


async def due_letters(
    connection: AsyncConnection, target: str, now: datetime, limit: int
) -> list[Letter]:
    """Letters to one target whose time has come, oldest first."""
    query = (
        select(*(outbox.c[name] for name in Letter._fields))
        .where(outbox.c.taken_at.is_(None), outbox.c.target == target, outbox.c.due_at <= now)
        .order_by(outbox.c.made_at)
        .limit(limit)
    )
    return [Letter(*row) for row in await connection.execute(query)]


async def mark_taken(connection: AsyncConnection, outbox_id: str, now: datetime) -> None:
    """The target has taken the letter."""
    one = outbox.c.outbox_id == outbox_id
    await connection.execute(update(outbox).where(one).values(taken_at=now))


async def let_letters_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget letters that were taken before a time."""
    await connection.execute(delete(outbox).where(outbox.c.taken_at < before))


async def put_off(
    connection: AsyncConnection, outbox_id: str, due_at: datetime, error: str
) -> None:
    """The target has not taken the letter; try again later."""
    again = {"attempts": outbox.c.attempts + 1, "due_at": due_at, "last_error": error[:500]}
    await connection.execute(update(outbox).where(outbox.c.outbox_id == outbox_id).values(again))
