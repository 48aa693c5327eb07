"""Every lamp in service, by id and by place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.place import Metres, Place, place_at
from lights.lamp import Lamp
from lights.register import Register

HERE = Place(127.0165, 37.6512)


def lamp(lamp_id: str, east: float = 0.0, north: float = 0.0) -> Lamp:
    """A lamp so many metres east and north of here."""
    start = HERE.metres
    place = place_at(Metres(start.east + east, start.north + north))
    return Lamp(lamp_id, f"pole {lamp_id}", place.lon, place.lat)


CROSS = [lamp("N", north=40), lamp("E", east=30), lamp("S", north=-20), lamp("W", east=-10)]


def test_a_lamp_is_found_by_its_id() -> None:
    register = Register(CROSS)
    assert len(register) == 4
    assert "E" in register
    assert register.get("E") == CROSS[1]
    assert "X" not in register
    assert register.get("X") is None


def test_a_register_without_lamps_finds_none() -> None:
    register = Register()
    assert len(register) == 0
    assert register.near(HERE, 1000) == []
    assert list(register.in_box(-180, -90, 180, 90)) == []
    assert register.poles(HERE, 3, 1000) == []


@pytest.mark.parametrize(
    ("horizon_m", "found"),
    [(5, []), (10.1, ["W"]), (30.1, ["W", "S", "E"]), (1000, ["W", "S", "E", "N"])],
)
def test_the_lamps_within_the_horizon_are_found_nearest_first(
    horizon_m: float, found: list[str]
) -> None:
    nears = Register(CROSS).near(HERE, horizon_m)
    assert [near.key for near in nears] == found
    metres = {"W": 10, "S": 20, "E": 30, "N": 40}
    assert all(near.metres == pytest.approx(metres[near.key], abs=0.01) for near in nears)


def test_no_more_than_a_hundred_lamps_are_found_and_those_are_the_nearest() -> None:
    register = Register(lamp(f"L{number:03d}", east=number) for number in range(150))
    assert [near.key for near in register.near(HERE, 1000)] == [f"L{n:03d}" for n in range(100)]


@pytest.mark.parametrize(
    ("count", "within_m", "found"),
    [
        (1, 100, [("W", 270)]),
        (4, 100, [("W", 270), ("S", 180), ("E", 90), ("N", 0)]),
        (4, 25, [("W", 270), ("S", 180)]),
        (0, 100, []),
    ],
)
def test_the_nearest_poles_are_told_with_metres_and_direction(
    count: int, within_m: float, found: list[tuple[str, int]]
) -> None:
    poles = Register(CROSS).poles(HERE, count, within_m)
    assert [(pole.lamp_id, bearing) for pole, _, bearing in poles] == found
    assert [round(metres) for _, metres, _ in poles] == [10, 20, 30, 40][: len(found)]


def test_a_pole_a_little_west_of_north_is_at_0_degrees_and_not_at_360() -> None:
    ((_, _, bearing),) = Register([lamp("N", east=-0.1, north=50)]).poles(HERE, 1, 100)
    assert bearing == 0


def test_the_lamps_in_a_box_are_found_by_id_from_any_lamp_on() -> None:
    register = Register([lamp("c"), lamp("a", east=5), lamp("b", north=5), lamp("far", east=5000)])
    west, south, east, north = (
        HERE.lon - 0.001,
        HERE.lat - 0.001,
        HERE.lon + 0.001,
        HERE.lat + 0.001,
    )

    def found(after: str = "") -> list[str]:
        return [one.lamp_id for one in register.in_box(west, south, east, north, after)]

    assert found() == ["a", "b", "c"]
    assert found("a") == ["b", "c"]
    assert found("bb") == ["c"], "a lamp that is gone by now is still a place to go on from"
    assert found("c") == []


def test_a_lamp_on_the_rim_of_a_box_is_in_it() -> None:
    register = Register([Lamp("L1", "1", 127.0, 37.5)])
    assert len(list(register.in_box(127.0, 37.5, 127.0, 37.5))) == 1


@given(
    st.lists(st.tuples(st.integers(-200, 200), st.integers(-200, 200)), max_size=30),
    st.integers(0, 250),
)
def test_the_register_finds_what_measuring_every_lamp_finds(
    at: list[tuple[int, int]], horizon_m: int
) -> None:
    lamps = [lamp(f"L{number:02d}", *each) for number, each in enumerate(at)]
    nears = Register(lamps).near(HERE, horizon_m + 0.5)
    inside = {
        f"L{number:02d}" for number, each in enumerate(at) if math.hypot(*each) <= horizon_m + 0.5
    }
    assert {near.key for near in nears} == inside
    assert [near.metres for near in nears] == sorted(near.metres for near in nears)
