"""Come here for the shell of watched walks home: hears phones, lets time ring, writes, wakes.

Every walk is in memory; on disk is what must survive (see `walk_store.py`). A position costs no
commit: tracks are copied every `_KEEP_EVERY_S`, and what is newer is what a dying process loses.
Silence is counted anew after a start: a phone that could not reach us was not silent.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from dispatch import walk_store
from dispatch.asking import ring, rings_at
from dispatch.batch import Reading
from dispatch.database import Database
from dispatch.hearing import Hearing
from dispatch.incident import NotFound
from dispatch.ledger import WALK, Ledger
from dispatch.outages import Unavailable
from dispatch.report import same_phone
from dispatch.rounds import every
from dispatch.signs import Aims, Fix, Signs, aims_of, calmed
from dispatch.store import Row, Writes
from dispatch.walk import Walk
from dispatch.walk_company import Escort, Letters
from dispatch.walk_counts import WalkCounts
from dispatch.walk_events import Event, Signal
from dispatch.walk_life import Decision, decide
from dispatch.walk_plan import WalkPlan
from dispatch.walk_record import Record
from dispatch.walk_rows import walk_row
from dispatch.walk_times import take_up_walks
from geo.place import Place
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_RING_EVERY_S: Final = 0.5
"""A clock of minutes needs no finer look."""
_RING_AT_ONCE: Final = 64
"""One commit of the ledger."""
_KEEP_EVERY_S: Final = 10.0
"""What is lost of a track when the process dies; three fixes of the usual phone."""
_KEEP_AT_ONCE: Final = 200
"""A few milliseconds of the one writer: ten thousand tracks must not keep a cry waiting."""
_TIDY_EVERY_S: Final = 60.0
_OF_PLACES: Final[tuple[Signal, ...]] = ("off_route", "away", "still")
"""Signs that need to know where somebody was: after a pause they begin anew."""


class Walks:
    """`nobody_lives` tells lonely places; `letters` what guardians are written; `adopted` is told
    of every walk that has changed, `forgotten` that some are gone; `secret` keys their marks."""

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        plan: WalkPlan,
        escort: Escort,
        *,
        nobody_lives: Callable[[Place], bool],
        letters: Letters,
        adopted: Callable[[Record], None],
        forgotten: Callable[[], None],
        secret: Callable[[], bytes],
        clock: Callable[[], datetime],
        surely: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._database = database
        self._escort = escort
        self._nobody_lives = nobody_lives
        self._letters = letters
        self._adopted = adopted
        self._forgotten = forgotten
        self._secret = secret
        self._records: dict[str, Record] = {}
        self.counts = WalkCounts()
        self._hearing = Hearing(plan, nobody_lives, self.counts)
        self.plan = plan
        self.clock = clock
        self._surely = surely

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def get(self, walk_id: str) -> Record:
        """Raises NotFound."""
        record = self._records.get(walk_id)
        if record is None:
            raise NotFound(f"there is no walk {walk_id}")
        return record

    def known(self, walk_id: str) -> Record | None:
        """The walk of that id, if there is one."""
        return self._records.get(walk_id)

    # ---- the walker

    async def start(self, walk: Walk) -> tuple[Record, bool]:
        """A walk begins; the same id again is the same walk, and nothing new happens."""
        if (known := await self.again(walk.walk_id, walk.proof)) is not None:
            return known, False
        walk = replace(walk, reachable=self._letters.can_be_told())
        record = Record(walk, Signs(heard_at=self.clock()), aims_of(walk))
        self._records[walk.walk_id] = record  # a twin that comes meanwhile waits for the lock
        async with record.lock:
            try:
                await self._write(walk, [])
            except BaseException:
                del self._records[walk.walk_id]
                raise
            self._take(record, walk)
        self.counts.started += 1
        return record, True

    async def again(self, walk_id: str, proof: str | None) -> Record | None:
        """The walk of that id, once it is on disk, for the phone that began it; or OtherPhone."""
        if (known := self._records.get(walk_id)) is None:
            return None
        same_phone(known.walk.proof, proof, "walk")
        async with known.lock:
            return self._records.get(walk_id)

    def hear(
        self,
        record: Record,
        fixes: Sequence[Fix],
        battery: int | None = None,
        sent_at: datetime | None = None,
    ) -> None:
        """The phone says where it has been: in any order, again, late, or where nobody asks."""
        now = self.clock()
        if not record.walk.keeps_track:
            self.counts.dropped += len(fixes)
            return
        before = record.signs.fixed_at
        self._hearing.take(record, fixes, now, battery, sent_at)
        self._hand_on(record, before)
        record.rings_at = rings_at(record.walk, record.signs, self.plan)

    def _hand_on(self, record: Record, before: datetime | None) -> None:
        """The light and whoever helps follow the newest fix."""
        if record.signs.fixed_at == before:
            self._escort.spoke(record.walk.walk_id)
            return
        self._light(record)
        if record.walk.alarms:
            self._adopted(record)

    def _light(self, record: Record) -> None:
        """The light goes with whoever is under way, as far as it is known where."""
        walk, place, at = record.walk, record.signs.place, record.signs.fixed_at
        if walk.is_live and walk.state != "paused" and place is not None and at is not None:
            self._escort.moved(walk.walk_id, place, at)

    async def do(self, walk_id: str, event: Event) -> Record:
        """Something happens to a walk; raises NotFound, NotPossible or Unavailable."""
        record = self.get(walk_id)
        async with record.lock:
            decision = decide(self._as_now(record), event, self.clock(), self.plan)
            await self._decided(record, decision)
        return record

    async def look(self, record: Record) -> None:
        """Let what is due happen to a walk."""
        if not record.is_due(self.clock()):
            return
        async with record.lock:
            while due := ring(self._as_now(record), record.signs, self.clock(), self.plan):
                await self._decided(record, due)

    def _as_now(self, record: Record) -> Walk:
        """The walk, with whether its guardians may still be written to."""
        walk, now = record.walk, self.clock()
        enough = bool(walk.guardians) and all(
            self._letters.has_had_enough(one, now) for one in walk.guardians
        )
        if not walk.is_live or enough == walk.enough_written:
            return walk
        return replace(walk, enough_written=enough)

    async def put(self, record: Record, change: Callable[[Walk], Walk]) -> None:
        """Note down about a walk what nothing follows from."""
        async with record.lock:
            walk = change(record.walk)
            await self._write(walk, [])
            self._take(record, walk)

    # ---- writing

    async def _decided(self, record: Record, decision: Decision) -> None:
        if decision.walk is not record.walk:
            letters = self._letters.letters(record.walk, decision, self.clock())
            try:
                await self._write(decision.walk, letters)
            except BaseException:
                self._letters.unwritten(letters)
                raise
            self._take(record, decision.walk)

    async def _write(self, walk: Walk, letters: list[Row]) -> None:
        async def work(_: Reading) -> tuple[None, Writes]:
            return None, Writes(walks=[walk_row(walk)], letters=letters)

        await self._ledger.do(work, WALK)

    def _take(self, record: Record, walk: Walk) -> None:
        """What is written becomes true here, and everybody who listens hears of it."""
        before, record.walk = record.walk, walk
        self.counts.changed(before, walk)
        if before.question is not None and walk.question is None:
            record.signs = calmed(record.signs, tuple(one.signal for one in before.question.why))
        if before.state == "paused" and walk.state != "paused":
            record.signs = calmed(replace(record.signs, heard_at=self.clock()), _OF_PLACES)
            self._light(record)
        if before.is_stopped and not walk.is_stopped:
            record.stopped = (before.paused_at or before.updated_at, self.clock())
        self._tell_escort(before, walk)
        if not walk.keeps_track:
            record.track.destroy()
            record.signs = Signs(heard_at=record.signs.heard_at)
            record.aims = Aims()
        record.rings_at = rings_at(walk, record.signs, self.plan)
        for listener in record.listeners:
            listener.set()
        self._adopted(record)

    def _tell_escort(self, before: Walk, after: Walk) -> None:
        if after.state == "paused" != before.state:
            self._escort.paused(after.walk_id)
        if before.is_live and not after.is_live:
            self._escort.ended(after.walk_id)

    # ---- time

    async def load(self) -> None:
        """Take up the walks where the last process left them."""
        now = self.clock()
        for walk, track in await take_up_walks(self._database, now, self.plan, self._secret()):
            aims = aims_of(walk)
            today = replace(walk, reachable=self._letters.can_be_told())
            record = Record(today, Signs(heard_at=now), aims, track)
            self._hearing.remember(record)
            record.rings_at = rings_at(today, record.signs, self.plan)
            self._records[walk.walk_id] = record
            self._light(record)
            self._adopted(record)

    async def run(self) -> None:
        """Let the clock ring, copy tracks to disk, forget what is over; for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ring())
            group.create_task(every(_KEEP_EVERY_S, self._keep, "walks: tracks"))
            group.create_task(every(_TIDY_EVERY_S, self._tidy, "walks: tidying"))

    async def _ring(self) -> None:
        pulse = beginning("walks: clock", WITH_DATABASE_S)
        while pulse.turns():
            await asyncio.sleep(_RING_EVERY_S)
            now = self.clock()
            due = [record for record in self if record.is_due(now)]
            for at in range(0, len(due), _RING_AT_ONCE):
                pulse.beat()
                await asyncio.gather(*map(self._ring_one, due[at : at + _RING_AT_ONCE]))

    async def _ring_one(self, record: Record) -> None:
        """One walk that cannot be rung must not keep the others from being looked after."""
        try:
            await self.look(record)
        except Unavailable as error:
            log.warning("the clock of a walk could not be heard: %s", error)
        except Exception:
            log.exception("the clock of walk %s could not ring", record.walk.walk_id)

    async def _keep(self) -> None:
        fresh = [record for record in self if not record.kept and record.walk.keeps_track]
        for at in range(0, len(fresh), _KEEP_AT_ONCE):
            some = fresh[at : at + _KEEP_AT_ONCE]
            tracks = {record.walk.walk_id: record.track.kept() for record in some}
            async with self._database.writing() as connection:
                await walk_store.keep_tracks(connection, tracks)
            for record in some:  # who has moved meanwhile is copied next time
                record.kept = record.track.kept() == tracks[record.walk.walk_id]

    async def _tidy(self) -> None:
        now = self._surely()
        before = now - self.plan.link_for
        async with self._database.writing() as connection:
            are_gone = await walk_store.let_walks_go(connection, before, self._secret(), now)
        if are_gone:
            self._forgotten()
        for walk in [record.walk for record in self]:
            if not walk.is_live and not walk.keeps_track and walk.updated_at < before:
                del self._records[walk.walk_id]
                self._letters.forget(walk)
