"""Come here for which lamps the fleet looks at next: the highest rank first, some at a time.

Law: however many lamps a dusk or a broker that is back brings at once, whoever has a higher rank
waits for one helping at most; and every lamp that was added comes, once.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final

AT_ONCE: Final = 250
"""About 20 ms: nobody who cries for help, and no screen, waits longer for the loop."""


class Due:
    """Lamps by rank. One that is added again under a higher rank moves up."""

    def __init__(self) -> None:
        self._queues: dict[int, deque[str]] = {}
        self._ranks: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._ranks)

    def add(self, rank: int, lamp_id: str) -> None:
        """This lamp is to be looked at."""
        if rank > self._ranks.get(lamp_id, -1):
            self._ranks[lamp_id] = rank
            self._queues.setdefault(rank, deque()).append(lamp_id)

    def helping(self) -> Iterator[str]:
        """The next of them, which are due no longer; within a rank in the order they came."""
        for rank in sorted(self._queues, reverse=True):
            queue = self._queues[rank]
            while queue:
                lamp_id = queue.popleft()
                if self._ranks.get(lamp_id) == rank:  # it has not moved up meanwhile
                    del self._ranks[lamp_id]
                    yield lamp_id
            del self._queues[rank]
