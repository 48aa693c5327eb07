"""Come here for whether incidents stand as the journal says: there, in their state, held or not.

Law: what the journal said last of an incident is what its row says, or somebody has changed the row
behind our back. Each piece is read in one moment, so that nothing that happens meanwhile differs.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.events import (
    NAMES,
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Held,
    Released,
    Reopened,
    SetOut,
)
from dispatch.seals import ERASED, START, Fault, Link
from dispatch.tables import incident, journal
from lights.wire import rfc3339

AT_ONCE: Final = 1_000
"""Incidents of a piece: each is two looks into an index."""

_OPENED: Final = "opened"
_LEADS_TO: Final = {
    _OPENED: "open",
    NAMES[Acknowledged]: "acknowledged",
    NAMES[Assigned]: "assigned",
    NAMES[SetOut]: "en_route",
    NAMES[Arrived]: "on_scene",
    NAMES[Closed]: "closed",
    NAMES[Reopened]: "open",
}
"""Which state an entry leaves its incident in, where it is one that it may not have been in."""
_HOLDS: Final = (NAMES[Held], NAMES[Released], ERASED)

_GONE: Final = "the incident that it tells of is gone"
_OTHER_STATE: Final = "it left its incident in another state than it is in"
_NOT_HELD: Final = "it says that its incident is held as evidence, and it is not"
_HELD: Final = "its incident is held as evidence, and no entry says so"
_HELD_OTHERWISE: Final = "it holds its incident until another time or for another reason"


async def gone(connection: AsyncConnection, links: Sequence[Link]) -> list[Fault]:
    """Those of these entries that tell of the beginning of an incident that is not there."""
    began = {one.about: one.seq for one in links if one.event == _OPENED}
    if not began:
        return []
    known = select(incident.c.incident_id).where(incident.c.incident_id.in_(began))
    there = set(await connection.scalars(known))
    return [Fault(seq, _GONE, about) for about, seq in began.items() if about not in there]


async def disagreements(
    connection: AsyncConnection, after: str
) -> tuple[Sequence[Fault], str | None]:
    """What is wrong with the incidents that come next in the order of their ids, and the last of
    them; None: there are no more."""
    piece = select(incident.c.incident_id).where(incident.c.incident_id > after)
    ids = list(
        await connection.scalars(piece.order_by(incident.c.incident_id).limit(AT_ONCE)),
    )
    if not ids:
        return [], None
    found = []
    for row in await connection.execute(_doubtful(incident.c.incident_id.in_(ids))):
        found += [Fault(seq or START.seq, why, row.incident_id) for seq, why in _whys(row)]
    return sorted(found), ids[-1]


def _doubtful(these: ColumnElement[bool]) -> Select[Any]:
    """Of these incidents those that are held, or said to be, and those in another state."""
    led, held = journal.alias("led"), journal.alias("held")
    last_led, last_held = _last(tuple(_LEADS_TO)), _last(_HOLDS)
    state = case(_LEADS_TO, value=led.c.event)
    doubt = or_(
        led.c.seq.is_(None),
        state != incident.c.state,
        incident.c.hold_until.is_not(None),
        held.c.event == NAMES[Held],
    )
    columns = (
        *(incident.c.incident_id, incident.c.state, incident.c.hold_until, incident.c.hold_reason),
        *(led.c.seq.label("led_seq"), led.c.event.label("led_event")),
        *(held.c.seq.label("held_seq"), held.c.event.label("held_event")),
        *(held.c.reason.label("held_reason"), held.c.detail.label("held_detail")),
    )
    return (
        select(*columns)
        .select_from(incident)
        .outerjoin(led, led.c.seq == last_led)
        .outerjoin(held, held.c.seq == last_held)
        .where(and_(these, doubt))
    )


def _last(events: Sequence[str]) -> ColumnElement[int]:
    """The number of an incident's last entry of these."""
    theirs = and_(journal.c.incident_id == incident.c.incident_id, journal.c.event.in_(events))
    query = select(journal.c.seq).where(theirs).order_by(journal.c.seq.desc()).limit(1)
    return query.correlate(incident).scalar_subquery()


def _whys(row: Row[Any]) -> list[tuple[int | None, str]]:
    found: list[tuple[int | None, str]] = []
    if _LEADS_TO.get(row.led_event) != row.state:
        found.append((row.led_seq, _OTHER_STATE))
    why = _why_not_held(row)
    return found if why is None else [*found, (row.held_seq or row.led_seq, why)]


def _why_not_held(row: Row[Any]) -> str | None:
    if row.held_event != NAMES[Held]:
        return None if row.hold_until is None else _HELD
    if row.hold_until is None:
        return _NOT_HELD
    said = (row.held_detail.get("until"), row.held_reason)
    return None if said == (rfc3339(row.hold_until), row.hold_reason) else _HELD_OTHERWISE
