"""Come here for how people outside of the screens are told: again and again until taken.

Laws: a letter is written with what it tells of, in one commit. Every target has its own lane, so
that a dead one never delays another; within a lane a slow letter holds up only those about the
same incident, whose order is kept. The receiver knows a repeated letter by its id.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from dispatch import outbox_rows
from dispatch.database import Database
from dispatch.log_lines import concerning
from dispatch.outages import Unavailable, in_short, is_outage
from dispatch.outbox_rows import Letter
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
"""Losing a wake costs this, never the letter."""
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=1)
"""One letter that is refused while others are taken need not be tried more often than this."""
_AT_ONCE: Final = 8
"""A desk that takes a second for each letter still hears of eight cries a second."""
_SILENT_AFTER: Final = 3
"""So many failures without a success between them are the target's, not the letter's."""
_PROBE_AFTER: Final = timedelta(seconds=1)
_PROBE_AT_MOST: Final = timedelta(seconds=5)
"""A desk that comes back hears within this; a dead one costs one try in the same time."""


class NotDelivered(Exception):
    """The target has not taken a letter; the message says why without an address or a secret."""


Deliver = Callable[[Letter], Awaitable[None]]
"""Returns when the target has taken the letter; raises NotDelivered."""


@dataclass(slots=True)
class _Lane:
    """What is under way to one target, by incident, and how it has answered lately."""

    busy: set[str] = field(default_factory=set)
    failures: int = 0
    rests_until: datetime | None = None

    def free(self, now: datetime) -> int:
        if self.failures < _SILENT_AFTER:
            return _AT_ONCE - len(self.busy)
        rested = self.rests_until is None or now >= self.rests_until
        return 1 if rested and not self.busy else 0

    def failed(self, now: datetime) -> None:
        self.failures += 1
        over = max(0, self.failures - _SILENT_AFTER)
        self.rests_until = now + _pause(over, _PROBE_AFTER, _PROBE_AT_MOST)


class Outbox:
    """`targets`: how to deliver to each; who is not named there is told by the screens only.

    `settle` marks a letter as taken where an alarm about it has to end with it; `shown` notes that
    the target has seen what it says.
    """

    def __init__(
        self,
        database: Database,
        targets: Mapping[str, Deliver],
        clock: Callable[[], datetime],
        settle: Callable[[Letter], Awaitable[None]],
        shown: Callable[[Letter], None],
    ) -> None:
        self._database = database
        self._targets = targets
        self._clock = clock
        self._settle = settle
        self._shown = shown
        self._wake = asyncio.Event()
        self._lanes = {target: _Lane() for target in targets}
        self._delivered: set[str] = set()
        self._done: set[tuple[str, str]] = set()

    def wants(self, target: str) -> bool:
        """Whether letters to this target can be delivered at all."""
        return target in self._targets

    def wake(self, targets: Iterable[str]) -> None:
        """New letters were written to these."""
        if any(map(self.wants, targets)):
            self._wake.set()

    def try_now(self, target: str) -> None:
        """A person wants it, however silent the target was."""
        if target in self._lanes:
            self._lanes[target].rests_until = None
        self._wake.set()

    async def run(self) -> None:
        """Deliver, for ever."""
        pulse = beginning("outbox", WITH_DATABASE_S)
        async with asyncio.TaskGroup() as group:
            while pulse.turns():
                self._wake.clear()
                try:
                    for letter in await self._due():
                        self._lanes[letter.target].busy.add(letter.incident_id)
                        group.create_task(self._serve(letter))
                except Exception as error:
                    if not is_outage(error):
                        raise
                    log.warning("the outbox could not be read: %s", in_short(error))
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_EVERY_S):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _due(self) -> list[Letter]:
        """What is due; not what was under way while the database was read: that read is old."""
        now = self._clock()
        found: list[Letter] = []
        self._done.clear()
        free = {target: lane for target, lane in self._lanes.items() if lane.free(now) > 0}
        async with self._database.reading() as connection:
            for target in await outbox_rows.due_targets(connection, list(free), now):
                room, busy = free[target].free(now), free[target].busy
                found += await outbox_rows.due_letters(connection, target, now, room, busy)
        return [one for one in found if (one.target, one.incident_id) not in self._done]

    async def _serve(self, letter: Letter) -> None:
        """One attempt; whatever happens, the lane is free for others afterwards."""
        lane = self._lanes[letter.target]
        try:
            with concerning(letter.incident_id):
                await self._attempt(letter, lane)
        except Exception as error:
            if not (is_outage(error) or isinstance(error, Unavailable)):
                raise
            log.warning("a letter's fate could not be written: %s", in_short(error))
            await asyncio.sleep(_LOOK_EVERY_S)
        finally:
            lane.busy.discard(letter.incident_id)
            self._done.add((letter.target, letter.incident_id))
            self._wake.set()

    async def _attempt(self, letter: Letter, lane: _Lane) -> None:
        try:
            if letter.outbox_id not in self._delivered:
                await self._targets[letter.target](letter)
        except Exception as error:  # whatever it was, the letter has not been taken
            await self._put_off(letter, lane, _words(error))
        else:
            if letter.outbox_id not in self._delivered:
                self._delivered.add(letter.outbox_id)
                log.info("%s has taken %s", letter.target, letter.outbox_id)
                self._shown(letter)
            await self._taken(letter, lane)
            self._delivered.discard(letter.outbox_id)

    async def _put_off(self, letter: Letter, lane: _Lane, words: str) -> None:
        now = self._clock()
        lane.failed(now)
        log.warning("%s has not taken %s: %s", letter.target, letter.outbox_id, words)
        again = now + _pause(letter.attempts, _FIRST_PAUSE, _LONGEST_PAUSE)
        async with self._database.writing() as connection:
            await outbox_rows.put_off(connection, letter, again, words)

    async def _taken(self, letter: Letter, lane: _Lane) -> None:
        now = self._clock()
        was_silent, lane.failures = lane.failures >= _SILENT_AFTER, 0
        async with self._database.writing() as connection:
            quiet = await outbox_rows.mark_taken(connection, letter.outbox_id, now)
            if was_silent:
                await outbox_rows.hurry(connection, letter.target, now)
        if not quiet:
            await self._settle(letter)


def _words(error: Exception) -> str:
    """Nothing of an unknown error but its name: its message may hold an address with a token."""
    return str(error) if isinstance(error, NotDelivered) else f"failed: {type(error).__name__}"


def _pause(attempts: int, first: timedelta, longest: timedelta) -> timedelta:
    grown = first * 2.0 ** min(attempts, 16)
    return min(grown, longest) * (0.8 + 0.4 * random.random())  # noqa: S311
