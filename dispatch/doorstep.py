"""Come here for who has come to the door and says nothing: so many of a source, the oldest leaves.

Law: nobody is turned away for coming, and nobody leaves before their patience is over; a new
caller is always let in, whoever else of the same address keeps connections for nothing.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

SILENT_MOST: Final = 256
"""Connections of one source that have said nothing: no head, no token. Thousands of phones share an
address of their carrier, but both are there in a tenth of a second: so many come 2,500 a second."""
SILENT_S: Final = 5.0
"""Before that nobody gives way: whoever has come in a burst is only waiting to be read."""


class _Guest(NamedTuple):
    since: float
    leave: Callable[[], None]


class Doorstep:
    """At most `most` of one source who have been silent for `patience_s`."""

    def __init__(self, most: int, patience_s: float) -> None:
        self._most = most
        self._patience_s = patience_s
        self._silent: dict[str, OrderedDict[object, _Guest]] = {}

    def comes(self, who: object, source: str, now: float, leave: Callable[[], None]) -> None:
        """Somebody is there; `leave` ends it where others need the place."""
        silent = self._silent.setdefault(source, OrderedDict())
        silent[who] = _Guest(now, leave)
        while len(silent) > self._most:
            oldest, guest = next(iter(silent.items()))
            if now - guest.since < self._patience_s:
                return
            self.has_spoken(oldest, source)
            guest.leave()

    def has_spoken(self, who: object, source: str) -> None:
        """They have said what they want, or are gone; said twice, it is the same."""
        silent = self._silent.get(source)
        if silent is not None:
            silent.pop(who, None)
            if not silent:
                del self._silent[source]
