"""Come here for what becomes of a fix of a caller who moves: old, a leap, or a step to tell of.

Law: a function of what is known already; whoever calls remembers its answer once that is on disk,
so that a commit that has to be made again hears the same fix again.
"""

from datetime import datetime
from typing import Final, NamedTuple

from dispatch.incident import Incident
from dispatch.leap import Leap, doubted
from dispatch.plan import Plan
from dispatch.signs import Fix
from geo.place import Place, metres_between


class Heard(NamedTuple):
    """When a caller's newest fix was taken, and a leap that is not believed yet."""

    newest: datetime | None = None
    leap: Leap | None = None


UNHEARD: Final = Heard()


def hear(
    incident: Incident, before: Heard, fix: Fix, now: datetime, plan: Plan
) -> tuple[Heard, bool]:
    """What is to be remembered after a fix, and whether it is a step that changes the incident."""
    newest = before.newest or incident.spot.fixed_at
    if not incident.is_live or (newest is not None and fix.at <= newest):
        return before, False
    leap = doubted(_last(incident), before.leap, fix, now, plan)
    if leap is not None:
        return before._replace(leap=leap), False
    return Heard(fix.at), _is_step(incident, fix.place, plan)


def _last(incident: Incident) -> Fix | None:
    spot = incident.spot
    return Fix(spot.place, spot.fixed_at or incident.opened_at) if spot.place else None


def _is_step(incident: Incident, place: Place, plan: Plan) -> bool:
    spot = incident.spot
    if spot.place is None or spot.stale:
        return True
    reach, least = plan.reach, plan.moved_at_least_m
    wider = abs(reach.radius_m(place.accuracy_m) - reach.radius_m(spot.place.accuracy_m))
    return metres_between(spot.place, place) >= least or wider >= least
