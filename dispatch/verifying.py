"""Come here for whether the journal and the record are as they were written, and how far.

Law: a chain is read in pieces, beside everything else, and judged in another thread; an end that
was seen once has to be there for ever after.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.database import Database, in_short, is_outage
from dispatch.heads import CHAINS, Chain, Heads, Seen, Verified, verified_json
from dispatch.seals import START, Fault, Head, Link, faults
from dispatch.sign_in import record
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_AT_ONCE: Final = 200
"""Entries of a piece: with their frames some megabytes, judged in about 20 ms."""
_MOST_FAULTS: Final = 20
"""Faults beyond these say nothing new."""
_LOOK_EVERY_S: Final = 60.0
"""As much of the end as can be cut off unseen."""
_VERIFY_EVERY: Final = timedelta(days=1)

_READ: Final[dict[Chain, Callable[[AsyncConnection, int, int], Awaitable[list[Link]]]]] = {
    "journal": store.links_after,
    "record": record.links_after,
}
_HEAD: Final[dict[Chain, Callable[[AsyncConnection], Awaitable[Head]]]] = {
    "journal": store.head,
    "record": record.head,
}


async def verify(
    database: Database,
    chain: Chain,
    now: datetime,
    heads: Collection[Head],
    each: Callable[[], None] = lambda: None,
) -> Verified:
    """Look at all of it; every one of `heads` has to be there. `each` is called at every piece."""
    head, entries, erased, found = START, 0, 0, list[Fault]()
    missing = {one for one in heads if one != START}
    while True:
        async with database.reading() as connection:
            links = await _READ[chain](connection, head.seq, _AT_ONCE)
            may_be_gone = await _may_be_gone(connection, chain, links, now)
        if not links:
            break
        found += await asyncio.to_thread(list, faults(links, may_be_gone, head))
        missing -= {Head(link.seq, link.chain) for link in links}
        head = Head(links[-1].seq, links[-1].chain)
        entries += len(links)
        erased += sum(link.salt is None for link in links)
        each()
    found += [Fault(one.seq, _GONE) for one in sorted(missing)]
    return Verified(now, head, entries, erased, tuple(found))


_GONE: Final = "it was there at an earlier verification, and is not now"


async def _may_be_gone(
    connection: AsyncConnection, chain: Chain, links: Sequence[Link], now: datetime
) -> dict[str, int]:
    if chain == "record":
        return record.over(links, now)
    return await store.erasures(connection, {one.about for one in links if one.salt is None})


ENDS_UNKNOWN: Final = Fault(
    START.seq,
    "how far it went before is unknown: heads.json in the data folder was gone or unreadable, and "
    "an end that was cut off would not be missed",
)
WHAT_TO_DO: Final = (
    "`lamplighter journal verify` lists what is wrong. After restoring a backup of the database or "
    "of the data folder say `lamplighter journal verify --anew` once; otherwise keep both as they "
    "are, compare with a head that you have kept (--head), and ask who had access"
)


async def begin(database: Database, heads: Heads) -> None:
    """Remember from the first entry on; entries of which nobody remembers how many are a fault."""
    if heads.are_kept:
        return
    async with database.reading() as connection:
        found = {chain: await _HEAD[chain](connection) for chain in CHAINS}
    for chain, head in found.items():
        heads.keep(chain, Seen(is_unknown=head != START))
        if head != START:
            log.error("the ends of the %s are unknown: %s", chain, ENDS_UNKNOWN.why)


def faults_of(seen: Seen) -> Sequence[Fault]:
    """What is wrong with a chain as far as anybody has looked."""
    found = seen.verified.faults if seen.verified is not None else ()
    return (ENDS_UNKNOWN, *found) if seen.is_unknown else found


def remember(heads: Heads, chain: Chain, found: Verified, *, known: bool = False) -> None:
    """An end that was there once and is not now is not forgotten for another one.

    `known`: whoever asked has said how far it went, or that it begins anew.
    """
    kept = heads.read()[chain]
    is_cut = any(fault.why == _GONE for fault in found.faults)
    some = found._replace(faults=found.faults[:_MOST_FAULTS])
    unknown = kept.is_unknown and not known
    heads.keep(chain, Seen(kept.head if is_cut else found.head, some, unknown))


class Verifier:
    """Sees to it that both chains are verified every day, and whenever somebody asks."""

    def __init__(self, database: Database, heads: Heads, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._heads = heads
        self._clock = clock
        self._asked = asyncio.Event()
        self._at_work = False

    def ask(self) -> None:
        """Verify now."""
        self._asked.set()

    async def begin(self) -> None:
        """Before anything is written: look whether the ends are remembered."""
        await begin(self._database, self._heads)

    def faults(self) -> dict[str, int]:
        """How much is wrong with each chain."""
        return {chain: len(faults_of(seen)) for chain, seen in self._heads.read().items()}

    def trouble(self) -> list[str]:
        """The same in words for whoever is woken; empty where all is well."""
        kept = {chain: faults_of(seen) for chain, seen in self._heads.read().items()}
        return [
            f"the {chain} may have been tampered with, at entry {found[0].seq}: {found[0].why}. "
            f"{WHAT_TO_DO}"
            for chain, found in kept.items()
            if found
        ]

    def state(self) -> dict[str, Any]:
        """What was found last, of each chain; whether a verification is under way."""
        chains = {chain: _state(seen) for chain, seen in self._heads.read().items()}
        return {"chains": chains, "at_work": self._at_work or self._asked.is_set()}

    async def ends(self) -> dict[Chain, int]:
        """The number of each chain's last entry, as of now."""
        async with self._database.reading() as connection:
            return {chain: (await _HEAD[chain](connection)).seq for chain in CHAINS}

    async def run(self) -> None:
        """Look at the ends every minute and at everything every day, for ever."""
        pulse = beginning("verifier", WITH_DATABASE_S)
        while pulse.turns():
            with pulse.resting():
                await _wait(self._asked)
            try:
                await self.begin()
                if self._is_due() or not await self._look():
                    await self._verify(pulse.beat)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("journal and record could not be verified: %s", in_short(error))
            finally:
                self._asked.clear()

    def _is_due(self) -> bool:
        kept = (one.verified for one in self._heads.read().values())
        before = self._clock() - _VERIFY_EVERY
        return self._asked.is_set() or any(one is None or one.at < before for one in kept)

    async def _verify(self, each: Callable[[], None]) -> None:
        self._at_work = True
        try:
            for chain in CHAINS:
                kept = self._heads.read()[chain]
                found = await verify(self._database, chain, self._clock(), [kept.head], each)
                remember(self._heads, chain, found)
                for fault in found.faults[:1]:
                    words = "the %s was tampered with: %d faults, the first at entry %d: %s"
                    log.error(words, chain, len(found.faults), fault.seq, fault.why)
        finally:
            self._at_work = False

    async def _look(self) -> bool:
        """Whether the ends are there, or are known to be gone."""
        is_well = True
        for chain in CHAINS:
            kept = self._heads.read()[chain]
            async with self._database.reading() as connection:
                new = await _HEAD[chain](connection)
                before = await _READ[chain](connection, kept.head.seq - 1, 1)
            is_there = kept.head == START or any(
                Head(one.seq, one.chain) == kept.head for one in before
            )
            if not is_there:
                log.error("the %s ends before entry %d, which was there", chain, kept.head.seq)
                is_well = is_well and bool(faults_of(kept))
            elif new != kept.head:
                self._heads.keep(chain, kept._replace(head=new))
        return is_well


def _state(seen: Seen) -> dict[str, Any] | None:
    if seen.verified is None:
        return None
    return verified_json(seen.verified._replace(faults=tuple(faults_of(seen))))


async def _wait(asked: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_LOOK_EVERY_S):
            await asked.wait()
    except TimeoutError:
        pass
