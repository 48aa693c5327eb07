"""Public files of lights: what becomes a lamp, what is refused, and in which words."""

import csv
import io
import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.inventory import (
    Inventory,
    InventoryLamp,
    UnreadableFile,
    read_inventory,
    rejects_csv,
)

COLUMNS = (
    "보안등위치명",
    "설치개수",
    "소재지도로명주소",
    "소재지지번주소",
    "위도",
    "경도",
    "설치연도",
    "설치형태",
    "관리기관전화번호",
    "관리기관명",
    "데이터기준일자",
)
LAMP = {
    "보안등위치명": "쌍문-0001",
    "설치개수": "1",
    "소재지도로명주소": "",
    "소재지지번주소": "서울특별시 도봉구 쌍문동 419",
    "위도": "37.651234",
    "경도": "127.016512",
    "설치연도": "2022",
    "설치형태": "전용주",
    "관리기관전화번호": "02-2091-0000",
    "관리기관명": "서울특별시 도봉구청",
    "데이터기준일자": "2025-12-23",
}
Row = dict[str, str]


def lamp(number: int = 1, **said: str) -> Row:
    """A row like many others; each number another name and another place, 20 m on."""
    moved = {"보안등위치명": f"쌍문-{number:04d}", "위도": f"{37.65 + number * 0.0002:.6f}"}
    return LAMP | moved | said


def csv_file(rows: Sequence[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read(*rows: Row) -> Inventory:
    return read_inventory(csv_file(rows, tuple(rows[0])))


def only_lamp(row: Row) -> InventoryLamp:
    inventory = read(row)
    assert inventory.rejected == ()
    (only,) = inventory.lamps
    return only


def notes(inventory: Inventory) -> dict[str, int]:
    return {finding.name: finding.rows for finding in inventory.notes}


def test_a_row_becomes_a_lamp_with_everything_it_says() -> None:
    only = only_lamp(LAMP)
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", only.lamp_id)
    assert only.label == "쌍문-0001"
    assert (only.place.lon, only.place.lat) == (127.016512, 37.651234)
    assert only.address == "서울특별시 도봉구 쌍문동 419"
    assert (only.fixtures, only.installed_year) == (1, 2022)
    assert (only.keeper, only.kind) == ("서울특별시 도봉구청", "security_light")
    assert only.notes == ()
    assert read(LAMP).format == "전국보안등정보표준데이터"


def test_smart_streetlights_are_read_with_the_road_as_their_label() -> None:
    row = {
        "스마트가로등유형": "01+02",
        "시도명": "서울특별시",
        "도로명": "천호대로",
        "소재지도로명주소": "천호대로",
        "소재지지번주소": "서울특별시 광진구 능동 236-1",
        "위도": "37.5558879",
        "경도": "127.0818015",
        "설치연도": "2020",
        "관리기관명": "서울특별시 광진구청",
        "제공기관명": "서울특별시 광진구",
    }
    only = only_lamp(row)
    assert (only.kind, only.label) == ("smart_streetlight", "천호대로")
    assert only.address == "서울특별시 광진구 능동 236-1"
    assert only_lamp(row | {"도로명": "-"}).label == "서울특별시 광진구 능동 236-1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    content = csv_file([LAMP]).decode("utf-8-sig").encode(encoding)
    assert read_inventory(content) == read(LAMP)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("보안등위치명,", '"보안등위치명",'),
        ("설치연도", "설치년도"),
        ("설치연도", " 설치연도 "),
        (",위도,경도,", ",WGS84위도,WGS84경도,"),
        ("\r\n", "\n"),
        (",", "\t"),
    ],
)
def test_variants_of_the_header_mean_the_same(written: str, found: str) -> None:
    text = csv_file([LAMP]).decode("utf-8-sig").replace(written, found)
    assert read_inventory(text.encode("utf-8-sig")).lamps == read(LAMP).lamps


@given(st.permutations(COLUMNS))
def test_the_order_of_the_columns_does_not_matter(columns: list[str]) -> None:
    rows = [lamp(n) for n in range(1, 4)] + [lamp(9, 위도=""), lamp(1)]
    one, other = read_inventory(csv_file(rows)), read_inventory(csv_file(rows, columns))
    assert other.lamps == one.lamps
    assert other.notes == one.notes
    assert [(row.row, row.rule) for row in other.rejected] == [
        (row.row, row.rule) for row in one.rejected
    ]


# --- ids


def test_reading_the_same_file_twice_gives_the_same_ids_and_never_one_twice() -> None:
    rows = [lamp(n) for n in range(50)] + [lamp(7, 설치형태="건축물"), lamp(7, 설치연도="")]
    once, again = read(*rows), read(*rows)
    assert once == again
    assert len({each.lamp_id for each in once.lamps}) == len(once.lamps) == 52


def test_a_lamp_keeps_its_id_when_rows_are_added_and_other_cells_corrected() -> None:
    before = read(lamp(1), lamp(2)).lamps[1]
    after = read(lamp(0), lamp(1), lamp(3), lamp(2, 설치연도="2023")).lamps[3]
    assert after.lamp_id == before.lamp_id


def test_the_national_file_and_the_district_s_own_give_a_lamp_the_same_id() -> None:
    national = lamp(1) | {"제공기관코드": "3090000", "제공기관명": "서울특별시 도봉구"}
    assert only_lamp(national).lamp_id == only_lamp(lamp(1)).lamp_id


def test_an_id_does_not_change_between_releases() -> None:
    assert only_lamp(LAMP).lamp_id == "2bccdb65752275326755"


@pytest.mark.parametrize("column", ["lamp_id", "제어기ID", "제어기번호", "단말기ID"])
def test_an_id_in_the_file_wins(column: str) -> None:
    inventory = read(lamp(1) | {column: "DB-0001"}, lamp(2) | {column: "DB-0002"})
    assert [each.lamp_id for each in inventory.lamps] == ["DB-0001", "DB-0002"]
    assert "derived_id" not in notes(inventory)


@pytest.mark.parametrize("lamp_id", ["", "a/b", "램프", "x" * 65, "a b", "+", "#"])
def test_an_id_that_is_no_topic_level_is_refused(lamp_id: str) -> None:
    inventory = read(lamp(1) | {"lamp_id": lamp_id}, lamp(2) | {"lamp_id": "L2"})
    assert [row.rule for row in inventory.rejected] == ["bad_lamp_id"]


def test_of_an_id_that_stands_twice_neither_row_is_believed() -> None:
    inventory = read(*(lamp(n) | {"lamp_id": "L1" if n < 3 else "L3"} for n in (1, 2, 3)))
    assert [(row.row, row.rule) for row in inventory.rejected] == [
        (2, "duplicate_lamp_id"),
        (3, "duplicate_lamp_id"),
    ]
    assert [each.lamp_id for each in inventory.lamps] == ["L3"]


# --- a file that is no such list


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b" , ,\n,,\n", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "git lfs pull"),
        (b"\r\n<!DOCTYPE html><html>404</html>", "web page"),
        (b'{"records": []}', "JSON"),
        (b"PK\x03\x04\x14\x00", "Excel workbook or a zip archive, not CSV.*save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook.*save it as CSV"),
        ("보안등위치명,위도".encode("utf-16"), "UTF-16, not CSV"),
        (b"abc\x00def", "binary"),
        ("\ufffd\ufffd\ufffd,위도,경도\n1,2,3\n".encode(), "damaged.*Download the file again"),
        (",".join(COLUMNS).encode().decode("latin-1").encode(), "damaged"),
        ("보안등위치명,설치개수,위도\n1,1,37\n".encode(), "no column 경도"),
        ("보안등위치명,경도,위도,위도\n".encode(), "Two columns mean the same"),
        (",".join(COLUMNS).encode(), "no rows"),
        (
            "이름,값\n가,1\n".encode(),
            "not a known list of lights.*이름, 값.*보안등위치명, 위도, 경도",
        ),
        ('관리기관명,카메라대수,위도,경도\n"강남구청",1,37,127\n'.encode("cp949"), "CCTV cameras"),
        ("번호,안전비상벨관리번호,WGS84위도\n1,2,3\n".encode("cp949"), "emergency bells"),
        ("연번,시도청,경찰서,관서명,구분,주소\n".encode("cp949"), "police boxes"),
    ],
)
def test_a_file_that_is_no_list_of_lights_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_inventory(content)


def test_a_file_full_of_lost_characters_is_refused_but_one_lost_cell_costs_one_row() -> None:
    one = [lamp(n) for n in range(200)] + [lamp(201, 보안등위치명="쌍\ufffd")]
    assert read(*one).rejected_by_rule() == {"damaged_text": 1}
    with pytest.raises(UnreadableFile, match="damaged"):
        read(*(lamp(n, 보안등위치명=f"쌍\ufffd{n}") for n in range(200)))


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    rows = [lamp(n) for n in range(40)]
    text = csv_file(rows).decode("utf-8-sig").replace("쌍문-0010", '"쌍문-0010')
    with pytest.raises(UnreadableFile, match="quotation mark"):
        read_inventory(text.encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    assert_read_or_refused(content)


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_any_damage_to_a_file_is_read_or_refused_and_nothing_else(
    chance: random.Random, hits: int
) -> None:
    content = bytearray(csv_file([lamp(n) for n in range(6)]))
    for _ in range(hits):
        place = chance.randrange(len(content))
        content[place : place + chance.randrange(3)] = chance.choice(
            [b"", b",", b'"', b"\n", b"\r", b"\xff", b"\x00", b"9999", "경도".encode("cp949")]
        )
    assert_read_or_refused(bytes(content))


def assert_read_or_refused(content: bytes) -> None:
    try:
        inventory = read_inventory(content)
    except UnreadableFile:
        return
    assert rejects_csv(inventory.rejected, inventory.header)
    assert len({each.lamp_id for each in inventory.lamps}) == len(inventory.lamps)


# --- positions


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


# --- other dirt


def test_exact_duplicates_are_refused_with_the_row_they_repeat() -> None:
    inventory = read(lamp(1), lamp(2), lamp(1))
    (refused,) = inventory.rejected
    assert (refused.row, refused.rule) == (4, "duplicate_row")
    assert "row 2" in refused.reason


def test_lamps_with_one_name_are_kept_because_a_name_is_no_key() -> None:
    inventory = read(*(lamp(n, 보안등위치명="놀이터") for n in range(3)))
    assert len(inventory.lamps) == 3
    assert notes(inventory)["same_name"] == 3


@pytest.mark.parametrize(
    ("said", "fixtures", "finding"),
    [
        ("1", 1, None),
        ("", 1, None),
        ("3", 3, "several_fixtures"),
        ("2.0", 2, "several_fixtures"),
        ("0", 1, "fixtures_unclear"),
        ("-1", 1, "fixtures_unclear"),
        ("1.5", 1, "fixtures_unclear"),
        ("두개", 1, "fixtures_unclear"),
        ("20151103", 1, "fixtures_unclear"),
    ],
)
def test_a_row_can_stand_for_several_lamps(said: str, fixtures: int, finding: str | None) -> None:
    inventory = read(lamp(설치개수=said))
    assert inventory.lamps[0].fixtures == fixtures
    assert bool(inventory.lamps[0].notes) == (finding is not None)
    assert finding is None or notes(inventory)[finding] == 1


@pytest.mark.parametrize(
    ("said", "year", "finding"),
    [
        ("2022", 2022, None),
        ("2022년", 2022, None),
        ("2022.0", 2022, None),
        ("", None, None),
        ("미상", None, None),
        ("2015-03-02", 2015, "year_repaired"),
        ("2015.3.2", 2015, "year_repaired"),
        ("20150302", 2015, "year_repaired"),
        ("2015-03", 2015, "year_repaired"),
        ("1905-07-04", 2012, "year_repaired"),
        ("1905-07", None, "year_unclear"),
        ("1905-02-01", None, "year_unclear"),
        ("1905-13-44", None, "year_unclear"),
        ("1900", None, "year_unclear"),
        ("2026", None, "year_unclear"),
        ("12", None, "year_unclear"),
        ("작년", None, "year_unclear"),
    ],
)
def test_years_are_repaired_only_where_that_is_certain(
    said: str, year: int | None, finding: str | None
) -> None:
    inventory = read(lamp(설치연도=said))
    assert inventory.lamps[0].installed_year == year
    assert bool(inventory.lamps[0].notes) == (finding is not None)
    assert finding is None or notes(inventory)[finding] == 1


def test_a_row_with_too_few_or_too_many_cells_is_refused_and_shown_as_it_was() -> None:
    text = csv_file([lamp(1), lamp(2), lamp(3), lamp(4)]).decode("utf-8-sig")
    lines = text.split("\r\n")
    lines[1] = lines[1].rpartition(",")[0]
    lines[2] += ",more"
    lines[3] += ",,,"
    inventory = read_inventory("\r\n".join(lines).encode())
    assert [(row.row, row.rule, len(row.cells)) for row in inventory.rejected] == [
        (2, "cells", 10),
        (3, "cells", 12),
    ]
    assert len(inventory.lamps) == 2


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    text = csv_file([lamp(1, 소재지지번주소="쌍문동\n419"), lamp(2, 위도="")]).decode("utf-8-sig")
    head, rest = text.split("\r\n", 1)
    inventory = read_inventory(f"{head}\r\n\r\n{rest}".encode())
    assert inventory.rejected[0].row == 4
    assert notes(inventory)["blank_rows"] == 1


def test_progress_is_told_until_all_rows_are_done() -> None:
    told: list[tuple[int, int]] = []
    read_inventory(
        csv_file([lamp(n) for n in range(2500)]), lambda done, total: told.append((done, total))
    )
    assert told == [(0, 2500), (1000, 2500), (2000, 2500), (2500, 2500)]


# --- the refused rows, given back


def test_refused_rows_are_written_for_excel_and_can_be_imported_when_corrected() -> None:
    inventory = read(lamp(1), lamp(2, 위도="", 소재지지번주소="쌍문동, 419"))
    content = rejects_csv(inventory.rejected, inventory.header)
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == ["row", "rule", "reason", *COLUMNS]
    assert row[:3] == ["3", "no_coordinate", "no latitude"]
    corrected = content.replace(b",,127.016512", b",37.65,127.016512")
    assert len(read_inventory(corrected).lamps) == 1


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    inventory = read(lamp(1, 보안등위치명='=HYPERLINK("http://x")', 위도=""))
    row = list(csv.reader(io.StringIO(rejects_csv(inventory.rejected).decode("utf-8-sig"))))[1]
    assert row[3].startswith("'=")
    assert row[0] == "2"
