"""Come here to lay `lamps.csv` anew: python -m geo.dobong.make_lamps > lamps.csv

The lamps are INVENTED: real positions are the district's. Their numbers by neighbourhood and year
are the published ones of Dobong's smart security lights, their spacing is the measured one of a
neighbouring district, and they stand along an invented net of alleys.

Law: the same seed gives the same bytes; every lamp stands inside its neighbourhood.
"""

import csv
import io
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from geo.place import Metres, Place, place_at

COLUMNS: Final = (
    "보안등위치명",
    "설치개수",
    "소재지도로명주소",
    "소재지지번주소",
    "위도",
    "경도",
    "설치연도",
    "설치형태",
    "관리기관전화번호",
    "관리기관명",
    "데이터기준일자",
)

DISTRICT: Final = "서울특별시 도봉구"

# Metres between lamps along an alley: neighbours of 8,419 real lamps were 14.7 m apart (median).
SPACING: Final = (15.0, 25.0)

# A pole stands at the edge of an alley of about 4 m.
EDGE: Final = 2.0

# At a crossing one lamp serves both alleys.
CROSSING: Final = 11.0

# Metres between alleys, and between the lanes that cross them: blocks of older parts of Seoul.
ALLEYS: Final = (38.0, 58.0)
LANES: Final = (55.0, 105.0)

# How often a piece of an alley or a lane is missing, so that blocks differ in size.
MISSING: Final = 0.13

# How far from its middle a cluster's net is laid before the nearest lamps are kept.
REACH: Final = 480.0

# 전용주, 한전주, 건축물: own pole, power company's pole, wall of a house.
MOUNTS: Final = (("전용주", 0.35), ("한전주", 0.5), ("건축물", 0.15))


class Cluster(NamedTuple):
    """Lamps of one year around one middle: `turn` is the direction of the alleys in degrees."""

    label: str
    neighbourhood: str
    middle: Place
    lamps: int
    year: int
    turn: float


CLUSTERS: Final = (
    Cluster("쌍문", "쌍문동", Place(127.0165, 37.6512), 264, 2022, 24.0),  # Duksung University
    Cluster("도봉", "도봉동", Place(127.0415, 37.6795), 229, 2023, -12.0),
    Cluster("방학", "방학동", Place(127.0325, 37.6670), 328, 2024, 38.0),
    Cluster("창", "창동", Place(127.0425, 37.6505), 354, 2025, 7.0),
)

Line = list[tuple[float, float]]


class Net:
    """An invented net of alleys around (0, 0), in metres: bent lines of a crooked grid."""

    def __init__(self, chance: np.random.Generator, turn: float) -> None:
        self._chance = chance
        self._turn = math.radians(turn)
        self._bends = chance.uniform(0, 2 * math.pi, 4)

    def lines(self) -> Iterator[Line]:
        """Alleys from one end to the other, then the lanes between two alleys each."""
        rows = self._steps(*ALLEYS)
        for y in rows:
            yield from self._pieces([(x, y) for x in np.arange(-REACH, REACH + 1, 10.0)])
        for low, high in pairwise(rows):
            for x in self._steps(*LANES):
                if self._chance.random() > MISSING:
                    yield [self._bent(x, y) for y in np.linspace(low, high, 6)]

    def _steps(self, least: float, most: float) -> list[float]:
        gaps = self._chance.uniform(least, most, int(2 * REACH / least))
        places = -REACH + np.cumsum(gaps) - self._chance.uniform(0, least)
        return [float(place) for place in places if place < REACH]

    def _pieces(self, straight: Line) -> Iterator[Line]:
        """An alley in pieces of 60 to 150 m, some of them missing."""
        start = 0
        while start < len(straight) - 1:
            end = start + int(self._chance.integers(6, 16))
            if self._chance.random() > MISSING:
                yield [self._bent(x, y) for x, y in straight[start : end + 1]]
            start = end

    def _bent(self, x: float, y: float) -> tuple[float, float]:
        """Two slow waves each way bend the grid, then it is turned."""
        one, two, three, four = self._bends
        east = x + 16 * math.sin(y / 95 + one) + 7 * math.sin(y / 41 + two)
        north = y + 20 * math.sin(x / 130 + three) + 6 * math.sin(x / 47 + four)
        cosine, sine = math.cos(self._turn), math.sin(self._turn)
        return east * cosine - north * sine, east * sine + north * cosine


def along(line: Line, chance: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Points on alternating sides of a line, one lamp spacing after another."""
    side, walked = EDGE, float(chance.uniform(2, SPACING[0]))
    for (x0, y0), (x1, y1) in pairwise(line):
        length = math.dist((x0, y0), (x1, y1))
        while walked < length:
            east, north = (x1 - x0) / length, (y1 - y0) / length
            yield x0 + walked * east - side * north, y0 + walked * north + side * east
            walked += float(chance.uniform(*SPACING))
            side = -side if chance.random() < 0.3 else side
        walked -= length


def lamps_of(cluster: Cluster, ground: BaseGeometry, chance: np.random.Generator) -> list[Place]:
    """The lamps of a cluster, alley by alley: the nearest of its net to the middle."""
    centre = cluster.middle.metres
    standing: list[tuple[float, float]] = []
    for line in Net(chance, cluster.turn).lines():
        for x, y in along(line, chance):
            place = place_at(Metres(centre.east + x, centre.north + y))
            if not ground.contains(Point(place.lon, place.lat)):
                continue
            if all(math.dist((x, y), other) > CROSSING for other in standing):
                standing.append((x, y))
    nearest = sorted(standing, key=lambda at: _distance(at[0], at[1], cluster.turn))
    kept = set(nearest[: cluster.lamps])
    return [
        place_at(Metres(centre.east + x, centre.north + y)) for x, y in standing if (x, y) in kept
    ]


def _distance(x: float, y: float, turn: float) -> float:
    """Distance from the middle by a measure whose circles have bays, as real quarters do."""
    angle = math.atan2(y, x) - math.radians(turn)
    return math.hypot(x, y) * (1 + 0.10 * math.sin(3 * angle) + 0.07 * math.cos(5 * angle))


def rows() -> Iterator[tuple[object, ...]]:
    """The cells of the file, row by row."""
    chance = np.random.default_rng(20261101)
    mounts, shares = [name for name, _ in MOUNTS], [share for _, share in MOUNTS]
    grounds = neighbourhoods()
    for cluster in CLUSTERS:
        address = f"{DISTRICT} {cluster.neighbourhood}"
        for number, place in enumerate(lamps_of(cluster, grounds[address], chance), start=1):
            mount = mounts[int(chance.choice(len(mounts), p=shares))]
            label = f"{cluster.label}-{number:04d}"
            position = (f"{place.lat:.6f}", f"{place.lon:.6f}")
            keeper = ("", f"{DISTRICT}청(시연)", "2026-11-01")
            yield label, 1, "", f"{address} (시연)", *position, cluster.year, mount, *keeper


def neighbourhoods() -> dict[str, BaseGeometry]:
    """The neighbourhoods of `areas.geojson`, drawn in by about 10 m: no lamp stands outside."""
    text = Path(__file__).with_name("areas.geojson").read_text(encoding="utf-8")
    return {
        feature["properties"]["name"]: shape(feature["geometry"]).buffer(-0.0001)
        for feature in json.loads(text)["features"]
        if feature["properties"]["kind"] == "neighbourhood"
    }


def content() -> bytes:
    """The file: UTF-8 with a byte order mark, as the public ones."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    return out.getvalue().encode("utf-8-sig")


if __name__ == "__main__":
    sys.stdout.buffer.write(content())
