"""Come here for the numbers of orders: they only grow, whatever restarts.

A lamp obeys the highest number that it has seen, so blocks are reserved on disk before they are
used; who is out of numbers says nothing until there are more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from lights.pulse import WITH_DATABASE_S, beginning
from lights.watch import Known
from lights.wire import LARGEST_SEQ

SEQ_BLOCK: Final = 1_000_000
"""Numbers reserved with one write; half a block is hours of orders while the database is away."""

_BELIEVED: Final = LARGEST_SEQ // 2
"""A lamp that says more never had it from us: at a thousand orders a second that is 140,000 years
away. Whoever outbid it would come to numbers that no lamp can say back, and be obeyed unseen."""


class OrderNumbers:
    """`reserve` gives the last number of a new block; `wake` is set when there are numbers."""

    def __init__(self, reserve: Callable[[int], Awaitable[int]], wake: asyncio.Event) -> None:
        self._reserve = reserve
        self._wake = wake
        self._last = 0
        self._end = 0
        self._low = asyncio.Event()
        self._low.set()

    @property
    def are_left(self) -> bool:
        """Whether there is a number to be had now."""
        return self._last < self._end

    def next(self, known: Known) -> int:
        """Grows for all lamps together; a lamp that knows a higher number gets one above it."""
        self._last += 1
        if self._end - self._last < SEQ_BLOCK // 2:
            self._low.set()
        seen = known.sighting.seq if known.sighting is not None else 0
        outbid = seen + 1 if seen <= _BELIEVED else 0
        known.seq = max(self._last, outbid, known.seq + 1)
        return known.seq

    async def keep(self) -> None:
        """Reserve the next block before this one is used up, for ever."""
        pulse = beginning("fleet: order numbers", WITH_DATABASE_S)
        while pulse.turns():
            with pulse.resting():
                await self._low.wait()
            self._low.clear()
            end = await self._reserve(SEQ_BLOCK)
            self._last, self._end = max(self._last, end - SEQ_BLOCK), end
            self._wake.set()
