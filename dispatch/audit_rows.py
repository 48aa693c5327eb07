"""Come here for what an auditor looks incidents up by, and is shown of them: never where one is.

Law: what is read here has no column for a place, nor any words about one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.search import opened_before
from dispatch.store import Entry
from dispatch.tables import incident, journal

_NOT_FOR_AUDITORS: Final = "silent"
"""The lamps that did not answer: they stand where the caller is, or was."""
_LONGEST_NUMBER: Final = 18
"""Digits of the journal's key, on every database."""


class Audited(NamedTuple):
    """An incident by what happened to it; `entries`: how many lines of the journal it has."""

    incident_id: str
    opened_at: datetime
    closed_at: datetime | None
    kind: str
    state: str
    disposition: str | None
    jurisdiction: str | None
    drill: bool
    erased_at: datetime | None
    entries: int


_COLUMNS: Final = tuple(incident.c[name] for name in Audited._fields[:-1])


class Look(NamedTuple):
    """What is looked for: an incident or report by its id, or the incident of a line of the journal
    by its number (`key`); opened not before `since`, before `until`."""

    key: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def look_up(
    connection: AsyncConnection, look: Look, limit: int, after: str | None
) -> Sequence[Audited]:
    """The latest opened first; `after` is the id of the last of the page before."""
    entries = select(func.count()).where(journal.c.incident_id == incident.c.incident_id)
    query = select(*_COLUMNS, entries.scalar_subquery()).where(*_wanted(look))
    if after is not None:
        query = query.where(await opened_before(connection, after))
    query = query.order_by(incident.c.opened_at.desc(), incident.c.incident_id.desc())
    return [Audited._make(row) for row in await connection.execute(query.limit(limit))]


def _wanted(look: Look) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if look.key:
        keys = [incident.c.incident_id == look.key, incident.c.report_id == look.key]
        if look.key.isdecimal() and look.key.isascii() and len(look.key) <= _LONGEST_NUMBER:
            of_line = select(journal.c.incident_id).where(journal.c.seq == int(look.key))
            keys.append(incident.c.incident_id.in_(of_line))
        wanted.append(or_(*keys))
    if look.since is not None:
        wanted.append(incident.c.opened_at >= look.since)
    if look.until is not None:
        wanted.append(incident.c.opened_at < look.until)
    return wanted


LEFT_OUT: Final = {"what": ["lamps", "words", "places"], "until": "closed"}
"""What an auditor does not read of an incident that is open, and until when."""
LEFT_OUT_IN_WORDS: Final = "(left out until the incident is closed)"
_PLACELESS: Final = frozenset(
    {"kind", "source", "flood", "level", "again", "told", "not_told", "target", "attempts"}
    | {"scene", "disposition", "jurisdiction", "asked", "after_ms", "after_s"}
)
"""Details that are no words of a person and no place; whatever is added later is left out."""
_SAID_BY_NOBODY: Final = frozenset({"escalated", "reminded", "light_ended", "untold", "given_up"})
"""Events whose reason is the machine's."""


def while_open(entry: Entry, instead: str = "") -> Entry:
    """A line about somebody who may still be in danger: without lamps, words and places."""
    detail = {name: value for name, value in entry.detail.items() if name in _PLACELESS}
    says_nothing = not entry.reason or entry.event in _SAID_BY_NOBODY
    return entry._replace(detail=detail, reason=entry.reason if says_nothing else instead)


def shows_place(entries: Sequence[Entry]) -> bool:
    """Whether lamps are named, which stand where the caller is."""
    return any(any(entry.detail.get(_NOT_FOR_AUDITORS, ())) for entry in entries)


def without_place(entry: Entry) -> Entry:
    """A line of the journal for whoever may not know where the caller is."""
    lamps = entry.detail.get(_NOT_FOR_AUDITORS)
    if not lamps:
        return entry
    hidden: Mapping[str, Any] = {**entry.detail, _NOT_FOR_AUDITORS: [""] * len(lamps)}
    return entry._replace(detail=hidden)
