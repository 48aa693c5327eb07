"""Come here for how often a caller's steps become news: nobody alone fills the screens.

Laws: each incident has at most one step written in `every`, and the newest of those that came
meanwhile is written in the end, also when nothing follows. What waits is in memory alone: a process
that dies loses the last steps of so long. Few are written at once, so that no cry waits for them.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from dispatch.incident import Incident, NotFound
from dispatch.outages import Unavailable
from geo.place import Place
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

Step = tuple[Place, datetime]

_AT_ONCE: Final = 16
"""A quarter of a commit of the ledger: a cry that comes meanwhile is in the next."""


class Steps:
    """`follow` writes one step of an incident's caller."""

    def __init__(
        self, every: timedelta, follow: Callable[[str, Place, datetime], Awaitable[Incident]]
    ) -> None:
        self._every_s = every.total_seconds()
        self._follow = follow
        self._rests_until: OrderedDict[str, float] = OrderedDict()
        self._waiting: dict[str, Step] = {}
        self._wake = asyncio.Event()

    async def take(self, incident_id: str, place: Place, at: datetime) -> Incident | None:
        """The incident after a step; None: the step waits for its turn."""
        self._forget(_now())
        if incident_id not in self._rests_until:
            return await self._write(incident_id, place, at)
        waiting = self._waiting.get(incident_id)
        if waiting is None or at >= waiting[1]:
            self._waiting[incident_id] = (place, at)
        self._wake.set()
        return None

    async def run(self) -> None:
        """Write the steps that wait as their turns come, for ever."""
        pulse = beginning("desk: steps", WITH_DATABASE_S)
        while pulse.turns():
            if not self._waiting:
                with pulse.resting():
                    await self._wake.wait()
            self._wake.clear()
            first = min((self._rests_until.get(one, 0.0) for one in self._waiting), default=0.0)
            await asyncio.sleep(max(0.0, first - _now()))
            await asyncio.gather(*map(self._write_waiting, self._due(_now())))

    def _due(self, now: float) -> list[str]:
        due = [one for one in self._waiting if self._rests_until.get(one, 0.0) <= now]
        return due[:_AT_ONCE]

    async def _write_waiting(self, incident_id: str) -> None:
        step = self._waiting.pop(incident_id)
        try:
            await self._write(incident_id, *step)
        except NotFound as error:
            log.warning("a caller's step was not written down: %s", error)
        except Unavailable:
            self._waiting.setdefault(incident_id, step)  # a newer one may have come
        except Exception:  # one caller's step must not end the others'
            log.exception("a step of the caller of %s could not be written", incident_id)

    async def _write(self, incident_id: str, place: Place, at: datetime) -> Incident:
        self._rest(incident_id)
        try:
            return await self._follow(incident_id, place, at)
        finally:
            self._rest(incident_id)  # from when it was written on

    def _rest(self, incident_id: str) -> None:
        self._rests_until[incident_id] = _now() + self._every_s
        self._rests_until.move_to_end(incident_id)

    def _forget(self, now: float) -> None:
        """Let go of whoever may step again, and is not about to."""
        while self._rests_until:
            incident_id, until = next(iter(self._rests_until.items()))
            if until > now or incident_id in self._waiting:
                return
            del self._rests_until[incident_id]


def _now() -> float:
    return asyncio.get_running_loop().time()
