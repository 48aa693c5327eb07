"""Come here for which lamps go with a walker, and for how long each of them stays bright.

Laws: the lamps around a walker are bright, those ahead before the walker gets there; never more
than `Following.most` for one walker; a lamp stays bright for `hold_s` after it was last needed, so
that none is switched on more often than 60 / `hold_s` times a minute, whatever the noise.
How softly a lamp turns from one level to the other is its own affair: the wire has no fade.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.index import Indices, PointIndex
from geo.place import Floats
from lights.track import Course, Flags


@dataclass(frozen=True, slots=True)
class Following:
    """How light goes with a walker. Each number with its reason."""

    level: int = 100
    """Percent. Gwanak's lamps go from 80 to 100 % for a walker; at night the step is from 50."""
    around_m: float = 25.0
    """As the city's own lamps do (Seoul: within 25 to 30 m)."""
    accuracy_cap_m: float = 35.0
    """The circle grows with the fix's error up to this: about 13 lamps in all where they stand
    15 m apart. A phone that knows less than that would light a district."""
    ahead_s: float = 20.0
    """A radio link takes 1 to 10 s, a lamp fades for some, and eyes look further than feet go."""
    ahead_at_most_m: float = 45.0
    """Three lamps: further ahead a walker may have turned off."""
    most: int = 18
    """Lamps for one walker: the cap of what a poor fix in a dense alley can ask for."""
    linger_m: float = 10.0
    """A lamp that is bright counts as this much nearer: the usual wavering of a fix."""
    hold_s: float = 20.0
    """Behind the walker: 27 m at a walk, about two lamps; and at most three switches a minute."""
    claim_s: float = 120.0
    """A lamp passed at a walk is needed for about 100 s: one order does, and its own end lets it
    fall back. A lamp whose dispatcher has died falls back within this."""
    ends_anyway_s: float = 15.0
    """A lamp that will fall back by itself so soon is not told to."""
    silent_s: float = 300.0
    """Who is not heard of keeps the light this long: by then help has been sent."""
    by_day: bool = False
    """While the sun is up lamps are dark or without power, and their light is seen by nobody."""

    def __post_init__(self) -> None:
        if not 0 < self.hold_s < self.claim_s:
            raise ValueError("a lamp is claimed for longer than it is held")


_CANDIDATES = 32
"""Lamps looked at for one walker: nearly twice the most that are lit."""


def lamps_along(course: Course, index: PointIndex, lit: Flags, numbers: Following) -> Indices:
    """The rows of the lamps for each walker, (n, most), nearest first, then -1.

    `lit` says of each row of the index whether that lamp is bright for walkers already.
    """
    ahead = course.place + _ahead(course, numbers)
    reach = numbers.around_m + np.minimum(course.radius, numbers.accuracy_cap_m)
    horizon = reach.max(initial=0.0) + numbers.ahead_at_most_m + numbers.accuracy_cap_m
    rows = index.rows_near((course.place + ahead) / 2, _CANDIDATES, horizon)
    points = index.points[rows] if len(index) else np.zeros((*rows.shape, 2))
    far = np.minimum(
        _metres_to(points, course.place, ahead), _metres_to(points, course.fix, course.place)
    )
    far[rows < 0] = np.inf
    if len(index):
        far -= numbers.linger_m * lit[rows]
    order = np.argsort(far, axis=1, kind="stable")[:, : numbers.most]
    chosen = np.take_along_axis(rows, order, 1)
    chosen[np.take_along_axis(far, order, 1) > reach[:, None]] = -1
    return chosen


def _ahead(course: Course, numbers: Following) -> Floats:
    """How far to look ahead, as a vector: not at all where the heading is only noise."""
    speed = np.hypot(*course.velocity.T)
    sure = np.clip(2.0 * speed / np.maximum(course.doubt, 1e-9) - 1.0, 0.0, 1.0)
    metres = np.minimum(speed * numbers.ahead_s, numbers.ahead_at_most_m) * sure
    return np.asarray(course.velocity * (metres / np.maximum(speed, 1e-9))[:, None], np.float64)


def _metres_to(points: Floats, start: Floats, end: Floats) -> Floats:
    """From (n, k, 2) points to the n stretches from start to end."""
    way = end - start
    length2 = np.maximum(np.einsum("ni,ni->n", way, way), 1e-9)
    from_start = points - start[:, None]
    share = np.einsum("nki,ni->nk", from_start, way) / length2[:, None]
    off = from_start - np.clip(share, 0.0, 1.0)[..., None] * way[:, None]
    return np.asarray(np.hypot(off[..., 0], off[..., 1]), np.float64)


class Turned(NamedTuple):
    """What changed: rows that are claimed until `end` now, and rows that are let go."""

    claimed: Indices
    end: float
    let_go: Indices


class Brightness:
    """Until when each lamp is bright for walkers. Seconds of any one clock that does not go back.

    Whose the lamps are is not known here: two walkers who meet or part need the same lamp, and
    nothing is said to it.
    """

    def __init__(self, lamps: int, numbers: Following) -> None:
        self._numbers = numbers
        self.ends = np.full(lamps, -np.inf)
        self._needed = np.full(lamps, -np.inf)

    def lit(self, now: float) -> Flags:
        """Of each lamp whether it is claimed."""
        return np.asarray(self.ends > now, np.bool_)

    def need(self, rows: Indices, now: float) -> Turned:
        """Somebody is near these lamps; rows may repeat, and -1 is none."""
        near = np.zeros(len(self.ends) + 1, np.bool_)
        near[rows] = True  # -1 is the place behind the last
        rows = np.flatnonzero(near[:-1])
        self._needed[rows] = now
        claimed = rows[self.ends[rows] - now < self._numbers.hold_s]
        end = now + self._numbers.claim_s
        self.ends[claimed] = end
        return Turned(claimed, end, _NO_ROWS)

    def let_go(self, now: float) -> Turned:
        """Nobody has been near for the hold: these are no longer claimed."""
        numbers = self._numbers
        idle = (self._needed <= now - numbers.hold_s) & (self.ends > now + numbers.ends_anyway_s)
        rows = np.flatnonzero(idle)
        self.ends[rows] = -np.inf
        return Turned(_NO_ROWS, now, rows)

    def begin_again(self) -> Indices:
        """Forget every lamp; returns those that were claimed."""
        rows = np.flatnonzero(self.ends > -np.inf)
        self.ends[:] = self._needed[:] = -np.inf
        return rows

    def moved_to(self, rows: Indices, lamps: int) -> "Brightness":
        """The same light where lamps have other rows now: `rows` old to new, -1 for gone."""
        other = Brightness(lamps, self._numbers)
        stay = np.flatnonzero(rows >= 0)
        other.ends[rows[stay]] = self.ends[stay]
        other._needed[rows[stay]] = self._needed[stay]
        return other


_NO_ROWS = np.zeros(0, np.intp)
