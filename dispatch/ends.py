"""Come here for how the ends of journal and record are remembered, and how a cut one is missed.

Law: from the first entry on somebody remembers, outside of the database; an end that was seen once
is not forgotten for a shorter one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.clock import new_id, now
from dispatch.database import Database
from dispatch.heads import CHAINS, Chain, Heads, Seen, Verified
from dispatch.keyed import keyed, take_over
from dispatch.seals import START, Fault, Head, Link, holds
from dispatch.sign_in import last_words, record

log = logging.getLogger(__name__)

Keys = Callable[[Chain], bytes]
"""The key of each chain."""

LINKS: Final[dict[Chain, Callable[[AsyncConnection, int, int], Awaitable[list[Link]]]]] = {
    "journal": store.links_after,
    "record": record.links_after,
}
HEAD: Final[dict[Chain, Callable[[AsyncConnection], Awaitable[Head]]]] = {
    "journal": store.head,
    "record": record.head,
}

AT_ONCE: Final = 200
"""Entries of a piece: with their frames some megabytes, judged in about 20 ms."""
_MOST_FAULTS: Final = 20
"""Faults beyond these say nothing new."""
_LAST: Final = 20
"""Entries at the end of which one at least holds, unless the secret is another one."""

GONE: Final = "it was there at an earlier verification, and is not now"
ENDS_UNKNOWN: Final = Fault(
    START.seq,
    "how far it went before is unknown: heads.json in the data folder was gone or unreadable, or "
    "said nothing of it, and an end that was cut off would not be missed",
)
WHAT_TO_DO: Final = (
    "`lamplighter journal verify` lists what is wrong. After restoring a backup of the database or "
    "of the data folder put the file `secret` of that time back too and say `lamplighter journal "
    "verify --anew` once; otherwise keep both as they are, compare with a head that you have kept "
    "(--head), and ask who had access"
)


async def begin(
    database: Database, heads: Heads, keys: Keys, clock: Callable[[], datetime] = now
) -> None:
    """Remember from the first entry on; entries of which nobody remembers how many are a fault.

    A file of the version before says that the chains have had no key so far, or that the record
    does not tell of everybody.
    """
    kept = heads.kept()
    if all(chain in kept and kept[chain].is_keyed and kept[chain].tells_all for chain in CHAINS):
        return
    async with database.reading() as connection:
        found = {chain: await HEAD[chain](connection) for chain in CHAINS}
    for chain, head in found.items():
        seen = kept.get(chain)
        if seen is None and head != START:
            begun = Seen(is_unknown=True)
            log.error("the ends of the %s are unknown: %s", chain, ENDS_UNKNOWN.why)
        else:
            await _take_up(database, chain, head, seen, keys, clock)
            begun = (seen or Seen())._replace(is_keyed=True, tells_all=True)
        if begun != seen:
            heads.keep(chain, begun)


async def _take_up(
    database: Database,
    chain: Chain,
    head: Head,
    seen: Seen | None,
    keys: Keys,
    clock: Callable[[], datetime],
) -> None:
    """What there was before a version that knows of it, once."""
    async with database.writing() as connection:
        has_key = seen is None or seen.is_keyed
        if not has_key and await _has_no_key(connection, chain, head):
            await take_over(connection, chain, keys(chain), head)
        if chain == "record" and (seen is None or not seen.tells_all):
            for entry in await last_words.untold(connection, clock(), new_id):
                await record.note(connection, entry, keys(chain))


async def _has_no_key(connection: AsyncConnection, chain: Chain, head: Head) -> bool:
    links = await LINKS[chain](connection, max(head.seq - 2, 0), 2)
    before = links[0].chain if len(links) > 1 else START.chain
    return bool(links) and holds(links[-1], before, None)


def faults_of(seen: Seen) -> Sequence[Fault]:
    """What is wrong with a chain as far as anybody has looked."""
    found = seen.verified.faults if seen.verified is not None else ()
    return (ENDS_UNKNOWN, *found) if seen.is_unknown else found


def remember(heads: Heads, chain: Chain, found: Verified, *, known: bool = False) -> None:
    """An end that was there once and is not now is not forgotten for another one.

    `known`: whoever asked has said how far it went, or that it begins anew.
    """
    kept = heads.read()[chain]
    is_cut = any(fault.why == GONE for fault in found.faults)
    some = found._replace(faults=found.faults[:_MOST_FAULTS])
    unknown = kept.is_unknown and not known
    head = kept.head if is_cut else found.head
    heads.keep(chain, kept._replace(head=head, verified=some, is_unknown=unknown))


async def keep_ends(database: Database, heads: Heads) -> list[Chain]:
    """Remember how far the chains go now; returns those whose remembered end is not there."""
    cut: list[Chain] = []
    for chain in CHAINS:
        before = heads.read()[chain].head
        async with database.reading() as connection:
            head = await HEAD[chain](connection)
            is_there = before in (START, head) or await _has(connection, chain, before)
        if not is_there:
            cut.append(chain)
        elif head != before:
            await asyncio.to_thread(heads.advance, chain, before, head)
    return cut


async def _has(connection: AsyncConnection, chain: Chain, head: Head) -> bool:
    links = await LINKS[chain](connection, head.seq - 1, 1)
    return any(Head(one.seq, one.chain) == head for one in links)


async def is_ours(database: Database, chain: Chain, key: bytes) -> bool:
    """Whether the last entries were chained with this key; what is written with another is a fault
    for ever."""
    async with database.reading() as connection:
        end = (await HEAD[chain](connection)).seq
        since = (await keyed(connection, chain, key)).since.seq
        links = await LINKS[chain](connection, max(end - _LAST, 0), _LAST)
    before = {one.seq + 1: one.chain for one in links} | {START.seq + 1: START.chain}
    known = [one for one in links if one.seq in before]
    return since >= end or not known or any(holds(one, before[one.seq], key) for one in known)


async def take_as_it_is(
    database: Database, chain: Chain, key: bytes, clock: Callable[[], datetime] = now
) -> None:
    """Take a chain over as far as it has no key, and everybody as they stand of whom the record
    says nothing: a person says that an older version wrote it."""
    head = START
    while True:
        async with database.reading() as connection:
            links = await LINKS[chain](connection, head.seq, AT_ONCE)
        for one in links:
            if not holds(one, head.chain, None):
                links = []
                break
            head = Head(one.seq, one.chain)
        if not links:
            break
    async with database.writing() as connection:
        await take_over(connection, chain, key, head)
        if chain == "record":
            for entry in await last_words.untold(connection, clock(), new_id):
                await record.note(connection, entry, key)
