"""Come here for where walkers are and where they are going, as well as their fixes let one know.

A Kalman filter of constant velocity a walker, all walkers of a tick at once. Laws: a fix that is
older than the last changes nothing; one wild fix moves nobody, two that agree are believed.
Metres of EPSG:5179; seconds are of any one clock.
"""

import math
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.place import Floats

Slots: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]

UNKNOWN_ACCURACY_M: Final = 30.0
"""A phone that does not say how well it knows: taken for a poor fix between houses."""
_RADIUS_IN_SIGMA: Final = math.sqrt(-2 * math.log(0.05))
"""The wire's accuracy is a radius of 95 %: 2.45 standard deviations of an axis."""
_LEAST_SIGMA_M: Final = 4.0
"""Phones promise more than they keep: in towns 7 to 13 m off on average (PLOS ONE 14(7), 2019)."""
_CORRELATED: Final = 2.0
"""Errors of successive fixes are alike, so each says less than a filter of white noise thinks."""
_ACCELERATION: Final = 0.04
"""Spectral density, m2/s3: within ten seconds a walker changes velocity by about 0.6 m/s."""
_FIRST_SPEED: Final = 1.5
"""Standard deviation, m/s, of the velocity of somebody of whom there is one fix."""
_FASTEST: Final = 3.0
"""m/s. Who moves faster runs or rides; the lamps need not look further ahead than that."""
_WILD: Final = 4.0
"""Standard deviations: one honest fix in three thousand is further off..."""
_WILD_SLACK_M: Final = 5.0
"""...and a walker who has just started to run is not wild."""
_FORGET_AFTER_S: Final = 60.0
"""Eighty metres, anywhere around: what was known before says nothing any more."""
_CLOCK_SET_BACK_S: Final = 600.0
"""No batch of positions is this late: the phone's clock was set."""


class Course(NamedTuple):
    """Where walkers are thought to be and to go; (n, 2) metres and metres a second, (n,) m/s."""

    place: Floats
    velocity: Floats
    doubt: Floats
    """Standard deviation of the velocity, an axis."""
    fix: Floats
    radius: Floats
    """Metres around the last fix that was believed: 95 %."""


class Tracks:
    """Walkers in slots; whoever asks for a slot keeps the name that belongs to it."""

    def __init__(self, slots: int = 64) -> None:
        self._place = np.zeros((slots, 2))
        self._velocity = np.zeros((slots, 2))
        self._fix = np.zeros((slots, 2))
        self._radius = np.zeros(slots)
        self._wild = np.full((slots, 2), np.nan)
        self._spread = np.zeros((slots, 3))
        """Of an axis: variance of the place, covariance, variance of the velocity."""
        self._at = np.full(slots, -np.inf)

    def __len__(self) -> int:
        return len(self._at)

    def make_room(self, slots: int) -> None:
        """Have at least so many slots."""
        if slots > len(self):
            bigger = Tracks(max(slots, 2 * len(self)))
            for name, array in vars(self).items():
                getattr(bigger, name)[: len(array)] = array
            vars(self).update(vars(bigger))

    def forget(self, slot: int) -> None:
        """Nothing of whoever was here is left."""
        for name, array in vars(self).items():
            array[slot] = getattr(_NOBODY, name)[0]

    def course(self, slots: Slots) -> Course:
        """What is known of these."""
        return Course(
            self._place[slots],
            self._velocity[slots],
            np.sqrt(self._spread[slots, 2]),
            self._fix[slots],
            self._radius[slots],
        )

    def move(self, slots: Slots, points: Floats, accuracy: Floats, seconds: Floats) -> None:
        """Take in one fix of each of different walkers; accuracy in metres (95 %), NaN unknown."""
        passed = seconds - self._at[slots]
        news = (passed > 0) | (passed < -_CLOCK_SET_BACK_S)
        slots, points, passed = slots[news], points[news], passed[news]
        radius = np.where(np.isnan(accuracy[news]), UNKNOWN_ACCURACY_M, accuracy[news])
        radius = np.maximum(radius, _LEAST_SIGMA_M * _RADIUS_IN_SIGMA)
        self._at[slots] = seconds[news]
        anew = (passed < 0) | (passed > _FORGET_AFTER_S)
        self._foresee(slots[~anew], passed[~anew])
        known = ~anew & ~self._is_wild(slots, points, radius)
        believed = known | anew | self._agrees_with_a_wild_one(slots, points, radius)
        self._wild[slots] = np.where(believed[:, None], np.nan, points)
        self._correct(slots[known], points[known], radius[known])
        fresh = believed & ~known
        self._begin(slots[fresh], points[fresh], radius[fresh])
        self._fix[slots[believed]] = points[believed]
        self._radius[slots[believed]] = radius[believed]

    def _begin(self, slots: Slots, points: Floats, radius: Floats) -> None:
        self._place[slots] = points
        self._velocity[slots] = 0.0
        start = np.zeros((len(slots), 3))
        start[:, 0], start[:, 2] = _variance(radius), _FIRST_SPEED**2
        self._spread[slots] = start

    def _foresee(self, slots: Slots, passed: Floats) -> None:
        self._place[slots] += self._velocity[slots] * passed[:, None]
        place, both, velocity = self._spread[slots].T
        self._spread[slots] = np.column_stack(
            (
                place + passed * (2 * both + passed * (velocity + _ACCELERATION * passed / 3)),
                both + passed * (velocity + _ACCELERATION * passed / 2),
                velocity + _ACCELERATION * passed,
            )
        )

    def _correct(self, slots: Slots, points: Floats, radius: Floats) -> None:
        place, both, velocity = self._spread[slots].T
        whole = place + _CORRELATED * _variance(radius)
        gain, turn = (place / whole)[:, None], (both / whole)[:, None]
        off = points - self._place[slots]
        self._place[slots] += gain * off
        faster = self._velocity[slots] + turn * off
        speed = np.hypot(*faster.T)[:, None]
        self._velocity[slots] = faster * np.minimum(1.0, _FASTEST / np.maximum(speed, 1e-9))
        self._spread[slots] = np.column_stack(
            (
                place * (1 - gain[:, 0]),
                both * (1 - gain[:, 0]),
                velocity - turn[:, 0] * both,
            )
        )

    def _is_wild(self, slots: Slots, points: Floats, radius: Floats) -> Flags:
        spread = np.sqrt(self._spread[slots, 0] + _variance(radius))
        off = np.hypot(*(points - self._place[slots]).T)
        return np.asarray(off > _WILD * spread + _WILD_SLACK_M, np.bool_)

    def _agrees_with_a_wild_one(self, slots: Slots, points: Floats, radius: Floats) -> Flags:
        """Where there was none its place is not a number, and nothing agrees with that."""
        off = np.hypot(*(points - self._wild[slots]).T)
        return np.asarray(off <= _WILD * np.sqrt(2 * _variance(radius)) + _WILD_SLACK_M, np.bool_)


def _variance(radius: Floats) -> Floats:
    return np.square(radius / _RADIUS_IN_SIGMA)


_NOBODY: Final = Tracks(1)
