"""Come here to say which lamps stand where: from GeoJSON, or as a grid of invented ones."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_LAMP_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The corner of the invented grid: near Banghak station in Dobong-gu.
_CORNER_LON: Final = 127.035
_CORNER_LAT: Final = 37.660
# 15 metres, the usual distance between lamps of an alley, in degrees at 37.66 degrees north.
_STEP_LON: Final = 0.000170
_STEP_LAT: Final = 0.000135


class LampSpec(NamedTuple):
    """One lamp of the street: its id on the wire and where it stands, in degrees."""

    lamp_id: str
    lon: float
    lat: float


def lamps_of(geojson: object) -> list[LampSpec]:
    """The lamps of a FeatureCollection of points; the id is the feature's or `properties.lamp_id`.

    Raises ValueError with the place in the document for anything else, and for an id said twice.
    """
    lamps = list(_each_lamp(geojson))
    repeated = len(lamps) - len({lamp.lamp_id for lamp in lamps})
    if repeated:
        raise ValueError(f"{repeated} lamps carry the id of another one")
    return lamps


def grid(count: int) -> list[LampSpec]:
    """Invented lamps SIM-000001 and so on, 15 metres apart in a square."""
    side = math.ceil(math.sqrt(count))
    return [_grid_lamp(number, side) for number in range(count)]


def _grid_lamp(number: int, side: int) -> LampSpec:
    row, column = divmod(number, side)
    lon = round(_CORNER_LON + column * _STEP_LON, 6)
    return LampSpec(f"SIM-{number + 1:06}", lon, round(_CORNER_LAT + row * _STEP_LAT, 6))


def _each_lamp(geojson: object) -> Iterator[LampSpec]:
    features = geojson.get("features") if isinstance(geojson, Mapping) else None
    if not isinstance(features, Sequence):
        raise ValueError("not a GeoJSON FeatureCollection")
    for position, feature in enumerate(features):
        try:
            yield _lamp_of(feature)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"features[{position}] is no lamp: {error}") from None


def _lamp_of(feature: Mapping[str, Mapping[str, Sequence[float]]]) -> LampSpec:
    lamp_id = str(feature.get("id") or feature["properties"]["lamp_id"])
    lon, lat = (float(degrees) for degrees in feature["geometry"]["coordinates"][:2])
    if not _LAMP_ID.fullmatch(lamp_id):
        raise ValueError(f"{lamp_id!r} does not match {_LAMP_ID.pattern}")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"{lon}, {lat} is no position in degrees, longitude first")
    return LampSpec(lamp_id, lon, lat)
