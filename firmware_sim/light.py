"""Come here for the light that leaves a lamp, millisecond by millisecond.

Law: two rises of the light with a fall between them are at least half a second apart, whatever
scenes follow each other however fast; so there are never more than two flashes in any second.
A scene that could hurt (too fast, too short, too dark) cannot be built.
"""

from dataclasses import dataclass
from typing import Final, Literal

SceneName = Literal["blink", "bright", "dim", "schedule"]

# Two flashes a second is the contract's limit; WCAG 2.3.1 draws the line at three.
REST_MS: Final = 500
# Darker than this between two flashes, and a street under a blinking lamp is a dark street.
LOWEST_WHILE_BLINKING: Final = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """What a lamp shows; levels are percent of linear light output, times are milliseconds.

    `low`, `period_ms` and `lit_ms` mean something for `blink` only. Raises ValueError for a scene
    that is not safe to show.
    """

    name: SceneName
    level: int
    low: int = 0
    period_ms: int = 0
    lit_ms: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 100:
            raise ValueError(f"level {self.level} is not a percentage")
        if self.name == "blink":
            self._refuse_a_blink_that_hurts()
        elif self.name != "schedule" and self.level == 0:
            raise ValueError("an order may dim a lamp but never put it out")

    def _refuse_a_blink_that_hurts(self) -> None:
        if self.period_ms < REST_MS:
            raise ValueError(f"a period of {self.period_ms} ms is more than two flashes a second")
        if not self.period_ms <= 2 * self.lit_ms <= self.period_ms * 4 // 3:
            raise ValueError(f"{self.lit_ms} ms is not between 1/2 and 2/3 of the period")
        if not LOWEST_WHILE_BLINKING <= self.low <= self.level:
            raise ValueError(f"low {self.low} is not between 30 and the level")


@dataclass(frozen=True, slots=True)
class Beam:
    """A scene and the way into it: `before` is held until `start_ms`, then the scene's level for
    REST_MS, then the scene itself.

    Instants are whole milliseconds of the world since the Unix epoch. `clock_off_ms` is how far
    the lamp's own clock, which gives the phase, is ahead of the world. `rose_ms` is the last rise
    before the change, `fell` says whether the light has fallen since.
    """

    scene: Scene
    clock_off_ms: int
    before: int
    start_ms: int
    rose_ms: int
    fell: bool = False


def first_beam(scene: Scene, clock_off_ms: int, at_ms: int) -> Beam:
    """The light of a lamp that gets power now."""
    return Beam(scene, clock_off_ms, before=0, start_ms=at_ms, rose_ms=at_ms - REST_MS)


def turn(beam: Beam, scene: Scene, clock_off_ms: int, at_ms: int) -> Beam:
    """Change to a scene: at once where that is no flash too many, else REST_MS after the rise."""
    rose_ms, fell = _history(beam, at_ms)
    before = output(beam, at_ms)
    still_rising = scene.level >= before and not fell
    start_ms = at_ms if still_rising else max(at_ms, rose_ms + REST_MS)
    return Beam(scene, clock_off_ms, before, start_ms, rose_ms, fell)


def output(beam: Beam, at_ms: int) -> int:
    """The light at an instant, in percent."""
    if at_ms < beam.start_ms:
        return beam.before
    if at_ms < beam.start_ms + REST_MS or _phase_ms(beam, at_ms) < beam.scene.lit_ms:
        return beam.scene.level
    return beam.scene.low if beam.scene.name == "blink" else beam.scene.level


def _phase_ms(beam: Beam, at_ms: int) -> int:
    """Milliseconds since the period began; periods are counted from the Unix epoch."""
    period_ms = beam.scene.period_ms if beam.scene.name == "blink" else 1
    return (at_ms + beam.clock_off_ms) % period_ms


def _history(beam: Beam, at_ms: int) -> tuple[int, bool]:
    """When the light last rose (or turned, if that was later), and whether it fell since.

    A turn downwards has waited for REST_MS after the rise: what follows it need not wait again.
    """
    if at_ms < beam.start_ms:
        return beam.rose_ms, beam.fell
    phase_ms = _phase_ms(beam, at_ms)
    if beam.scene.name == "blink" and at_ms - phase_ms >= beam.start_ms + REST_MS:
        return at_ms - phase_ms, phase_ms >= beam.scene.lit_ms
    return beam.start_ms, False
