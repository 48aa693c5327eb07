"""The bench is measured by hand; here only that it runs, shows its rows and writes its JSON."""

import json
import subprocess
import sys
from pathlib import Path


def test_a_part_of_the_bench_runs_and_writes_what_it_has_measured(tmp_path: Path) -> None:
    target = tmp_path / "results.json"
    words = ["-m", "tests.bench", "--only", "choose", "--quick", "--json", str(target)]
    ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "choosing the lamps of one report" in ran.stdout
    rows = json.loads(target.read_text())["rows"]
    compared = [row for row in rows if row["target"]]
    assert [row["target"] for row in compared] == ["<= 2x"]
    assert all(row["ratio"] > 0 for row in compared)
