"""Come here for the inventory as a file that a simulated street, or a map, can read."""

from collections.abc import Iterable

import orjson

from lights.lamp import Lamp


def as_geojson(lamps: Iterable[Lamp]) -> bytes:
    """Ids, labels and places of lamps, as a FeatureCollection."""
    features = [
        {
            "type": "Feature",
            "id": lamp.lamp_id,
            "geometry": {"type": "Point", "coordinates": [lamp.lon, lamp.lat]},
            "properties": {"lamp_id": lamp.lamp_id, "label": lamp.label, "address": lamp.address},
        }
        for lamp in lamps
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})
