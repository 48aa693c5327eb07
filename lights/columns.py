"""Come here for which public data set a file is, which column means what, and what a cell says.

Columns are known by name, never by place: districts order them as they like.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from lights.tables import UnreadableFile

Kind: TypeAlias = Literal["security_light", "smart_streetlight"]
Field: TypeAlias = Literal[
    "label",
    "fixtures",
    "road",
    "jibun",
    "lat",
    "lon",
    "year",
    "keeper",
    "provider",
    "as_of",
    "lamp_id",
]

# What each meaning is called, the first name being the present one.
_NAMES: Final[dict[Field, tuple[str, ...]]] = {
    "fixtures": ("설치개수",),
    "road": ("소재지도로명주소", "도로명주소"),
    "jibun": ("소재지지번주소", "지번주소"),
    "lat": ("위도", "WGS84위도", "위도(WGS84)"),
    "lon": ("경도", "WGS84경도", "경도(WGS84)"),
    "year": ("설치연도", "설치년도"),
    "keeper": ("관리기관명",),
    "provider": ("제공기관명",),
    "as_of": ("데이터기준일자",),
    "lamp_id": ("lamp_id", "제어기ID", "제어기번호", "단말기ID"),
}


class Format(NamedTuple):
    """A data set: its public name, what its lamps are, what they are labelled with, how to tell."""

    name: str
    kind: Kind
    label: str
    marks: frozenset[str]
    needs: tuple[str, ...]


FORMATS: Final = (
    Format(
        "전국보안등정보표준데이터",
        "security_light",
        "보안등위치명",
        frozenset({"보안등위치명"}),
        ("보안등위치명", "위도", "경도"),
    ),
    Format(
        "전국스마트가로등표준데이터",
        "smart_streetlight",
        "도로명",
        frozenset({"스마트가로등유형", "스마트가로등형태"}),
        ("위도", "경도"),
    ),
)

# A column that only this other data set has, and the data set.
_OTHERS: Final = {
    "카메라대수": "CCTV cameras (전국CCTV표준데이터)",
    "안전비상벨관리번호": "emergency bells (안전비상벨 위치정보)",
    "안전비상벨설치연도": "emergency bells (안전비상벨 위치정보)",
    "관서명": "police boxes (경찰 지구대·파출소)",
    "FACI_CODE": "safe way home equipment (안심귀갓길)",
}

# How files say "nothing".
_NOTHING: Final = frozenset(
    {"", "-", "--", "없음", "해당없음", "무", "미상", "NULL", "null", "N/A"}
)

_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(\.\d*)?", re.ASCII)
_YEAR: Final = re.compile(r"(\d{4})(?:\.0*)?년?", re.ASCII)
_DATE: Final = re.compile(r"(\d{4})[-./년]? ?(\d{1,2})(?:[-./월]? ?(\d{1,2})일?)?월?", re.ASCII)

# No light of today was hung before 1950; what a spreadsheet makes of 0 is 1900.
_FIRST_YEAR: Final = 1950
_LAST_YEAR: Final = 2100

# Day 0 of spreadsheets: 2012, taken for a count of days, is shown as 1905-07-04.
_DAY_ZERO: Final = date(1899, 12, 30)

# One row can stand for the lamps of a park; a date or a serial number in the column is more.
_MOST_FIXTURES: Final = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of one file means what."""

    format: Format
    width: int
    columns: dict[Field, int]

    def cell(self, cells: Sequence[str], meaning: Field) -> str:
        """What a row says there; nothing (also 없음, -, NULL) is an empty text."""
        column = self.columns.get(meaning)
        text = "" if column is None else cells[column]
        return "" if text in _NOTHING else text

    def address(self, cells: Sequence[str]) -> str:
        """The road name address, or the older one by plot (지번) where that says more.

        Some files put only a road's name into the first; an address of either kind has a number.
        """
        road, jibun = self.cell(cells, "road"), self.cell(cells, "jibun")
        return road if any(map(str.isdigit, road)) or not jibun else jibun


def layout_of(header: Sequence[str]) -> Layout:
    """The meaning of a file's columns. Raises UnreadableFile where it is another data set."""
    form = _format_of(header)
    missing = [need for need in form.needs if not _columns(header, _aliases(need))]
    if missing:
        raise UnreadableFile(
            f"The file looks like {form.name} but has no column {' and no column '.join(missing)}: "
            "add it, or download the data set again."
        )
    names: dict[Field, tuple[str, ...]] = {**_NAMES, "label": (form.label,)}
    found = {meaning: _columns(header, names[meaning]) for meaning in names}
    for columns in found.values():
        if len(columns) > 1:
            twice = " and ".join(header[column] for column in columns)
            raise UnreadableFile(f"Two columns mean the same ({twice}): remove one of them.")
    return Layout(form, len(header), {what: at[0] for what, at in found.items() if at})


def _format_of(header: Sequence[str]) -> Format:
    for form in FORMATS:
        if form.marks.intersection(header):
            return form
    other = next((what for mark, what in _OTHERS.items() if mark in header), None)
    if other:
        raise UnreadableFile(
            f"This looks like a list of {other}, not of lights: import {FORMATS[0].name} or "
            f"{FORMATS[1].name}."
        )
    needs = ", ".join(FORMATS[0].needs)
    raise UnreadableFile(
        f"This is not a known list of lights. Its first row reads: {', '.join(header)[:200]}. "
        f"Expected is a row of column names with at least {needs} ({FORMATS[0].name}), or with "
        f"스마트가로등유형, 위도, 경도 ({FORMATS[1].name})."
    )


def _aliases(name: str) -> tuple[str, ...]:
    return next((names for names in _NAMES.values() if name in names), (name,))


def _columns(header: Sequence[str], names: tuple[str, ...]) -> list[int]:
    return [column for column, name in enumerate(header) if name in names]


def degrees_in(text: str) -> float | Literal["no_coordinate", "not_a_number"]:
    """A coordinate as written in plain digits; 0 is what programs write for none.

    1.27E+02 is no number here: the spreadsheet that wrote it threw the decimals away.
    """
    if not text:
        return "no_coordinate"
    if not _NUMBER.fullmatch(text):
        return "not_a_number"
    return float(text) or "no_coordinate"


def fixtures_in(text: str) -> int | None:
    """How many lamps a row stands for; None where the cell says something else."""
    if not text:
        return 1
    count = float(text) if _NUMBER.fullmatch(text) else 0.0
    return int(count) if count.is_integer() and 1 <= count <= _MOST_FIXTURES else None


def year_in(text: str, as_of: str) -> tuple[int | None, Literal["", "repaired", "unclear"]]:
    """The year a light was hung, and whether it was repaired or given up.

    Certain repairs only: the year of a full date; and a whole date in 1905 that is the count of
    days a spreadsheet made of a year (1905-07-04 was 2012). 1905-07 could be 2009 to 2039.
    """
    if not text:
        return None, ""
    dated = _DATE.fullmatch(as_of)
    latest = int(dated[1]) if dated else _LAST_YEAR
    plain, full = _YEAR.fullmatch(text), _DATE.fullmatch(text)
    if plain:
        year = int(plain[1])
    elif full:
        year = _serial_year(full) or int(full[1])
    else:
        return None, "unclear"
    if not _FIRST_YEAR <= year <= latest:
        return None, "unclear"
    return year, "" if plain else "repaired"


def _serial_year(written: re.Match[str]) -> int | None:
    year, month, day = written.groups()
    if year != "1905" or day is None:
        return None
    try:
        return (date(1905, int(month), int(day)) - _DAY_ZERO).days
    except ValueError:
        return None
