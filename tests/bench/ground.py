"""Come here for the districts that are measured in: lamps at real density, and places to press."""

import json
import math
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from geo.area import Area, areas_from_geojson
from geo.place import Metres, Place, place_at
from lights.inventory import InventoryLamp
from lights.lamp import Lamp

AREAS_FILE: Final = Path(__file__).parents[2] / "geo" / "dobong" / "areas.geojson"
MIDDLE: Final = Place(127.0323, 37.6688).metres
"""Dobong-gu."""
GROUND_A_LAMP_M2: Final = math.pi * 50.0**2 / 10
"""Ten lamps in the circle that is lit; the nearest neighbour is then 14 m away on average."""
CORNERS_APART_M: Final = 130.0
"""Two circles of 50 m around neighbouring corners share no lamp."""
LAMPS_A_CORNER: Final = 9
ACCURACY_M: Final = 10.0


class Corner(NamedTuple):
    """A place whose lamps nobody else's cry concerns."""

    place: Place
    lamp_ids: tuple[str, ...]


def dobong() -> list[Area]:
    """The areas of the demonstration: neighbourhoods and jurisdictions."""
    return areas_from_geojson(json.loads(AREAS_FILE.read_bytes()))[0]


def side_m(count: int) -> float:
    """The side of the square that so many scattered lamps stand in."""
    return math.sqrt(count * GROUND_A_LAMP_M2)


def scattered_points(count: int, dice: Random) -> list[Place]:
    """Points by chance in a square, at the density of lamps."""
    half = side_m(count) / 2
    return [_within(half, dice) for _ in range(count)]


def scattered(count: int, seed: int = 1) -> list[InventoryLamp]:
    """Lamps by chance in a square."""
    points = scattered_points(count, Random(seed))
    return [inventory_lamp(f"L{at:07d}", place) for at, place in enumerate(points)]


def register_lamps(count: int, seed: int = 1) -> list[Lamp]:
    """The same as the register holds them."""
    points = scattered_points(count, Random(seed))
    return [
        Lamp(f"L{at:07d}", f"쌍문-{at:07d}", place.lon, place.lat, "서울특별시 도봉구 쌍문동")
        for at, place in enumerate(points)
    ]


def places_among(count: int, how_many: int, seed: int = 2) -> list[Place]:
    """Places by chance in the square of `count` lamps, not at its rim."""
    dice = Random(seed)
    half = max(side_m(count) / 2 - 100.0, 10.0)
    return [_within(half, dice, ACCURACY_M) for _ in range(how_many)]


def corners(count: int, seed: int = 3) -> tuple[list[InventoryLamp], list[Corner]]:
    """Street corners in a lattice with nine lamps within 45 m each, in an order by chance."""
    dice = Random(seed)
    lamps: list[InventoryLamp] = []
    found = []
    width = math.ceil(math.sqrt(count))
    for number in range(count):
        row, column = divmod(number, width)
        east = MIDDLE.east + (column - width / 2) * CORNERS_APART_M
        north = MIDDLE.north + (row - width / 2) * CORNERS_APART_M
        around = [_lamp_at(Metres(east, north), number, at, dice) for at in range(LAMPS_A_CORNER)]
        lamps += around
        place = place_at(Metres(east, north), ACCURACY_M)
        found.append(Corner(place, tuple(lamp.lamp_id for lamp in around)))
    dice.shuffle(found)
    return lamps, found


def _lamp_at(middle: Metres, corner: int, number: int, dice: Random) -> InventoryLamp:
    """One of nine lamps around a corner, about 15 m from the next."""
    angle = math.tau * (number + dice.random() / 2) / LAMPS_A_CORNER
    away = dice.uniform(15.0, 45.0)
    point = Metres(middle.east + away * math.cos(angle), middle.north + away * math.sin(angle))
    return inventory_lamp(f"C{corner:05d}-{number}", place_at(point))


def inventory_lamp(lamp_id: str, place: Place) -> InventoryLamp:
    """A lamp as a public file would list it."""
    return InventoryLamp(
        lamp_id=lamp_id,
        label=f"쌍문-{lamp_id}",
        place=place,
        address="서울특별시 도봉구 쌍문동",
        fixtures=1,
        installed_year=2022,
        keeper="서울특별시 도봉구",
        kind="security_light",
    )


def _within(half_m: float, dice: Random, accuracy_m: float | None = None) -> Place:
    east = MIDDLE.east + dice.uniform(-half_m, half_m)
    north = MIDDLE.north + dice.uniform(-half_m, half_m)
    return place_at(Metres(east, north), accuracy_m)


def geojson(lamps: list[InventoryLamp]) -> dict[str, Any]:
    """The lamps as the simulated street reads them."""
    features = [
        {
            "type": "Feature",
            "id": lamp.lamp_id,
            "geometry": {"type": "Point", "coordinates": [lamp.place.lon, lamp.place.lat]},
            "properties": {},
        }
        for lamp in lamps
    ]
    return {"type": "FeatureCollection", "features": features}
