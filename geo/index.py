"""Come here to find the nearest of many points, or all within some metres of a place.

Laws: what is found is what measuring every point would find, an edge distance included; the nearest
comes first, and of two equally near the one with the lesser key. Metres are those of EPSG:5179.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.place import Floats, Metres, Place, to_metres

Indices: TypeAlias = npt.NDArray[np.intp]

# The tree compares squares, rounded otherwise than distances: ask a micrometre farther and measure.
_SLACK_METRES: Final = 1e-6
_DECIMALS: Final = 6
"""Two points that differ by less than a micrometre are equally far."""


class Near(NamedTuple):
    """A point that was found and how far it is."""

    key: str
    metres: float


class PointIndex:
    """Many named points that do not move; a million take about 50 MB beside their keys.

    Keys need not be unique. Raises ValueError where the three do not have one length, or where a
    point cannot be projected (its key is named).
    """

    def __init__(self, keys: Sequence[str], lon: Floats, lat: Floats) -> None:
        if not len(keys) == len(lon) == len(lat):
            raise ValueError(f"{len(keys)} keys, {len(lon)} longitudes, {len(lat)} latitudes")
        points = to_metres(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        lost = np.flatnonzero(~np.isfinite(points).all(axis=1))
        if len(lost):
            raise ValueError(f"point {keys[lost[0]]!r} has no position that can be projected")
        # Held in the order of their keys, so that the lesser number is the lesser key.
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys = [keys[i] for i in order]
        self._points = points[order] if order else points
        self._tree = cKDTree(self._points)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> Sequence[str]:
        """The keys in their order: a row is a place in it."""
        return self._keys

    @property
    def points(self) -> Floats:
        """Where the points are, row by row: (n, 2) metres of EPSG:5179. Not to be changed."""
        return self._points

    def nearest(self, place: Place, count: int, within_metres: float = math.inf) -> list[Near]:
        """At most `count` points within `within_metres` of a place, the nearest first."""
        here = place.metres
        if count < 1 or not math.isfinite(here.east):
            return []
        # One more than asked shows whether equally near points were left out at the end.
        metres, found = cast(
            "tuple[Floats, Indices]",
            self._tree.query(here, k=count + 1, distance_upper_bound=within_metres + _SLACK_METRES),
        )
        last = float(metres[count - 1])
        if math.isfinite(last) and metres[count] <= last + _SLACK_METRES:
            found = self._ball(here, last)
        found = found[found < len(self._keys)]
        return self._measured(found, here, within_metres)[:count]

    def within(self, place: Place, metres: float) -> list[Near]:
        """All points within `metres` of a place, the nearest first."""
        here = place.metres
        if metres < 0 or not math.isfinite(here.east):
            return []
        return self._measured(self._ball(here, metres), here, metres)

    def within_many(self, points: Floats, metres: float) -> list[list[Near]]:
        """`within` for each row of an (n, 2) array of EPSG:5179 metres."""
        balls = cast(
            "Sequence[list[int]]", self._tree.query_ball_point(points, metres + _SLACK_METRES)
        )
        sizes = np.fromiter(map(len, balls), np.intp, len(balls))
        found = np.fromiter((i for ball in balls for i in ball), np.intp, int(sizes.sum()))
        asked = np.repeat(np.arange(len(balls)), sizes)
        far = np.hypot(*(self._points[found] - points[asked]).T).round(_DECIMALS)
        order = np.lexsort((found, far, asked))
        order = order[far[order] <= metres]
        keys = map(self._keys.__getitem__, found[order].tolist())
        nears = list(map(Near, keys, far[order].tolist()))
        ends = np.searchsorted(asked[order], np.arange(len(balls) + 1)).tolist()
        return [nears[start:end] for start, end in pairwise(ends)]

    def rows_near(self, points: Floats, count: int, metres: float) -> Indices:
        """For each row of an (n, 2) array of metres the rows of at most `count` near points.

        (n, count), the nearest first, then -1; of equally near ones at the end any. For many
        thousands a second: 5 µs each, a tenth of what names and distances would cost.
        """
        if not len(self._keys):
            return np.full((len(points), count), -1, np.intp)
        _, rows = cast(
            "tuple[Floats, Indices]",
            self._tree.query(points, k=range(1, count + 1), distance_upper_bound=metres),
        )
        rows[rows == len(self._keys)] = -1
        return rows

    def _ball(self, here: Metres, metres: float) -> Indices:
        return np.array(self._tree.query_ball_point(here, metres + _SLACK_METRES), np.intp)

    def _measured(self, found: Indices, here: Metres, reach: float) -> list[Near]:
        # Sorted without numpy: for the thirty points of one cry its calls cost more than they save.
        metres = np.hypot(*(self._points[found] - here).T).round(_DECIMALS).tolist()
        far = sorted(zip(metres, found.tolist(), strict=True))
        return [Near(self._keys[i], metre) for metre, i in far if metre <= reach]
