"""Come here for the record of who came in and who gave whom which right: written, kept, let go.

Law: an entry is written in the transaction that it tells of, never changed, and carries on the one
before, as the journal's do (`dispatch/seals.py`). When its time is over its words go, and its link
in the chain stays. Of refused tries those at accounts are told (`dispatch/sign_in/refusals.py`);
what a stranger types is no record.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Row,
    ScalarSelect,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.seals import START, Head, Link, chain_of, seal_of
from dispatch.tables import metadata
from lights.schema import Instant, json_column

Coming = Literal["signed_in", "signed_out", "put_out", "sign_in_refused"]
Right = Literal[
    "account_added",
    "account_revived",
    "account_found",
    "roles_changed",
    "password_reset",
    "password_chosen",
    "account_revoked",
    "app_added",
    "app_found",
    "app_revoked",
]
Event = Literal[Coming, Right]
COMINGS: Final = get_args(Coming)
RIGHTS: Final = get_args(Right)
_LIVES: Final = ("account_added", "account_revived", "account_found", "account_revoked")
ACCOUNT_TELLS: Final = (*_LIVES, "roles_changed")
"""What tells of an account whether it is there, and what it may do."""
APP_TELLS: Final = ("app_added", "app_found", "app_revoked")

COMINGS_KEPT_FOR: Final = timedelta(days=366)
"""Access logs, a year (domain: the rules for protecting positions)."""
RIGHTS_KEPT_FOR: Final = timedelta(days=5 * 366)
"""Who could see positions, and by whom, five years."""
_WORDS: Final = ("actor", "whom", "source", "detail")
"""What is about people; the other columns stay for the chain."""
_SALT_BYTES: Final = 16

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
    Column("seq", BigInteger, nullable=False),
    Column("salt", String(32)),
    Column("seal", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
    Index("record_at", "at"),
    Index("record_seq", "seq", unique=True),
)


class Entry(NamedTuple):
    """`actor` did it, `whom` it is about; `source`: the network address it came from,
    or at the keyboard the account of the machine."""

    entry_id: str
    at: datetime
    event: Event
    actor: str
    whom: str
    source: str
    detail: Mapping[str, Any]


class Search(NamedTuple):
    """Which entries are wanted: of this person, as whoever did it or whom it is about (their name
    or any part of it, in any case); not before `since`, before `until`."""

    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Tell(NamedTuple):
    """What an entry tells of what somebody may do."""

    seq: int
    event: str
    whom: str
    detail: Mapping[str, Any]


PROVIDER: Final = "the district's provider"
"""Who did it, where it was the provider that said so: of people who have no account here."""
ALL: Final = Search()
_ENTRY: Final = tuple(record.c[name] for name in Entry._fields)


async def note(connection: AsyncConnection, entry: Entry, key: bytes) -> None:
    """Write it down, as the last thing that a transaction does: until its end nobody else can."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        await connection.execute(text("LOCK TABLE record IN SHARE ROW EXCLUSIVE MODE"))
    last = await head(connection)
    linked = link_after(last, entry, secrets.token_hex(_SALT_BYTES), key)
    await connection.execute(insert(record).values(entry._asdict() | linked))


def link_after(before: Head, entry: Entry, salt: str, key: bytes) -> dict[str, Any]:
    """The columns by which an entry carries on the one before."""
    words = {name: getattr(entry, name) for name in _WORDS}
    seq, seal = before.seq + 1, seal_of(salt, "", words, None)
    said = (entry.entry_id, entry.at, entry.event, "", seal)
    chain = chain_of(key, before.chain, seq, *said)
    return {"seq": seq, "salt": salt, "seal": seal, "chain": chain}


async def head(connection: AsyncConnection) -> Head:
    """The last entry, which the next one names."""
    query = select(record.c.seq, record.c.chain).order_by(record.c.seq.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return START if row is None else Head(*row)


async def links_after(connection: AsyncConnection, seq: int, limit: int) -> list[Link]:
    """The record as far as its chain goes, in order."""
    query = select(record).where(record.c.seq > seq).order_by(record.c.seq).limit(limit)
    return [_link(row) for row in await connection.execute(query)]


def _link(row: Row[Any]) -> Link:
    words = {name: getattr(row, name) for name in _WORDS}
    said = words if any(words.values()) else {}
    sealed = (row.salt, row.seal, row.chain)
    return Link(row.seq, row.entry_id, row.at, row.event, "", "", said, None, *sealed)


def over(links: Sequence[Link], now: datetime) -> dict[str, int]:
    """Which of these may have no words any more, as `seals.faults` wants to know it."""
    return {one.about: one.seq + 1 for one in links if one.at < now - _kept_for(one.event)}


def _kept_for(event: str) -> timedelta:
    return COMINGS_KEPT_FOR if event in COMINGS else RIGHTS_KEPT_FOR


async def entries(
    connection: AsyncConnection, limit: int, before: str | None, search: Search = ALL
) -> Sequence[Entry]:
    """The latest first; `before` is the id of the last entry of the page before."""
    query = select(*_ENTRY).where(*_wanted(search)).order_by(record.c.seq.desc()).limit(limit)
    if before is not None:
        last = select(record.c.seq).where(record.c.entry_id == before).scalar_subquery()
        query = query.where(record.c.seq < last)
    return [Entry(*row) for row in await connection.execute(query)]


def _wanted(search: Search) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [record.c.salt.is_not(None)]
    if search.person:
        named = (record.c.whom, record.c.actor)
        wanted.append(or_(*(one.icontains(search.person, autoescape=True) for one in named)))
    if search.since is not None:
        wanted.append(record.c.at >= search.since)
    if search.until is not None:
        wanted.append(record.c.at < search.until)
    return wanted


async def tells(connection: AsyncConnection) -> list[Tell]:
    """What was said of accounts and city apps, in order."""
    columns = (record.c[name] for name in Tell._fields)
    query = select(*columns).where(_tells(*ACCOUNT_TELLS, *APP_TELLS)).order_by(record.c.seq)
    return [Tell(*row) for row in await connection.execute(query)]


def _tells(*events: str) -> ColumnElement[bool]:
    by_us = (record.c.salt.is_not(None), record.c.actor != PROVIDER)
    return and_(record.c.event.in_(events), *by_us)


def _last(*events: str) -> ScalarSelect[int]:
    """The last entry of these about each."""
    query = select(func.max(record.c.seq)).where(_tells(*events))
    return query.group_by(record.c.whom).scalar_subquery()


async def let_go(connection: AsyncConnection, now: datetime) -> None:
    """Forget what has been kept for long enough: who it was, and whatever else it said; but not the
    last that was said of an account or app, for that is what its row is held to."""
    nothing: dict[str, Any] = {"actor": "", "whom": "", "source": "", "detail": {}, "salt": None}
    for events, kept_for in ((COMINGS, COMINGS_KEPT_FOR), (RIGHTS, RIGHTS_KEPT_FOR)):
        is_over = record.c.event.in_(events) & (record.c.at < now - kept_for)
        known = update(record).where(is_over, record.c.salt.is_not(None))
        for last in (ACCOUNT_TELLS, _LIVES, APP_TELLS):
            known = known.where(record.c.seq.not_in(_last(*last)))
        await connection.execute(known.values(nothing))
