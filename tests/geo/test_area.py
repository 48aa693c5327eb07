"""Which area holds a place, which is nearest in metres, and which features are refused."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from geo.area import Area, Areas, areas_from_geojson
from geo.place import Place, metres_between


def rectangle(name: str, west: float, south: float, east: float, north: float) -> Area:
    return Area(name, "jurisdiction", None, box(west, south, east, north))


WEST = rectangle("west", 127.00, 37.60, 127.02, 37.70)
EAST = rectangle("east", 127.02, 37.60, 127.04, 37.70)
SCHOOL = rectangle("school inside west", 127.01, 37.64, 127.012, 37.642)


def feature(name: object = "도봉동", kind: object = "neighbourhood", **more: Any) -> dict[str, Any]:
    ring = [[127.0, 37.6], [127.1, 37.6], [127.1, 37.7], [127.0, 37.6]]
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "unit": None} | more.get("properties", {}),
        "geometry": more.get("geometry", {"type": "Polygon", "coordinates": [ring]}),
    }


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}


def collection(*features: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_the_area_that_a_place_lies_in_holds_it() -> None:
    areas = Areas([WEST, EAST])
    assert areas.holding(Place(127.015, 37.65), "jurisdiction") == WEST
    assert areas.holding(Place(127.025, 37.65), "jurisdiction") == EAST
    assert areas.holding(Place(127.05, 37.65), "jurisdiction") is None
    assert areas.holding(Place(127.015, 37.65), "district") is None


def test_the_smallest_of_several_areas_answers_in_whatever_order_they_came() -> None:
    place = Place(127.011, 37.641)
    for areas in (Areas([SCHOOL, WEST]), Areas([WEST, SCHOOL])):
        assert areas.holding(place, "jurisdiction") == SCHOOL
        assert areas.nearest(place, "jurisdiction") == (SCHOOL, 0.0)


def test_of_equal_areas_the_first_by_name_answers() -> None:
    twins = [rectangle(name, 127.0, 37.6, 127.1, 37.7) for name in ("나", "가")]
    assert Areas(twins).holding(Place(127.05, 37.65), "jurisdiction") == twins[1]


def test_the_nearest_area_is_nearest_in_metres_and_not_in_degrees() -> None:
    """A degree of longitude is a fifth shorter than one of latitude here."""
    in_metres = rectangle("east of here", 127.011, 37.60, 127.02, 37.70)
    in_degrees = rectangle("north of here", 126.90, 37.6595, 127.0005, 37.70)
    place = Place(127.0, 37.65)
    assert place_distance(in_degrees, place) < place_distance(in_metres, place)
    nearest = Areas([in_degrees, in_metres]).nearest(place, "jurisdiction")
    assert nearest is not None
    assert nearest[0] == in_metres
    assert nearest[1] == pytest.approx(metres_between(place, Place(127.011, 37.65)), abs=0.1)


def place_distance(area: Area, place: Place) -> float:
    return area.shape.distance(Point(place.lon, place.lat))


def test_where_no_area_is_known_none_is_nearest() -> None:
    assert Areas([]).nearest(Place(127.0, 37.6), "district") is None
    assert Areas([]).holding(Place(127.0, 37.6), "district") is None
    assert Areas([WEST]).nearest(Place(127.0, 37.6), "district") is None


@given(st.floats(126.99, 127.05), st.floats(37.59, 37.71))
def test_the_area_that_holds_a_place_is_also_its_nearest(lon: float, lat: float) -> None:
    areas, place = Areas([WEST, EAST, SCHOOL]), Place(lon, lat)
    holding, nearest = areas.holding(place, "jurisdiction"), areas.nearest(place, "jurisdiction")
    assert nearest is not None
    assert (holding is None) == (nearest[1] > 0)
    assert holding is None or holding == nearest[0]


OVER_THE_BORDER = [Place(lon, 37.641) for lon in (127.005, 127.011, 127.015, 127.025, 127.05)]


def test_many_places_are_given_to_their_areas_at_once() -> None:
    points = np.array([place.metres for place in OVER_THE_BORDER])
    held = dict(Areas([WEST, EAST, SCHOOL]).each_holding(points, "jurisdiction"))
    assert held == {SCHOOL.name: [1], WEST.name: [0, 2], EAST.name: [3]}
    assert dict(Areas([WEST]).each_holding(np.empty((0, 2)), "jurisdiction")) == {WEST.name: []}


@given(
    st.lists(st.tuples(st.floats(126.99, 127.05), st.floats(37.59, 37.71)), min_size=1, max_size=9)
)
def test_many_places_at_once_lie_where_each_alone_lies(corners: list[tuple[float, float]]) -> None:
    areas, places = Areas([WEST, EAST, SCHOOL]), [Place(*corner) for corner in corners]
    points = np.array([place.metres for place in places])
    held = dict(areas.each_holding(points, "jurisdiction"))
    for row, place in enumerate(places):
        found = areas.holding(place, "jurisdiction")
        assert [name for name in held if row in held[name]] == ([found.name] if found else [])


def test_areas_are_read_from_geojson() -> None:
    areas, rejected = areas_from_geojson(
        collection(
            feature("서울특별시 도봉구 도봉동"),
            feature(" 도봉1파출소 관할 ", "jurisdiction", properties={"unit": "도봉1파출소"}),
            feature("섬", geometry=MultiPolygon([box(126, 34, 127, 35)]).__geo_interface__),
        )
    )
    assert rejected == []
    assert [(area.name, area.kind, area.unit) for area in areas] == [
        ("서울특별시 도봉구 도봉동", "neighbourhood", None),
        ("도봉1파출소 관할", "jurisdiction", "도봉1파출소"),
        ("섬", "neighbourhood", None),
    ]


def test_heights_in_the_coordinates_are_left_out() -> None:
    ring = [[127.0, 37.6, 20.0], [127.1, 37.6, 21.0], [127.1, 37.7, 22.0], [127.0, 37.6, 20.0]]
    drawn = {"type": "Polygon", "coordinates": [ring]}
    areas, _ = areas_from_geojson(collection(feature(geometry=drawn)))
    assert not areas[0].shape.has_z


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature(geometry={"type": "Point", "coordinates": [127.0, 37.6]}), "a Point, not a poly"),
        (feature(geometry=None), "nothing drawn, not a polygon"),
        (feature(name=""), "has no name"),
        (feature(name=None), "has no name"),
        (feature(name=7), "has no name"),
        (feature(kind="precinct"), "'precinct': write one of jurisdiction, neighbourhood"),
        (feature(kind=None), "write one of jurisdiction"),
        (feature(kind=["district"]), "write one of jurisdiction"),
        (feature(properties={"unit": 112}), "unit is not text"),
        ({"type": "Feature"}, "not a feature"),
        ("a feature", "not a feature"),
        (
            feature(
                geometry=polygon((127, 37), (127.1, 37.1), (127.1, 37), (127, 37.1), (127, 37))
            ),
            r"not a clean polygon \(Self-intersection.*Fix geometries",
        ),
        (
            feature(geometry=polygon((37.6, 127.0), (37.6, 127.1), (37.7, 127.1), (37.6, 127.0))),
            "longitude and latitude look swapped",
        ),
        (
            feature(geometry=polygon((9.5e5, 1.9e6), (9.6e5, 1.9e6), (9.6e5, 2e6), (9.5e5, 1.9e6))),
            r"metres of a projected system.*EPSG:4326",
        ),
        (feature(geometry=polygon((2, 48), (3, 48), (3, 49), (2, 48))), "outside of Korea"),
        (feature(geometry={"type": "Polygon", "coordinates": []}), "cannot be read"),
        (feature(geometry={"type": "Polygon", "coordinates": [[["a", "b"]]]}), "cannot be read"),
        (feature(geometry={"type": "Polygon"}), "cannot be read"),
        (feature(geometry={"type": "Polygon", "coordinates": 5}), "cannot be read"),
    ],
)
def test_a_feature_that_cannot_be_used_is_refused_in_words(bad: object, reason: str) -> None:
    areas, rejected = areas_from_geojson(collection(feature("good"), bad))
    assert [area.name for area in areas] == ["good"]
    assert [refused.index for refused in rejected] == [1]
    with pytest.raises(ValueError, match=reason):
        raise ValueError(rejected[0].reason)


def test_a_refused_feature_is_named_where_it_has_a_name() -> None:
    _, rejected = areas_from_geojson(collection(feature("쌍문동", "dong")))
    assert rejected[0].name == "쌍문동"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "not GeoJSON"),
        (None, "not GeoJSON"),
        ({}, "object without a type"),
        (feature(), "this is a Feature, not a FeatureCollection"),
        ({"type": "Topology"}, "this is a Topology, not a FeatureCollection"),
        ({"type": "FeatureCollection"}, "no list of features"),
    ],
)
def test_a_document_of_another_kind_is_refused_as_a_whole(document: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        areas_from_geojson(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(st.sampled_from(["Polygon", "MultiPolygon"]), JSON)
def test_every_feature_is_either_taken_or_refused(drawn: str, coordinates: Any) -> None:
    geometry = {"type": drawn, "coordinates": coordinates}
    areas, rejected = areas_from_geojson(collection(feature(geometry=geometry)))
    assert len(areas) + len(rejected) == 1


def test_reading_survives_a_trip_through_json() -> None:
    document = json.loads(json.dumps(collection(feature())))
    assert areas_from_geojson(document) == areas_from_geojson(collection(feature()))
