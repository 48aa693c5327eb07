"""Public files of lights: duplicates, counts, years, torn rows, and refused rows given back."""

import csv
import io

import pytest

from lights.inventory import (
    read_inventory,
    rejects_csv,
)
from tests.lights.files import COLUMNS, csv_file, lamp, notes, read

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
