"""Come here for when which lamp is to be looked at again.

Law: one alarm a lamp is enough, the earliest: whoever looks at a lamp sets the next one.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lights.watch import Known, Watch

_ANSWERS: Final = ""
"""Stands for the deadline of an answer, where a lamp's id would be."""


class Alarms:
    """Of lamps, and of the answers that owners wait for."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str]] = []

    @property
    def next(self) -> datetime | None:
        """When the next one rings."""
        return self._heap[0][0] if self._heap else None

    def set(self, when: datetime, known: Known, lamp_id: str) -> None:
        """Look at a lamp then, if nobody does before."""
        if known.alarm is None or when < known.alarm:
            known.alarm = when
            heapq.heappush(self._heap, (when, lamp_id))

    def set_for_answers(self, when: datetime) -> None:
        """Look then at who still waits for lamps."""
        heapq.heappush(self._heap, (when, _ANSWERS))

    def ripe(self, now: datetime, watch: Watch) -> Iterator[str]:
        """The lamps to look at now; "" is for the answers."""
        while self._heap and self._heap[0][0] <= now:
            when, lamp_id = heapq.heappop(self._heap)
            if lamp_id != _ANSWERS:
                known = watch[lamp_id]
                known.alarm = None if known.alarm == when else known.alarm
            yield lamp_id
