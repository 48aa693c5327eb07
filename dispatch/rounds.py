"""Come here for work that is done again every few seconds, for ever, whatever the database does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from dispatch.outages import outage_goes_by
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)


async def every(seconds: float, work: Callable[[], Awaitable[None]], part: str) -> None:
    """Do it after so long, again and again; an outage is logged, and the next round is tried."""
    pulse = beginning(part, seconds + WITH_DATABASE_S)
    while pulse.turns():
        await asyncio.sleep(seconds)
        with outage_goes_by(log, f"{part} could not be kept"):
            await work()
