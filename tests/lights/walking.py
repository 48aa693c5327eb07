"""Come here for walkers under perfect lamps, second by second, without a fleet."""

import math
from collections.abc import Sequence

import numpy as np
from pyproj import Transformer

from geo.index import PointIndex
from geo.place import Metres, Place, place_at, to_metres
from lights.follow import Following, Turned
from lights.walkers import Walkers

HERE = Place(127.0165, 37.6512).metres
_TO_DEGREES = Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True)


def degrees(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place so many metres from here."""
    lon, lat = _TO_DEGREES.transform(HERE.east + east, HERE.north + north)
    return lon, lat


def place(east: float, north: float, accuracy_m: float | None = 12.0) -> Place:
    """A place so many metres from here."""
    return place_at(Metres(HERE.east + east, HERE.north + north), accuracy_m)


def index_of(points: Sequence[tuple[float, float]]) -> PointIndex:
    """Lamps L000, L001 ... at metres from here."""
    lon, lat = np.array([degrees(*point) for point in points]).reshape(-1, 2).T
    return PointIndex([f"L{number:03}" for number in range(len(points))], lon, lat)


def alley(lamps: int = 41, spacing_m: float = 15.0) -> list[tuple[float, float]]:
    """A straight row to the east, from 300 m west of here on."""
    return [(number * spacing_m - 300.0, 0.0) for number in range(lamps)]


def block(side: int = 15, spacing_m: float = 25.0) -> list[tuple[float, float]]:
    """A square of lamps around here, about as dense as Seoul's."""
    middle = (side - 1) / 2
    return [
        ((row - middle) * spacing_m, (column - middle) * spacing_m)
        for row in range(side)
        for column in range(side)
    ]


class Evening:
    """Walkers, their lamps, and what each of them did."""

    def __init__(
        self, points: Sequence[tuple[float, float]], numbers: Following | None = None
    ) -> None:
        self.index = index_of(points)
        self.walkers = Walkers(self.index, np.zeros(len(points), np.bool_), numbers or Following())
        self.now = 0.0
        self.until = np.zeros(len(points))
        """What each lamp itself was told."""
        self.switched: list[tuple[float, int, bool]] = []
        self.orders: list[tuple[float, int]] = []

    def walks(
        self, east: float, north: float, who: str = "w", accuracy_m: float | None = 12.0
    ) -> None:
        """A fix of now, metres from here."""
        self.walkers.moved(who, *degrees(east, north), accuracy_m, self.now)
        self._hear(self.walkers.follow(self.now))

    def fix(self, lon: float, lat: float, accuracy_m: float, who: str = "w") -> None:
        """The same in degrees."""
        self.walkers.moved(who, lon, lat, accuracy_m, self.now)
        self._hear(self.walkers.follow(self.now))

    def tend(self, seconds: float = 1.0) -> None:
        """Time passes, and the lamps are tended at each second of it."""
        for _ in range(math.ceil(seconds)):
            self.now += 1.0
            before = self.until > self.now - 1.0
            for row in np.flatnonzero(before & (self.until <= self.now)).tolist():
                self.switched.append((float(self.until[row]), row, False))
            for turned in self.walkers.tend(self.now):
                self._hear(turned)

    def bright(self, row: int | None = None) -> bool:
        """Whether a lamp is bright, or any."""
        lit = self.until > self.now
        return bool(lit.any() if row is None else lit[row])

    def bright_rows(self) -> set[int]:
        return set(np.flatnonzero(self.until > self.now).tolist())

    def bright_span(self) -> tuple[float, float]:
        """How far west and east the light of an alley reaches, metres from here."""
        rows = sorted(self.bright_rows())
        east = self.index.points[rows, 0] - HERE.east
        return float(east[0]), float(east[-1])

    def nearest(self, lon: float, lat: float) -> tuple[int, float]:
        """The lamp nearest to a place in degrees, and how far it is."""
        point = to_metres(np.array([lon]), np.array([lat]))[0]
        far = np.hypot(*(self.index.points - point).T)
        row = int(far.argmin())
        return row, float(far[row])

    def _hear(self, turned: Turned) -> None:
        for row in turned.claimed.tolist():
            if self.until[row] <= self.now:
                self.switched.append((self.now, row, True))
            self.until[row] = turned.end
            self.orders.append((self.now, row))
        for row in turned.let_go.tolist():
            assert self.until[row] > self.now, "a dark lamp was let go"
            self.switched.append((self.now, row, False))
            self.until[row] = self.now
            self.orders.append((self.now, row))
