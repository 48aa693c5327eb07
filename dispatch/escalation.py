"""Come here for what time alone does to an incident: it is told louder, its light ends, and when
it has been over for long enough its place and its words are destroyed."""

from dataclasses import replace
from datetime import datetime

from dispatch.incident import Decision, Incident, Tell
from dispatch.keeping import erased
from dispatch.plan import Plan
from dispatch.seals import ERASED


def rings_at(incident: Incident, plan: Plan) -> datetime | None:
    """When `ring` has something to do, or None for never."""
    if not incident.is_live:
        return incident.erased_from
    times = [incident.light_until] if incident.light_until is not None else []
    if incident.unacknowledged_since is not None and incident.escalation < 2:
        waits = (plan.louder_after, plan.supervisor_after)
        times.append(incident.unacknowledged_since + waits[incident.escalation])
    return min(times, default=None)


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
    return _escalate(incident, now)


def _escalate(incident: Incident, now: datetime) -> Decision:
    level = incident.escalation + 1
    tells = [Tell("control_room", 2)] if level == 1 else [Tell("supervisor", 3)]
    if level == 2 and incident.spot.unit is not None:
        tells.append(Tell(f"unit:{incident.spot.unit}", 3))
    louder = replace(incident, escalation=level, updated_at=now)
    detail = {"level": level}
    return Decision(louder, "escalated", "nobody has acknowledged", detail, tuple(tells))
