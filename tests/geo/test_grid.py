"""국가지점번호: published numbers both ways, and the laws of the grid."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.grid import number_at, number_of, place_of
from geo.place import Metres, Place, metres_between

# number, longitude, latitude, what stands there, and who published the pair.
PUBLISHED = [
    ("다사 5393 5205", 126.978422, 37.566742, "Seoul City Hall: R package toNPN, README"),
    (
        "다바 7363 4856",
        127.20511239227915,
        36.63461765453511,
        "금이산, Sejong: digitie/kor-travel-geo docs T-042, computed with PostGIS 3.5",
    ),
]

# number, metres east and north in EPSG:5179, and who published the pair.
PUBLISHED_IN_METRES = [
    ("다사 6925 4045", 969258.1, 1940457.9, "digitie/kor-travel-geo tests/unit/test_sppn_core.py"),
    ("다사 5381 5262", 953810.0, 1952620.0, "npn.js, header: 253.81 km east, 652.62 km north"),
]

# number, an independently published coordinate of the spot, how far that may be off, and by whom.
PUBLISHED_NEARBY = [
    ("다사 5396 5205", 126.9787, 37.56684, 15, "Seoul City Hall: R package toNPN, README of toWGS"),
    (
        "사사 8787 2465",
        131.8696891,
        37.2385079,
        400,
        "독도 독립문바위: number announced by the Ministry of the Interior and Safety "
        "(choyhjo.tistory.com/6374573), coordinate from a table for tourists",
    ),
]

on_the_grid = st.builds(
    Metres,
    st.floats(700_000, 1_400_000, exclude_max=True),
    st.floats(1_300_000, 2_100_000, exclude_max=True),
)
cells = st.builds(
    "{}{} {:04d} {:04d}".format,
    st.sampled_from("가나다라마바사"),
    st.sampled_from("가나다라마바사아"),
    st.integers(0, 9999),
    st.integers(0, 9999),
)


@pytest.mark.parametrize(("number", "lon", "lat", "source"), PUBLISHED)
def test_a_place_has_its_published_number(number: str, lon: float, lat: float, source: str) -> None:
    assert number_of(Place(lon, lat)) == number, source


@pytest.mark.parametrize(("number", "east", "north", "source"), PUBLISHED_IN_METRES)
def test_a_point_in_metres_has_its_published_number(
    number: str, east: float, north: float, source: str
) -> None:
    assert number_at(Metres(east, north)) == number, source


@pytest.mark.parametrize(("number", "lon", "lat", "metres", "source"), PUBLISHED_NEARBY)
def test_a_published_number_leads_to_the_spot(
    number: str, lon: float, lat: float, metres: float, source: str
) -> None:
    assert metres_between(place_of(number), Place(lon, lat)) < metres, source


def test_a_wrongly_published_number_leads_elsewhere() -> None:
    """A demonstration programme says 다사 5683 2741 of the summit 백운대: that is 35 km off."""
    summit = Place(126.9778, 37.6584)
    assert number_of(summit) != "다사 5683 2741"
    assert metres_between(place_of("다사 5683 2741"), summit) > 30_000


@pytest.mark.parametrize(
    "spoken",
    [
        "다사53935205",
        " 다사 5393 5205 ",
        "다 사 5 3 9 3 5 2 0 5",
        "다사-5393-5205",
        "다사\u00a05393\t5205",
        "다사５３９３５２０５",
        "\u1103\u1161\u1109\u1161 5393 5205",
    ],
)
def test_a_number_is_understood_however_it_is_spaced(spoken: str) -> None:
    assert number_of(place_of(spoken)) == "다사 5393 5205"


@pytest.mark.parametrize(
    "text",
    ["", "다사", "다사 5393 520", "다사 5393 52055", "아사 5393 5205", "다자 5393 5205", "XX 1 2"],
)
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="다사 5393 5205"):
        place_of(text)


@pytest.mark.parametrize(
    ("lon", "lat"), [(0.0, 0.0), (139.7, 35.7), (127.0, 31.0), (121.0, 37.5), (-53.0, -37.5)]
)
def test_a_place_off_the_grid_has_no_number(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="outside of the grid"):
        number_of(Place(lon, lat))


def test_the_grid_ends_where_its_letters_end() -> None:
    assert number_at(Metres(700_000, 1_300_000)) == "가가 0000 0000"
    assert number_at(Metres(1_399_999.9, 2_099_999.9)) == "사아 9999 9999"
    for beyond in (Metres(1_400_000, 1_300_000), Metres(700_000, 2_100_000), Metres(699_999, 2e6)):
        with pytest.raises(ValueError, match="outside of the grid"):
            number_at(beyond)


@given(cells)
def test_the_centre_of_a_cell_has_the_number_of_the_cell(number: str) -> None:
    assert number_of(place_of(number)) == number


@given(on_the_grid)
def test_the_centre_of_its_cell_is_never_farther_than_half_a_diagonal(point: Metres) -> None:
    centre = place_of(number_at(point))
    assert math.dist(centre.metres, point) <= math.hypot(5, 5) + 0.001
    assert centre.accuracy_m == pytest.approx(7.07, abs=0.01)
