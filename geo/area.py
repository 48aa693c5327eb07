"""Come here for what lies inside which polygon: whose jurisdiction, which neighbourhood, district.

Laws: a border belongs to the areas on both sides of it; where several areas hold a place, the
smallest answers (a special area is drawn over a general one), and of equally large ones the first
by name. Distances are metres of EPSG:5179; the shapes are projected once, when `Areas` is built.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.validation import explain_validity

from geo.place import Floats, Metres, Place, to_metres, why_not_in_korea

Kind: TypeAlias = Literal["jurisdiction", "neighbourhood", "district"]
Shape: TypeAlias = Polygon | MultiPolygon

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Area:
    """A named polygon in WGS84 degrees, longitude first; `unit` is who answers for it."""

    name: str
    kind: Kind
    unit: str | None
    shape: Shape


@dataclass(frozen=True, slots=True)
class RejectedArea:
    """A feature that was not taken: `features[index]` of the file, its name, and why, in words."""

    index: int
    name: str | None
    reason: str


class _Outline(NamedTuple):
    """A shape in metres, and the box around it."""

    shape: Shape
    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Metres) -> bool:
        return (
            self.west <= point.east <= self.east
            and self.south <= point.north <= self.north
            and bool(shapely.intersects_xy(self.shape, point.east, point.north))
        )

    def boxes(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Which of many points lie in the box."""
        east, north = points.T
        inside: npt.NDArray[np.bool_] = (self.west <= east) & (east <= self.east)
        inside &= (self.south <= north) & (north <= self.north)
        return inside


class _Layer(NamedTuple):
    """The areas of one kind, the smallest first, their outlines, and a tree of these."""

    areas: list[Area]
    outlines: list[_Outline]
    tree: shapely.STRtree


class Areas:
    """Many areas that do not change, ready to be asked which of them holds a place."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = tuple(areas)
        self._layers: dict[Kind, _Layer] = {
            kind: _layer([area for area in areas if area.kind == kind]) for kind in KINDS
        }

    def __len__(self) -> int:
        return len(self._areas)

    def __iter__(self) -> Iterator[Area]:
        return iter(self._areas)

    def holding(self, place: Place, kind: Kind) -> Area | None:
        """The area of a kind that a place lies in, borders included."""
        # Not by the tree: to ask it takes longer than to look at a few hundred boxes.
        layer, point = self._layers[kind], place.metres
        pairs = zip(layer.areas, layer.outlines, strict=True)
        return next((area for area, outline in pairs if outline.holds(point)), None)

    def each_holding(self, points: Floats, kind: Kind) -> Iterator[tuple[str, list[int]]]:
        """Of each area of a kind, by name, the rows of an (n, 2) array of metres that it holds.

        As `holding` answers one by one, but two hundred times as fast.
        """
        layer, free = self._layers[kind], np.ones(len(points), bool)
        for area, outline in zip(layer.areas, layer.outlines, strict=True):
            rows = np.flatnonzero(free & outline.boxes(points))
            rows = rows[shapely.intersects_xy(outline.shape, *points[rows].T)]
            free[rows] = False
            yield area.name, rows.tolist()

    def nearest(self, place: Place, kind: Kind) -> tuple[Area, float] | None:
        """The nearest area of a kind and its metres, 0 inside; None where there is none."""
        layer, point = self._layers[kind], place.metres
        if not (layer.areas and math.isfinite(point.east)):
            return None
        found, metres = layer.tree.query_nearest(shapely.Point(point), return_distance=True)
        return layer.areas[found.min()], float(metres[0])


def _layer(areas: list[Area]) -> _Layer:
    projected = [_projected(area.shape) for area in areas]
    order = sorted(range(len(areas)), key=lambda i: (projected[i].area, areas[i].name))
    shapes = [projected[i] for i in order]
    outlines = [_Outline(one, *one.bounds) for one in shapes]
    return _Layer([areas[i] for i in order], outlines, shapely.STRtree(shapes))


def _projected(outline: Shape) -> Shape:
    metres = shapely.transform(outline, lambda degrees: to_metres(degrees[:, 0], degrees[:, 1]))
    shapely.prepare(metres)
    return metres


def areas_from_geojson(document: object) -> tuple[list[Area], list[RejectedArea]]:
    """The areas of a GeoJSON FeatureCollection, and the features refused, each with the reason.

    A feature needs the properties `name` and `kind` and may have `unit`; its geometry is a Polygon
    or MultiPolygon in WGS84 degrees, longitude first. An outline that crosses itself is refused:
    which side of it somebody answers for cannot be guessed. Raises ValueError, in words for the
    person who brought the file, where it is not a FeatureCollection.
    """
    areas: list[Area] = []
    rejected: list[RejectedArea] = []
    for index, feature in enumerate(_features(document)):
        try:
            areas.append(_area(feature))
        except ValueError as reason:
            rejected.append(RejectedArea(index, _name_or_none(feature), str(reason)))
    return areas, rejected


def _features(document: object) -> Sequence[object]:
    if not isinstance(document, Mapping):
        raise ValueError("this is not GeoJSON: a GeoJSON file is one JSON object with a type")
    if document.get("type") != "FeatureCollection":
        raise ValueError(
            f"this is a {document.get('type') or 'JSON object without a type'}, not a "
            "FeatureCollection: export the whole layer as GeoJSON, in WGS84 (EPSG:4326)"
        )
    features = document.get("features")
    if not isinstance(features, list):
        raise ValueError("this FeatureCollection has no list of features")
    return features


def _area(feature: object) -> Area:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not (isinstance(feature, Mapping) and isinstance(properties, Mapping)):
        raise ValueError("this is not a feature with properties")
    name = _name_or_none(feature)
    if name is None:
        raise ValueError("it has no name: give it a property `name`")
    kind = next((kind for kind in KINDS if kind == properties.get("kind")), None)
    if kind is None:
        known = ", ".join(KINDS)
        raise ValueError(f"its kind is {properties.get('kind')!r}: write one of {known}")
    unit = properties.get("unit")
    if not isinstance(unit, str | None):
        raise ValueError("its unit is not text: write the unit's name, or leave it out")
    return Area(name, kind, (unit or "").strip() or None, _shape(feature.get("geometry")))


def _name_or_none(feature: object) -> str | None:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    return name.strip() or None if isinstance(name, str) else None


def _shape(geometry: object) -> Shape:
    """The polygon of a GeoJSON geometry; ValueError says in words why there is none."""
    drawn = geometry.get("type") if isinstance(geometry, Mapping) else None
    if not isinstance(geometry, Mapping) or drawn not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"it is {f'a {drawn}' if drawn else 'nothing drawn'}, not a polygon")
    try:
        outline = shapely.force_2d(shape(dict(geometry)))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, ShapelyError):
        outline = None
    if not isinstance(outline, Polygon | MultiPolygon) or outline.is_empty:
        raise ValueError("its outline cannot be read: it is rings of [longitude, latitude]")
    lon_lat = shapely.get_coordinates(outline).tolist()
    wrong = next((why for lon, lat in lon_lat if (why := why_not_in_korea(lon, lat))), None)
    if wrong is not None:
        raise ValueError(f"its outline does not lie in Korea: {wrong}")
    if not outline.is_valid:
        raise ValueError(
            f"its outline is not a clean polygon ({explain_validity(outline)}): "
            "repair it in the program it was drawn with (in QGIS: Fix geometries)"
        )
    return outline
