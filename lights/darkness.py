"""Come here for how far ahead of a walker the light ends, and why.

Law: said before the walker gets there, and only of a stretch that no working lamp lights. The
streets are not known here, so a lamp counts for the way ahead wherever a bend may lead: what is
said to be dark is dark, but a dark way beside a bright one may go unnoticed.
"""

from typing import Final, Literal, NamedTuple

import numpy as np

from geo.index import Indices, PointIndex
from geo.place import Floats
from lights.track import Course, Flags

Reason = Literal["no_lamps", "dead_lamps"]

LOOK_M: Final = 120.0
"""A minute and a half of walking: time to read the phone and to choose another street."""
_STEP_M: Final = 10.0
LIGHTS_M: Final = 25.0
"""Nine tenths of real lamps have a neighbour within this; further from one, the ground is dark."""
_BEND: Final = 0.6
"""Metres aside a metre ahead (30 degrees): so far a street may bend and be the way still."""
_SHORTEST_STEPS: Final = 3
"""Thirty metres; less is the shadow between two lamps that stand a little far apart."""
_CANDIDATES: Final = 48
_HEADING_KNOWN: Final = 1.2
"""Standard deviations that the speed must be from zero; who stands is told of the place only."""


class Darkness(NamedTuple):
    """Where the light ends on the way ahead (0: here), and what is missing there."""

    metres: float
    reason: Reason


def darkness_ahead(course: Course, index: PointIndex, dead: Flags) -> list[Darkness | None]:
    """For each walker; None where the way ahead is lit, as far as one can tell.

    `dead` says of each row of the index whether that lamp gives no light.
    """
    speed = np.hypot(*course.velocity.T)
    heading = course.velocity / np.maximum(speed, 1e-9)[:, None]
    walks = speed > _HEADING_KNOWN * course.doubt
    middle = course.place + heading * (walks * LOOK_M / 2)[:, None]
    rows = index.rows_near(middle, _CANDIDATES, LOOK_M)
    if not len(index):
        return [Darkness(0.0, "no_lamps") for _ in speed]
    off = index.points[rows] - course.place[:, None]
    near = (rows >= 0) & (np.hypot(off[..., 0], off[..., 1]) <= LIGHTS_M + course.radius[:, None])
    covers = _covers(off, heading) & walks[:, None, None]
    covers[..., 0] = near
    stands = rows >= 0
    lit = (covers & (stands & ~dead[rows])[..., None]).any(axis=1)
    lit[~walks, 1:] = lit[~walks, :1]  # who does not walk is told of no way
    would_be = (covers & stands[..., None]).any(axis=1)
    return [_first(*pair) for pair in zip(lit, would_be, strict=True)]


def _covers(off: Floats, heading: Floats) -> Flags:
    """(n, k, steps): whether a lamp lights the step of the way ahead."""
    along = np.einsum("nki,ni->nk", off, heading)
    aside = np.abs(off[..., 0] * heading[:, None, 1] - off[..., 1] * heading[:, None, 0])
    steps = np.arange(0.0, LOOK_M, _STEP_M)
    lights = np.abs(along[..., None] - steps) <= LIGHTS_M
    on_the_way = aside <= LIGHTS_M + _BEND * np.maximum(along, 0.0)
    return np.asarray(lights & on_the_way[..., None], np.bool_)


def _first(lit: Flags, would_be: Indices) -> Darkness | None:
    dark = 0
    for step, bright in enumerate(lit.tolist()):
        dark = 0 if bright else dark + 1
        if dark == _SHORTEST_STEPS:
            start = step - _SHORTEST_STEPS + 1
            reason: Reason = "dead_lamps" if would_be[start : step + 1].any() else "no_lamps"
            return Darkness(start * _STEP_M, reason)
    return None
