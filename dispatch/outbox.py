"""Come here for how people outside of the screens are told: again and again until taken.

Law: a letter is written with what it tells of, in one commit. Every target has its own loop, so
that a dead one never delays another; the receiver knows a repeated letter by its id.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from dispatch import store
from dispatch.database import Database, is_outage
from dispatch.store import Letter

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
"""Losing a wake costs this, never the letter."""
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=1)
"""A desk that comes back hears within a minute of what it missed."""
_AT_ONCE: Final = 20

Deliver = Callable[[Letter], Awaitable[None]]
"""Returns when the target has taken the letter; raises whatever prevented it."""


class Outbox:
    """`targets`: how to deliver to each; who is not named there is told by the screens only."""

    def __init__(
        self, database: Database, targets: Mapping[str, Deliver], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._targets = targets
        self._clock = clock
        self._wakes = {target: asyncio.Event() for target in targets}

    def wants(self, target: str) -> bool:
        """Whether letters to this target can be delivered at all."""
        return target in self._targets

    def wake(self, targets: Iterable[str]) -> None:
        """New letters were written to these."""
        for target in targets:
            self._wakes[target].set()

    async def run(self) -> None:
        """Deliver, for ever."""
        if not self._targets:
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            for target in self._targets:
                group.create_task(self._serve(target))

    async def _serve(self, target: str) -> None:
        wake = self._wakes[target]
        while True:
            wake.clear()
            try:
                await self._deliver_due(target)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("the outbox of %s could not be read: %s", target, error)
            try:
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await wake.wait()
            except TimeoutError:
                continue

    async def _deliver_due(self, target: str) -> None:
        async with self._database.reading() as connection:
            letters = await store.due_letters(connection, target, self._clock(), _AT_ONCE)
        for letter in letters:
            await self._deliver(letter)

    async def _deliver(self, letter: Letter) -> None:
        try:
            await self._targets[letter.target](letter)
        except Exception as error:  # whatever it was, the letter has not been taken
            log.warning("%s has not taken %s: %s", letter.target, letter.outbox_id, error)
            again = self._clock() + _pause(letter.attempts)
            async with self._database.writing() as connection:
                await store.put_off(connection, letter.outbox_id, again, str(error))
        else:
            async with self._database.writing() as connection:
                await store.mark_taken(connection, letter.outbox_id, self._clock())


def _pause(attempts: int) -> timedelta:
    grown = _FIRST_PAUSE * 2.0 ** min(attempts, 16)
    return min(grown, _LONGEST_PAUSE) * (0.8 + 0.4 * random.random())  # noqa: S311
