"""Come here to say a place as a national point number (국가지점번호), or to find one that was said.

The number names a cell of 10 m: two letters for the square of 100 km (first east, then north),
then four digits east and four digits north, in EPSG:5179 from (700000, 1300000), rounded down.
A caller reads it off a sign on a pole or a trail; a patrol car types it in.

Law: the centre of a cell has the number of that cell, and lies within 7.1 m of every place in it.
"""

import math
import re
import unicodedata
from typing import Final

from geo.place import Metres, Place, place_at

WEST_EDGE: Final = 700_000
SOUTH_EDGE: Final = 1_300_000
SQUARE: Final = 100_000
CELL: Final = 10

EASTWARDS: Final = "가나다라마바사"
NORTHWARDS: Final = "가나다라마바사아"

# Spaces and hyphens: signs and people group the digits in every possible way.
_NUMBER: Final = re.compile(rf"([{EASTWARDS}])([{NORTHWARDS}])([0-9]{{4}})([0-9]{{4}})")
_BETWEEN: Final = re.compile(r"[\s\-‐-―]+")


def number_of(place: Place) -> str:
    """The number of the cell that holds a place, as in 다사 5393 5205; ValueError off the grid."""
    return number_at(place.metres)


def number_at(point: Metres) -> str:
    """The number of the cell that holds a point of EPSG:5179; ValueError off the grid."""
    east, north = point.east - WEST_EDGE, point.north - SOUTH_EDGE
    if not (0 <= east < SQUARE * len(EASTWARDS) and 0 <= north < SQUARE * len(NORTHWARDS)):
        raise ValueError("the place lies outside of the grid of national point numbers (Korea)")
    letters = EASTWARDS[int(east // SQUARE)] + NORTHWARDS[int(north // SQUARE)]
    digits = (math.floor(metres % SQUARE / CELL) for metres in (east, north))
    return " ".join((letters, *(f"{cells:04d}" for cells in digits)))


def place_of(number: str) -> Place:
    """The centre of a cell, accurate to 7.1 m; spaces and hyphens may stand anywhere or be missing.

    Raises ValueError, in words for the person who typed it, where the text is not such a number.
    """
    # NFKC: Hangul decomposed by some keyboards and full-width digits are the same number.
    found = _NUMBER.fullmatch(_BETWEEN.sub("", unicodedata.normalize("NFKC", number)))
    if found is None:
        raise ValueError(
            f"{number[:40]!r} is not a national point number: it has two letters "
            f"(the first {EASTWARDS[0]} to {EASTWARDS[-1]}, the second {NORTHWARDS[0]} to "
            f"{NORTHWARDS[-1]}) and eight digits, as in 다사 5393 5205"
        )
    east = WEST_EDGE + EASTWARDS.index(found[1]) * SQUARE + int(found[3]) * CELL + CELL / 2
    north = SOUTH_EDGE + NORTHWARDS.index(found[2]) * SQUARE + int(found[4]) * CELL + CELL / 2
    return place_at(Metres(east, north), accuracy_m=math.hypot(CELL, CELL) / 2)
