"""Come here for the SQL about incidents, journal, outbox and areas.

Law: a feed frame is a line of the journal. Its `seq` is the journal's key and always one more
than the last one committed: two writers that pick the same number collide, and the loser begins
again. So numbers become visible in order and without gaps, whoever commits first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final, NamedTuple

from shapely import MultiPolygon
from sqlalchemy import (
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.incident import LIVE, Decision, Incident
from dispatch.rows import incident_of
from dispatch.seals import START, Head, Link
from dispatch.tables import area, incident, journal, outbox, resemblance
from geo.area import Area, Shape
from lights.claims import Claim

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


async def live_incidents(connection: AsyncConnection) -> list[Incident]:
    """Every incident that is not closed, newest first."""
    query = select(incident).where(incident.c.state.in_(LIVE))
    query = query.order_by(incident.c.opened_at.desc(), incident.c.incident_id.desc())
    return [incident_of(row) for row in await connection.execute(query)]


async def ringing(
    connection: AsyncConnection, now: datetime, surely: datetime, limit: int
) -> list[str]:
    """Ids of incidents for which time has something to do; what is over is destroyed at a time that
    it surely is."""
    is_live = incident.c.state.in_(LIVE)
    due = and_(incident.c.rings_at <= now, or_(is_live, incident.c.rings_at <= surely))
    return list(await connection.scalars(select(incident.c.incident_id).where(due).limit(limit)))


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


_ENTRY: Final = tuple(journal.c[name] for name in Entry._fields)


async def read_journal(connection: AsyncConnection, incident_id: str) -> list[Entry]:
    """Everything that happened to an incident, in order."""
    query = select(*_ENTRY).where(journal.c.incident_id == incident_id).order_by(journal.c.seq)
    return [Entry(*row) for row in await connection.execute(query)]


async def entry_of_key(connection: AsyncConnection, incident_id: str, key: str) -> Entry | None:
    """The line that a move with this idempotency key left."""
    query = select(*_ENTRY).where(
        journal.c.incident_id == incident_id, journal.c.idempotency_key == key
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Entry(*row)


async def took_part_at(
    connection: AsyncConnection, incident_id: str, names: Collection[str]
) -> datetime | None:
    """When somebody of these names did something at an incident last."""
    theirs = and_(journal.c.incident_id == incident_id, journal.c.actor.in_(names))
    query = select(journal.c.at).where(theirs).order_by(journal.c.seq.desc()).limit(1)
    found: datetime | None = await connection.scalar(query)
    return found


async def last_seq(connection: AsyncConnection) -> int:
    """The number of the last frame; 0 before the first."""
    return int(await connection.scalar(select(func.max(journal.c.seq))) or 0)


async def head(connection: AsyncConnection) -> Head:
    """The journal's last entry, which the next one names."""
    query = select(journal.c.seq, journal.c.chain).order_by(journal.c.seq.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return START if row is None else Head(*row)


async def frames_after(connection: AsyncConnection, seq: int, up_to: int) -> list[tuple[int, str]]:
    """Frames with seq < number <= up_to, in order; those whose text was let go are missing."""
    query = (
        select(journal.c.seq, journal.c.frame)
        .where(journal.c.seq > seq, journal.c.seq <= up_to, journal.c.frame.is_not(None))
        .order_by(journal.c.seq)
    )
    return [(row.seq, row.frame) for row in await connection.execute(query)]


async def frames_of(connection: AsyncConnection, incident_id: str) -> list[str]:
    """The frames of one incident, in order; none once their texts were let go."""
    query = select(journal.c.frame).where(
        journal.c.incident_id == incident_id, journal.c.frame.is_not(None)
    )
    return list(await connection.scalars(query.order_by(journal.c.seq)))


WORDLESS: Final[Mapping[str, Any]] = {
    "reason": "",
    "detail": {},
    "idempotency_key": None,
    "frame": None,
    "salt": None,
}
"""What an entry says whose words were destroyed."""


async def erase_words(connection: AsyncConnection, incident_id: str, before: int) -> None:
    """Destroy what the earlier lines of an incident say, every letter about it, and which others
    the machine took for near.

    The lines stay, and with them what happened when and who did it, but no word and no position.
    """
    theirs = and_(journal.c.incident_id == incident_id, journal.c.seq < before)
    await connection.execute(update(journal).where(theirs).values(dict(WORDLESS)))
    await connection.execute(delete(outbox).where(outbox.c.incident_id == incident_id))
    near = select(resemblance.c.other_id).where(resemblance.c.incident_id == incident_id)
    back = and_(resemblance.c.other_id == incident_id, resemblance.c.incident_id.in_(near))
    await connection.execute(delete(resemblance).where(back))
    await connection.execute(delete(resemblance).where(resemblance.c.incident_id == incident_id))


async def links_after(connection: AsyncConnection, seq: int, limit: int) -> list[Link]:
    """The journal as far as its chain goes, in order."""
    names = ("incident_id" if one.name == "about" else one.name for one in fields(Link))
    columns = [journal.c[name] for name in names]
    query = select(*columns).where(journal.c.seq > seq).order_by(journal.c.seq).limit(limit)
    return [Link(*row) for row in await connection.execute(query)]


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


Row = Mapping[str, Any]
"""The columns of a row, by name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A decision, with who made it happen and when."""

    decision: Decision
    at: datetime
    actor: str
    idempotency_key: str | None = None
    is_news: bool = False

    @property
    def incident_id(self) -> str:
        """Whose line it is."""
        return self.decision.incident.incident_id


@dataclass(slots=True)
class Writes:
    """What one piece of work wants written; nothing is, until its whole transaction is."""

    lines: list[Line] = field(default_factory=list)
    opened: list[Incident] = field(default_factory=list)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    resembles: list[tuple[str, str]] = field(default_factory=list)
    walks: list[Row] = field(default_factory=list)
    letters: list[Row] = field(default_factory=list)


Rows = Sequence[Row]


async def bring_forward(connection: AsyncConnection, now: datetime) -> None:
    """Who cried in the future, by a clock that has been set back since, has been waiting from now
    on: nobody's escalation comes an hour late."""
    ahead = and_(incident.c.state.in_(LIVE), incident.c.unacknowledged_since > now)
    values = {"unacknowledged_since": now, "rings_at": now}
    await connection.execute(update(incident).where(ahead).values(values))
    idle = and_(incident.c.state.in_(LIVE), incident.c.idle_since > now)
    values = {"idle_since": now, "rings_at": now}
    await connection.execute(update(incident).where(idle).values(values))


def resemblance_rows(pairs: Iterable[tuple[str, str]]) -> Rows:
    """Which incidents are possibly the same, both ways."""
    return [
        {"incident_id": one, "other_id": other}
        for pair in pairs
        for one, other in (pair, pair[::-1])
    ]
