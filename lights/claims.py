"""Come here for who gets a lamp when several want it.

Law: the lamp shows the claim of the highest rank; of equal rank, the earliest made; of those,
the lowest owner in alphabetical order. So one set of claims has one winner, whatever the order
in which it was written. A claim that has ended is as good as never written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lights.lamp import Scene


def _whole_milliseconds(moment: datetime) -> datetime:
    """The wire's resolution: an end that a lamp cannot say back would never be seen."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Claim:
    """`owner` wants `lamp_id` to show `scene` from `made_at` until just before `until`."""

    lamp_id: str
    owner: str
    rank: int
    scene: Scene
    made_at: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.scene.name == "schedule":
            raise ValueError("nobody claims the programme: it is what shows without claims")
        object.__setattr__(self, "until", _whole_milliseconds(self.until))


def winner(claims: Iterable[Claim], now: datetime) -> Claim | None:
    """The claim that the lamp shows now, or None for its own programme."""
    live = (claim for claim in claims if claim.until > now)
    return min(live, key=lambda claim: (-claim.rank, claim.made_at, claim.owner), default=None)


def next_change(claims: Iterable[Claim], now: datetime) -> datetime | None:
    """When the answer of `winner` may change by itself, or None for never."""
    return min((claim.until for claim in claims if claim.until > now), default=None)
