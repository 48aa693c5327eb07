"""Come here for lamps around a place, as tests of choosing see them."""

import math
from itertools import pairwise

from geo.index import Near
from lights.choose import Choice, Reach, choose

REACH = Reach()
Point = tuple[float, float]


def near(*metres: float) -> list[Near]:
    """Lamps at these distances: L00, L01, and so on."""
    return [Near(f"L{number:02d}", far) for number, far in enumerate(metres)]


def ids(choice: Choice) -> list[str]:
    return [lamp.lamp_id for lamp in choice.lamps]


def chosen(
    lamps: list[Near],
    accuracy_m: float | None = 10.0,
    silent: set[str] | None = None,
    kept: set[str] | None = None,
) -> Choice:
    return choose(accuracy_m, lamps, silent or set(), kept or set(), REACH)


def around(here: Point, street: list[Point], accuracy_m: float = 10.0) -> list[Near]:
    """What an index of the street would find for a choice at this place."""
    lamps = [Near(f"L{number:02d}", math.dist(here, at)) for number, at in enumerate(street)]
    inside = [lamp for lamp in lamps if lamp.metres <= REACH.horizon_m(accuracy_m)]
    return sorted(inside, key=lambda lamp: (lamp.metres, lamp.key))


def followed(path: list[Point], street: list[Point]) -> list[set[str]]:
    """The lamps that are lit at each point of a path."""
    lit: list[set[str]] = []
    for here in path:
        kept = lit[-1] if lit else set()
        lit.append(set(ids(chosen(around(here, street), kept=kept))))
    return lit


def changes(lit: list[set[str]]) -> dict[str, int]:
    """How often each lamp went on or off after the first choice."""
    return {
        key: sum((key in before) != (key in after) for before, after in pairwise(lit))
        for key in set().union(*lit)
    }
