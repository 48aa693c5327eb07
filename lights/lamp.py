"""Come here for what a lamp is, what it can be asked to show, and what it says it shows.

Law: a flash that can hurt cannot be built. Whoever holds a `Scene` may send it to a lamp.
Percent is linear light output everywhere.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

SceneName = Literal["blink", "bright", "dim", "schedule"]

FASTEST_PERIOD_MS: Final = 500
"""At most 2 flashes a second: WCAG 2.3.1 allows 3, and two lamps out of phase must not add up."""
SLOWEST_PERIOD_MS: Final = 4_000
"""Slower than this an eye no longer takes it for a signal (road beacons: 50 to 60 a minute)."""
LOWEST_PERCENT: Final = 30
"""A blinking lamp never goes dark: people still have to see the ground."""

_LAMP_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_lamp_id(text: str) -> bool:
    """Whether the text can be a level of an MQTT topic and a key for ever."""
    return _LAMP_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a lamp shows: a level in percent and, for a blink, its low level and its rhythm.

    Raises ValueError for more than 2 flashes a second, for a lit part outside of half to two
    thirds of the period, for a low level under 30 % or above the level, and for no light at all
    where that is not the programme's own wish.
    """

    name: SceneName
    level: int = 100
    low: int | None = None
    period_ms: int | None = None
    lit_ms: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 100:
            raise ValueError(f"level {self.level} is not a percentage")
        if self.level == 0 and self.name != "schedule":
            raise ValueError("an order may dim a lamp but never put it out")
        if self.name == "blink":
            self._refuse_harm()
        elif (self.low, self.period_ms, self.lit_ms) != (None, None, None):
            raise ValueError(f"low, period_ms and lit_ms belong to blink, not to {self.name}")

    def _refuse_harm(self) -> None:
        if self.low is None or self.period_ms is None or self.lit_ms is None:
            raise ValueError("a blink needs low, period_ms and lit_ms")
        if not LOWEST_PERCENT <= self.low <= self.level:
            raise ValueError(f"low {self.low} is not within {LOWEST_PERCENT} to level {self.level}")
        if not FASTEST_PERIOD_MS <= self.period_ms <= SLOWEST_PERIOD_MS:
            raise ValueError(
                f"period {self.period_ms} ms is not within {FASTEST_PERIOD_MS} to "
                f"{SLOWEST_PERIOD_MS} ms"
            )
        if not self.period_ms <= 2 * self.lit_ms or not 3 * self.lit_ms <= 2 * self.period_ms:
            raise ValueError("a blink is lit between half and two thirds of its period")


BLINK: Final = Scene("blink", level=100, low=30, period_ms=1_000, lit_ms=600)
"""The default call for help: 1 Hz, 30 to 100 %, lit 60 % of the time (MUTCD 4K.01)."""
BRIGHT: Final = Scene("bright", level=100)
SCHEDULE: Final = Scene("schedule")
"""The lamp's own night programme; its level is whatever the lamp says it is."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """One controller on one pole. `label` is what is painted on the pole; WGS84 degrees."""

    lamp_id: str
    label: str
    lon: float
    lat: float
    address: str = ""

    def __post_init__(self) -> None:
        if not is_lamp_id(self.lamp_id):
            raise ValueError(f"lamp id {self.lamp_id!r} is not 1 to 64 of A-Z a-z 0-9 _ -")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a lamp says it shows now. Taken at its word, even where no `Scene` would allow it."""

    seq: int
    scene: SceneName
    level: int
    low: int | None = None
    period_ms: int | None = None
    lit_ms: int | None = None
    until: datetime | None = None
    faults: tuple[str, ...] = ()
    at: datetime | None = None

    def shows(self, scene: Scene) -> bool:
        """Whether the lamp shows this scene; the programme is shown at whatever level."""
        if scene.name == "schedule" or self.scene != scene.name:
            return self.scene == scene.name
        if self.level != scene.level:
            return False
        return scene.name != "blink" or (
            (self.low, self.period_ms, self.lit_ms) == (scene.low, scene.period_ms, scene.lit_ms)
        )
