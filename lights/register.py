"""Come here for every lamp in service and where it stands, held in memory.

The database keeps the truth; this is its picture, replaced as a whole when the inventory changes.
Walkers' positions come thousands a second, and an index in memory answers in microseconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final

import numpy as np

from geo.index import Near, PointIndex
from geo.place import Place, bearing_degrees
from lights.lamp import Lamp

_NEAREST: Final = 100
"""More neighbours than any choice looks at: 30 asked, 10 silent, and as many to replace them."""


class Register:
    """Lamps by id and by place. Read only."""

    def __init__(self, lamps: Iterable[Lamp] = ()) -> None:
        by_id = sorted(lamps, key=attrgetter("lamp_id"))
        self._lamps = {lamp.lamp_id: lamp for lamp in by_id}
        self._keys = list(self._lamps)
        count = len(self._keys)
        self._lon = np.fromiter((lamp.lon for lamp in self._lamps.values()), np.float64, count)
        self._lat = np.fromiter((lamp.lat for lamp in self._lamps.values()), np.float64, count)
        self.index = PointIndex(self._keys, self._lon, self._lat)
        """For those who ask for thousands of walkers at once."""

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __contains__(self, lamp_id: str) -> bool:
        return lamp_id in self._lamps

    def get(self, lamp_id: str) -> Lamp | None:
        """The lamp of that id, or None where none is in service."""
        return self._lamps.get(lamp_id)

    def near(self, place: Place, horizon_m: float, at_most: int = _NEAREST) -> list[Near]:
        """The lamps within the horizon, nearest first, a hundred at most."""
        return self.index.nearest(place, at_most, horizon_m)

    def in_box(
        self, west: float, south: float, east: float, north: float, after: str = ""
    ) -> Iterator[Lamp]:
        """The lamps within a box of WGS84 degrees whose id comes after one, in the ids' order."""
        inside = (
            (self._lon >= west) & (self._lon <= east) & (self._lat >= south) & (self._lat <= north)
        )
        first = bisect_right(self._keys, after)
        rows = np.flatnonzero(inside[first:]) + first
        return (self._lamps[self._keys[row]] for row in rows)

    def poles(self, place: Place, count: int, within_m: float) -> Sequence[tuple[Lamp, float, int]]:
        """The nearest poles: lamp, metres, and whole degrees from the place to the pole."""
        found = self.index.nearest(place, count, within_m)
        lamps = [(self._lamps[near.key], near.metres) for near in found]
        return [
            (lamp, metres, round(bearing_degrees(place, Place(lamp.lon, lamp.lat))) % 360)
            for lamp, metres in lamps
        ]
