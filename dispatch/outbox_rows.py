"""Come here for the SQL about letters: which are due, which are late, and what became of them.

Law: a letter waits until it was taken (or told otherwise) or its time was over; then it is dead
until a person works it off. Of the letters about one incident to one target only the first goes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.tables import outbox
from lights.schema import Instant

LetterState = Literal["waiting", "taken", "dead"]
_LONGEST_ERROR: Final = 500


class Letter(NamedTuple):
    """One thing to tell one target; `outbox_id` lets the receiver know it again."""

    outbox_id: str
    target: str
    incident_id: str
    urgency: int
    made_at: datetime
    due_at: datetime
    retried_at: datetime | None
    attempts: int
    last_error: str | None
    taken_at: datetime | None
    alarmed_at: datetime | None
    dead_at: datetime | None
    told: str | None
    body: str

    @property
    def state(self) -> LetterState:
        """Where it stands."""
        if self.taken_at is not None:
            return "taken"
        return "waiting" if self.dead_at is None else "dead"


_COLUMNS: Final = tuple(outbox.c[name] for name in Letter._fields)
_WAITING: Final = and_(outbox.c.taken_at.is_(None), outbox.c.dead_at.is_(None))
_DEAD: Final = and_(outbox.c.taken_at.is_(None), outbox.c.dead_at.is_not(None))
_UNTOLD: Final = and_(outbox.c.taken_at.is_(None), outbox.c.alarmed_at.is_not(None))
LISTED: Final[Mapping[str, ColumnElement[bool]]] = {
    "waiting": _WAITING,
    "dead": _DEAD,
    "untold": _UNTOLD,
}
"""`untold`: late or dead, so that somebody has to telephone."""
_IN_ORDER: Final = (outbox.c.made_at, outbox.c.seq, outbox.c.outbox_id)


async def due_targets(
    connection: AsyncConnection, targets: Sequence[str], now: datetime
) -> list[str]:
    """Those of these targets for which something is due."""
    if not targets:
        return []
    return list(await connection.scalars(union_all(*(_if_due(one, now) for one in targets))))


def _if_due(target: str, now: datetime) -> Select[str]:
    """One row or none, however much waits."""
    due = select(outbox.c.incident_id).where(_WAITING, outbox.c.target == target)
    return select(literal(target)).where(due.where(outbox.c.due_at <= now).exists())


async def due_letters(
    connection: AsyncConnection, target: str, now: datetime, limit: int, busy: Collection[str]
) -> list[Letter]:
    """The first waiting letter about each incident but the busy ones, the most urgent first.

    One that waits behind another lends it its urgency, and makes it due. Bodies are read of those
    letters alone that are returned.
    """
    about = outbox.c.incident_id
    theirs = and_(_WAITING, outbox.c.target == target, about.not_in(list(busy)))
    in_line = (
        select(
            outbox.c.outbox_id,
            outbox.c.made_at,
            outbox.c.seq,
            func.row_number().over(partition_by=about, order_by=_IN_ORDER).label("place"),
            func.max(outbox.c.urgency).over(partition_by=about).label("urgency"),
        )
        .where(theirs, about.in_(select(about).where(theirs, outbox.c.due_at <= now)))
        .subquery()
    )
    order = (in_line.c.urgency.desc(), in_line.c.made_at, in_line.c.seq, in_line.c.outbox_id)
    first = select(in_line.c.outbox_id).where(in_line.c.place == 1).order_by(*order).limit(limit)
    ids = list(await connection.scalars(first))
    found = {one.outbox_id: one for one in await read_letters(connection, ids)}
    return [found[outbox_id] for outbox_id in ids]


async def late_letters(connection: AsyncConnection, before: datetime, limit: int) -> list[Letter]:
    """Waiting since before a time, and nobody has been alarmed."""
    late = and_(_WAITING, outbox.c.alarmed_at.is_(None), outbox.c.made_at <= before)
    return await _letters(connection, late, limit)


async def ended_letters(connection: AsyncConnection, before: datetime, limit: int) -> list[Letter]:
    """Waiting since before a time, and since then nobody has asked for them to be sent again."""
    since = func.coalesce(outbox.c.retried_at, outbox.c.made_at, type_=Instant)
    ended = and_(_WAITING, outbox.c.made_at <= before, since <= before)
    return await _letters(connection, ended, limit)


async def list_letters(
    connection: AsyncConnection, state: str, limit: int, after: str | None
) -> list[Letter]:
    """One of LISTED, oldest first; `after` is the id of the last letter of the page before."""
    wanted = LISTED[state]
    if after is not None:
        wanted = and_(wanted, outbox.c.outbox_id > after)
    query = select(*_COLUMNS).where(wanted).order_by(outbox.c.outbox_id).limit(limit)
    return [Letter(*row) for row in await connection.execute(query)]


async def _letters(
    connection: AsyncConnection, wanted: ColumnElement[bool], limit: int
) -> list[Letter]:
    query = select(*_COLUMNS).where(wanted).order_by(*_IN_ORDER).limit(limit)
    return [Letter(*row) for row in await connection.execute(query)]


async def read_letters(connection: AsyncConnection, outbox_ids: Collection[str]) -> list[Letter]:
    """Letters by id, in their order."""
    return await _letters(connection, outbox.c.outbox_id.in_(list(outbox_ids)), len(outbox_ids))


async def told_of(
    connection: AsyncConnection, incident_id: str, targets: Collection[str]
) -> list[str]:
    """Those of these targets to whom a letter about the incident was written, by name."""
    theirs = and_(outbox.c.incident_id == incident_id, outbox.c.target.in_(list(targets)))
    query = select(outbox.c.target).where(theirs).distinct().order_by(outbox.c.target)
    return list(await connection.scalars(query))


async def has_other_alarms(connection: AsyncConnection, letter: Letter) -> bool:
    """Whether the target has not taken other letters about the incident, and that is known."""
    query = select(outbox.c.outbox_id).where(
        outbox.c.target == letter.target,
        outbox.c.incident_id == letter.incident_id,
        outbox.c.outbox_id != letter.outbox_id,
        outbox.c.taken_at.is_(None),
        outbox.c.alarmed_at.is_not(None),
    )
    return await connection.scalar(query.limit(1)) is not None


async def oldest_waiting(connection: AsyncConnection) -> tuple[int, int, datetime | None]:
    """How many wait, how many are dead, and since when the oldest waits."""
    query = select(
        func.count(case((outbox.c.dead_at.is_(None), 1))),
        func.count(outbox.c.dead_at),
        func.min(case((outbox.c.dead_at.is_(None), outbox.c.made_at))),
    ).where(outbox.c.taken_at.is_(None))
    waiting, dead, since = (await connection.execute(query)).one()
    return waiting, dead, since


# ---- writing


async def change_letter(
    connection: AsyncConnection, outbox_id: str, changes: Mapping[str, Any]
) -> None:
    """Overwrite columns of a letter."""
    one = outbox.c.outbox_id == outbox_id
    await connection.execute(update(outbox).where(one).values(dict(changes)))


async def mark_taken(connection: AsyncConnection, outbox_id: str, now: datetime) -> bool:
    """The target has taken the letter; False, and nothing done, where an alarm has to end too."""
    quiet = and_(outbox.c.outbox_id == outbox_id, outbox.c.alarmed_at.is_(None))
    done = await connection.execute(update(outbox).where(quiet).values(taken_at=now))
    return done.rowcount > 0


async def put_off(
    connection: AsyncConnection, letter: Letter, due_at: datetime, error: str
) -> None:
    """The target has not taken the letter; try again later, and those behind it not before."""
    one = outbox.c.outbox_id == letter.outbox_id
    failed = {"attempts": outbox.c.attempts + 1, "last_error": error[:_LONGEST_ERROR]}
    await connection.execute(update(outbox).where(one).values(failed))
    behind = and_(
        _WAITING, outbox.c.target == letter.target, outbox.c.incident_id == letter.incident_id
    )
    await connection.execute(update(outbox).where(behind).values(due_at=due_at))


async def hurry(connection: AsyncConnection, target: str, now: datetime) -> None:
    """The target is back: whatever waits for it is due."""
    waiting = and_(_WAITING, outbox.c.target == target, outbox.c.due_at > now)
    await connection.execute(update(outbox).where(waiting).values(due_at=now))


async def bring_forward(connection: AsyncConnection, now: datetime) -> None:
    """Whatever waits is due: its time may be that of a clock that has been set back since."""
    ahead = and_(_WAITING, outbox.c.due_at > now)
    await connection.execute(update(outbox).where(ahead).values(due_at=now))


async def let_letters_go(connection: AsyncConnection, before: datetime) -> bool:
    """Forget letters that were taken before a time; whether there were any."""
    gone = await connection.execute(delete(outbox).where(outbox.c.taken_at < before))
    return gone.rowcount > 0
