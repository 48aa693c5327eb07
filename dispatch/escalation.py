"""Come here for what time alone does to an incident: it is told louder, the desk is reminded, its
light ends, and when it has been over for long enough its place and its words are destroyed.

Law: as long as nobody has acknowledged, or nobody has set out, it is said again; a system that has
taken a letter is not a person who has read it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from dispatch.incident import Decision, Incident, Tell
from dispatch.keeping import erased
from dispatch.plan import Plan
from dispatch.seals import ERASED

LOUDEST: Final = 2
"""The supervisor and the unit. What `escalation` counts above it is how often it was repeated."""


def rings_at(incident: Incident, plan: Plan) -> datetime | None:
    """When `ring` has something to do, or None for never."""
    if not incident.is_live:
        return incident.erased_from
    times = (_louder_at(incident, plan), _reminded_at(incident, plan), incident.light_until)
    return min((one for one in times if one is not None), default=None)


def ring(incident: Incident, now: datetime, plan: Plan) -> Decision | None:
    """The next thing that time alone does to an incident, or None: nothing is due."""
    due = rings_at(incident, plan)
    if due is None or due > now:
        return None
    if not incident.is_live:
        return Decision(erased(incident, now), ERASED, "the time for which it is kept is over")
    if incident.light_until is not None and incident.light_until <= now:
        dark = replace(incident, light_until=None, scene="none", updated_at=now)
        return Decision(dark, "light_ended", "the plan's time for the light is over")
    reminded_at = _reminded_at(incident, plan)
    if reminded_at is not None and reminded_at <= now:
        return _remind(incident, now)
    return _escalate(incident, now, plan)


def _louder_at(incident: Incident, plan: Plan) -> datetime | None:
    if incident.unacknowledged_since is None:
        return None
    repeats = incident.escalation - LOUDEST
    if repeats >= 0:
        loudest_at = incident.unacknowledged_since + plan.supervisor_after
        return loudest_at + (repeats + 1) * plan.supervisor_again_every
    waits = (plan.louder_after, plan.supervisor_after)
    return incident.unacknowledged_since + waits[incident.escalation]


def _escalate(incident: Incident, now: datetime, plan: Plan) -> Decision:
    level = min(incident.escalation + 1, LOUDEST)
    tells = [Tell("control_room", 2)] if level == 1 else [Tell("supervisor", 3)]
    if level == LOUDEST and incident.spot.unit is not None:
        tells.append(Tell(f"unit:{incident.spot.unit}", 3))
    why = "nobody has acknowledged"
    if incident.is_in_the_crowd and now - incident.opened_at < plan.flood.alone_after:
        tells, why = [], "nobody has acknowledged; the first of its flood is told of for all"
    louder = replace(incident, escalation=incident.escalation + 1, updated_at=now)
    detail = {"level": level}
    if louder.escalation > LOUDEST:
        louder = _caught_up(louder, now, plan)
        detail["again"] = louder.escalation - LOUDEST
    return Decision(louder, "escalated", why, detail, tuple(tells))


def _caught_up(incident: Incident, now: datetime, plan: Plan) -> Incident:
    """What was missed while nobody counted is said once, not as often as it was missed."""
    due = _louder_at(incident, plan)
    if due is None or due > now:
        return incident
    missed = (now - due) // plan.supervisor_again_every + 1
    return replace(incident, escalation=incident.escalation + missed)


def _reminded_at(incident: Incident, plan: Plan) -> datetime | None:
    return None if incident.idle_since is None else incident.idle_since + plan.reminded_after


def _remind(incident: Incident, now: datetime) -> Decision:
    reminders = incident.reminders + 1
    again = replace(incident, reminders=reminders, idle_since=now, updated_at=now)
    tells = (Tell("control_room", 2), Tell("supervisor", 2))
    reason = "acknowledged, but nobody has set out"
    return Decision(again, "reminded", reason, {"again": reminders - 1}, tells)
