"""Come here for whether the journal and the record are as they were written, how far, and whether
incidents, accounts and city apps still are what was written of them last.

Law: a chain is read in pieces, beside everything else, and judged in another thread; an end that
was seen once has to be there for ever after.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import incidents_told
from dispatch.database import Database
from dispatch.ends import (
    AT_ONCE,
    GONE,
    HEAD,
    LINKS,
    WHAT_TO_DO,
    Keys,
    begin,
    faults_of,
    keep_ends,
    remember,
)
from dispatch.erasures import erasures, never_told, told_alone
from dispatch.heads import CHAINS, Chain, Heads, Seen, Verified, verified_json
from dispatch.keyed import keyed
from dispatch.outages import in_short, is_outage, outage_goes_by
from dispatch.seals import START, Fault, Head, Link, faults
from dispatch.sign_in import last_words, record
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
"""As much of the end as can be cut off unseen."""
_LOOKS_BETWEEN: Final = 60
"""A minute: whether a day is over since the last verification is asked no oftener."""
_VERIFY_EVERY: Final = timedelta(days=1)
MOST_FAULTS: Final = 1_000
"""With another secret every entry is one, and there may be millions."""


async def verify(
    database: Database,
    chain: Chain,
    key: bytes,
    now: datetime,
    heads: Collection[Head],
    each: Callable[[], None] = lambda: None,
) -> Verified:
    """Look at all of it; every one of `heads` has to be there. `each` is called at every piece."""
    head, entries, erased, found = START, 0, 0, list[Fault]()
    async with database.reading() as connection:
        rules = await keyed(connection, chain, key)
    missing = {one for one in (*heads, rules.since) if one != START}
    while True:
        async with database.reading() as connection:
            links = await LINKS[chain](connection, head.seq, AT_ONCE)
            may_be_gone, alone = await _erasures(connection, chain, links, now)
        if not links:
            break
        broken = await asyncio.to_thread(list, faults(links, may_be_gone, rules, head))
        found += sorted((*broken, *alone))[: MOST_FAULTS - len(found)]
        missing -= {Head(link.seq, link.chain) for link in links}
        head = Head(links[-1].seq, links[-1].chain)
        entries += len(links)
        erased += sum(link.salt is None for link in links)
        each()
    found = [*(Fault(one.seq, GONE) for one in sorted(missing)), *found]
    found += await _disagreements(database, chain, each)
    return Verified(now, head, entries, erased, tuple(found))


async def _disagreements(database: Database, chain: Chain, each: Callable[[], None]) -> list[Fault]:
    """What stands in the tables, and is not what the chain says."""
    async with database.reading() as connection:
        if chain == "record":
            return await last_words.disagreements(connection, MOST_FAULTS)
        found = await never_told(connection, MOST_FAULTS)
    last: str | None = ""
    while last is not None and len(found) < MOST_FAULTS:
        async with database.reading() as connection:
            more, last = await incidents_told.disagreements(connection, last)
        found += more
        each()
    return found


async def _erasures(
    connection: AsyncConnection, chain: Chain, links: Sequence[Link], now: datetime
) -> tuple[Mapping[str, int], Sequence[Fault]]:
    """What may be gone, and which entries tell of what no incident knows."""
    if chain == "record":
        return record.over(links, now), ()
    bare = {one.about for one in links if one.salt is None}
    alone = [*await told_alone(connection, links), *await incidents_told.gone(connection, links)]
    return await erasures(connection, bare), alone


class Verifier:
    """Sees to it that both chains are verified every day, and whenever somebody asks."""

    def __init__(
        self, database: Database, heads: Heads, clock: Callable[[], datetime], keys: Keys
    ) -> None:
        self._database = database
        self._keys = keys
        self._heads = heads
        self._clock = clock
        self._asked = asyncio.Event()
        self._at_work = False
        self._looks = 0
        self._is_away = False

    def ask(self) -> None:
        """Verify now."""
        self._asked.set()

    async def begin(self) -> None:
        """Before anything is written: look whether the ends are remembered."""
        await begin(self._database, self._heads, self._keys, self._clock)

    async def end(self) -> None:
        """After everything was written: nothing of it can be cut off unseen."""
        with outage_goes_by(log, "the ends of journal and record are not remembered"):
            await keep_ends(self._database, self._heads)

    def faults(self) -> dict[str, int]:
        """How much is wrong with each chain."""
        return {chain: len(faults_of(seen)) for chain, seen in self._heads.read().items()}

    def trouble(self) -> list[str]:
        """The same in words for whoever is woken; empty where all is well."""
        kept = {chain: faults_of(seen) for chain, seen in self._heads.read().items()}
        return [
            f"the {chain} may have been tampered with, {_where(found[0])}: {found[0].why}. "
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
            return {chain: (await HEAD[chain](connection)).seq for chain in CHAINS}

    async def run(self) -> None:
        """Look at the ends every second and at everything every day, for ever."""
        pulse = beginning("verifier", WITH_DATABASE_S)
        while pulse.turns():
            with pulse.resting():
                await _wait(self._asked)
            try:
                await self.begin()
                is_asked = self._asked.is_set()
                self._asked.clear()  # before looking: who asks meanwhile is answered by the next
                if is_asked or self._is_due() or not await self._look():
                    await self._verify(pulse.beat)
                self._is_away = False
            except Exception as error:
                if not is_outage(error):
                    raise
                if not self._is_away:
                    log.warning("journal and record cannot be verified: %s", in_short(error))
                self._is_away = True
                self._asked.clear()

    def _is_due(self) -> bool:
        self._looks += 1
        if self._looks % _LOOKS_BETWEEN:
            return False
        kept = (one.verified for one in self._heads.read().values())
        now = self._clock()
        return not all(is_fresh(one, now) for one in kept)

    async def _verify(self, each: Callable[[], None]) -> None:
        self._at_work = True
        try:
            for chain in CHAINS:
                kept = self._heads.read()[chain]
                key, now = self._keys(chain), self._clock()
                found = await verify(self._database, chain, key, now, [kept.head], each)
                remember(self._heads, chain, found)
                for fault in found.faults[:1]:
                    words = "the %s was tampered with: %d faults, the first %s: %s"
                    log.error(words, chain, len(found.faults), _where(fault), fault.why)
        finally:
            self._at_work = False

    async def _look(self) -> bool:
        """Whether the ends are there, or are known to be gone."""
        cut = await keep_ends(self._database, self._heads)
        seen = self._heads.read()
        news = [chain for chain in cut if all(one.why != GONE for one in faults_of(seen[chain]))]
        for chain in news:
            log.error("the %s ends before entry %d, which was there", chain, seen[chain].head.seq)
        return not news


def is_fresh(one: Verified | None, now: datetime) -> bool:
    """Whether it is of the last day; what lies ahead was said by a clock that was wrong."""
    return one is not None and now - _VERIFY_EVERY <= one.at <= now


def _where(fault: Fault) -> str:
    return f"at entry {fault.seq}" if fault.seq else "in what it says nothing of"


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
