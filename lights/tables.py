"""Come here to turn the bytes of somebody's CSV file into rows of text, and rows into such bytes.

Law: any bytes are either read or refused with `UnreadableFile`, in words that say what to do.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# U+FFFD stands where an earlier program could not read the file: that character is lost for good.
_LOST: Final = "\ufffd"

# Here and there a damaged cell costs its row; one row in a hundred, and the file was saved wrongly.
_LOST_ROWS: Final = 0.01

# An address may hold a line break or two; a quotation mark that is never closed swallows the rest.
_LINES_OF_A_ROW: Final = 5

_SIGNATURES: Final = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)

# A spreadsheet runs what begins like this as a formula; numbers and dashes are no formulas.
# Korean and Japanese spreadsheets take the wide signs for the same.
_FORMULA: Final = re.compile(r"[=@\t\r＝＠＋－]|[+-](?![\d.]*$)")

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class UnreadableFile(ValueError):
    """The file as a whole cannot be used; the message says what it is and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of stripped cells, each row with the number that a spreadsheet shows.

    Blank rows are left out and counted; rows may have more or fewer cells than the header.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    blank_rows: int


def read_table(content: bytes) -> Table:
    """The table in a CSV file in UTF-8 or CP949. Raises UnreadableFile."""
    _refuse_what_is_no_csv(content)
    text = _decoded(content)
    records = [(number, cells) for number, cells in _records(text)]
    filled = [(number, cells) for number, cells in records if any(cells)]
    if not filled:
        raise UnreadableFile("The file is empty: nothing but separators and spaces.")
    (_, header), *rows = filled
    _refuse_lost_text(text, header, rows)
    return Table(tuple(map(_column, header)), tuple(rows), len(records) - len(filled))


def is_damaged(cells: Iterable[str]) -> bool:
    """Whether characters of a row were lost before it came here."""
    return any(_LOST in cell for cell in cells)


def table_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark: without it Excel shows Hangul as rubbish."""
    return BYTE_ORDER_MARK + row_bytes(header, *rows)


def row_bytes(*rows: Sequence[object]) -> bytes:
    """Some rows of such a file; no cell of them is a formula to a spreadsheet."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_harmless(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode(errors="replace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _refuse_what_is_no_csv(content: bytes) -> None:
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise UnreadableFile("The file is empty.")
    if start.startswith((b"version https://git-lfs", b"/annex/objects")):
        raise UnreadableFile(
            "This is a Git LFS pointer, a few lines that stand for the file: fetch the file itself "
            "(git lfs pull) and import that."
        )
    if start.startswith(b"<"):
        raise UnreadableFile(
            "This is a web page (HTML or XML), probably an error page that was saved under the "
            "file's name: download the CSV file again."
        )
    if start.startswith((b"{", b"[")):
        raise UnreadableFile("This is JSON: download the data set as CSV and import that.")
    found = next((what for sign, what in _SIGNATURES if content.startswith(sign)), None)
    if found or b"\x00" in content:
        raise UnreadableFile(
            f"This is {found or 'a binary file'}, not CSV: open it in a spreadsheet, save it as "
            'CSV ("CSV UTF-8" where there is a choice) and import that.'
        )


def _decoded(content: bytes) -> str:
    """The text, in the encoding that fits without loss, or else with the least loss."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    readings = [content.decode(each, errors="replace") for each in ("utf-8-sig", "cp949")]
    return min(readings, key=lambda text: text.count(_LOST))


def _records(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = "\t" if first_line.count("\t") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if reader.line_num - line > _LINES_OF_A_ROW:
                raise csv.Error
            line = reader.line_num
            yield number, tuple(cell.strip() for cell in cells)
    except csv.Error:
        raise UnreadableFile(
            f"A quotation mark is opened near row {max(number, 1)} and not closed, so that the "
            "rows after it cannot be told apart: correct that row and import the file again."
        ) from None


def _column(name: str) -> str:
    """A column's name as it is looked up: without byte order mark, quotation marks and spaces."""
    return re.sub(r"[\s\ufeff\u200b\"']+", "", unicodedata.normalize("NFC", name))


def _refuse_lost_text(
    text: str, header: tuple[str, ...], rows: Sequence[tuple[int, tuple[str, ...]]]
) -> None:
    damaged = sum(is_damaged(cells) for _, cells in rows)
    if is_damaged(header) or damaged > len(rows) * _LOST_ROWS or _is_misread(text):
        raise UnreadableFile(
            f"The Korean text of the file is damaged ({damaged} of {len(rows)} rows hold lost "
            "characters): an earlier program saved it in the wrong encoding, which cannot be "
            "undone. Download the file again and do not save it in between."
        )


def _is_misread(text: str) -> bool:
    """Whether the first line is UTF-8 that was read as Latin or as CP949 and then saved."""
    line = re.split(r"[\r\n]", text.strip("\r\n"), maxsplit=1)[0]
    for encoding in ("latin-1", "cp1252", "cp949"):
        try:
            again = line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if again != line and re.search("[가-힣]", again):
            return True
    return False
