"""Come here for how often each lamp was wanted by walks: which dead lamp to mend first.

Law: a number a lamp and the day on which it was last raised, and nothing else. It halves in two
weeks. Nobody's way can be read out of it: there is no walk in it, and no time finer than a day.
What is shown of it stands still all day, so that whoever looks again and again sees nobody walk.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

_HALF_LIFE_DAYS: Final = 14.0
"""A detour of one week must not outweigh the way of a year, nor the way of last term stay first."""
_FORGOTTEN_BELOW: Final = 0.05
"""One walk, two months ago."""


_SHOWN: Final = (0, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""What is shown is rounded down to one of these: fewer than five may be one person's way home."""


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
        self._before: dict[str, Wanted] = {}
        """The same without the day on which it was last raised."""
        self._unwritten: set[str] = set()

    def add(self, lamp_ids: Iterable[str], day: date) -> None:
        """A walk has come to these lamps."""
        for lamp_id in lamp_ids:
            known = self._wanted.get(lamp_id)
            if known is not None and known.day < day:
                self._before[lamp_id] = known
            self._wanted[lamp_id] = Wanted(self.times(lamp_id, day) + 1.0, day)
            self._unwritten.add(lamp_id)

    def times(self, lamp_id: str, day: date) -> float:
        """How often the lamp was wanted lately; 0 for a way that nobody walks."""
        wanted = self._wanted.get(lamp_id)
        return 0.0 if wanted is None else wanted.as_of(day)

    def often(self, lamp_id: str, day: date) -> int:
        """The same as it may be shown: up to the day before, rounded down, 0 below five."""
        wanted = self._wanted.get(lamp_id)
        if wanted is not None and wanted.day >= day:
            wanted = self._before.get(lamp_id)
        times = 0.0 if wanted is None else wanted.as_of(day)
        return _SHOWN[bisect_right(_SHOWN, times) - 1]

    def restore(self, lamp_id: str, wanted: Wanted) -> None:
        """What was kept before a restart; of the day of the restart itself it stands still too."""
        self._wanted[lamp_id] = self._before[lamp_id] = wanted

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
