"""Come here to turn a public CSV file of lights into lamps, and into rows refused with the reason.

Two data sets of data.go.kr are read: 전국보안등정보표준데이터 (security lights) and
전국스마트가로등표준데이터 (smart streetlights), by the names of their columns, in any order.

Laws: every row becomes a lamp or a refused row; a position is never guessed; the same file gives
the same lamps with the same ids. The rules themselves: `sieve.py`, `positions.py`, `columns.py`.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from geo.place import Place
from lights.columns import Kind, Layout, fixtures_in, layout_of, year_in
from lights.sieve import Progress, RejectedRow, Row, Rule, Sieve
from lights.tables import UnreadableFile, read_table, table_bytes

__all__ = [
    "Finding",
    "Inventory",
    "InventoryLamp",
    "RejectedRow",
    "UnreadableFile",
    "read_inventory",
    "rejects_csv",
]

_FINDINGS: Final = {
    "shared_position": "share their point with others: kept",
    "same_name": "have a name that another of the same keeper has: kept, a name is no key",
    "several_fixtures": "stand for more than one lamp (설치개수)",
    "fixtures_unclear": "do not say a number of lamps (설치개수): taken as one",
    "year_unclear": "have an impossible year of installation: left out",
    "year_repaired": "have a whole date for a year of installation: the year was taken from it",
    "derived_id": "have no lamp id in the file: derived from keeper, name and position",
}
"""What can be true of many rows, and the words that follow their number."""


@dataclass(frozen=True, slots=True)
class InventoryLamp:
    """One row that is a lamp; `fixtures` lamps where it stands for several on one point.

    `label` is what is painted on the pole (smart streetlights say none: it is the road's name, or
    the address). `notes` say in words what was repaired, left out or found strange.
    """

    lamp_id: str
    label: str
    place: Place
    address: str
    fixtures: int
    installed_year: int | None
    keeper: str
    kind: Kind
    notes: tuple[str, ...] = ()


class Finding(NamedTuple):
    """Something found in many rows: its name, how many rows, and words to put after the number."""

    name: str
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a file held. `format` is the data set's public name, `header` the file's columns."""

    format: str
    header: tuple[str, ...]
    lamps: tuple[InventoryLamp, ...]
    rejected: tuple[RejectedRow, ...]
    notes: tuple[Finding, ...]

    def rejected_by_rule(self) -> dict[Rule, int]:
        """How many rows each rule refused, the most frequent first."""
        return dict(Counter(row.rule for row in self.rejected).most_common())

    def examples(self) -> list[tuple[Rule, int, RejectedRow]]:
        """Each rule that refused rows, how many, and the first of them."""
        first: dict[Rule, RejectedRow] = {}
        for row in self.rejected:
            first.setdefault(row.rule, row)
        return [(rule, rows, first[rule]) for rule, rows in self.rejected_by_rule().items()]


def read_inventory(content: bytes, progress: Progress | None = None) -> Inventory:
    """The lamps of a CSV file in UTF-8 or CP949, and the rows refused.

    `progress` is told (rows done, rows in all) now and then. Raises UnreadableFile, in words for
    the person who brought the file, where the file as a whole is no such list.
    """
    table = read_table(content)
    layout = layout_of(table.header)
    if not table.rows:
        raise UnreadableFile("The file has column names but no rows: download it again.")
    sieve, builder = Sieve(layout), _Builder(layout)
    lamps = tuple(builder.lamps(sieve.sift(table.rows, progress or (lambda done, total: None))))
    return Inventory(
        layout.format.name,
        table.header,
        lamps,
        tuple(sieve.rejected),
        (*_turned(sieve.turned, len(table.rows)), *_blank(table.blank_rows), *builder.findings()),
    )


def rejects_csv(rejected: Iterable[RejectedRow], header: Sequence[str] = ()) -> bytes:
    """The refused rows as a CSV file that Excel opens, each with its row number and the reason.

    With the header of the file they came from (`Inventory.header`) the corrected rows can be
    imported as they are: the three columns in front are passed over.
    """
    return table_bytes(
        ("row", "rule", "reason", *header),
        ((each.row, each.rule, each.reason, *each.cells) for each in rejected),
    )


def derived_id(keeper: str, name: str, place: Place, occurrence: int = 0) -> str:
    """An id for a lamp whose file gives none: the same lamp gets the same id in every reading.

    Keeper, name and the position to 0.1 m together, since none of them is a key: names repeat,
    lamps share points, and districts are read into one system. The row's number is left out, so
    that new rows above move no ids; `occurrence` tells apart rows that agree in all three.
    """
    said = f"{keeper}|{name}|{place.lon:.6f}|{place.lat:.6f}|{occurrence or ''}"
    return hashlib.blake2b(said.encode(), digest_size=10).hexdigest()


class _Builder:
    """Makes lamps of believed rows and counts what it found on the way."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._found: Counter[str] = Counter()
        self._names: Counter[tuple[str, str]] = Counter()
        self._occurrences: Counter[tuple[str, str, float, float]] = Counter()

    def lamps(self, rows: Sequence[Row]) -> list[InventoryLamp]:
        self._names.update((row.keeper, self._label(row)) for row in rows)
        return [self._lamp(row) for row in rows]

    def findings(self) -> list[Finding]:
        return [
            Finding(name, self._found[name], words)
            for name, words in _FINDINGS.items()
            if self._found[name]
        ]

    def _lamp(self, row: Row) -> InventoryLamp:
        notes: list[str] = []
        place, label = Place(row.lon, row.lat), self._label(row)
        if row.sharing > 1:
            self._found["shared_position"] += 1
            notes.append(f"shares its point with {row.sharing - 1} more")
        # The labels of smart streetlights are roads, which repeat by their nature.
        if self._layout.format.kind == "security_light" and self._names[row.keeper, label] > 1:
            self._found["same_name"] += 1
        return InventoryLamp(
            lamp_id=self._layout.cell(row.cells, "lamp_id") or self._derived_id(row, label, place),
            label=label,
            place=place,
            address=self._layout.address(row.cells),
            fixtures=self._fixtures(row, notes),
            installed_year=self._year(row, notes),
            keeper=self._layout.cell(row.cells, "keeper"),
            kind=self._layout.format.kind,
            notes=tuple(notes),
        )

    def _label(self, row: Row) -> str:
        return self._layout.cell(row.cells, "label") or self._layout.address(row.cells)

    def _derived_id(self, row: Row, label: str, place: Place) -> str:
        self._found["derived_id"] += 1
        keeper = self._layout.cell(row.cells, "keeper")
        same = (keeper, label, round(row.lon, 6), round(row.lat, 6))
        self._occurrences[same] += 1
        return derived_id(keeper, label, place, self._occurrences[same] - 1)

    def _fixtures(self, row: Row, notes: list[str]) -> int:
        said = self._layout.cell(row.cells, "fixtures")
        fixtures = fixtures_in(said)
        if fixtures is None:
            self._found["fixtures_unclear"] += 1
            notes.append(f"설치개수 {said[:40]!r} is no number of lamps: taken as 1")
        elif fixtures > 1:
            self._found["several_fixtures"] += 1
            notes.append(f"stands for {fixtures} lamps")
        return fixtures or 1

    def _year(self, row: Row, notes: list[str]) -> int | None:
        said = self._layout.cell(row.cells, "year")
        year, how = year_in(said, self._layout.cell(row.cells, "as_of"))
        if how:
            self._found[f"year_{how}"] += 1
            notes.append(f"year of installation {said[:40]!r}: {year or 'left out'}")
        return year


def _turned(turned: Counter[str], rows: int) -> list[Finding]:
    what = "had latitude and longitude swapped: read the right way round"
    if turned.total() * 2 > rows and len(turned) == 1:
        return [Finding("swapped", turned.total(), f"{what} in the whole file")]
    return [
        Finding("swapped", count, f"{what} ({keeper or 'no keeper'})")
        for keeper, count in turned.items()
    ]


def _blank(rows: int) -> list[Finding]:
    return [Finding("blank_rows", rows, "are blank: passed over")] if rows else []
