"""Come here for a position on earth and for distances and directions in metres.

Law: metres decide, never degrees. Everything that compares, orders or cuts off by distance
projects to EPSG:5179 (Korea 2000 / Unified CS) first; degrees are for the wires and for people.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

_TO_METRES = Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True)
_TO_DEGREES = Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True)

Floats = npt.NDArray[np.float64]


class Metres(NamedTuple):
    """A point in EPSG:5179: metres east and north of the projection's false origin."""

    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Place:
    """A WGS84 position in degrees with the radius of 95 % confidence in metres.

    `accuracy_m` is None where it is unknown; an input of 0 means unknown too, never perfect.
    Raises ValueError outside of [-180, 180] x [-90, 90], for NaN, and for a negative accuracy.
    """

    lon: float
    lat: float
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        if not -180.0 <= self.lon <= 180.0:
            raise ValueError(f"longitude {self.lon} is not within -180 to 180 degrees")
        if not -90.0 <= self.lat <= 90.0:
            raise ValueError(f"latitude {self.lat} is not within -90 to 90 degrees")
        if self.accuracy_m is not None:
            if not 0.0 <= self.accuracy_m < math.inf:
                raise ValueError(f"accuracy {self.accuracy_m} is not a radius in metres")
            if self.accuracy_m == 0.0:
                object.__setattr__(self, "accuracy_m", None)

    @property
    def metres(self) -> Metres:
        """The place in EPSG:5179; infinite coordinates far outside of the projection's reach."""
        east, north = _TO_METRES.transform(self.lon, self.lat)
        return Metres(east, north)


# South Korea with its islands, in degrees: Gageodo (125.1 E) and Baengnyeongdo (124.6 E) to Dokdo
# (131.9 E), Marado (33.1 N) to Goseong (38.6 N). No latitude is a longitude of this box.
_KOREA_LON = (124.0, 132.0)
_KOREA_LAT = (33.0, 38.7)


def in_korea(lon: float, lat: float) -> bool:
    """Whether degrees lie in the box around South Korea: a test for mistakes, not for borders."""
    return _KOREA_LON[0] <= lon <= _KOREA_LON[1] and _KOREA_LAT[0] <= lat <= _KOREA_LAT[1]


def why_not_in_korea(lon: float, lat: float) -> str | None:
    """What is wrong, in words, with degrees outside of the box around South Korea; else None."""
    if in_korea(lon, lat):
        return None
    if in_korea(lat, lon):
        return "longitude and latitude look swapped"
    if max(abs(lon), abs(lat)) > 180.0:
        return (
            "these are not degrees but, it seems, metres of a projected system: "
            "export as WGS84 (EPSG:4326)"
        )
    return "this lies outside of Korea"


def place_at(point: Metres, accuracy_m: float | None = None) -> Place:
    """The place of a point in EPSG:5179."""
    lon, lat = _TO_DEGREES.transform(point.east, point.north)
    return Place(lon, lat, accuracy_m)


def to_metres(lon: Floats, lat: Floats) -> Floats:
    """Project many places at once: two arrays of n degrees to one (n, 2) array of metres."""
    east, north = _TO_METRES.transform(lon, lat)
    return np.column_stack((east, north))


def metres_between(one: Place, other: Place) -> float:
    """Distance on the plane of EPSG:5179; within 0.05 % of the ground in mainland Korea."""
    return math.dist(one.metres, other.metres)


def bearing_degrees(origin: Place, target: Place) -> float:
    """Direction from origin to target, clockwise from grid north, 0 <= degrees < 360."""
    a, b = origin.metres, target.metres
    return math.degrees(math.atan2(b.east - a.east, b.north - a.north)) % 360.0
