"""Come here for how anything gets written: one writer, many pieces of work in one commit.

Law: a piece of work reads, decides and returns what it wants written. Either all of that is on
disk before its caller hears of it, or none of it ever was. While one commit is under way the
next pieces gather, so that a burst of reports costs one disk write and not one each. A commit
that was never answered is in doubt: whose claims it may have changed is read again.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.batch import Batch, Reading, Work
from dispatch.database import Database
from dispatch.outages import Unavailable, in_short, is_outage
from dispatch.plan import Plan
from dispatch.recent import Recent
from dispatch.scribe import Scribe, Written
from dispatch.seals import Head
from lights.claim_store import load_claims
from lights.claims import Claim
from lights.pulse import WITH_DATABASE_S, Pulse, beginning

log = logging.getLogger(__name__)
T = TypeVar("T")

_MOST_AT_ONCE: Final = 64
"""A commit of more would keep its first caller waiting for its last."""
_OUTAGE_PATIENCE: Final = timedelta(seconds=5)
"""A database that restarts is back within this; a caller who hears no sooner still retries."""
_OUTAGE_PAUSE_S: Final = 0.2
_MOST_WAITING: Final = 2_000
"""Five seconds of the fastest flood; who comes later is told at once to come again."""
WALK: Final = "walk"
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    concerns: Collection[str]
    done: asyncio.Future[T]
    patient_until: float


class Ledger:
    """The one writer. `written` is called after every commit, before the callers go on."""

    def __init__(
        self,
        database: Database,
        plan: Plan,
        scribe: Scribe,
        written: Callable[[Written], None],
    ) -> None:
        self._database = database
        self._plan = plan
        self._scribe = scribe
        self._written = written
        self._jobs: asyncio.Queue[_Job[Any]] = asyncio.Queue()
        self._head: Head | None = None
        self._in_doubt: set[str] = set()
        self._pulse = Pulse("ledger", WITH_DATABASE_S)
        self.recent = Recent(plan)

    async def do(self, work: Work[T], *concerns: str) -> T:
        """Have a piece of work written; raises what it raises, or Unavailable.

        `concerns` are the ids of the incidents that it reads, which are then locked for it; `WALK`
        is for what concerns none, but writes more than new rows.
        """
        if self._jobs.qsize() >= _MOST_WAITING:
            raise Unavailable("too many are waiting to be written down")
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + _OUTAGE_PATIENCE.total_seconds()
        job = _Job(work, concerns, loop.create_future(), patient_until)
        self._jobs.put_nowait(job)
        result: T = await job.done
        return result

    async def run(self) -> None:
        """Write, for ever. What fails after its commit ends it: memory would no longer be true."""
        self._pulse = beginning("ledger", WITH_DATABASE_S)
        while self._pulse.turns():
            with self._pulse.resting():
                jobs = await self._gather()
            try:
                settle = await self._commit(jobs)
            except Exception as error:
                self._head = None
                await self._try_again(jobs, error)
            else:
                settle()

    async def _try_again(self, jobs: list[_Job[Any]], error: Exception) -> None:
        if is_outage(error):
            log.warning("the database is away: %s", in_short(error))
            await self._wait_out(jobs)
        elif len(jobs) == 1 and not isinstance(error, IntegrityError):
            _fail(jobs[0], error)
        else:
            log.warning("a commit of %d failed, each alone now: %s", len(jobs), in_short(error))
            for job in jobs:
                await self._insist(job)

    async def _gather(self) -> list[_Job[Any]]:
        """The next pieces; none where something is in doubt and nobody comes for a while."""
        try:
            async with asyncio.timeout(_OUTAGE_PAUSE_S if self._in_doubt else None):
                jobs = [await self._jobs.get()]
        except TimeoutError:
            return []
        while len(jobs) < _MOST_AT_ONCE and not self._jobs.empty():
            jobs.append(self._jobs.get_nowait())
        return [job for job in jobs if not job.done.done()]

    async def _wait_out(self, jobs: list[_Job[Any]]) -> None:
        """Try together until the database is back; whose patience is over is told so first."""
        loop = asyncio.get_running_loop()
        while jobs:
            self._pulse.beat()
            await asyncio.sleep(_OUTAGE_PAUSE_S)
            for job in jobs:
                if loop.time() > job.patient_until:
                    _fail(job, Unavailable("the database does not answer"))
            jobs = [job for job in jobs if not job.done.done()]
            try:
                settle = await self._commit(jobs, careful=True)
            except Exception as error:
                if not is_outage(error):
                    await self._try_again(jobs, error)
                    return
            else:
                settle()
                return

    async def _insist(self, job: _Job[Any]) -> None:
        """One piece alone, again after each collision with another writer."""
        while not job.done.done():
            self._pulse.beat()
            self._head = None
            try:
                settle = await self._commit([job], careful=True)
            except IntegrityError:
                if asyncio.get_running_loop().time() > job.patient_until:
                    _fail(job, Unavailable("another writer was always in the way"))
            except Exception as error:
                await self._try_again([job], error)
            else:
                settle()

    async def _commit(self, jobs: list[_Job[Any]], *, careful: bool = False) -> Callable[[], None]:
        """One transaction; returns what is to be done now that it is on disk."""
        async with self._database.writing(at_once=self._only_opens(jobs)) as connection:
            batch = await self._begin(connection, jobs)
            reading = Reading(connection, batch, self.recent, self._plan, careful=careful)
            tell_callers = [await _have_done(job, reading, batch) for job in jobs]
            recalled = await self._recall(connection)
            self._in_doubt |= batch.claims.keys()
            written = await self._scribe.write(connection, batch, self._head)

        def settle() -> None:
            self._in_doubt.clear()
            for one in batch.incidents.values():
                self.recent.note(one)
            self._head = written.head or self._head
            self._written(written._replace(claims=recalled | written.claims))
            for tell_caller in tell_callers:
                tell_caller()

        return settle

    def _only_opens(self, jobs: list[_Job[Any]]) -> bool:
        """Whether all that will be written is new: then it is one statement of inserts."""
        return not self._in_doubt and not any(job.concerns for job in jobs)

    async def _begin(self, connection: AsyncConnection, jobs: list[_Job[Any]]) -> Batch:
        """A batch that knows the incidents of its pieces; nobody else writes them now."""
        concerned = sorted({one for job in jobs for one in job.concerns if one != WALK})
        known = await store.read_incidents(connection, concerned, lock=True)
        return Batch(known, await store.resemblances(connection, list(known)))

    async def _recall(self, connection: AsyncConnection) -> dict[str, tuple[Claim, ...]]:
        """What is really claimed by those whose last commit was never answered."""
        if not self._in_doubt:
            return {}
        ids = sorted(owner.partition(":")[2] for owner in self._in_doubt)
        await store.read_incidents(connection, ids, lock=True)  # it may only now be ending
        held = await load_claims(connection, _EVER)
        return {
            owner: tuple(claim for claim in held if claim.owner == owner)
            for owner in self._in_doubt
        }


async def _have_done(job: _Job[Any], reading: Reading, batch: Batch) -> Callable[[], None]:
    """Take what a piece decides into the batch; returns how its caller is told, once on disk."""
    try:
        result, writes = await job.work(reading)
    except Exception as error:
        if is_outage(error):
            raise
        return partial(_fail, job, error)
    batch.add(writes)
    return partial(_succeed, job, result)


def _succeed(job: _Job[T], result: T) -> None:
    if not job.done.done():
        job.done.set_result(result)


def _fail(job: _Job[Any], error: Exception) -> None:
    if not job.done.done():
        job.done.set_exception(error)
