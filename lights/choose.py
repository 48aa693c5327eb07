"""Come here for which lamps answer a report, each with its reason, and what falls short.

Law: nearest first; never more than `Reach.most`; lamps thought silent are told all the same and
the next nearest added for them; a lamp once chosen counts as `Reach.linger_m` nearer than it is,
so that a position that wavers makes no lamp flutter. Distances are metres.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.index import Near


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a cry for help reaches, in metres and lamps. Each number with its reason."""

    at_least_m: float = 50.0
    """About ten lamps where real ones stand 15 m apart: a spot that is seen from a street away."""
    beyond_accuracy_m: float = 25.0
    """The caller may stand at the rim of the circle: light one or two lamps beyond it."""
    unknown_accuracy_m: float = 50.0
    """A phone that does not say how well it knows: taken for a usual fix between houses."""
    fewest: int = 3
    """Two lamps may be a coincidence, three mark a spot."""
    fewest_within_m: float = 200.0
    """A lamp further off than this would send officers to the wrong street."""
    most: int = 30
    """More than this is a district that blinks, and no longer points anywhere."""
    most_silent: int = 10
    """So that a dead feeder cable cannot use up every place of the lamps that work."""
    linger_m: float = 25.0
    """The usual error of a fix between houses (10 to 20 m), and a step."""

    def radius_m(self, accuracy_m: float | None) -> float:
        """Within how many metres every lamp is asked; `accuracy_m` None means unknown."""
        known = self.unknown_accuracy_m if accuracy_m is None else accuracy_m
        return max(self.at_least_m, known + self.beyond_accuracy_m)

    def limit_m(self, accuracy_m: float | None) -> float:
        """Beyond this many metres no lamp is asked, however few there are."""
        return max(self.radius_m(accuracy_m), self.fewest_within_m)

    def horizon_m(self, accuracy_m: float | None) -> float:
        """No lamp beyond this many metres matters to a choice: one that is chosen may linger."""
        return self.limit_m(accuracy_m) + self.linger_m


@dataclass(frozen=True, slots=True)
class Chosen:
    """A lamp that is asked to answer, its distance from the place, and why."""

    lamp_id: str
    metres: float
    reason: str


ShortfallCode = Literal["no_position", "no_lamps", "few_lamps", "silent"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the light cannot do for this report."""

    code: ShortfallCode
    asked: int = 0
    silent: int = 0
    within_m: float = 0.0

    @property
    def words(self) -> str:
        """One line for a person."""
        match self.code:
            case "no_position":
                return "no position"
            case "no_lamps":
                return f"no lamps within {self.within_m:.0f} m"
            case "few_lamps":
                lamps = "lamp" if self.asked == 1 else "lamps"
                return f"only {self.asked} {lamps} within {self.within_m:.0f} m"
            case "silent":
                return f"{self.silent} of {self.asked} silent"


@dataclass(frozen=True, slots=True)
class Choice:
    """The lamps, nearest first, and what falls short (None: nothing)."""

    lamps: tuple[Chosen, ...]
    shortfall: Shortfall | None


NOWHERE = Choice((), Shortfall("no_position"))
"""What a report without a position gets."""


def choose(
    accuracy_m: float | None,
    near: Sequence[Near],
    silent: Container[str],
    kept: Container[str],
    reach: Reach,
) -> Choice:
    """Choose among `near`: every lamp within `reach.horizon_m`, or the nearest hundred of them.

    `silent`: lamps thought not to answer. `kept`: lamps chosen for this report before.
    """
    radius, limit = reach.radius_m(accuracy_m), reach.limit_m(accuracy_m)
    asked = (lamp for lamp in near if _felt(lamp, kept, reach) <= limit)
    ranked = sorted(asked, key=lambda lamp: (_felt(lamp, kept, reach), lamp.key))
    first = _first(ranked, radius, silent, kept, reach)
    missing = sum(lamp.key in silent for lamp, _ in first)
    taken = {lamp.key for lamp, _ in first}
    spare = (lamp for lamp in ranked if lamp.key not in taken and lamp.key not in silent)
    added = _added(spare, min(missing, reach.most - len(first)))
    lamps = sorted(first + added, key=lambda pair: (pair[0].metres, pair[0].key))
    chosen = tuple(Chosen(lamp.key, round(lamp.metres, 1), reason) for lamp, reason in lamps)
    return Choice(chosen, _shortfall(chosen, silent, reach, limit))


_Reasoned = tuple[Near, str]


def _felt(lamp: Near, kept: Container[str], reach: Reach) -> float:
    """Metres, a lamp that is already chosen counting as nearer."""
    return lamp.metres - reach.linger_m if lamp.key in kept else lamp.metres


def _first(
    ranked: Sequence[Near],
    radius: float,
    silent: Container[str],
    kept: Container[str],
    reach: Reach,
) -> list[_Reasoned]:
    first: list[_Reasoned] = []
    silent_places = reach.most_silent
    for lamp in ranked:
        inside = _felt(lamp, kept, reach) <= radius
        if len(first) >= (reach.most if inside else reach.fewest):
            break
        if lamp.key in silent:
            if not silent_places:
                continue
            silent_places -= 1
        first.append((lamp, f"within {radius:.0f} m" if inside else f"nearest {reach.fewest}"))
    return first


def _added(spare: Iterable[Near], missing: int) -> list[_Reasoned]:
    return [(lamp, "instead of a silent lamp") for lamp, _ in zip(spare, range(missing))]  # noqa: B905


def _shortfall(
    chosen: Sequence[Chosen], silent: Container[str], reach: Reach, limit: float
) -> Shortfall | None:
    quiet = sum(lamp.lamp_id in silent for lamp in chosen)
    if not chosen:
        return Shortfall("no_lamps", within_m=limit)
    if quiet:
        return Shortfall("silent", asked=len(chosen), silent=quiet)
    if len(chosen) < reach.fewest:
        return Shortfall("few_lamps", asked=len(chosen), within_m=limit)
    return None
