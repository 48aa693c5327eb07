"""Come here for the error of a phone's position between houses.

The model: an Ornstein-Uhlenbeck process an axis, a little white noise, and jumps.
- Size: smartphones in a town are 7 to 13 m off on average (Merry and Bettinger, "Smartphone GPS
  accuracy study in an urban environment", PLOS ONE 14(7), 2019, e0219890); a mean error of that
  size is a radius of 95 % of 14 to 25 m. The walks here draw 10 to 20 m, and jumps come on top.
- Correlation: errors a few seconds apart are nearly the same (Ranacher, Brunauer, Trutschnig, van
  der Spek and Reich, "Why GPS makes distances bigger than they are", IJGIS 30(2), 2016, 316-333);
  of stationary receivers an Ornstein-Uhlenbeck process fits better than white noise ("Comparison of
  Enhanced Noise Model Performance Based on Analysis of Civilian GPS Data", Sensors 20(21), 2020,
  6050).
- Jumps (a reflected signal is taken for the direct one, then dropped) and what the phone says of
  its own accuracy are assumptions of ours: no source gives their rates.
"""

import math
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

from firmware_sim.streets import Point

RADIUS_M: Final = (10.0, 20.0)
"""Radius of 95 % between houses, drawn once a walk."""
CORRELATED_S: Final = 20.0
"""A walker has then passed two houses, and other walls reflect. Minutes for one who stands."""
_WHITE_M: Final = 1.0
_RADIUS_IN_SIGMA: Final = math.sqrt(-2 * math.log(0.05))
"""95 % of a circular normal error lie within 2.45 standard deviations of an axis."""
_JUMP_EVERY_S: Final = 120.0
_JUMP_M: Final = (20.0, 60.0)
_JUMP_LASTS_S: Final = 6.0
_ADMITTED: Final = 0.5
"""A phone notices about every other jump, and says then that it is inaccurate."""
_SAID_SPREAD: Final = 0.25
"""Of the logarithm: what a phone says of its accuracy is right within a quarter or so."""
_NOWHERE: Final = Point(0.0, 0.0)


class Measured(NamedTuple):
    """Where the phone thinks it is, and within how many metres."""

    point: Point
    accuracy_m: float


@dataclass
class Receiver:
    """One phone. Times are seconds and do not go back."""

    dice: Random
    radius_m: float = 0.0
    _off: list[float] = field(default_factory=lambda: [0.0, 0.0])
    _at: float = -math.inf
    _jump: Point = _NOWHERE
    _jump_ends: float = -math.inf
    _admits: bool = False

    def __post_init__(self) -> None:
        self.radius_m = self.radius_m or self.dice.uniform(*RADIUS_M)

    def measure(self, truth: Point, seconds: float, radius_m: float | None = None) -> Measured:
        """Where the phone says it is; `radius_m` for worse surroundings than between houses."""
        radius = max(radius_m or 0.0, self.radius_m)
        passed = seconds - self._at
        self._at = seconds
        self._drift(passed)
        self._leap(passed, seconds)
        sigma = radius / _RADIUS_IN_SIGMA
        east, north = (
            at + sigma * off + self.dice.gauss(0, _WHITE_M) + leap
            for at, off, leap in zip(truth, self._off, self._jump, strict=True)
        )
        honest = math.hypot(*self._jump) if self._admits else 0.0
        said = max(radius, honest) * self.dice.lognormvariate(0, _SAID_SPREAD)
        return Measured(Point(east, north), round(max(said, 3.0), 1))

    def _drift(self, passed: float) -> None:
        kept = math.exp(-passed / CORRELATED_S)  # 0 for the first fix
        fresh = math.sqrt(1 - kept * kept)
        self._off = [kept * off + fresh * self.dice.gauss(0, 1) for off in self._off]

    def _leap(self, passed: float, seconds: float) -> None:
        if seconds < self._jump_ends:
            return
        self._jump, self._admits = _NOWHERE, False
        if self.dice.random() < 1 - math.exp(-min(passed, 10.0) / _JUMP_EVERY_S):
            angle, metres = self.dice.uniform(0, math.tau), self.dice.uniform(*_JUMP_M)
            self._jump = Point(metres * math.cos(angle), metres * math.sin(angle))
            self._jump_ends = seconds + self.dice.expovariate(1 / _JUMP_LASTS_S)
            self._admits = self.dice.random() < _ADMITTED
