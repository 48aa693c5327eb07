"""Come here for which owner still waits for which lamps to be seen in their scene.

Law: an owner hears once that all have answered, and once for each different set that has not
answered when the time is over; never the same thing twice.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple


class Answer(NamedTuple):
    """How the lamps of an owner have answered; `after` counts from when they were asked."""

    owner: str
    asked: int
    silent: frozenset[str]
    after: timedelta


@dataclass(slots=True)
class _Wait:
    since: datetime
    deadline: datetime
    asked: frozenset[str]
    missing: set[str]
    reported: frozenset[str] | None = field(default=None)


class Answers:
    """Waits by owner. `patience` is how long a lamp may take before it is said to be silent."""

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience
        self._waits: dict[str, _Wait] = {}

    def ask(
        self, owner: str, lamp_ids: Iterable[str], anew: Set[str], now: datetime
    ) -> datetime | None:
        """Wait for exactly these lamps, for those `anew` even if they had answered before.

        Returns when to call `overdue`, or None where there is nothing to wait for.
        """
        asked = frozenset(lamp_ids)
        before = self._waits.pop(owner, None)
        if not asked:
            return None
        wait = _Wait(now, now + self._patience, asked, set(anew))
        if before is not None:
            wait.missing |= asked & before.missing
            wait.reported = before.reported if asked != anew else None
        self._waits[owner] = wait
        return wait.deadline

    def seen(self, owner: str, lamp_id: str, now: datetime) -> Answer | None:
        """The lamp shows what is claimed; an answer where it was the last one missing."""
        wait = self._waits.get(owner)
        if wait is None or lamp_id not in wait.missing:
            return None
        wait.missing.remove(lamp_id)
        return self._report(owner, wait, now) if not wait.missing else None

    def overdue(self, now: datetime) -> list[Answer]:
        """The owners whose time is over and who have something new to hear."""
        late = [
            (owner, wait)
            for owner, wait in self._waits.items()
            if wait.missing and wait.deadline <= now
        ]
        reports = [self._report(owner, wait, now) for owner, wait in late]
        return [report for report in reports if report is not None]

    def _report(self, owner: str, wait: _Wait, now: datetime) -> Answer | None:
        silent = frozenset(wait.missing)
        if wait.reported == silent:
            return None
        wait.reported = silent
        return Answer(owner, len(wait.asked), silent, now - wait.since)
