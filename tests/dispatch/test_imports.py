"""Lamps and areas from files into the database, also under a running dispatcher."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from dispatch.database import Database
from dispatch.imports import import_areas, read_areas
from lights.store import load_lamps
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process, lamplighter, said_in_the_end
from tests.house import HERE, environment_for, running
from tests.lights.files import COLUMNS, Row, csv_file, lamp
from tests.patience import eventually

STREET = [lamp(number) for number in range(5)]
NO_PLACE = lamp(8, 위도="", 경도="")
FILE: dict[str, Any] = {"type": "FeatureCollection"}
RING = [[127.0, 37.6], [127.05, 37.6], [127.05, 37.7], [127.0, 37.7], [127.0, 37.6]]


def write_csv(folder: Path, *rows: Row) -> str:
    path = folder / "lamps.csv"
    path.write_bytes(csv_file(rows, COLUMNS))
    return str(path)


def write_areas(folder: Path, *features: dict[str, Any]) -> str:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({**FILE, "features": list(features)}))
    return str(path)


def area(name: str, kind: str = "jurisdiction", ring: Any = RING, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "unit": "쌍문파출소", **more},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


async def lamps_in(pair: Pair) -> dict[str, str]:
    """Labels by id of all that is in the database."""
    database = Database(pair.database_url)
    try:
        await database.bring_up_to_date()
        async with database.reading() as connection:
            return {lamp.lamp_id: lamp.label for lamp in await load_lamps(connection)}
    finally:
        await database.close()


async def test_a_dry_run_says_what_would_change_and_changes_nothing(
    pair: Pair, tmp_path: Path
) -> None:
    environment, file = environment_for(pair, tmp_path), write_csv(tmp_path, *STREET)
    told = await in_this_process("lamps", "import", "--dry-run", file, environment=environment)
    assert told.exit_code == 0, told.stderr
    assert "전국보안등정보표준데이터: 5 lamps" in told.stdout
    assert "5 lamps would be added, 0 would be changed, 0 unchanged" in told.stdout
    assert await lamps_in(pair) == {}


async def test_an_import_writes_the_lamps_and_the_same_file_again_changes_nothing(
    pair: Pair, tmp_path: Path
) -> None:
    environment, file = environment_for(pair, tmp_path), write_csv(tmp_path, *STREET)
    told = await in_this_process("lamps", "import", file, environment=environment)
    assert told.exit_code == 0, told.stderr
    assert "5 lamps added, 0 changed, 0 unchanged" in told.stdout
    written = await lamps_in(pair)
    assert sorted(written.values()) == [f"쌍문-{number:04d}" for number in range(5)]

    again = await in_this_process("lamps", "import", file, environment=environment)
    assert "0 lamps would be added, 0 would be changed, 5 unchanged" in again.stdout
    assert await lamps_in(pair) == written

    more = write_csv(tmp_path, STREET[0] | {"설치연도": "2023"}, *STREET[1:], lamp(6))
    changed = await in_this_process("lamps", "import", "--yes", more, environment=environment)
    assert "1 lamps added, 1 changed, 4 unchanged" in changed.stdout
    assert len(await lamps_in(pair)) == 6


async def test_refused_rows_are_told_with_their_reason_and_kept_in_a_file(
    pair: Pair, tmp_path: Path
) -> None:
    environment, file = environment_for(pair, tmp_path), write_csv(tmp_path, *STREET, NO_PLACE)
    told = await in_this_process("lamps", "import", file, environment=environment)
    assert told.exit_code == 0, told.stderr
    assert "Refused: 1 rows" in told.stdout
    assert f"{file}.rejects.csv" in told.stdout
    assert lists_in(tmp_path) == ["lamps.csv", "lamps.csv.rejects.csv"]
    assert "쌍문-0008" in text_of(tmp_path / "lamps.csv.rejects.csv")
    assert len(await lamps_in(pair)) == 5


async def test_the_refused_rows_go_where_they_are_asked_to(tmp_path: Path, sqlite_url: str) -> None:
    environment = environment_for(Pair("embedded", sqlite_url, None), tmp_path)
    file, elsewhere = write_csv(tmp_path, *STREET, NO_PLACE), tmp_path / "elsewhere"
    words = ("lamps", "import", "--dry-run", "--rejects", str(elsewhere), file)
    assert (await in_this_process(*words, environment=environment)).exit_code == 0
    assert "쌍문-0008" in text_of(elsewhere)
    assert lists_in(tmp_path) == ["lamps.csv"]


def lists_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.csv"))


def text_of(path: Path) -> str:
    return path.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS"),
        (b"<!doctype html><title>404</title>", "web page"),
        (b"%PDF-1.7\n\x00\x01", "not CSV"),
        (b"name,colour\n1,2\n", ""),
        ("보안등위치명,위도,경도\n".encode(), ""),
        (b'{"type": "FeatureCollection"}', "JSON"),
    ],
    ids=["empty", "pointer", "page", "binary", "another table", "no rows", "JSON"],
)
async def test_a_file_that_is_no_list_of_lamps_is_refused_in_words_and_changes_nothing(
    content: bytes, words: str, tmp_path: Path, sqlite_url: str
) -> None:
    pair, file = Pair("embedded", sqlite_url, None), tmp_path / "lamps.csv"
    file.write_bytes(content)
    environment = environment_for(pair, tmp_path)
    told = await in_this_process("lamps", "import", str(file), environment=environment)
    assert words in said_in_the_end(told)
    assert await lamps_in(pair) == {}


async def test_why_a_file_is_refused_is_the_last_that_is_said(
    tmp_path: Path, sqlite_url: str
) -> None:
    environment, file = environment_for(Pair("embedded", sqlite_url, None), tmp_path), "lamps.csv"
    (tmp_path / file).write_bytes(b"<!doctype html><title>404</title>")
    told = await lamplighter("lamps", "import", str(tmp_path / file), environment=environment)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "web page" in told.stderr
    assert told.stderr.strip().splitlines()[-1].startswith("lamplighter: ")


async def test_areas_are_imported_and_the_refused_ones_named(pair: Pair, tmp_path: Path) -> None:
    environment = environment_for(pair, tmp_path)
    file = write_areas(tmp_path, area("쌍문"), area("창동", kind="village"))
    dry = await in_this_process("areas", "import", "--dry-run", file, environment=environment)
    assert "1 areas would be added" in dry.stdout, dry.stderr
    told = await in_this_process("areas", "import", file, environment=environment)
    assert told.exit_code == 0, told.stderr
    assert "Refused: feature 1 (창동)" in told.stdout
    assert "1 areas added, 0 changed, 0 unchanged" in told.stdout
    again = await in_this_process("areas", "import", file, environment=environment)
    assert "0 areas added, 0 changed, 1 unchanged" in again.stdout
    other = write_areas(tmp_path, area("쌍문", unit="창동지구대"))
    changed = await in_this_process("areas", "import", other, environment=environment)
    assert "0 areas added, 1 changed, 0 unchanged" in changed.stdout


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"type": "Feature"}', b"\xff\xfe\x00", b"[" * 100_000]
)
async def test_a_file_that_is_no_geojson_is_refused_in_words(
    content: bytes, tmp_path: Path, sqlite_url: str
) -> None:
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)
    environment = environment_for(Pair("embedded", sqlite_url, None), tmp_path)
    told = await in_this_process("areas", "import", str(file), environment=environment)
    assert "areas.geojson" in said_in_the_end(told)


async def test_of_two_who_have_seen_one_preview_of_areas_one_writes_and_one_is_told(
    postgis_url: str,  # SQLite has one writer anyway
) -> None:
    database = Database(postgis_url)
    other = database.another()
    for one in (database, other):
        async with one.writing():
            pass  # both are connected: neither begins sooner
    files = [read_areas(json.dumps({**FILE, "features": [area(one)]}).encode()) for one in "가나"]
    try:
        seen = [await import_areas(database, found, dry_run=True) for found, _ in files]
        ends = await asyncio.gather(
            import_areas(database, files[0][0], dry_run=False, version=seen[0].version),
            import_areas(other, files[1][0], dry_run=False, version=seen[1].version),
            return_exceptions=True,
        )
    finally:
        await database.close()
        await other.close()
    assert sorted(type(end).__name__ for end in ends) == ["Change", "InventoryChanged"]


async def test_a_running_dispatcher_notices_what_is_imported(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        environment = environment_for(pair, tmp_path)
        nothing = await house.press()
        assert nothing["shortfall"] == "no lamps within 200 m"
        assert nothing["place"]["jurisdiction"] is None

        here = lamp(0, 위도=f"{HERE.lat:.6f}", 경도=f"{HERE.lon:.6f}")
        lamps, areas = write_csv(tmp_path, here), write_areas(tmp_path, area("쌍문"))
        for words in (("lamps", "import", lamps), ("areas", "import", areas)):
            told = await in_this_process(*words, environment=environment)
            assert told.exit_code == 0, told.stderr

        dispatcher = house.dispatcher
        assert dispatcher is not None
        await eventually(lambda: len(dispatcher.district.register) == 1)
        await eventually(lambda: len(dispatcher.district.areas) == 1)
        taken = await house.press()
        assert [lamp["metres"] for lamp in taken["lamps"]] == [0.0]
        assert taken["place"]["jurisdiction"] == "쌍문"
        found = (await house.client.get("/v1/lamps")).json()
        assert [one["properties"]["label"] for one in found["features"]] == ["쌍문-0000"]
        outlines = (await house.client.get("/v1/areas")).json()
        assert [one["properties"]["name"] for one in outlines["features"]] == ["쌍문"]
