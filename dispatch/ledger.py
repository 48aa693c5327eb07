"""Come here for how anything gets written: one writer, many pieces of work in one commit.

Law: a piece of work reads, decides and returns what it wants written. Either all of that is on
disk before its caller hears of it, or none of it ever was. While one commit is under way the
next pieces gather, so that a burst of reports costs one disk write and not one each.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.database import Database, is_outage
from dispatch.incident import Incident, Tell, rings_at
from dispatch.plan import Plan
from dispatch.report import Report
from dispatch.rows import incident_row
from dispatch.store import Line, Writes
from lights.claims import Claim
from lights.store import add_claims, drop_claims
from lights.wire import rfc3339

log = logging.getLogger(__name__)
T = TypeVar("T")

_MOST_AT_ONCE: Final = 64
"""A commit of more would keep its first caller waiting for its last."""
_OUTAGE_PATIENCE: Final = timedelta(seconds=5)
"""A database that restarts is back within this; a caller who hears no sooner still retries."""
_OUTAGE_PAUSE_S: Final = 0.2


class Unavailable(Exception):
    """Nothing can be written now: the database is away. Nothing was lost, nothing was taken."""


class Written(NamedTuple):
    """What a commit has made true."""

    frames: list[tuple[int, str]]
    claims: Mapping[str, tuple[Claim, ...]]
    targets: set[str]


class Reading:
    """What a piece of work may look at: the database, and what its neighbours have decided."""

    def __init__(self, connection: AsyncConnection, batch: "_Batch") -> None:
        self.connection = connection
        self._batch = batch

    async def incident(self, incident_id: str) -> Incident | None:
        """The incident of that id."""
        pending = self._batch.incidents.get(incident_id)
        return pending or await store.read_incident(self.connection, incident_id, lock=True)

    async def report(self, report_id: str) -> Incident | None:
        """The incident that a report has opened."""
        pending = self._batch.reports.get(report_id)
        return pending or await store.find_report(self.connection, report_id)

    async def resembling(self, report: Report, plan: Plan) -> list[str]:
        """Open incidents near a report in place and time."""
        written = await store.resembling(self.connection, report, plan)
        pending = [
            one.incident_id for one in self._batch.opened if store.resembles(one, report, plan)
        ]
        return (pending + written)[: plan.same_shown]

    async def knows_key(self, incident_id: str, key: str) -> bool:
        """Whether a move with this idempotency key was made before."""
        if any(
            line.idempotency_key == key and line.decision.incident.incident_id == incident_id
            for line in self._batch.lines
        ):
            return True
        return await store.knows_key(self.connection, incident_id, key)


Work = Callable[[Reading], Awaitable[tuple[T, Writes]]]


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    done: asyncio.Future[T]


@dataclass(slots=True)
class _Batch:
    """What the pieces of one transaction have decided so far."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    reports: dict[str, Incident] = field(default_factory=dict)
    opened: list[Incident] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    resembles: list[tuple[str, str]] = field(default_factory=list)

    def add(self, writes: Writes) -> None:
        """Take one piece's decisions in."""
        self.opened += writes.opened
        self.reports |= {one.report.report_id: one for one in writes.opened}
        self.lines += writes.lines
        for line in writes.lines:
            self.incidents[line.decision.incident.incident_id] = line.decision.incident
        self.claims |= writes.claims
        self.resembles += writes.resembles


class Ledger:
    """The one writer. `written` is called after every commit, before the callers go on."""

    def __init__(
        self,
        database: Database,
        plan: Plan,
        *,
        frame: Callable[[Incident, list[str]], dict[str, Any]],
        wants: Callable[[str], bool],
        new_id: Callable[[], str],
        written: Callable[[Written], None],
    ) -> None:
        self._database = database
        self._plan = plan
        self._frame = frame
        self._wants = wants
        self._new_id = new_id
        self._written = written
        self._jobs: asyncio.Queue[_Job[Any]] = asyncio.Queue()
        self._seq: int | None = None

    async def do(self, work: Work[T]) -> T:
        """Have a piece of work written; raises what it raises, or Unavailable."""
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        result: T = await job.done
        return result

    async def run(self) -> None:
        """Write, for ever."""
        while True:
            jobs = [await self._jobs.get()]
            while len(jobs) < _MOST_AT_ONCE and not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
            jobs = [job for job in jobs if not job.done.done()]
            try:
                await self._commit(jobs)
            except Exception as error:
                self._seq = None
                if len(jobs) > 1 or isinstance(error, IntegrityError) or is_outage(error):
                    log.warning("a commit of %d failed, each alone now: %s", len(jobs), error)
                    for job in jobs:
                        await self._insist(job)
                else:
                    _fail(jobs[0], error)

    async def _insist(self, job: _Job[Any]) -> None:
        """One piece alone: again after a collision, and for a while during an outage."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _OUTAGE_PATIENCE.total_seconds()
        while True:
            try:
                await self._commit([job])
                return
            except Exception as error:
                self._seq = None
                passing = isinstance(error, IntegrityError) or is_outage(error)
                if not passing or loop.time() > end:
                    _fail(job, Unavailable(str(error)) if passing else error)
                    return
            await asyncio.sleep(_OUTAGE_PAUSE_S)

    async def _commit(self, jobs: list[_Job[Any]]) -> None:
        results: list[tuple[_Job[Any], Any]] = []
        refusals: list[tuple[_Job[Any], Exception]] = []
        async with self._database.writing() as connection:
            batch = _Batch()
            for job in jobs:
                try:
                    result, writes = await job.work(Reading(connection, batch))
                except Exception as error:
                    if is_outage(error):
                        raise
                    refusals.append((job, error))
                else:
                    batch.add(writes)
                    results.append((job, result))
            written = await self._flush(connection, batch)
        self._seq = written.frames[-1][0] if written.frames else self._seq
        self._written(written)
        for job, result in results:
            if not job.done.done():
                job.done.set_result(result)
        for job, refusal in refusals:
            _fail(job, refusal)

    async def _flush(self, connection: AsyncConnection, batch: _Batch) -> Written:
        if not batch.lines:
            return Written([], {}, set())
        opened = {one.incident_id for one in batch.opened}
        rows = {key: incident_row(one, self._rings(one)) for key, one in batch.incidents.items()}
        await store.insert_incidents(connection, [rows[key] for key in rows if key in opened])
        await store.update_incidents(connection, [rows[key] for key in rows if key not in opened])
        await store.insert_resemblances(connection, batch.resembles)
        held = [owner for owner in batch.claims if owner.partition(":")[2] not in opened]
        await drop_claims(connection, held)
        await add_claims(connection, (one for claims in batch.claims.values() for one in claims))
        frames = await self._write_journal(connection, batch, opened)
        targets = await self._write_letters(connection, batch, frames)
        return Written(frames, batch.claims, targets)

    async def _write_journal(
        self, connection: AsyncConnection, batch: _Batch, opened: set[str]
    ) -> list[tuple[int, str]]:
        if self._seq is None:
            self._seq = await store.last_seq(connection)
        same = await self._same(connection, batch, opened)
        frames, rows = [], []
        for seq, line in enumerate(batch.lines, self._seq + 1):
            decision = line.decision
            frame = self._frame_text(seq, line, same.get(decision.incident.incident_id, []))
            frames.append((seq, frame))
            rows.append(_journal_row(seq, line, frame))
        await store.insert_journal(connection, rows)
        return frames

    async def _same(
        self, connection: AsyncConnection, batch: _Batch, opened: set[str]
    ) -> dict[str, list[str]]:
        known = [key for key in batch.incidents if key not in opened]
        same = await store.resemblances(connection, known)
        for one, other in batch.resembles:
            same.setdefault(one, []).append(other)
            same.setdefault(other, []).append(one)
        return same

    def _frame_text(self, seq: int, line: Line, same: list[str]) -> str:
        return orjson.dumps(
            {
                "type": "incident",
                "seq": seq,
                "event": line.decision.event,
                "at": rfc3339(line.at),
                "incident": self._frame(line.decision.incident, same),
            }
        ).decode()

    async def _write_letters(
        self, connection: AsyncConnection, batch: _Batch, frames: list[tuple[int, str]]
    ) -> set[str]:
        rows = [
            self._letter_row(tell, line, frame)
            for line, (_, frame) in zip(batch.lines, frames, strict=True)
            for tell in line.decision.tells
            if self._wants(tell.target)
        ]
        await store.insert_letters(connection, rows)
        return {row["target"] for row in rows}

    def _letter_row(self, tell: Tell, line: Line, frame: str) -> dict[str, Any]:
        body = orjson.dumps({"urgency": tell.urgency, "target": tell.target} | orjson.loads(frame))
        return {
            "outbox_id": self._new_id(),
            "target": tell.target,
            "incident_id": line.decision.incident.incident_id,
            "body": body.decode(),
            "made_at": line.at,
            "due_at": line.at,
            "attempts": 0,
        }

    def _rings(self, incident: Incident) -> datetime | None:
        return rings_at(incident, self._plan)


def _journal_row(seq: int, line: Line, frame: str) -> dict[str, Any]:
    return {
        "seq": seq,
        "incident_id": line.decision.incident.incident_id,
        "at": line.at,
        "event": line.decision.event,
        "actor": line.actor,
        "reason": line.decision.reason,
        "detail": dict(line.decision.detail),
        "idempotency_key": line.idempotency_key,
        "frame": frame,
    }


def _fail(job: _Job[Any], error: Exception) -> None:
    if not job.done.done():
        job.done.set_exception(error)
