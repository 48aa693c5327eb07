"""Imports in the browser: the same reading and reasons as at the command line, then the write."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from dispatch.routes import imports
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.test_imports import NO_PLACE, STREET, area, lamps_in, write_csv
from tests.house import House, assert_problem, environment_for, running
from tests.lights.files import COLUMNS, Row, csv_file, lamp


async def send(house: House, rows: list[Row], **query: Any) -> dict[str, Any]:
    content = csv_file(rows, COLUMNS)
    answer = await house.client.post("/v1/imports/lamps", params=query, content=content)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in ("added", "changed", "unchanged", "absent", "rejected"))


async def test_a_file_is_previewed_written_and_changes_nothing_the_second_time(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        preview = await send(house, [*STREET, NO_PLACE])
        assert (preview["written"], preview["format"]) == (False, "전국보안등정보표준데이터")
        assert counts(preview) == (5, 0, 0, 0, 1)
        (rule,) = preview["rejected_by_rule"]
        assert (rule["rule"], rule["rows"], rule["row"]) == ("no_coordinate", 1, 7)
        assert preview["rejected_rows"][0]["cells"][0] == "쌍문-0008"
        assert preview["header"] == list(COLUMNS)
        assert {note["name"] for note in preview["notes"]} == {"derived_id"}
        assert await lamps_in(pair) == {}

        done = await send(house, [*STREET, NO_PLACE], dry_run=False, version=preview["version"])
        assert (done["written"], *counts(done)) == (True, 5, 0, 0, 0, 1)
        listed = (await house.client.get("/v1/lamps")).json()["features"]
        assert len(listed) == 5, "it is in service when the answer is here"
        again = await send(house, STREET, dry_run=False)
        assert counts(again) == (0, 0, 5, 0, 0)


async def test_lamps_of_the_same_keeper_that_are_not_in_the_file_are_counted_and_stay(
    pair: Pair, tmp_path: Path
) -> None:
    others = [lamp(20, 관리기관명="서울특별시 강북구청")]
    async with running(pair, tmp_path) as house:
        await send(house, STREET + others, dry_run=False)
        preview = await send(house, STREET[:3])
        assert counts(preview) == (0, 0, 3, 2, 0)
        assert len(preview["absent_lamps"]) == 2
        environment, file = environment_for(pair, tmp_path), write_csv(tmp_path, *STREET[:3])
        told = await in_this_process("lamps", "import", "--dry-run", file, environment=environment)
        assert "2 lamps of the same keeper are not in the file and stay" in told.stdout
        await send(house, STREET[:3], dry_run=False)
        assert len(await lamps_in(pair)) == 6


async def test_a_preview_that_is_no_longer_true_is_not_written(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        preview = await send(house, STREET)
        await send(house, [lamp(9)], dry_run=False)
        query = {"dry_run": "false", "version": str(preview["version"])}
        answer = await house.client.post(
            "/v1/imports/lamps", params=query, content=csv_file(STREET, COLUMNS)
        )
        assert "new preview" in assert_problem(answer, 409)["detail"]
        assert len(await lamps_in(pair)) == 1
        areas = json.dumps({"type": "FeatureCollection", "features": [area("쌍문")]})
        answer = await house.client.post("/v1/imports/areas", params=query, content=areas)
        assert_problem(answer, 409)


async def test_the_refused_rows_come_as_a_file_that_can_be_corrected_and_imported(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        content = csv_file([*STREET, NO_PLACE], COLUMNS)
        answer = await house.client.post("/v1/imports/lamps/rejects", content=content)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "rejects.csv" in answer.headers["content-disposition"]
        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (row["row"], row["rule"], row["보안등위치명"]) == ("7", "no_coordinate", "쌍문-0008")
        corrected = answer.text.replace(",,", ",37.66,127.02", 1)
        taken = await house.client.post("/v1/imports/lamps", content=corrected.encode())
        assert taken.status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS"),
        (b"<!doctype html><title>404</title>", "web page"),
        (b"PK\x03\x04", "Excel"),
        (b'{"type": "FeatureCollection"}', "JSON"),
    ],
    ids=["empty", "pointer", "page", "workbook", "JSON"],
)
async def test_a_file_that_is_no_list_of_lamps_is_refused_in_words(
    content: bytes, words: str, sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        for path in ("lamps", "lamps/rejects"):
            answer = await house.client.post(f"/v1/imports/{path}", content=content)
            assert words in assert_problem(answer, 422)["detail"]


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGEST_FILE", 100_000)
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:

        async def endless() -> Any:
            for _ in range(20):
                yield b"x" * 10_000

        for content in (b"x" * 100_001, endless()):
            answer = await house.client.post("/v1/imports/lamps", content=content)
            assert "split it" in assert_problem(answer, 413)["detail"]


async def test_areas_are_previewed_and_written_with_the_refused_ones_named(
    pair: Pair, tmp_path: Path
) -> None:
    document = {
        "type": "FeatureCollection",
        "features": [area("쌍문"), area("창동", kind="village")],
    }
    content = json.dumps(document).encode()
    async with running(pair, tmp_path) as house:
        path = "/v1/imports/areas"
        preview = (await house.client.post(path, content=content)).json()
        assert (preview["added"], preview["rejected"], preview["written"]) == (1, 1, False)
        assert preview["rejected_areas"][0]["name"] == "창동"
        query = {"dry_run": "false", "version": str(preview["version"])}
        done = await house.client.post(path, params=query, content=content)
        assert (done.json()["added"], done.json()["written"]) == (1, True)
        shown = (await house.client.get("/v1/areas")).json()["features"]
        assert [one["properties"]["name"] for one in shown] == ["쌍문"]
        for wrong in (b"", b"[]", b"[" * 100_000, b'{"type": "FeatureCollection", "features": []}'):
            assert_problem(await house.client.post(path, content=wrong), 422)


async def test_lamps_are_retired_at_the_command_line_by_id_and_by_file(
    pair: Pair, tmp_path: Path
) -> None:
    environment, file = environment_for(pair, tmp_path), write_csv(tmp_path, *STREET)
    await in_this_process("lamps", "import", file, environment=environment)
    first, *_ = sorted(await lamps_in(pair))
    unknown = await in_this_process("lamps", "retire", first, "nobody", environment=environment)
    assert unknown.exit_code == 1
    assert "nobody" in unknown.stderr
    assert len(await lamps_in(pair)) == 5
    dry = await in_this_process("lamps", "retire", "--dry-run", first, environment=environment)
    assert "1 lamps would be retired, 0 were so before" in dry.stdout
    one = await in_this_process("lamps", "retire", first, environment=environment)
    assert "1 lamps retired, 0 were so before" in one.stdout, one.stderr
    assert first not in await lamps_in(pair)
    rest = await in_this_process("lamps", "retire", file, environment=environment)
    assert "4 lamps retired, 1 were so before" in rest.stdout
    assert await lamps_in(pair) == {}
    back = await in_this_process("lamps", "import", file, environment=environment)
    assert "5 changed" in back.stdout
    assert len(await lamps_in(pair)) == 5
    odd = await in_this_process("lamps", "retire", "no/such.csv", environment=environment)
    assert odd.exit_code == 1
    assert "no such file" in odd.stderr


async def test_a_cry_for_help_does_not_wait_for_a_preview(pair: Pair, tmp_path: Path) -> None:
    rows = [lamp(number % 9_000, 보안등위치명=f"쌍문-{number}") for number in range(20_000)]
    async with running(pair, tmp_path) as house:
        reading = asyncio.create_task(send(house, rows))
        answered = 0
        while not reading.done():
            await house.press()
            answered += not reading.done()
        assert (await reading)["added"] > 0
        assert answered >= 2, "pressed and answered while the preview was still being read"
