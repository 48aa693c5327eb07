"""Come here for a clock that never jumps, and for what is believed of a wall clock that does.

Law: between two looks it goes on by exactly what the steady clock of the machine went on, whatever
anybody sets the wall clock to. It starts at the wall's time, and takes that up again only when the
process starts anew: everything that waits for a time then waits for the right one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

_TELLING: Final = timedelta(seconds=5)
"""A lamp forgives its dispatcher so much; less is a clock that is kept right, not set."""
_BELIEVED_AFTER: Final = timedelta(seconds=5)
"""Set and set right again within this was a slip. Much longer, and where the wall is right (a
machine that slept) lamps would refuse orders that are over for them."""


class SteadyClock:
    """`wall` gives the time of day, `seconds` the steady seconds of the machine."""

    def __init__(self, wall: Callable[[], datetime], seconds: Callable[[], float]) -> None:
        self._wall = wall
        self._seconds = seconds
        self._started_at = wall()
        self._started = seconds()
        self._off_since: datetime | None = None

    def __call__(self) -> datetime:
        """The time now."""
        return self._started_at + timedelta(seconds=self._seconds() - self._started)

    def was_set(self) -> timedelta | None:
        """By how much the wall clock was set, once that is to be believed; ask every second."""
        now = self()
        off = self._wall() - now
        if abs(off) < _TELLING:
            self._off_since = None
            return None
        self._off_since = self._off_since or now
        return off if now - self._off_since >= _BELIEVED_AFTER else None
