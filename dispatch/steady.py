"""Come here for a clock that never jumps, for those whose minutes decide about somebody's safety.

Law: between two looks it goes on by exactly what the steady clock of the machine went on, whatever
anybody sets the wall clock to. It starts at the wall's time, and takes that up again only when the
process starts anew.
"""

from collections.abc import Callable
from datetime import datetime, timedelta


class SteadyClock:
    """`wall` gives the time of day, `seconds` the steady seconds of the machine."""

    def __init__(self, wall: Callable[[], datetime], seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._started_at = wall()
        self._started = seconds()

    def __call__(self) -> datetime:
        """The time now."""
        return self._started_at + timedelta(seconds=self._seconds() - self._started)
