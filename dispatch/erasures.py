"""Come here for which erasures the journal and the incidents both tell of.

Law: words may be gone only where the journal says so and the incident itself does; where one of
them says it alone, somebody has changed the other.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.seals import ERASED, Fault, Link
from dispatch.tables import incident, journal

_NOT_THE_INCIDENT: Final = "it says that its incident was erased, and the incident was not"
_NOT_THE_JOURNAL: Final = "its incident is said to be erased, and no entry says so"


async def erasures(connection: AsyncConnection, incident_ids: Collection[str]) -> Mapping[str, int]:
    """Before which number the words of those of these incidents may be gone that were erased."""
    ids = await _erased(connection, incident_ids)
    last = select(journal.c.incident_id, func.max(journal.c.seq)).where(
        journal.c.event == ERASED, journal.c.incident_id.in_(ids)
    )
    rows = await connection.execute(last.group_by(journal.c.incident_id))
    return {row.incident_id: row[1] for row in rows}


async def told_alone(connection: AsyncConnection, links: Sequence[Link]) -> list[Fault]:
    """Those of these entries that tell of an erasure of which their incident knows nothing."""
    told = [one for one in links if one.event == ERASED]
    ids = await _erased(connection, {one.about for one in told})
    return [Fault(one.seq, _NOT_THE_INCIDENT) for one in told if one.about not in ids]


async def never_told(connection: AsyncConnection, limit: int) -> list[Fault]:
    """Incidents that are erased and of which the journal does not say so, by their last entries."""
    theirs = journal.c.incident_id == incident.c.incident_id
    said = select(journal.c.seq).where(theirs, journal.c.event == ERASED).exists()
    last = select(func.coalesce(func.max(journal.c.seq), 0)).where(theirs).scalar_subquery()
    found = select(last).where(incident.c.erased_at.is_not(None), ~said).limit(limit)
    return [Fault(seq, _NOT_THE_JOURNAL) for seq in sorted(await connection.scalars(found))]


async def _erased(connection: AsyncConnection, incident_ids: Collection[str]) -> set[str]:
    if not incident_ids:
        return set()
    erased = select(incident.c.incident_id).where(
        incident.c.incident_id.in_(incident_ids), incident.c.erased_at.is_not(None)
    )
    return set(await connection.scalars(erased))
