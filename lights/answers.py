"""Come here for which owner still waits for which lamps to be seen in their scene.

Law: an owner hears once that all have answered, and once for each different set whose time is
over; never the same thing twice. Each lamp has its own time, so that a caller who walks on, and
has other lamps asked all the while, hides no silent one.
"""

import heapq
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple


class Answer(NamedTuple):
    """How the lamps of an owner have answered; `after` counts from when any were last asked."""

    owner: str
    asked: int
    silent: frozenset[str]
    after: timedelta


@dataclass(slots=True)
class _Wait:
    since: datetime
    asked: frozenset[str]
    due: dict[str, datetime]
    """The lamps that have not answered, and when the time of each is over."""
    reported: frozenset[str] | None = field(default=None)


class Answers:
    """Waits by owner. `patience` is how long a lamp may take before it is said to be silent."""

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience
        self._waits: dict[str, _Wait] = {}
        self._deadlines: list[tuple[datetime, str]] = []

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
        deadline = now + self._patience
        wait = _Wait(now, asked, dict.fromkeys(anew, deadline))
        if before is not None:
            wait.due = {key: due for key, due in before.due.items() if key in asked} | wait.due
            wait.reported = before.reported if asked != anew else None
        self._waits[owner] = wait
        heapq.heappush(self._deadlines, (deadline, owner))
        return deadline

    def begin_again(self, now: datetime) -> datetime:
        """Give every lamp its whole time again: nobody could hear until now.

        Returns when to call `overdue`.
        """
        deadline = now + self._patience
        for wait in self._waits.values():
            wait.due = dict.fromkeys(wait.due, deadline)
        self._deadlines = [(deadline, owner) for owner, wait in self._waits.items() if wait.due]
        return deadline

    def seen(self, owner: str, lamp_id: str, now: datetime) -> Answer | None:
        """The lamp shows what is claimed; an answer where it was the last one missing."""
        wait = self._waits.get(owner)
        if wait is None or lamp_id not in wait.due:
            return None
        del wait.due[lamp_id]
        if not wait.due:
            return self._report(owner, wait, frozenset(), now)
        if wait.reported:
            heapq.heappush(self._deadlines, (now, owner))
        return None

    def awaited(self, owner: str) -> dict[str, datetime]:
        """The lamps that have not answered an owner, and when the time of each is over."""
        wait = self._waits.get(owner)
        return {} if wait is None else dict(wait.due)

    def lost(self, owner: str, lamp_id: str, now: datetime) -> datetime | None:
        """A lamp has gone: wait for it again. Returns when to call `overdue`."""
        wait = self._waits.get(owner)
        if wait is None or lamp_id not in wait.asked or lamp_id in wait.due:
            return None
        deadline = wait.due[lamp_id] = now + self._patience
        heapq.heappush(self._deadlines, (deadline, owner))
        return deadline

    def overdue(self, now: datetime) -> list[Answer]:
        """The owners for whom the time of a lamp is over and who have something new to hear."""
        late = set()
        while self._deadlines and self._deadlines[0][0] <= now:
            late.add(heapq.heappop(self._deadlines)[1])
        reports = [self._overdue(owner, now) for owner in sorted(late)]
        return [report for report in reports if report is not None]

    def _overdue(self, owner: str, now: datetime) -> Answer | None:
        wait = self._waits.get(owner)
        if wait is None:
            return None
        silent = frozenset(key for key, due in wait.due.items() if due <= now)
        return self._report(owner, wait, silent, now) if silent else None

    def _report(
        self, owner: str, wait: _Wait, silent: frozenset[str], now: datetime
    ) -> Answer | None:
        if wait.reported == silent:
            return None
        wait.reported = silent
        return Answer(owner, len(wait.asked), silent, now - wait.since)
