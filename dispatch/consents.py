"""Come here for the record of what walkers have consented to: by which words, from when to when.

Laws: a consent is written down in the commit that begins its walk, with the text that was shown,
without a place and without a name, and its end in the commit that ends the walk or takes the
consent back; it outlives the walk. A version that is not ours is another app's own text: it is
recorded as that, in its words where the app sends them, and refused to nobody who is on their way.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.consent_texts import Allows, words_of
from dispatch.tables import metadata
from lights.schema import Instant
from lights.wire import rfc3339

End = Literal["withdrawn", "over"]

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
    Column("language", String(35)),
    Column("text_key", String(64)),
    Column("given_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("how", String(16)),
    Index("consent_given", "given_at"),
)

consent_text = Table(
    "consent_text",
    metadata,
    Column("text_key", String(64), primary_key=True),
    Column("words", Text, nullable=False),
    Column("last_given_at", Instant, nullable=False),
)
"""Each text once, by its hash, for as long as a consent by it is kept."""


class Consent(NamedTuple):
    """`number`: which guardian of the walk, from 1; 0: all of them and the desk. `language` and
    `words` are empty where nobody knows what was shown."""

    walk_id: str
    allows: Allows
    number: int
    version: str
    language: str
    words: str
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
    consent.c.allows == bindparam("b_allows"), consent.c.number == bindparam("b_number")
)
_OVER: Final = ("ended", "arrived")
"""States of a walk with which all that its walker consented to is over; nobody withdrew it."""


def given_in(row: Mapping[str, Any]) -> Iterator[Consent]:
    """What the walker of a row has allowed, as they began."""
    body, given_at = row["body"], datetime.fromisoformat(row["body"]["started_at"])

    def given(allows: Allows, number: int, version: str, language: str, words: str) -> Consent:
        shown = words or words_of(version, allows, language)
        return Consent(row["walk_id"], allows, number, version, language, shown, given_at)

    for number, (_, _, is_given, version, _, *shown) in enumerate(body["guardians"], 1):
        if is_given:
            yield given("guardian", number, version, *shown)
    if body["watched"]:
        yield given("watched", 0, *body["watch_agreed"])


def withdrawn_in(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Which consents the commit of a row takes back; under duress they stand."""
    at, body = row["updated_at"], row["body"]
    ended = {"b_walk_id": row["walk_id"], "b_at": at, "b_how": "withdrawn"}
    for number, (_, _, is_given, _, withdrawn_at, *_) in enumerate(body["guardians"], 1):
        if not is_given and withdrawn_at == rfc3339(at):
            yield ended | {"b_allows": "guardian", "b_number": number}
    if not body["watched"] and body["watch_withdrawn_at"] == rfc3339(at):
        yield ended | {"b_allows": "watched", "b_number": 0}


async def note_consents(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down what the walks of these rows begin or end; a commit may be made twice."""
    begun = [row for row in rows if row["body"]["started_at"] == rfc3339(row["updated_at"])]
    given = [one for row in begun for one in given_in(row)]
    if given:
        await _note_given(connection, given)
    withdrawn = [one for row in rows for one in withdrawn_in(row)]
    if withdrawn:
        await connection.execute(_END_OF_ONE, withdrawn)
    ended = [
        {"b_walk_id": row["walk_id"], "b_at": row["updated_at"], "b_how": "over"}
        for row in rows
        if row["state"] in _OVER
    ]
    if ended:
        await connection.execute(_END, ended)


async def _note_given(connection: AsyncConnection, given: Sequence[Consent]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    texts = {key: one for one in given if (key := _key_of(one.words)) is not None}
    if texts:
        insert = dialect.insert(consent_text)
        later = insert.excluded.last_given_at > consent_text.c.last_given_at
        newest = case((later, insert.excluded.last_given_at), else_=consent_text.c.last_given_at)
        again = {"last_given_at": newest}
        await connection.execute(
            insert.on_conflict_do_update(index_elements=["text_key"], set_=again),
            [
                {"text_key": key, "words": one.words, "last_given_at": one.given_at}
                for key, one in sorted(texts.items())
            ],
        )
    rows = [{**one._asdict(), "text_key": _key_of(one.words)} for one in given]
    for row in rows:
        del row["words"]
    await connection.execute(dialect.insert(consent).on_conflict_do_nothing(), rows)


def _key_of(words: str) -> str | None:
    return hashlib.sha256(words.encode()).hexdigest() if words else None


_COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    **consent.c,
    "language": func.coalesce(consent.c.language, ""),
    "words": func.coalesce(consent_text.c.words, ""),
}


async def read_consents(connection: AsyncConnection) -> list[Consent]:
    """All that are kept, the oldest first."""
    query = select(*map(_COLUMNS.__getitem__, Consent._fields)).outerjoin(
        consent_text, consent.c.text_key == consent_text.c.text_key
    )
    order = (consent.c.given_at, consent.c.walk_id, consent.c.number)
    return [Consent(*row) for row in await connection.execute(query.order_by(*order))]


async def let_consents_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget what was given before a time, and the texts by which nothing was given since."""
    await connection.execute(delete(consent).where(consent.c.given_at < before))
    await connection.execute(delete(consent_text).where(consent_text.c.last_given_at < before))
