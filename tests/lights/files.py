"""Come here for small files of lights as the public ones come."""

import csv
import io
from collections.abc import Sequence

from lights.inventory import (
    Inventory,
    InventoryLamp,
    read_inventory,
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
