"""Come here for what to say to a lamp now: the gap between what is claimed and what is seen.

Law: said again and again, with growing pauses, until the lamp is seen to obey. A lost message,
a rebooted lamp, a dead broker and a restarted dispatcher are one case. Nothing is ever ordered
beyond the end of its claim, nor further ahead than `Pace.order_for`.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from lights.claims import Claim
from lights.lamp import SCHEDULE, Scene, Sighting

LONGEST_ORDER: Final = timedelta(minutes=10)
"""The wire allows no more: a lamp that hears nobody is back to its programme by then."""
_ROUNDING: Final = timedelta(seconds=1)
"""Makers round times as they like; a whole second is the coarsest that RFC 3339 allows."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the dispatcher insists. Each number with its reason."""

    order_for: timedelta = timedelta(minutes=5)
    """Long enough to outlive a restart of everything, short enough to end soon without us."""
    renew_before: timedelta = timedelta(minutes=2)
    """Leaves six tries (1 + 2 + 4 + 8 + 16 + 30 s) before a claimed lamp would fall back."""
    first_pause: timedelta = timedelta(seconds=1)
    """A broker in the same town answers in milliseconds; a radio link in 1 to 10 s."""
    longest_pause: timedelta = timedelta(seconds=30)
    """A lamp that comes back is told within this even if nobody noticed that it came back."""

    def __post_init__(self) -> None:
        if not timedelta(0) < self.renew_before < self.order_for <= LONGEST_ORDER:
            raise ValueError("0 < renew_before < order_for <= 10 minutes must hold")

    def pause(self, attempts: int, chance: float) -> timedelta:
        """How long to wait after that many attempts; chance in [0, 1) spreads it by +-20 %."""
        grown = self.first_pause * 2.0 ** min(attempts - 1, 16)
        return min(grown, self.longest_pause) * (0.8 + 0.4 * chance)


@dataclass(frozen=True, slots=True)
class Order:
    """One line to one lamp. `until` is None only for the programme."""

    lamp_id: str
    seq: int
    scene: Scene
    until: datetime | None

    def __post_init__(self) -> None:
        if (self.until is None) != (self.scene.name == "schedule"):
            raise ValueError("every order has an end, but the programme has none")


@dataclass(frozen=True, slots=True)
class Said:
    """What was last said to a lamp, and since which number nothing else was said.

    `may_show_until` is how long anything that was said could still show.
    """

    scene: Scene
    seq: int
    first_seq: int
    attempts: int
    at: datetime
    again_at: datetime
    may_show_until: datetime

    def at_once(self, now: datetime) -> "Said":
        """The same, but due again now: there is news of the lamp or of the way to it."""
        return replace(self, attempts=0, again_at=now)


class Gap(NamedTuple):
    """What to say now (None: nothing), its end, and when to look again without being woken."""

    say: Scene | None
    until: datetime | None
    look_again: datetime | None


_CONTENT: Final = Gap(None, None, None)


def gap(
    claim: Claim | None, seen: Sighting | None, said: Said | None, now: datetime, pace: Pace
) -> Gap:
    """Compare the winning claim with the last sighting and the last order."""
    if claim is None:
        return _gap_to_programme(seen, said, now)
    if seen is not None and seen.until is not None and is_shown(claim.scene, seen, said):
        if abs(seen.until - claim.until) <= _ROUNDING:
            return _CONTENT
        renewal = seen.until - pace.renew_before
        if now < renewal and seen.until < claim.until:
            return Gap(None, None, renewal)
    until = min(claim.until, now + pace.order_for)
    return _say_or_wait(claim.scene, until, said, now)


def is_shown(scene: Scene, seen: Sighting | None, said: Said | None) -> bool:
    """Whether the lamp was seen in this scene after it was last told any other."""
    return seen is not None and seen.shows(scene) and _knows(seen, scene, said)


def _knows(seen: Sighting, scene: Scene, said: Said | None) -> bool:
    """Whether a lamp that was seen so had heard the last order for any other scene."""
    return said is None or seen.seq >= (said.first_seq if said.scene == scene else said.seq)


def _gap_to_programme(seen: Sighting | None, said: Said | None, now: datetime) -> Gap:
    shows_other = (
        seen is not None
        and seen.scene != "schedule"
        and not (seen.until is not None and seen.until <= now)
    )
    on_its_way = (
        said is not None
        and said.may_show_until > now
        and not (seen is not None and _knows(seen, SCHEDULE, said))
    )
    if shows_other or on_its_way:
        return _say_or_wait(SCHEDULE, None, said, now)
    return _CONTENT


def _say_or_wait(scene: Scene, until: datetime | None, said: Said | None, now: datetime) -> Gap:
    if said is not None and said.scene == scene and said.again_at > now:
        return Gap(None, None, said.again_at)
    return Gap(scene, until, None)


def said_now(
    order: Order,
    before: Said | None,
    seen: Sighting | None,
    now: datetime,
    pace: Pace,
    chance: float,
) -> Said:
    """Remember an order; attempts count on until the lamp is seen to obey or told another scene."""
    attempts, first_seq = 1, order.seq
    if before is not None and before.scene == order.scene:
        obeyed = seen is not None and seen.seq >= before.seq and seen.shows(order.scene)
        attempts = 1 if obeyed else before.attempts + 1
        first_seq = before.first_seq
    shows_until = max(
        order.until if order.until is not None else now,
        before.may_show_until if before is not None else now,
    )
    again_at = now + pace.pause(attempts, chance)
    return Said(order.scene, order.seq, first_seq, attempts, now, again_at, shows_until)


def expiry_s(order: Order, now: datetime) -> int:
    """How long a broker may keep it. The programme's order is good for as long as any could be."""
    if order.until is None:
        return 600
    return math.ceil((order.until - now).total_seconds())
