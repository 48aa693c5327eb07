"""Come here for claims, sightings and orders that tests begin with."""

from datetime import UTC, datetime, timedelta

from lights.claims import Claim
from lights.lamp import BLINK, Scene, Sighting
from lights.orders import Said

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def claim(ends: float = 7200, scene: Scene = BLINK) -> Claim:
    return Claim("L1", "incident:1", 80, scene, NOW - MINUTE, NOW + ends * SECOND)


def seen(scene: Scene = BLINK, ends: float | None = 300, seq: int = 7) -> Sighting:
    """A lamp that says it shows this scene until that many seconds from now."""
    until = None if ends is None else NOW + ends * SECOND
    return Sighting(seq, scene.name, scene.level, scene.low, scene.period_ms, scene.lit_ms, until)


def said(
    scene: Scene = BLINK,
    again: float = 0.5,
    seq: int = 7,
    first: int | None = None,
    shows: float = 300,
) -> Said:
    """An order said half a second ago, to be said again that many seconds from now."""
    return Said(
        scene=scene,
        seq=seq,
        first_seq=seq if first is None else first,
        attempts=1,
        at=NOW - 0.5 * SECOND,
        again_at=NOW + again * SECOND,
        may_show_until=NOW + shows * SECOND,
    )
