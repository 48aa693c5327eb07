"""Come here for what a result is, and how results are shown: a table, and JSON."""

import json
import math
import os
import platform
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_HEAD: Final = ("what", "ours", "floor or peer", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside another. `met` None: the issue sets no target, it is there to be seen.

    `compared` False: the two are not ours and a rival's, so that their ratio says nothing.
    """

    part: str
    what: str
    ours: float | None
    unit: str
    beside: float | None = None
    beside_is: str = ""
    target: str = ""
    met: bool | None = None
    note: str = ""
    compared: bool = True

    @property
    def ratio(self) -> float | None:
        """Ours over what stands beside it."""
        if self.ours is None or not self.beside or not self.compared:
            return None
        return self.ours / self.beside


def at_most(ratio: float | None, limit: float) -> bool | None:
    """Whether a ratio is within its limit; None where there is none."""
    return None if ratio is None else ratio <= limit


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values do not exceed; NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(rows: Sequence[Row]) -> str:
    """All rows as text, part by part; notes below their row."""
    lines: list[tuple[tuple[str, ...], str]] = [(_HEAD, "")]
    part = ""
    for row in rows:
        if row.part != part:
            part = row.part
            lines.append(((f"— {part}", "", "", "", "", ""), ""))
        lines.append((_cells(row), row.note))
    widths = [max(_width(cells[at]) for cells, _ in lines) for at in range(len(_HEAD))]
    return "\n".join(_line(cells, note, widths) for cells, note in lines)


def _cells(row: Row) -> tuple[str, ...]:
    beside = f"{_number(row.beside)} {row.unit}  {row.beside_is}" if row.beside is not None else ""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    met = {True: "yes", False: "NO", None: ""}[row.met]
    return (row.what, f"{_number(row.ours)} {row.unit}".strip(), beside, ratio, row.target, met)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _line(cells: Sequence[str], note: str, widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    line = "  ".join(padded).rstrip()
    return f"{line}\n    {note}" if note else line


def write_json(rows: Sequence[Row], target: Path, quick: bool) -> None:
    """Everything that was measured, for a program to read."""
    body = {
        "quick": quick,
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "rows": [asdict(row) | {"ratio": row.ratio} for row in rows],
    }
    target.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
