"""Come here for the rules by which a row of somebody's file is refused, one method a rule.

Laws: a row goes through or is refused with one rule and a reason in words; a position is never
guessed. The order matters: what is looked at row by row comes before what is seen among many.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from geo.place import why_not_in_korea
from lights.columns import Layout, degrees_in
from lights.positions import DUMMY_POINT_LAMPS, are_swapped, far_from_fellows, sharing
from lights.tables import is_damaged

Progress: TypeAlias = Callable[[int, int], None]
Rule: TypeAlias = Literal[
    "cells",
    "damaged_text",
    "duplicate_row",
    "no_coordinate",
    "not_a_number",
    "outside_korea",
    "dummy_point",
    "far_from_fellows",
    "bad_lamp_id",
    "duplicate_lamp_id",
]

# A lamp's id is a level of an MQTT topic.
_LAMP_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

# A progress bar needs no more.
_ROWS_BETWEEN_REPORTS: Final = 1000


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is no lamp: its number as a spreadsheet shows it, why, and what it said."""

    row: int
    rule: Rule
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a position that can be believed; `sharing` rows stand on its point, itself too."""

    number: int
    cells: tuple[str, ...]
    keeper: str
    lon: float
    lat: float
    sharing: int = 1


class Sieve:
    """Lets through what can be a lamp.

    `rejected` is what was held back; `turned` counts, by keeper, the rows whose latitude and
    longitude were swapped and read the right way round.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.rejected: list[RejectedRow] = []
        self.turned: Counter[str] = Counter()

    def sift(
        self, rows: Sequence[tuple[int, tuple[str, ...]]], progress: Progress
    ) -> Sequence[Row]:
        """The rows that can be lamps, in the order of the file."""
        sound: Sequence[Row] = self._sound(rows, progress)
        for rule in (
            self._the_right_way_round,
            self._in_korea,
            self._off_dummy_points,
            self._among_fellows,
            self._with_own_id,
        ):
            sound = rule(sound)
        self.rejected.sort(key=lambda refused: refused.row)
        return sound

    def _refuse(self, number: int, cells: tuple[str, ...], rule: Rule, reason: str) -> None:
        self.rejected.append(RejectedRow(number, rule, reason, cells))

    def _sound(
        self, rows: Sequence[tuple[int, tuple[str, ...]]], progress: Progress
    ) -> Sequence[Row]:
        """Rows that are whole, were not said before, and hold two numbers for a position."""
        sound: list[Row] = []
        first: dict[tuple[str, ...], int] = {}
        for done, (number, cells) in enumerate(rows):
            if done % _ROWS_BETWEEN_REPORTS == 0:
                progress(done, len(rows))
            earlier = first.setdefault(cells, number)
            if earlier != number:
                same = f"every cell is the same as in row {earlier}"
                self._refuse(number, cells, "duplicate_row", same)
            elif self._is_whole(number, cells) and (row := self._positioned(number, cells)):
                sound.append(row)
        progress(len(rows), len(rows))
        return sound

    def _is_whole(self, number: int, cells: tuple[str, ...]) -> bool:
        width = self._layout.width
        if len(cells) < width or any(cells[width:]):
            why = "some are missing" if len(cells) < width else "an address with a bare comma?"
            self._refuse(number, cells, "cells", f"{len(cells)} cells under {width} columns: {why}")
            return False
        if is_damaged(cells):
            self._refuse(number, cells, "damaged_text", "some characters are lost: type them anew")
            return False
        return True

    def _positioned(self, number: int, cells: tuple[str, ...]) -> Row | None:
        lat, lon = self._layout.cell(cells, "lat"), self._layout.cell(cells, "lon")
        north, east = degrees_in(lat), degrees_in(lon)
        if isinstance(north, float) and isinstance(east, float):
            return Row(number, cells, self._keeper(cells), east, north)
        if "no_coordinate" in (north, east):
            which = {(True, False): "no latitude", (False, True): "no longitude"}
            blank = (north == "no_coordinate", east == "no_coordinate")
            reason = which.get(blank, "neither latitude nor longitude")
            self._refuse(number, cells, "no_coordinate", reason)
        else:
            wrong = lat if north == "not_a_number" else lon
            reason = f"{wrong[:40]!r} is not a number of degrees such as 127.0165432"
            self._refuse(number, cells, "not_a_number", reason)
        return None

    def _keeper(self, cells: tuple[str, ...]) -> str:
        """Who keeps the lamp, with who published it (many keepers are called 건설과), or where."""
        said = (self._layout.cell(cells, "provider"), self._layout.cell(cells, "keeper"))
        return " ".join(filter(None, said)) or " ".join(self._layout.address(cells).split()[:2])

    def _the_right_way_round(self, rows: Sequence[Row]) -> Sequence[Row]:
        for keeper, theirs in _by_keeper(rows).items():
            if are_swapped([row.lon for row in theirs], [row.lat for row in theirs]):
                self.turned[keeper] = len(theirs)
        return [
            Row(row.number, row.cells, row.keeper, row.lat, row.lon)
            if row.keeper in self.turned
            else row
            for row in rows
        ]

    def _in_korea(self, rows: Sequence[Row]) -> Sequence[Row]:
        kept: list[Row] = []
        for row in rows:
            wrong = why_not_in_korea(row.lon, row.lat)
            if wrong is None:
                kept.append(row)
            else:
                reason = f"longitude {row.lon}, latitude {row.lat}: {wrong}"
                self._refuse(row.number, row.cells, "outside_korea", reason)
        return kept

    def _off_dummy_points(self, rows: Sequence[Row]) -> Sequence[Row]:
        kept: list[Row] = []
        counts = sharing([row.lon for row in rows], [row.lat for row in rows])
        for row, count in zip(rows, counts, strict=True):
            if count < DUMMY_POINT_LAMPS:
                kept.append(Row(row.number, row.cells, row.keeper, row.lon, row.lat, count))
            else:
                reason = f"{count} different rows stand on this one point: it is nobody's place"
                self._refuse(row.number, row.cells, "dummy_point", reason)
        return kept

    def _among_fellows(self, rows: Sequence[Row]) -> Sequence[Row]:
        strays: set[int] = set()
        for keeper, theirs in _by_keeper(rows).items():
            lon, lat = [row.lon for row in theirs], [row.lat for row in theirs]
            for which, metres in far_from_fellows(lon, lat):
                row = theirs[which]
                strays.add(row.number)
                self._refuse(
                    row.number,
                    row.cells,
                    "far_from_fellows",
                    f"alone, {metres / 1000:.0f} km from the middle of the lamps of "
                    f"{keeper or 'this file'}: a wrong digit in the coordinate?",
                )
        return [row for row in rows if row.number not in strays]

    def _with_own_id(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Where the file gives ids: valid ones, and none twice, as one of two is the wrong lamp."""
        if "lamp_id" not in self._layout.columns:
            return rows
        kept: list[Row] = []
        ids = Counter(self._layout.cell(row.cells, "lamp_id") for row in rows)
        for row in rows:
            lamp_id = self._layout.cell(row.cells, "lamp_id")
            if not _LAMP_ID.fullmatch(lamp_id):
                reason = f"lamp id {lamp_id[:80]!r}: 1 to 64 of A-Z, a-z, 0-9, _ and - are needed"
                self._refuse(row.number, row.cells, "bad_lamp_id", reason)
            elif ids[lamp_id] > 1:
                reason = f"lamp id {lamp_id} stands in {ids[lamp_id]} rows: which one is it?"
                self._refuse(row.number, row.cells, "duplicate_lamp_id", reason)
            else:
                kept.append(row)
        return kept


def _by_keeper(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.keeper].append(row)
    return groups
