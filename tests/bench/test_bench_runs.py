"""The bench is measured by hand; here only that it runs, shows its rows and writes its JSON."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def measured(target: Path, *parts: str) -> tuple[str, list[dict[str, Any]]]:
    """What the bench has printed of these parts, and the rows that it has written."""
    words = ["-m", "tests.bench", "--quick", "--json", str(target)]
    words += [word for part in parts for word in ("--only", part)]
    ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, json.loads(target.read_text())["rows"]


def test_a_part_of_the_bench_runs_and_writes_what_it_has_measured(tmp_path: Path) -> None:
    shown, rows = measured(tmp_path / "results.json", "choose")
    assert "choosing the lamps of one report" in shown
    compared = [row for row in rows if row["target"]]
    assert [row["target"] for row in compared] == ["<= 2x"]
    assert all(row["ratio"] > 0 for row in compared)


def test_presses_are_measured_beside_their_floor_and_floods_beside_the_reference(
    tmp_path: Path,
) -> None:
    shown, rows = measured(tmp_path / "results.json", "press", "flood")
    assert "pressed -> every chosen lamp sighted" in shown
    assert "durable SOS a second" in shown
    compared = [row for row in rows if row["target"]]
    assert [row["target"] for row in compared] == ["<= 2x", "<= 4x", ">= 400/s"]
    assert all(row["ratio"] > 0 for row in compared)
    kept = re.search(r"of (\d+) answered 201, (\d+) are in the database", compared[-1]["note"])
    assert kept is not None
    assert kept[1] == kept[2] != "0"
