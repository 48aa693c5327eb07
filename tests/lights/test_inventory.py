"""Public files of lights: what becomes a lamp, what is refused, and in which words."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.inventory import (
    UnreadableFile,
    read_inventory,
    rejects_csv,
)
from tests.lights.files import COLUMNS, LAMP, csv_file, lamp, notes, only_lamp, read


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
