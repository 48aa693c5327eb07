"""The district of the demonstration: its levels agree, its lamps can be imported."""

import json
from importlib import resources

import shapely

from geo.area import Area, Areas, Shape, areas_from_geojson
from geo.dobong import make_lamps
from geo.place import Place
from lights.inventory import read_inventory

DOBONG = resources.files("geo.dobong")


def areas() -> list[Area]:
    read, rejected = areas_from_geojson(json.loads(DOBONG.joinpath("areas.geojson").read_bytes()))
    assert rejected == []
    return read


def shapes(kind: str) -> list[Shape]:
    return [area.shape for area in areas() if area.kind == kind]


def test_the_district_is_the_union_of_its_neighbourhoods_without_gap_or_overlap() -> None:
    (district,) = shapes("district")
    parts = shapes("neighbourhood")
    assert len(parts) == 4
    assert shapely.union_all(parts).equals(district)
    assert abs(sum(part.area for part in parts) - district.area) < 1e-12


def test_the_jurisdictions_cover_the_district_and_have_units() -> None:
    (district,) = shapes("district")
    assert shapely.union_all(shapes("jurisdiction")).buffer(1e-6).covers(district)
    assert all(area.unit for area in areas() if area.kind == "jurisdiction")


def test_what_is_drawn_for_the_demonstration_says_so() -> None:
    assert all("시연" in area.name for area in areas() if area.kind == "jurisdiction")


def test_duksung_university_lies_in_ssangmun() -> None:
    here = Areas(areas()).holding(Place(127.0165, 37.6512), "neighbourhood")
    assert here is not None
    assert here.name == "서울특별시 도봉구 쌍문동"


def test_every_lamp_is_imported_and_stands_in_the_neighbourhood_it_names() -> None:
    inventory = read_inventory(DOBONG.joinpath("lamps.csv").read_bytes())
    known = Areas(areas())
    assert (len(inventory.lamps), inventory.rejected) == (1175, ())
    for lamp in inventory.lamps:
        held = known.holding(lamp.place, "neighbourhood")
        assert held is not None
        assert lamp.address.startswith(held.name)
        assert known.holding(lamp.place, "district") is not None
        assert known.holding(lamp.place, "jurisdiction") is not None


def test_the_lamps_are_laid_alike_every_time() -> None:
    assert make_lamps.content() == DOBONG.joinpath("lamps.csv").read_bytes()
