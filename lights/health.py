"""Come here for which lamps the lighting crew has to look at, and which of them need a ladder.

Law: what is said of a lamp follows from what it said, when it was last heard, and the hour. A lamp
that was never heard is unknown; it cannot be called silent.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

LampStatus: TypeAlias = Literal["online", "silent", "unknown"]
Condition: TypeAlias = Literal["online", "silent", "faulty", "unknown", "needs_ladder"]
"""What a list of lamps can be narrowed to; a lamp may be in several at once."""

LADDER_FAULTS: Final = ("lamp_failure", "dimming_failure", "supply_loss", "day_burning")
"""The light source, its driver, its wiring, its relay or photocell: hands must open the luminaire.

Heat passes with the weather, and a clock is set over the air: nobody climbs for those.
"""
LADDER_AFTER_SILENCE: Final = timedelta(hours=24)
"""Lamps whose feed is switched off by day, a power cut and a radio network's trouble are over
within a day and a night; who is silent through all of it is broken or gone."""


class Health(NamedTuple):
    """How a lamp is. `silent_since`: when it was last heard; None where it is not silent, or was
    never heard. `faults_since`: since when it has had a fault without a break. `ladder`: the
    faults, or "silent", for which somebody must go there; empty for nobody."""

    status: LampStatus
    seen_at: datetime | None
    silent_since: datetime | None
    faults: tuple[str, ...]
    faults_since: datetime | None
    ladder: tuple[str, ...]

    def is_one_of(self, conditions: Collection[Condition]) -> bool:
        """Whether the lamp is in any of these conditions."""
        return (
            self.status in conditions
            or ("faulty" in conditions and bool(self.faults))
            or ("needs_ladder" in conditions and bool(self.ladder))
        )


def health(
    online: bool | None,
    has_had_its_time: bool,
    seen_at: datetime | None,
    faults: tuple[str, ...],
    faults_since: datetime | None,
    now: datetime,
) -> Health:
    """Judge one lamp. `has_had_its_time`: it could have been heard for as long as silence takes."""
    status = _status(online, has_had_its_time, seen_at)
    silent_since = seen_at if status == "silent" else None
    ladder = tuple(fault for fault in faults if fault in LADDER_FAULTS)
    if silent_since is not None and now - silent_since > LADDER_AFTER_SILENCE:
        ladder = (*ladder, "silent")
    return Health(status, seen_at, silent_since, faults, faults_since, ladder)


def _status(online: bool | None, has_had_its_time: bool, seen_at: datetime | None) -> LampStatus:
    if online is not None:
        return "online" if online else "silent"
    return "silent" if has_had_its_time and seen_at is not None else "unknown"
