"""Come here for what must be true after each blow, and how long it took to become so.

Everything is read from the database itself, the lamps themselves and the police desk's own list,
whatever the dispatcher says of them.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.database import Database
from dispatch.incident_light import claims_of
from dispatch.outages import is_outage
from dispatch.plan import DEFAULT
from dispatch.seals import START, Head
from dispatch.settings import Settings
from dispatch.tables import incident, journal, outbox
from dispatch.verifying import verify
from lights.claim_store import load_claims
from lights.claims import Claim, winner
from tests.chaos.night import PATIENCE_S
from tests.chaos.stage import LAMPS, STRETCHES, Stage
from tests.chaos.walks_judging import WalksJudge

_LOOK_S: Final = 0.25
_WORDS: Final = 8
"""Of one kind: whoever looks into it begins with the first."""
_OF_WALKERS: Final = {lamp.lamp_id for some in STRETCHES.values() for lamp in some}
"""These may be bright for whoever walks there; nothing of that is written down."""


@dataclass(frozen=True)
class Verdict:
    """What was wrong after a blow; `words` say it so that it can be looked into."""

    reports: int = 0
    lost: int = 0
    twice: int = 0
    untold: int = 0
    wrong_lamps: int = 0
    gaps: int = 0
    outlived: int = 0
    journal: int = 0
    walks: int = 0
    walks_wrong: int = 0
    turned_away: int = 0
    """Callers who had to ask again: no fault, but a sign that the blow was felt."""
    in_step_s: float = 0.0
    last: str = ""
    """What came into step last."""
    words: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Nothing was wrong."""
        return not any(getattr(self, name) for name in FAULTS)


FAULTS: Final = (
    *("lost", "twice", "untold", "walks_wrong", "wrong_lamps", "outlived", "gaps", "journal"),
)


@dataclass
class Judge:
    """Of one night. What it has already held against the night it does not count again."""

    stage: Stage
    patience_s: float = PATIENCE_S
    _reports: int = 0
    _gaps: int = 0
    _head: Head = START
    _held: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._walks = WalksJudge(self.stage)

    async def judge(self, mended_at: float) -> Verdict:
        """Wait until all is in step, then look at everything."""
        behind, last = await self._wait()
        took = time.monotonic() - mended_at
        async with self._reading() as connection:
            lost, twice = await self._reports_of(connection)
            untold = await self._untold(connection)
            strays = await _strays(connection)
        broken = await self._broken()
        lost += self.stage.night.faults
        gaps = sum(screen.gaps for screen in self.stage.night.screens)
        outlived, self.stage.outlived = self.stage.outlived, set()
        turned_away = sum(self.stage.night.refused.values())
        self.stage.night.refused.clear()
        new = self._new
        verdict = Verdict(
            reports=len(self.stage.night.taken) - self._reports,
            lost=new("lost", lost),
            twice=new("twice", twice),
            untold=new("untold", untold) + behind.letters,
            wrong_lamps=len(behind.lamps) + new("claim", strays),
            gaps=gaps - self._gaps + behind.screens,
            outlived=len(outlived),
            journal=new("journal", broken),
            walks=self._walks.close(behind.walks),
            walks_wrong=len(behind.walks),
            turned_away=turned_away,
            in_step_s=took,
            last=last,
            words=tuple(
                word
                for some in (lost, twice, untold, strays, broken, sorted(outlived), *behind.kinds)
                for word in some[:_WORDS]
            ),
        )
        self._reports, self._gaps = len(self.stage.night.taken), gaps
        return verdict

    def _new(self, what: str, found: list[str]) -> int:
        fresh = {f"{what} {one}" for one in found} - self._held
        self._held |= fresh
        return len(fresh)

    async def _broken(self) -> list[str]:
        """Of the journal; its end after the blow before has to be in it for ever."""
        key = Settings.read(self.stage.dispatcher.environment).chain_key("journal")
        async with self._opened() as database:
            found = await verify(database, "journal", key, datetime.now(UTC), [self._head])
        self._head = found.head
        return [f"journal {one.seq}: {one.why}" for one in found.faults]

    # ---- waiting

    async def _wait(self) -> tuple["Behind", str]:
        """Until nothing is behind any more; what still is at the end of all patience, and what
        was the last to come."""
        end, last = time.monotonic() + self.patience_s, ""
        while True:
            is_last = time.monotonic() > end
            behind = await self._behind(is_last)
            if not behind.words or is_last:
                return behind, last
            last = "; ".join(behind.words[:3])
            await asyncio.sleep(_LOOK_S)

    async def _behind(self, is_last: bool) -> "Behind":
        street = self.stage.street
        shown = {lamp.lamp_id: street.shows(lamp.lamp_id).scene.name for lamp in LAMPS}
        try:
            async with self._reading() as connection:
                waiting = await connection.scalar(
                    select(func.count()).where(outbox.c.taken_at.is_(None))
                )
                last = await store.last_seq(connection)
                wanted = await _wanted(connection)
                screens = sum(screen.last != last for screen in self.stage.night.screens)
                walks = []
                if is_last or not (waiting or screens):  # they are many: not at every look
                    walks = await self._walks.behind(connection, shown)
        except Exception as error:
            if not is_outage(error):
                raise
            return Behind(words=(f"the database does not answer: {type(error).__name__}",))
        lamps = [key for key, name in shown.items() if name not in _may_show(key, wanted)]
        words = [f"{waiting} letters wait"] if waiting else []
        words += [f"{key} shows {shown[key]}, not {wanted.get(key)}" for key in lamps]
        words += [f"{screens} screens are not at {last}"] if screens else []
        return Behind(lamps, screens, waiting or 0, walks, (*words, *walks))

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Database]:
        database = Database(self.stage.database_url)
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._opened() as database, database.reading() as connection:
            yield connection

    # ---- looking

    async def _reports_of(self, connection: AsyncConnection) -> tuple[list[str], list[str]]:
        """Reports that were answered and are not there as answered; those opened not once."""
        night = self.stage.night
        columns = (incident.c.report_id, incident.c.incident_id, incident.c.state)
        rows = {row.report_id: row for row in await connection.execute(select(*columns))}
        opened = select(journal.c.incident_id).where(journal.c.event == "opened")
        births = Counter(await connection.scalars(opened))
        lost, twice = [], []
        for report_id, incident_id in night.taken.items():
            row = rows.get(report_id)
            if row is None or row.incident_id != incident_id:
                lost.append(f"report {report_id}")
            elif (incident_id in night.closed) != (row.state == "closed"):
                lost.append(f"incident {incident_id} is {row.state}")
            if births[incident_id] != 1:
                twice.append(f"incident {incident_id} was opened {births[incident_id]} times")
        return lost, twice

    async def _untold(self, connection: AsyncConnection) -> list[str]:
        """Letters that are said to be taken and that the desk has not, and incidents without any.

        Those that still wait are counted before; since then time may have written more.
        """
        columns = (outbox.c.outbox_id, outbox.c.incident_id, outbox.c.taken_at)
        letters = list(await connection.execute(select(*columns)))
        desk = {one.letter_id for one in self.stage.desk.taken}
        about = {row.incident_id for row in letters}
        said = [row.outbox_id for row in letters if row.taken_at is not None]
        found = [f"letter {one}" for one in said if one not in desk]
        return found + [
            f"nobody about {one}" for one in self.stage.night.taken.values() if one not in about
        ]


@dataclass(frozen=True)
class Behind:
    """What is not yet as it must be."""

    lamps: list[str] = field(default_factory=list)
    screens: int = 0
    letters: int = 0
    walks: list[str] = field(default_factory=list)
    words: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[Sequence[str], Sequence[str]]:
        """The words about walks, and the others."""
        return self.walks, [one for one in self.words if one not in self.walks]


def _may_show(lamp_id: str, wanted: Mapping[str, str]) -> tuple[str, ...]:
    if lamp_id not in wanted and lamp_id in _OF_WALKERS:
        return "schedule", "bright"
    return (wanted.get(lamp_id, "schedule"),)


async def _strays(connection: AsyncConnection) -> list[str]:
    """Claims that no incident has a right to, and incidents without theirs."""
    now = datetime.now(UTC)
    live = await store.live_incidents(connection)
    rightful = {_said(one) for incident in live for one in claims_of(incident, DEFAULT)}
    there = {_said(one) for one in await load_claims(connection, now)}
    missing = (f"{one} is not claimed" for one in rightful - there if one.until > now)
    return [*missing, *(f"{one} is claimed by nobody's right" for one in there - rightful)]


class _Said(NamedTuple):
    lamp_id: str
    owner: str
    scene: str
    until: datetime


def _said(one: Claim) -> _Said:
    return _Said(one.lamp_id, one.owner, one.scene.name, one.until)


async def _wanted(connection: AsyncConnection) -> dict[str, str]:
    """What lamps should show by the claims that are written down; the others, their programme."""
    now = datetime.now(UTC)
    by_lamp: dict[str, list[Claim]] = {}
    for claim in await load_claims(connection, now):
        by_lamp.setdefault(claim.lamp_id, []).append(claim)
    winners = {lamp_id: winner(held, now) for lamp_id, held in by_lamp.items()}
    return {lamp_id: won.scene.name for lamp_id, won in winners.items() if won is not None}
