"""Come here for how anything gets written: one writer, many pieces of work in one commit.

Law: a piece of work reads, decides and returns what it wants written. Either all of that is on
disk before its caller hears of it, or none of it ever was. While one commit is under way the
next pieces gather, so that a burst of reports costs one disk write and not one each. A commit
that was never answered is in doubt: whose claims it may have changed is read again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import cap, store, tables, walk_store
from dispatch.cap import followed
from dispatch.database import Database, is_outage
from dispatch.escalation import rings_at
from dispatch.incident import Incident, Tell
from dispatch.plan import Plan
from dispatch.recent import Recent, resembles
from dispatch.report import Report
from dispatch.rows import incident_row
from dispatch.seals import BEGINNING, ERASED, Head, chain_of, seal_of
from dispatch.store import Line, Writes
from lights.claims import Claim
from lights.store import claim, claim_row, drop_claims, load_claims
from lights.wire import rfc3339

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


class Unavailable(Exception):
    """Nothing can be written now, or nobody knows whether it was: ask again with the same id."""


class Written(NamedTuple):
    """What a commit has made true."""

    frames: list[tuple[int, str]]
    claims: dict[str, tuple[Claim, ...]]
    targets: set[str]
    head: Head | None = None
    erased: bool = False


class Told(NamedTuple):
    """What a line of the journal says."""

    event: str
    reason: str
    detail: Mapping[str, Any]


class Reading:
    """What a piece of work may look at: the database, and what its neighbours have decided."""

    def __init__(
        self,
        connection: AsyncConnection,
        batch: "_Batch",
        recent: Recent,
        plan: Plan,
        *,
        careful: bool,
    ) -> None:
        self.connection = connection
        self._batch = batch
        self._recent = recent
        self._plan = plan
        self.careful = careful

    def incident(self, incident_id: str) -> Incident | None:
        """The incident of that id, which the piece of work said that it concerns."""
        return self._batch.incidents.get(incident_id) or self._batch.known.get(incident_id)

    def same(self, incident_id: str) -> list[str]:
        """Ids of the incidents that are possibly the same as one that the work concerns."""
        return self._batch.same.get(incident_id, [])

    async def report(self, report_id: str) -> Incident | None:
        """The incident that a report has opened.

        A report that is not remembered is taken for new: if it is not, its key collides when it
        is written, and the piece of work is done again, this time `careful`ly.
        """
        pending = self._batch.reports.get(report_id)
        if pending is None and (self.careful or self._recent.knows_report(report_id)):
            return await store.find_report(self.connection, report_id)
        return pending

    def resembling(self, report: Report) -> list[str]:
        """Open incidents near a report in place and time, the latest first."""
        written = self._recent.resembling(report)
        pending = [
            one.incident_id for one in self._batch.opened if resembles(one, report, self._plan)
        ]
        return (pending + written)[: self._plan.same_shown]

    async def told_with(self, incident_id: str, key: str) -> Told | None:
        """What the line says that a move with this idempotency key left."""
        for line in self._batch.lines:
            if line.idempotency_key == key and _id_of(line) == incident_id:
                made = line.decision
                return Told(made.event, made.reason, made.detail)
        entry = await store.entry_of_key(self.connection, incident_id, key)
        return None if entry is None else Told(entry.event, entry.reason, entry.detail)


Work = Callable[[Reading], Awaitable[tuple[T, Writes]]]


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    concerns: Collection[str]
    done: asyncio.Future[T]
    patient_until: float


@dataclass(slots=True)
class _Batch:
    """What the pieces of one transaction concern, and what they have decided so far."""

    known: dict[str, Incident]
    same: dict[str, list[str]]
    incidents: dict[str, Incident] = field(default_factory=dict)
    reports: dict[str, Incident] = field(default_factory=dict)
    opened: list[Incident] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    resembles: list[tuple[str, str]] = field(default_factory=list)
    walks: list[store.Row] = field(default_factory=list)
    letters: list[store.Row] = field(default_factory=list)

    def add(self, writes: Writes) -> None:
        """Take one piece's decisions in."""
        self.opened += writes.opened
        self.reports |= {one.report.report_id: one for one in writes.opened}
        for line in writes.lines:
            self._add(line)
        self.claims |= writes.claims
        for one, other in writes.resembles:
            self.same.setdefault(one, []).append(other)
            self.same.setdefault(other, []).append(one)
        self.resembles += writes.resembles
        self.walks += writes.walks
        self.letters += writes.letters

    def _add(self, line: Line) -> None:
        """A line with its link of the CAP chain, for which its neighbours have to be known."""
        key, after = _id_of(line), line.decision.incident
        before = self.incidents.get(key) or self.known.get(key)
        chain = followed(before, after, line.at)
        linked = replace(line.decision, incident=replace(after, chain=chain))
        is_news = before is None or chain.newest != before.chain.newest
        self.lines.append(replace(line, decision=linked, is_news=is_news))
        self.incidents[key] = linked.incident


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
        cap_sender: str,
        written: Callable[[Written], None],
    ) -> None:
        self._database = database
        self._plan = plan
        self._frame = frame
        self._wants = wants
        self._new_id = new_id
        self._cap_sender = cap_sender
        self._written = written
        self._jobs: asyncio.Queue[_Job[Any]] = asyncio.Queue()
        self._head: Head | None = None
        self._in_doubt: set[str] = set()
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
        while True:
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
            log.warning("the database is away: %s", error)
            await self._wait_out(jobs)
        elif len(jobs) == 1 and not isinstance(error, IntegrityError):
            _fail(jobs[0], error)
        else:
            log.warning("a commit of %d failed, each alone now: %s", len(jobs), error)
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
            self._head = None
            try:
                settle = await self._commit([job], careful=True)
            except IntegrityError as error:
                if asyncio.get_running_loop().time() > job.patient_until:
                    _fail(job, Unavailable(str(error)))
            except Exception as error:
                await self._try_again([job], error)
            else:
                settle()

    async def _commit(self, jobs: list[_Job[Any]], *, careful: bool = False) -> Callable[[], None]:
        """One transaction; returns what is to be done now that it is on disk."""
        results: list[tuple[_Job[Any], Any]] = []
        refusals: list[tuple[_Job[Any], Exception]] = []
        async with self._database.writing(at_once=self._only_opens(jobs)) as connection:
            batch = await self._begin(connection, jobs)
            reading = Reading(connection, batch, self.recent, self._plan, careful=careful)
            for job in jobs:
                try:
                    result, writes = await job.work(reading)
                except Exception as error:
                    if is_outage(error):
                        raise
                    refusals.append((job, error))
                else:
                    batch.add(writes)
                    results.append((job, result))
            recalled = await self._recall(connection)
            self._in_doubt |= batch.claims.keys()
            written = await self._flush(connection, batch)

        def settle() -> None:
            self._in_doubt.clear()
            for one in batch.incidents.values():
                self.recent.note(one)
            self._head = written.head or self._head
            self._written(written._replace(claims=recalled | written.claims))
            for job, result in results:
                if not job.done.done():
                    job.done.set_result(result)
            for job, refusal in refusals:
                _fail(job, refusal)

        return settle

    def _only_opens(self, jobs: list[_Job[Any]]) -> bool:
        """Whether all that will be written is new: then it is one statement of inserts."""
        return not self._in_doubt and not any(job.concerns for job in jobs)

    async def _begin(self, connection: AsyncConnection, jobs: list[_Job[Any]]) -> _Batch:
        """A batch that knows the incidents of its pieces; nobody else writes them now."""
        concerned = sorted({one for job in jobs for one in job.concerns if one != WALK})
        known = await store.read_incidents(connection, concerned, lock=True)
        return _Batch(known, await store.resemblances(connection, list(known)))

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

    async def _flush(self, connection: AsyncConnection, batch: _Batch) -> Written:
        await walk_store.save_walks(connection, batch.walks)
        await walk_store.save_letters_once(connection, batch.letters)
        told: set[str] = {letter["target"] for letter in batch.letters}
        if not batch.lines:
            return Written([], {}, told)
        opened = {one.incident_id for one in batch.opened}
        rows = {key: incident_row(one, self._rings(one)) for key, one in batch.incidents.items()}
        await store.update_incidents(connection, [rows[key] for key in rows if key not in opened])
        held = [owner for owner in batch.claims if owner.partition(":")[2] not in opened]
        await drop_claims(connection, held)
        frames = await self._frames(connection, batch)
        letters = self._letter_rows(batch, frames)
        entries = self._journal_rows(batch, frames)
        erased = [row for row in entries if row["event"] == ERASED]
        for row in erased:
            await store.erase_words(connection, row["incident_id"], row["seq"])
        new = {
            tables.incident: [rows[key] for key in rows if key in opened],
            tables.resemblance: store.resemblance_rows(batch.resembles),
            claim: [claim_row(one) for claims in batch.claims.values() for one in claims],
            tables.outbox: letters,
            tables.journal: entries,
        }
        await store.insert_rows(connection, new)
        head = Head(entries[-1]["seq"], entries[-1]["chain"]) if entries else None
        targets = told | {row["target"] for row in letters}
        return Written(frames, batch.claims, targets, head, bool(erased))

    def _journal_rows(self, batch: _Batch, frames: list[tuple[int, str]]) -> list[dict[str, Any]]:
        """The lines, each sealed and carrying on the one before."""
        rows = [
            _journal_row(seq, line, frame, self._reached(line))
            for line, (seq, frame) in zip(batch.lines, frames, strict=True)
        ]
        before = self._head.chain if self._head is not None else BEGINNING
        for row in rows:
            salt = self._new_id()
            seal = seal_of(salt, row["reason"], row["detail"], row["frame"])
            seq, incident_id, at = row["seq"], row["incident_id"], row["at"]
            before = chain_of(before, seq, incident_id, at, row["event"], row["actor"], seal)
            row |= {"salt": salt, "seal": seal, "chain": before}
        return rows

    async def _frames(self, connection: AsyncConnection, batch: _Batch) -> list[tuple[int, str]]:
        if self._head is None:
            self._head = await store.head(connection)
        return [
            (seq, self._frame_text(seq, line, batch.same.get(_id_of(line), [])))
            for seq, line in enumerate(batch.lines, self._head.seq + 1)
        ]

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

    def _reached(self, line: Line) -> dict[str, list[str]]:
        """Who was called, and who could not be: nobody has set an address for them."""
        called = [tell.target for tell in line.decision.tells if tell.urgency > 1]
        told = [one for one in called if one == "control_room" or self._wants(one)]
        return {"told": told, "not_told": [one for one in called if one not in told]}

    def _letter_rows(self, batch: _Batch, frames: list[tuple[int, str]]) -> list[dict[str, Any]]:
        return [
            self._letter_row(tell, line, seq, frame)
            for line, (seq, frame) in zip(batch.lines, frames, strict=True)
            for tell in (*line.decision.tells, *_tells_in_cap(line))
            if self._wants(tell.target)
        ]

    def _letter_row(self, tell: Tell, line: Line, seq: int, frame: str) -> dict[str, Any]:
        return {
            "outbox_id": self._new_id(),
            "target": tell.target,
            "incident_id": _id_of(line),
            "body": self._body(tell, line, frame),
            "made_at": line.at,
            "due_at": line.at,
            "attempts": 0,
            "urgency": 0 if line.decision.incident.drill else tell.urgency,
            "seq": seq,
        }

    def _body(self, tell: Tell, line: Line, frame: str) -> str:
        if tell.target.startswith(cap.PREFIX):
            return cap.message(line.decision.incident, self._cap_sender).decode()
        return webhook_body(tell, frame)

    def _rings(self, incident: Incident) -> datetime | None:
        return rings_at(incident, self._plan)


def _id_of(line: Line) -> str:
    return line.decision.incident.incident_id


def _journal_row(seq: int, line: Line, frame: str, reached: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "seq": seq,
        "incident_id": _id_of(line),
        "at": line.at,
        "event": line.decision.event,
        "actor": line.actor,
        "reason": line.decision.reason,
        "detail": {**line.decision.detail, **{key: who for key, who in reached.items() if who}},
        "idempotency_key": line.idempotency_key,
        "frame": frame,
    }


def _tells_in_cap(line: Line) -> Iterable[Tell]:
    told = [tell.urgency for tell in line.decision.tells]
    urgency: cap.Urgency = 3 if 3 in told else 2 if 2 in told else 1
    return cap.tells(line.decision.incident, urgency) if line.is_news else ()


def webhook_body(tell: Tell, frame: str) -> str:
    """What a webhook is sent: the frame of the feed with its urgency and for whom it is."""
    told = {"urgency": tell.urgency, "target": tell.target}
    return orjson.dumps(told | orjson.loads(frame)).decode()


def _fail(job: _Job[Any], error: Exception) -> None:
    if not job.done.done():
        job.done.set_exception(error)
