"""Come here for what walkers consent to: the texts with their versions, and the record of each.

Laws: a text that was ever shown stays here; whose sense changes gets a new version. A consent is
written down in the commit that begins its walk, without a place and without a name, and its end in
the commit that ends the walk or takes the consent back; it outlives the walk. A version that is not
ours is another app's own text: it is recorded as that, and refused to nobody who is on their way.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Column, Index, Integer, String, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.tables import metadata
from dispatch.words import Words
from lights.schema import Instant
from lights.wire import rfc3339

Allows = Literal["guardian", "watched"]
End = Literal["withdrawn", "over"]

TEXTS: Final[Mapping[str, Words]] = {
    "2026-11": Words(
        "문제가 생기면 내 위치를 이 보호자에게 알리는 데 동의합니다.",
        "If something goes wrong, my position may be shown to this guardian.",
    )
}
"""By version, as the phone page shows them beside the tick."""

ALLOWED: Final[Mapping[Allows, str]] = {
    "guardian": "may see the place when it goes wrong",
    "watched": "the desk, and guardians with consent, may see the place all the way",
}

consent = Table(
    "consent",
    metadata,
    Column("walk_id", String(40), primary_key=True),
    Column("allows", String(16), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", String(64), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("how", String(16)),
    Index("consent_given", "given_at"),
)


class Consent(NamedTuple):
    """`number`: which guardian of the walk, from 1; 0: all of them and the desk."""

    walk_id: str
    allows: Allows
    number: int
    version: str
    given_at: datetime
    ended_at: datetime | None = None
    how: End | None = None


_END: Final = (
    update(consent)
    .where(consent.c.walk_id == bindparam("b_walk_id"), consent.c.ended_at.is_(None))
    .values(
        ended_at=bindparam("b_at", type_=consent.c.ended_at.type),
        how=bindparam("b_how", type_=consent.c.how.type),
    )
)
_END_OF_ONE: Final = _END.where(
    consent.c.allows == "guardian", consent.c.number == bindparam("b_number")
)
_HOW: Final[Mapping[str, End]] = {"ended": "withdrawn", "arrived": "over"}


def given_in(row: Mapping[str, Any]) -> Iterator[Consent]:
    """What the walker of a row has allowed, as they began."""
    body, given_at = row["body"], datetime.fromisoformat(row["body"]["started_at"])
    for number, (_, _, is_given, version, *_) in enumerate(body["guardians"], 1):
        if is_given:
            yield Consent(row["walk_id"], "guardian", number, version, given_at)
    if body["watched"]:
        yield Consent(row["walk_id"], "watched", 0, "", given_at)


def withdrawn_in(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Which guardians' consents the commit of a row takes back; under duress they stand."""
    at = row["updated_at"]
    for number, (_, _, is_given, _, withdrawn_at) in enumerate(row["body"]["guardians"], 1):
        if not is_given and withdrawn_at == rfc3339(at):
            one = {"b_walk_id": row["walk_id"], "b_number": number}
            yield one | {"b_at": at, "b_how": "withdrawn"}


async def note_consents(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down what the walks of these rows begin or end; a commit may be made twice."""
    begun = [row for row in rows if row["body"]["started_at"] == rfc3339(row["updated_at"])]
    given = [one._asdict() for row in begun for one in given_in(row)]
    if given:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        await connection.execute(dialect.insert(consent).on_conflict_do_nothing(), given)
    withdrawn = [one for row in rows for one in withdrawn_in(row)]
    if withdrawn:
        await connection.execute(_END_OF_ONE, withdrawn)
    ended = [
        {"b_walk_id": row["walk_id"], "b_at": row["updated_at"], "b_how": _HOW[row["state"]]}
        for row in rows
        if row["state"] in _HOW
    ]
    if ended:
        await connection.execute(_END, ended)


async def read_consents(connection: AsyncConnection) -> list[Consent]:
    """All that are kept, the oldest first."""
    order = (consent.c.given_at, consent.c.walk_id, consent.c.number)
    rows = await connection.execute(select(consent).order_by(*order))
    return [Consent(*row) for row in rows]


async def let_consents_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget what was given before a time."""
    await connection.execute(delete(consent).where(consent.c.given_at < before))
