"""Come here for the clock of incidents: it lets happen what time alone brings (`escalation.py`)."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from dispatch import store
from dispatch.batch import Reading
from dispatch.database import Database
from dispatch.escalation import ring
from dispatch.incident_light import changed_claims
from dispatch.ledger import Ledger
from dispatch.log_lines import concerning
from dispatch.outages import Unavailable, outage_goes_by
from dispatch.plan import Plan
from dispatch.store import Line, Writes
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_RING_EVERY_S: Final = 0.5
"""A clock of seconds needs no finer look."""
_RING_AT_ONCE: Final = 100


class AlarmClock:
    """Of every incident that time does something to; `surely`: the time by which to destroy."""

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        plan: Plan,
        clock: Callable[[], datetime],
        surely: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._database = database
        self._plan = plan
        self._clock = clock
        self._surely = surely

    async def ring(self) -> None:
        """Let what is due happen, for ever."""
        pulse = beginning("desk: clock", WITH_DATABASE_S)
        while pulse.turns():
            await asyncio.sleep(_RING_EVERY_S)
            with outage_goes_by(log, "the clock could not be heard"):
                async with self._database.reading() as connection:
                    times = self._clock(), self._surely()
                    due = await store.ringing(connection, *times, _RING_AT_ONCE)
                await asyncio.gather(*map(self._ring_one, due))

    async def _ring_one(self, incident_id: str) -> None:
        """One incident that cannot be rung must not keep the others from being told of."""
        try:
            with concerning(incident_id):
                await self._rung(incident_id)
        except Unavailable:
            raise
        except Exception:
            log.exception("the clock of incident %s could not ring", incident_id)

    async def _rung(self, incident_id: str) -> None:
        async def work(reading: Reading) -> tuple[None, Writes]:
            before = incident = reading.get(incident_id)
            now = self._clock()
            writes = Writes()
            while (decision := ring(incident, now, self._plan)) is not None:
                writes.lines.append(Line(decision, now, "clock"))
                incident = decision.incident
            writes.claims |= changed_claims(before, incident, self._plan)
            return None, writes

        await self._ledger.do(work, incident_id)
