"""Come here for how the journal, and the record of sign-ins and rights, show that nobody has
changed them.

Law: every entry carries a seal of its words and the hash of the entry before. Change, take away or
move an entry, and the chain does not hold from there on. The hash is made with a key that is not in
the database: who has the database alone can add nothing that holds either. The seal is salted:
where the words are erased, their salt goes with them, the chain still holds, and nobody can guess
them back.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from lights.wire import rfc3339

BEGINNING: Final = "0" * 64
"""What the first entry names as the one before it."""
ERASED: Final = "erased"
"""The event after which the earlier words of its incident may be gone."""
UNKEYED: Final = (
    "it is chained without the key: an older version wrote it, or somebody who has the database"
)


class Head(NamedTuple):
    """The last entry: its number and its hash. Whoever keeps a head can tell a cut end later."""

    seq: int
    chain: str


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as far as the chain goes, and what it is `about`: in the journal an incident, in the
    record itself. `salt` None: its words were erased."""

    seq: int
    about: str
    at: datetime
    event: str
    actor: str
    reason: str
    detail: Mapping[str, Any]
    frame: str | None
    salt: str | None
    seal: str
    chain: str


class Keyed(NamedTuple):
    """The key of a chain; entries up to `since` were chained when there was none yet."""

    key: bytes
    since: Head


class Fault(NamedTuple):
    """Which entry is not what it was, or is not what stands in the tables, and why. `about`: whose
    row, where it is one: for whoever sits at the keyboard alone."""

    seq: int
    why: str
    about: str = ""


def key_of(secret: bytes, chain: str) -> bytes:
    """The key of one chain. Made by another hash than every token that callers are given of the
    same secret: no token is ever this key."""
    return hmac.digest(secret, f"chain: {chain}".encode(), "sha512")


def mark_of(key: bytes, since: Head) -> str:
    """What proves that whoever holds the key has taken over a chain that had none, there."""
    return hmac.digest(key, orjson.dumps(["keyed since", *since]), "sha256").hex()


def seal_of(salt: str, reason: str, detail: Mapping[str, Any], frame: str | None) -> str:
    """The hash of an entry's words."""
    words = orjson.dumps([salt, reason, detail, frame], option=orjson.OPT_SORT_KEYS)
    return sha256(words).hexdigest()


def chain_of(
    key: bytes | None,
    before: str,
    seq: int,
    about: str,
    at: datetime,
    event: str,
    actor: str,
    seal: str,
) -> str:
    """The hash of an entry, which the next one carries on; without a key only as it once was."""
    entry = orjson.dumps([before, seq, about, rfc3339(at), event, actor, seal])
    return sha256(entry).hexdigest() if key is None else hmac.digest(key, entry, "sha256").hex()


START: Final = Head(0, BEGINNING)
"""Before the first entry."""


def faults(
    links: Iterable[Link], erased: Mapping[str, int], keyed: Keyed, head: Head = START
) -> Iterator[Fault]:
    """What is wrong with entries that follow `head`, in order; `erased`: before which number what
    was written about something may be gone.

    After a fault the chain is taken up again from what is written, so that each is told once.
    """
    for link in links:
        if link.seq != head.seq + 1:
            yield Fault(link.seq, f"after entry {head.seq} comes entry {link.seq}")
        for why in (_why_not_linked(link, head, keyed), _why_not_sealed(link, erased)):
            if why is not None:
                yield Fault(link.seq, why)
        head = Head(link.seq, link.chain)


def holds(link: Link, before: str, key: bytes | None) -> bool:
    """Whether the entry carries on the one before, with this key."""
    said = (link.seq, link.about, link.at, link.event, link.actor, link.seal)
    return link.chain == chain_of(key, before, *said)


def _why_not_linked(link: Link, head: Head, keyed: Keyed) -> str | None:
    if holds(link, head.chain, keyed.key if link.seq > keyed.since.seq else None):
        return None
    is_unkeyed = link.seq > keyed.since.seq and holds(link, head.chain, None)
    return UNKEYED if is_unkeyed else "it was changed, or what was before it was"


def _why_not_sealed(link: Link, erased: Mapping[str, int]) -> str | None:
    if link.salt is not None:
        whole = seal_of(link.salt, link.reason, link.detail, link.frame) == link.seal
        return None if whole else "its words were changed"
    if link.seq >= erased.get(link.about, 0):
        return "its words are gone, and no erasure says so"
    has_words = link.reason or link.frame or link.detail
    return "it was erased, and has words again" if has_words else None
