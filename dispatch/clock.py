"""Come here for the shell's time and chance: the clock, and ids that nobody has had before."""

import asyncio
import base64
import os
import time
from datetime import UTC, datetime
from typing import Final

from dispatch.steady import SteadyClock

_LOOK_EVERY_S: Final = 1.0


class ClockWasSet(Exception):
    """The machine's clock has been set, and stays so: whoever runs begins anew on its time."""


def now() -> datetime:
    """The shell's clock."""
    return datetime.now(UTC)  # noqa: TID251


def new_id() -> str:
    """An id that sorts by its time: 6 bytes of milliseconds, 9 of chance, in base 32."""
    milliseconds = time.time_ns() // 1_000_000
    raw = milliseconds.to_bytes(6, "big") + os.urandom(9)
    return base64.b32hexencode(raw).decode().lower()


async def watch_the_wall(clock: SteadyClock) -> None:
    """Ends, with ClockWasSet, only when the wall's time is another one for good."""
    while (off := clock.was_set()) is None:  # noqa: ASYNC110 - a clock sends no event
        await asyncio.sleep(_LOOK_EVERY_S)
    raise ClockWasSet(
        f"the machine's clock was set by {off.total_seconds():+.0f} s while we ran: ending, to be "
        "started again on its new time"
    )
