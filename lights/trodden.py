"""Come here for how often each lamp was wanted by walks: which dead lamp to mend first.

Law: a number a lamp and the day on which it was last raised, and nothing else. It halves in two
weeks. Nobody's way can be read out of it: there is no walk in it and no time finer than a day, and
a day on which fewer walks came by than `_LEAST_A_DAY` leaves nothing: it may be one person's way.
What is shown stands still all day, so that whoever looks again and again sees nobody walk. The day
at hand is only in memory, and a process that dies forgets it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

_HALF_LIFE_DAYS: Final = 14.0
"""A detour of one week must not outweigh the way of a year, nor the way of last term stay first."""
_FORGOTTEN_BELOW: Final = 0.05
"""One walk, two months ago."""
_LEAST_A_DAY: Final = 5
"""There and back, twice, is four."""
_SHOWN: Final = (0, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""What is shown is rounded down to one of these."""


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
        self._today: Counter[str] = Counter()
        self._day = date.min
        self._unwritten: set[str] = set()

    def add(self, lamp_ids: Iterable[str], day: date) -> None:
        """A walk has come to these lamps."""
        self._turn_to(day)
        self._today.update(lamp_ids)

    def times(self, lamp_id: str, day: date) -> float:
        """How often the lamp was wanted up to the day before; 0 for a way that hardly anybody
        walks."""
        self._turn_to(day)
        wanted = self._wanted.get(lamp_id)
        return 0.0 if wanted is None else wanted.as_of(day)

    def often(self, lamp_id: str, day: date) -> int:
        """The same as it may be shown: rounded down."""
        return _SHOWN[bisect_right(_SHOWN, self.times(lamp_id, day)) - 1]

    def restore(self, lamp_id: str, wanted: Wanted) -> None:
        """What was kept before a restart."""
        self._wanted[lamp_id] = wanted

    def _turn_to(self, day: date) -> None:
        """A new day: of the one before what several walked counts. A clock that was set back makes
        no day new."""
        if day <= self._day:
            return
        before, self._day = self._day, day
        walked, self._today = self._today, Counter()
        for lamp_id, times in walked.items():
            if times >= _LEAST_A_DAY:
                known = self._wanted.get(lamp_id, Wanted(0.0, before))
                self._wanted[lamp_id] = Wanted(known.as_of(before) + times, before)
                self._unwritten.add(lamp_id)

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
