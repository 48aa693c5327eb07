"""Come here for the track of a walker: bounded, in memory, dense where it is new.

Law: whatever order fixes come in and however often, the track is the same set in order of time;
it never holds more than `MOST`, and never loses the newest. Where it is full, every second fix of
the older half goes: so it always reaches back to the beginning, thinner the older it is.
"""

from array import array
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from dispatch.report import Crumb
from dispatch.signs import Fix
from geo.place import Place

MOST: Final = 120
"""At a fix every 3 s the last three minutes whole; 4 kB a walker, 40 MB for ten thousand."""
_COLUMNS: Final = 4
_UNKNOWN: Final = -1.0


class Track:
    """Fixes in order of time, as rows of seconds, degrees and metres in one block of memory."""

    def __init__(self, kept: bytes = b"") -> None:
        self._rows = array("d")
        self._rows.frombytes(kept)

    def __len__(self) -> int:
        return len(self._rows) // _COLUMNS

    def add(self, fix: Fix) -> None:
        """Take a fix in; one of the same moment as another changes nothing."""
        seconds, place = fix.at.timestamp(), fix.place
        at = self._row_after(seconds)
        if at and self._rows[(at - 1) * _COLUMNS] == seconds:
            return
        accuracy = _UNKNOWN if place.accuracy_m is None else place.accuracy_m
        row = array("d", (seconds, place.lon, place.lat, accuracy))
        self._rows[at * _COLUMNS : at * _COLUMNS] = row
        if len(self) > MOST:
            self._thin()

    def _row_after(self, seconds: float) -> int:
        """Nearly every fix is the newest: looked for from the end."""
        row = len(self)
        while row and self._rows[(row - 1) * _COLUMNS] > seconds:
            row -= 1
        return row

    def _thin(self) -> None:
        half = len(self) // 2
        kept = array("d")
        for row in [*range(0, half, 2), *range(half, len(self))]:
            kept += self._rows[row * _COLUMNS : (row + 1) * _COLUMNS]
        self._rows = kept

    def shift(self, by: timedelta) -> None:
        """Our clock was set: all of it was at another time."""
        for at in range(0, len(self._rows), _COLUMNS):
            self._rows[at] += by.total_seconds()

    def newest(self) -> Fix | None:
        """The fix that was taken last."""
        crumbs = self.crumbs(1)
        return Fix(crumbs[0].place, crumbs[0].at) if crumbs else None

    def crumbs(self, most: int = MOST) -> tuple[Crumb, ...]:
        """The fixes in order of time; where there are more than `most`, the newest half of those
        and as many of the others, evenly."""
        rows: Iterable[int] = range(len(self))
        if len(self) > most:
            newest = most - most // 2
            older = len(self) - newest
            step = older / (most // 2) if most > 1 else 1
            rows = [*(int(at * step) for at in range(most // 2)), *range(older, len(self))]
        return tuple(map(self._crumb, rows))

    def _crumb(self, row: int) -> Crumb:
        seconds, lon, lat, accuracy = self._rows[row * _COLUMNS : (row + 1) * _COLUMNS]
        place = Place(lon, lat, None if accuracy == _UNKNOWN else accuracy)
        return Crumb(place, datetime.fromtimestamp(seconds, UTC))

    def kept(self) -> bytes:
        """All of it, to be written down."""
        return self._rows.tobytes()

    def destroy(self) -> None:
        """Overwrite it where it lies in memory, then let it go."""
        for at in range(len(self._rows)):
            self._rows[at] = 0.0
        self._rows = array("d")
