"""Come here for ways to walk on, made from nothing but where the lamps stand.

Law: lamps line the streets, so two lamps are joined where no third one is nearer to both (the
relative neighbourhood graph) and neither is further from the other than a street goes unlit.
"""

import heapq
import math
from collections.abc import Sequence
from random import Random
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from firmware_sim.places import LampSpec

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]

LONGEST_M: Final = 60.0
"""Nine tenths of real lamps have a neighbour within 25 m; this bridges a crossing, not a block."""
_NEIGHBOURS: Final = 9
"""Itself and eight more: at a crossing of two streets a lamp is joined to four."""
_METRES_A_DEGREE: Final = math.radians(1) * 6_371_008.8
"""Of latitude, on the mean sphere of the earth: good to 0.5 %, for people who do not exist."""


class Point(NamedTuple):
    """Metres east and north of the middle of the lamps."""

    east: float
    north: float


class Streets:
    """Lamps as crossings (by number) and the ways between them."""

    def __init__(self, lamps: Sequence[LampSpec]) -> None:
        if len(lamps) < 2:
            raise ValueError("a street has at least two lamps")
        degrees = np.array([(lamp.lon, lamp.lat) for lamp in lamps], np.float64)
        self._middle = degrees.mean(axis=0)
        shrink = math.cos(math.radians(float(self._middle[1])))
        self._scale = np.array([_METRES_A_DEGREE * shrink, _METRES_A_DEGREE])
        points = (degrees - self._middle) * self._scale
        self.points = [Point(east, north) for east, north in points.tolist()]
        self.ways = _joined(points)

    def __len__(self) -> int:
        return len(self.points)

    def degrees(self, point: Point) -> tuple[float, float]:
        """Longitude and latitude, to the centimetre."""
        lon, lat = (np.array(point) / self._scale + self._middle).tolist()
        return round(lon, 7), round(lat, 7)

    def way_of(self, start: int, metres: float, dice: Random) -> list[int]:
        """The shortest way from a lamp to one about so far off, chosen by chance.

        Where the streets end sooner, to one of the furthest.
        """
        came_from, far = self._reached(start, metres)
        longest = max(far.values())
        ends = [lamp for lamp, walked in far.items() if walked >= 0.9 * min(metres, longest)]
        way = [dice.choice(sorted(ends))]
        while way[-1] != start:
            way.append(came_from[way[-1]])
        return way[::-1]

    def _reached(self, start: int, metres: float) -> tuple[dict[int, int], dict[int, float]]:
        """Dijkstra: from where each lamp within so many metres is reached, and how far it is."""
        came_from: dict[int, int] = {}
        far: dict[int, float] = {}
        waiting = [(0.0, start, start)]
        while waiting:
            walked, lamp, before = heapq.heappop(waiting)
            if lamp in far:
                continue
            far[lamp], came_from[lamp] = walked, before
            for other, length in self.ways[lamp]:
                if other not in far and walked + length <= metres:
                    heapq.heappush(waiting, (walked + length, other, lamp))
        return came_from, far


def _joined(points: Floats) -> list[list[tuple[int, float]]]:
    """For each lamp the lamps that it is joined to, with metres; both ways, each once."""
    count = min(_NEIGHBOURS, len(points))
    far, near = cast("tuple[Floats, Indices]", cKDTree(points).query(points, k=count))
    between = np.linalg.norm(points[near][:, :, None] - points[near][:, None, :], axis=3)
    # third[a, b, c]: c is nearer to a than b is, and nearer to b than a is.
    third = (far[:, None, :] < far[:, :, None]) & (between < far[:, :, None])
    own = np.arange(len(points))
    third &= near[:, None, :] != own[:, None, None]
    kept = ~third.any(axis=2) & (near != own[:, None]) & (far <= LONGEST_M)
    ways: list[dict[int, float]] = [{} for _ in range(len(points))]
    for lamp, slot in np.argwhere(kept).tolist():
        other, length = int(near[lamp, slot]), float(far[lamp, slot])
        ways[lamp][other] = ways[other][lamp] = length
    return [sorted(joined.items()) for joined in ways]
