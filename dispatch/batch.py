"""Come here for what one transaction knows, and what its pieces of work have decided so far.

Law: a piece of work sees what its neighbours of the same transaction have decided before it, as if
that had been written already.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.cap import followed
from dispatch.events import Event, KeyUsed, told_of
from dispatch.incident import Incident, NotFound
from dispatch.plan import Plan
from dispatch.recent import Recent, resembles
from dispatch.report import Report
from dispatch.store import Line, Writes
from lights.claims import Claim

T = TypeVar("T")


@dataclass(slots=True)
class Batch:
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

    def same_as(self, one: Incident) -> list[str]:
        """Ids of the incidents that are possibly the same; of an erased one nobody knows."""
        return [] if one.erased_at is not None else self.same.get(one.incident_id, [])

    def _add(self, line: Line) -> None:
        """A line with its link of the CAP chain, for which its neighbours have to be known."""
        key, after = line.incident_id, line.decision.incident
        before = self.incidents.get(key) or self.known.get(key)
        chain = followed(before, after, line.at)
        linked = replace(line.decision, incident=replace(after, chain=chain))
        is_news = before is None or chain.newest != before.chain.newest
        self.lines.append(replace(line, decision=linked, is_news=is_news))
        self.incidents[key] = linked.incident


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
        batch: Batch,
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

    def get(self, incident_id: str) -> Incident:
        """The same; raises NotFound."""
        incident = self.incident(incident_id)
        if incident is None:
            raise NotFound(f"there is no incident {incident_id}")
        return incident

    def same(self, one: Incident) -> list[str]:
        """Ids of the incidents that are possibly the same as one that the work concerns."""
        return self._batch.same_as(one)

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

    async def is_made(self, incident_id: str, event: Event, key: str) -> bool:
        """Whether this very move was made with the key; raises KeyUsed where it was another."""
        told = await self._told_with(incident_id, key)
        if told is None:
            return False
        name, words, fields = told_of(event)
        if (told.event, told.reason) == (name, words) and fields.items() <= told.detail.items():
            return True
        raise KeyUsed(
            f"this Idempotency-Key was used at this incident for another move or other words "
            f"({told.event}): make a new key for a new move"
        )

    async def took_part_at(self, incident_id: str, names: Collection[str]) -> datetime | None:
        """When somebody of these names did something at an incident last."""
        for line in reversed(self._batch.lines):
            if line.incident_id == incident_id and line.actor in names:
                return line.at
        return await store.took_part_at(self.connection, incident_id, names) if names else None

    async def _told_with(self, incident_id: str, key: str) -> Told | None:
        """What the line says that a move with this idempotency key left."""
        for line in self._batch.lines:
            if line.idempotency_key == key and line.incident_id == incident_id:
                made = line.decision
                return Told(made.event, made.reason, made.detail)
        entry = await store.entry_of_key(self.connection, incident_id, key)
        return None if entry is None else Told(entry.event, entry.reason, entry.detail)


Work = Callable[[Reading], Awaitable[tuple[T, Writes]]]
"""Reads, decides, and returns its answer with what is to be written."""
