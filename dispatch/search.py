"""Come here for how incidents are looked for: by state, time, kind, place, ending and words.

Law: newest first, and `after` continues exactly where the page before ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.events import Disposition
from dispatch.incident import LIVE, Incident, NotFound, State
from dispatch.rows import incident_of
from dispatch.tables import incident, journal

_EVERY_STATE: Final = frozenset(get_args(State))


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; None and empty ask for nothing.

    `words`: each is found in the place, the unit, the notes or the journal. Times are those of
    opening, `since` included, `until` not.
    """

    states: Sequence[str]
    words: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    disposition: Disposition | None = None
    jurisdiction: str | None = None
    drill: bool | None = None


async def find_incidents(
    connection: AsyncConnection, search: Search, limit: int, after: str | None
) -> list[Incident]:
    """A page of them; `after` is the id of the last incident of the page before."""
    query = select(incident).where(*_conditions(search)).limit(limit)
    query = query.order_by(incident.c.opened_at.desc(), incident.c.incident_id.desc())
    if after is not None:
        query = query.where(await opened_before(connection, after))
    return [incident_of(row) for row in await connection.execute(query)]


async def opened_before(connection: AsyncConnection, incident_id: str) -> ColumnElement[bool]:
    """What is true of those that come after this one where the latest opened is first, and of two
    opened at once the higher id. Raises NotFound."""
    mark = select(incident.c.opened_at).where(incident.c.incident_id == incident_id)
    opened_at = await connection.scalar(mark)
    if opened_at is None:
        raise NotFound(f"there is no incident {incident_id} to continue after")
    same_time = and_(incident.c.opened_at == opened_at, incident.c.incident_id < incident_id)
    return or_(incident.c.opened_at < opened_at, same_time)


def _conditions(search: Search) -> list[Any]:
    conditions = [_says(word) for word in search.words]
    if set(search.states) < _EVERY_STATE:  # all of them is no condition: time's index is then used
        conditions.append(incident.c.state.in_(search.states))
    if search.since is not None:
        conditions.append(incident.c.opened_at >= search.since)
    if search.until is not None:
        conditions.append(incident.c.opened_at < search.until)
    if search.jurisdiction is not None:
        conditions.append(_is_shown_to(search.jurisdiction))
    for name in ("kind", "disposition", "drill"):
        wanted = getattr(search, name)
        if wanted is not None:
            conditions.append(incident.c[name] == wanted)
    return conditions


def _is_shown_to(jurisdiction: str) -> Any:
    """As in `responding.jurisdictions_of`."""
    sent = incident.c.responding.contains(f"\n{jurisdiction}\n", autoescape=True)
    return or_(incident.c.jurisdiction == jurisdiction, and_(incident.c.state.in_(LIVE), sent))


def _says(word: str) -> Any:
    """Somewhere in the incident's words or in its journal, in whatever case."""
    told = select(journal.c.incident_id).where(journal.c.reason.icontains(word, autoescape=True))
    return or_(incident.c.words.icontains(word, autoescape=True), incident.c.incident_id.in_(told))
