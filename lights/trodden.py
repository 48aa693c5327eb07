"""Come here for how often each lamp was wanted by walks: which dead lamp to mend first.

Law: a number a lamp and the day on which it was last raised, and nothing else. It halves in two
weeks. Nobody's way can be read out of it: there is no walk in it, and no time finer than a day.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

_HALF_LIFE_DAYS: Final = 14.0
"""A detour of one week must not outweigh the way of a year, nor the way of last term stay first."""
_FORGOTTEN_BELOW: Final = 0.05
"""One walk, two months ago."""


class Wanted(NamedTuple):
    """How often a lamp was wanted, as of a day."""

    times: float
    day: date

    def as_of(self, day: date) -> float:
        """The same on a later day."""
        passed = max(0, (day - self.day).days)
        times: float = self.times * 0.5 ** (passed / _HALF_LIFE_DAYS)
        return times if times >= _FORGOTTEN_BELOW else 0.0


class Trodden:
    """Counters by lamp."""

    def __init__(self) -> None:
        self._wanted: dict[str, Wanted] = {}
        self._unwritten: set[str] = set()

    def add(self, lamp_ids: Iterable[str], day: date) -> None:
        """A walk has come to these lamps."""
        for lamp_id in lamp_ids:
            self._wanted[lamp_id] = Wanted(self.times(lamp_id, day) + 1.0, day)
            self._unwritten.add(lamp_id)

    def times(self, lamp_id: str, day: date) -> float:
        """How often the lamp was wanted lately; 0 for a way that nobody walks."""
        wanted = self._wanted.get(lamp_id)
        return 0.0 if wanted is None else wanted.as_of(day)

    def restore(self, lamp_id: str, wanted: Wanted) -> None:
        """What was kept before a restart."""
        self._wanted[lamp_id] = wanted

    def rows(self, at_most: int) -> list[dict[str, Any]]:
        """What is to be kept; offered until it is."""
        some = sorted(self._unwritten)[:at_most]
        return [
            {"lamp_id": key, "walked": self._wanted[key].times, "walked_on": self._wanted[key].day}
            for key in some
        ]

    def are_kept(self, rows: Iterable[dict[str, Any]]) -> None:
        """These have been written down; what was raised meanwhile is offered again."""
        for row in rows:
            key = row["lamp_id"]
            if self._wanted[key] == Wanted(row["walked"], row["walked_on"]):
                self._unwritten.discard(key)
