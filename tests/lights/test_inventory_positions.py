"""Public files of lights: which positions are believed, turned round or refused."""

import re

import pytest

from tests.lights.files import Row, lamp, notes, read


@pytest.mark.parametrize(
    ("lat", "lon", "rule", "words"),
    [
        ("", "", "no_coordinate", "neither latitude nor longitude"),
        ("", "127.016512", "no_coordinate", "no latitude"),
        ("37.651", "없음", "no_coordinate", "no longitude"),
        ("0", "0.0", "no_coordinate", "neither"),
        ("37.651", "미정", "not_a_number", "'미정' is not a number of degrees"),
        ("37.651", "1.27E+02", "not_a_number", "1.27E"),
        ("37,651", "127.01", "not_a_number", "37,651"),
        ("nan", "127.01", "not_a_number", "nan"),
        ("37.651", "4664046.125", "outside_korea", "metres of a projected system.*EPSG:4326"),
        ("1961310.2", "957412.7", "outside_korea", "metres of a projected system"),
        ("48.85", "2.35", "outside_korea", "outside of Korea"),
        ("127.016512", "37.651234", "outside_korea", "look swapped"),
    ],
)
def test_a_row_without_a_position_in_korea_is_refused(
    lat: str, lon: str, rule: str, words: str
) -> None:
    inventory = read(*(lamp(n) for n in range(20)), lamp(30, 위도=lat, 경도=lon))
    (refused,) = inventory.rejected
    assert (refused.row, refused.rule) == (22, rule)
    assert re.search(words, refused.reason)
    assert refused.cells[4:6] == (lat, lon)


def test_latitude_and_longitude_swapped_in_the_whole_file_are_read_the_right_way_round() -> None:
    straight = [lamp(n) for n in range(30)]
    swapped = [row | {"위도": row["경도"], "경도": row["위도"]} for row in straight]
    inventory = read(*swapped)
    assert inventory.lamps == read(*straight).lamps
    assert inventory.notes[0].name == "swapped"
    assert inventory.notes[0].rows == 30
    assert "swapped" in inventory.notes[0].words
    assert "whole file" in inventory.notes[0].words


def test_the_swapped_rows_of_one_keeper_among_many_are_turned_with_its_name() -> None:
    straight = [lamp(n) for n in range(30)]
    swapped = [
        lamp(n, 관리기관명="다른구청") | {"위도": "127.0371", "경도": f"37.66{n:02d}"}
        for n in range(10)
    ]
    inventory = read(*straight, *swapped)
    assert len(inventory.lamps) == 40
    assert notes(inventory)["swapped"] == 10
    assert "다른구청" in inventory.notes[0].words


def district(keeper: str, lat: float, lon: float, count: int) -> list[Row]:
    """`count` lamps in a row to the east, 100 m apart."""
    return [
        lamp(n, 관리기관명=keeper, 위도=str(lat), 경도=f"{lon + n * 0.00113:.6f}")
        for n in range(count)
    ]


def test_a_wrong_digit_that_moves_a_lamp_far_out_of_its_district_is_refused() -> None:
    rows = district("군포시", 37.36, 126.93, 60)
    inventory = read(*rows, lamp(99, 관리기관명="군포시", 위도="38.33", 경도="130.398"))
    (refused,) = inventory.rejected
    assert (refused.row, refused.rule) == (62, "far_from_fellows")
    assert re.search(r"3\d\d km from the middle of the lamps of 군포시", refused.reason)


def test_a_district_of_ninety_kilometres_keeps_its_lamps() -> None:
    """홍천군 reaches from 127.5 to 128.6 east, and most of its lamps hang in the west."""
    town = district("강원특별자치도 홍천군", 37.69, 127.88, 300)
    road = [
        lamp(n, 관리기관명="강원특별자치도 홍천군", 경도=f"{127.55 + n * 0.05:.6f}")
        for n in range(21)
    ]
    assert read(*town, *road).rejected == ()


def test_an_island_far_from_the_rest_of_its_county_keeps_its_lamps() -> None:
    county = district("인천광역시 옹진군", 37.25, 126.45, 400)
    island = district("인천광역시 옹진군", 37.96, 124.70, 12)
    assert read(*county, *island).rejected == ()


def test_the_lamps_of_a_keeper_all_over_the_country_are_kept() -> None:
    rows = [
        lamp(n, 관리기관명="고속도로", 위도=f"{35 + n * 0.1:.6f}", 경도=f"{127 + n * 0.05:.6f}")
        for n in range(25)
    ]
    assert read(*rows).rejected == ()


def test_each_keeper_is_measured_by_its_own_lamps() -> None:
    rows = district("서울", 37.6, 127.0, 20) + district("부산", 35.1, 129.0, 20)
    assert read(*rows).rejected == ()


def test_a_crowd_of_lamps_on_one_point_is_a_dummy() -> None:
    rows = [lamp(n) for n in range(50)]
    crowd = [lamp(n, 위도="37.651", 경도="127.02") for n in range(100, 120)]
    inventory = read(*rows, *crowd)
    assert inventory.rejected_by_rule() == {"dummy_point": 20}
    assert len(inventory.lamps) == 50
    assert "20 different rows stand on this one point" in inventory.rejected[0].reason


def test_a_few_lamps_on_one_point_are_kept_and_say_so() -> None:
    inventory = read(lamp(5), *(lamp(n, 위도="37.651", 경도="127.02") for n in range(17)))
    assert inventory.rejected == ()
    assert notes(inventory)["shared_position"] == 17
    assert inventory.lamps[1].notes == ("shares its point with 16 more",)
