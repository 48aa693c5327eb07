"""How a position, however bad, becomes a place in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from dispatch.plan import DEFAULT
from dispatch.spot import NOWHERE, Spot, spot_of
from geo.area import Area, Areas
from geo.place import Metres, Place, place_at
from lights.lamp import Lamp
from lights.register import Register
from lights.schedule import is_daylight

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = Place(127.0165, 37.6512, 10.0)
SSANGMUN = Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.01, 37.64, 127.02, 37.66))
CHANG = Area("창동지구대 관할", "jurisdiction", "창동지구대", box(127.04, 37.64, 127.05, 37.66))
VILLAGE = Area("쌍문동", "neighbourhood", None, box(127.01, 37.64, 127.02, 37.66))
AREAS = Areas([SSANGMUN, CHANG, VILLAGE])


def lamp(name: str, east_m: float, north_m: float) -> Lamp:
    here = HERE.metres
    place = place_at(Metres(here.east + east_m, here.north + north_m))
    return Lamp(name, f"쌍문-{name}", place.lon, place.lat)


POLES = Register([lamp("N", 0, 20), lamp("E", 30, 0), lamp("S", 0, -40), lamp("W", -50, 0)])
FAR = Register([lamp("far", 151, 0)])


def spot(
    place: Place | None,
    fixed_at: datetime | None = None,
    register: Register = POLES,
    areas: Areas = AREAS,
) -> Spot:
    return spot_of(place, fixed_at, NOON, register, areas, DEFAULT)


@pytest.mark.parametrize(
    ("accuracy_m", "quality"),
    [
        (None, "unknown"),
        (0.0, "unknown"),
        (0.1, "good"),
        (30.0, "good"),
        (30.1, "rough"),
        (200.0, "rough"),
        (200.1, "poor"),
        (2_000.0, "poor"),
    ],
)
def test_how_good_a_place_is_said_to_be(accuracy_m: float | None, quality: str) -> None:
    assert spot(Place(HERE.lon, HERE.lat, accuracy_m)).quality == quality


@pytest.mark.parametrize(
    ("age", "stale"),
    [(None, False), (timedelta(0), False), (timedelta(minutes=2), False), (timedelta(3), True)],
)
def test_a_fix_is_stale_after_two_minutes(age: timedelta | None, stale: bool) -> None:
    assert spot(HERE, None if age is None else NOON - age).stale == stale


def test_no_position_is_a_spot_that_says_so() -> None:
    assert spot(None) == NOWHERE
    assert NOWHERE.quality == "none"


def test_a_place_inside_a_jurisdiction_belongs_to_it() -> None:
    here = spot(HERE)
    assert (here.jurisdiction, here.jurisdiction_how, here.unit) == (
        "쌍문파출소 관할",
        "inside",
        "쌍문파출소",
    )
    assert here.address == "쌍문동"


def test_a_place_in_no_jurisdiction_goes_to_the_nearest_and_says_so() -> None:
    between = spot(Place(127.035, 37.65, 10.0))
    assert (between.jurisdiction, between.jurisdiction_how, between.unit) == (
        "창동지구대 관할",
        "nearest",
        "창동지구대",
    )
    assert between.address is None


@pytest.mark.parametrize(
    ("degrees_south", "how"), [(0.026, "nearest"), (0.028, "outside"), (2.4, "outside")], ids=str
)
def test_a_place_that_no_patrol_reaches_in_time_is_the_control_centre_s(
    degrees_south: float, how: str
) -> None:
    # 111 km a degree: 2.9 km, 3.1 km, and the 270 km to the south coast
    far = spot(Place(127.045, 37.64 - degrees_south, 10.0))
    assert far.jurisdiction_how == how
    assert (far.jurisdiction is None, far.unit is None) == (how == "outside",) * 2
    assert far.number is not None


def test_a_district_without_areas_still_gives_a_number_and_poles() -> None:
    here = spot(HERE, areas=Areas([]))
    assert (here.address, here.jurisdiction, here.jurisdiction_how, here.unit) == (None,) * 4
    assert here.number is not None
    assert here.poles


def test_the_nearest_three_poles_are_named_with_distance_and_bearing_towards_them() -> None:
    found = [(pole.label, round(pole.metres), pole.bearing) for pole in spot(HERE).poles]
    # Grid north of EPSG:5179 lies 0.3 degrees beside true north here: within a whole degree.
    assert [(label, metres) for label, metres, _ in found] == [
        ("쌍문-N", 20),
        ("쌍문-E", 30),
        ("쌍문-S", 40),
    ]
    for (_, _, bearing), expected in zip(found, (0, 90, 180), strict=True):
        assert min((bearing - expected) % 360, (expected - bearing) % 360) <= 1


def test_a_pole_beyond_the_reach_of_a_voice_is_not_named() -> None:
    assert spot(HERE, register=FAR).poles == ()


@pytest.mark.parametrize(
    "place",
    [
        Place(139.7, 35.7, 10.0),
        Place(0.0, 0.0),
        Place(-180.0, -90.0),
        Place(180.0, 90.0),
        Place(-52.5, -38.0),
    ],
    ids=["Tokyo", "no island", "south pole", "north pole", "the other side of the earth"],
)
def test_a_place_outside_of_korea_is_a_spot_without_a_number(place: Place) -> None:
    abroad = spot(place)
    assert abroad.place == place
    assert abroad.number is None
    assert abroad.poles == ()


@given(st.floats(-180, 180), st.floats(-90, 90), st.none() | st.floats(0, 1e8))
def test_every_position_on_earth_gives_a_spot(
    lon: float, lat: float, accuracy_m: float | None
) -> None:
    place = Place(lon, lat, accuracy_m)
    assert spot(place).place == place
    is_daylight(place, NOON)  # asked of the same places when a report comes
