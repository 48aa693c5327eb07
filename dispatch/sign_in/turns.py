"""Come here for who is next where passwords are tried: few wait, and nobody fills the queue alone.

Laws: no more wait than have places; of one source never more than two; a browser that the account
was signed in to from before has places of its own, and goes first.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

AT_ONCE: Final = 2
"""As many as argon2 works on at once (`dispatch/sign_in/keys.py`)."""
PLACES: Final = 8
"""Each takes a twentieth of a second: whoever waits is through in less than one."""
PLACES_OF_ONE: Final = 2
"""A person tries once at a time; two of a shift who share an address may come together."""


class Busy(Exception):
    """Everybody's places are taken: try again in a moment."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    source: str
    called: asyncio.Future[bool]


class Turns:
    """Strangers are told apart by their source, known browsers by their mark."""

    def __init__(self) -> None:
        self._free = AT_ONCE
        self._known: list[_Waiting] = []
        self._strangers: list[_Waiting] = []

    @asynccontextmanager
    async def turn(self, source: str, device: str | None) -> AsyncIterator[None]:
        """Wait for one; raises Busy. `device`: the mark of a known browser."""
        if self._free:
            self._free -= 1
        elif device is not None:
            await self._wait(self._known, device)
        else:
            await self._wait(self._strangers, source)
        try:
            yield
        finally:
            self._pass_on()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._known) + len(self._strangers)

    async def _wait(self, queue: list[_Waiting], source: str) -> None:
        _make_room(queue, source)
        one = _Waiting(source, asyncio.get_running_loop().create_future())
        queue.append(one)
        try:
            is_ours = await one.called
        except asyncio.CancelledError:
            if one in queue:
                queue.remove(one)
            elif not one.called.cancelled() and one.called.result():
                self._pass_on()
            raise
        if not is_ours:
            raise Busy

    def _pass_on(self) -> None:
        queue = [one for one in (*self._known, *self._strangers) if not one.called.done()]
        if not queue:
            self._free += 1
            return
        one = queue[0]
        (self._known if one in self._known else self._strangers).remove(one)
        one.called.set_result(True)


def _make_room(queue: list[_Waiting], source: str) -> None:
    """Where all places are taken, the last comer of whoever has most gives way to who has none."""
    held = Counter(one.source for one in queue)
    if held[source] >= PLACES_OF_ONE:
        raise Busy
    if len(queue) < PLACES:
        return
    greedy, most = held.most_common(1)[0]
    if held[source] or most < PLACES_OF_ONE:
        raise Busy
    last = [one for one in queue if one.source == greedy][-1]
    queue.remove(last)
    if not last.called.done():
        last.called.set_result(False)
