"""Come here for the life of an incident: how it begins, and what an event makes of it.

Law: `decide` is a function. What it returns is written in one transaction or not at all.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch.events import (
    NAMES,
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Erased,
    Event,
    Held,
    Instructed,
    LampsAnswered,
    Linked,
    Moved,
    Noted,
    Released,
    Reopened,
    SceneChanged,
    SceneWish,
    Unlinked,
    Withdrawn,
)
from dispatch.incident import Decision, Incident, Tell
from dispatch.keeping import GONE, kept_or_not
from dispatch.moves import TABLE, NotAllowed
from dispatch.plan import Plan
from dispatch.report import Report
from dispatch.responding import responding_after
from dispatch.spot import Spot
from dispatch.telling import Telling, ToldByVoice, tell_of, untold_after
from lights.choose import Choice


def open_incident(
    incident_id: str, report: Report, spot: Spot, choice: Choice, daylight: bool, plan: Plan
) -> Decision:
    """A report becomes an incident, whatever its quality."""
    now = report.received_at
    incident = Incident(
        incident_id=incident_id,
        report=report,
        opened_at=now,
        updated_at=now,
        spot=spot,
        lamps=choice.lamps,
        shortfall=choice.shortfall,
        scene="none" if report.silent else "blink",
        daylight=daylight,
        unacknowledged_since=now,
        light_until=now + plan.light_for,
    )
    detail: dict[str, Any] = {"kind": report.kind, "source": report.source, "note": report.note}
    if report.flood.size:
        detail["flood"] = report.flood.size
    return Decision(incident, "opened", detail=detail, tells=(Tell("control_room"),))


def decide(incident: Incident, event: Event, now: datetime, plan: Plan) -> Decision:
    """What an event makes of an incident; raises NotAllowed."""
    if incident.erased_at is not None and not isinstance(event, Telling):
        raise NotAllowed(incident, GONE)
    state = TABLE[type(event)].get(incident.state)
    if state is None:
        raise NotAllowed(incident, f"not possible while the incident is {incident.state}")
    reached = replace(incident, state=state, updated_at=now)
    if state != "open":
        reached = replace(reached, unacknowledged_since=None)
    reached = _idle_or_not(reached, event, now)
    if isinstance(event, Telling):
        changed, detail = _told(reached, event)
    else:
        changed, detail = _change(reached, event, now, plan)
    # Who was told, or could not be, is written down of an erased one too; with no words.
    reason = getattr(event, "text", "") if incident.erased_at is None else ""
    changed = replace(changed, responding=responding_after(incident, event))
    return Decision(changed, NAMES[type(event)], reason, detail, _tells(incident, event))


_BY_PEOPLE: Final = (
    *(Acknowledged, Assigned, Noted, Instructed, SceneChanged, Linked, Unlinked, ToldByVoice),
)


def _idle_or_not(incident: Incident, event: Event, now: datetime) -> Incident:
    """Whoever has it must do something about it, until somebody has set out."""
    if incident.state not in ("acknowledged", "assigned"):
        return replace(incident, idle_since=None, reminders=0)
    if isinstance(event, _BY_PEOPLE):
        return replace(incident, idle_since=now, reminders=0)
    return incident


def _tells(incident: Incident, event: Event) -> tuple[Tell, ...]:
    match event:
        case Closed() | Withdrawn():
            return (Tell("control_room"),)
        case Moved(spot, _) if spot.unit and spot.unit not in incident.chain.units:
            return (Tell(f"unit:{spot.unit}", 2),)  # the caller has come into another area
        case _:
            return ()


def _change(
    incident: Incident, event: Event, now: datetime, plan: Plan
) -> tuple[Incident, Mapping[str, Any]]:
    """The fields that an event sets besides the state, and the journal's details."""
    match event:
        case Assigned(unit, jurisdiction):
            whose = {"jurisdiction": jurisdiction} if jurisdiction else {}
            return replace(incident, unit=unit), {"unit": unit, **whose}
        case Arrived():
            scene = "bright" if incident.scene == "blink" else incident.scene
            return replace(incident, scene=scene), {"scene": scene}
        case SceneChanged(scene):
            return _with_scene(incident, scene, now, plan), {"scene": scene}
        case Instructed(text):
            return replace(incident, instructions=text), {}
        case Linked(other) | Unlinked(other):
            return _with_link(incident, other, isinstance(event, Linked))
        case Closed() | Reopened() | Held() | Released() | Erased():
            return _ended_or_not(incident, event, now, plan)
        case Moved(spot, choice):
            return _with_choice(replace(incident, spot=spot), choice), {}
        case Withdrawn():
            return replace(incident, withdrawn=True), {}
        case LampsAnswered():
            return _with_answer(incident, event)
        case _:
            return incident, {}


def _told(incident: Incident, event: Telling) -> tuple[Incident, Mapping[str, Any]]:
    return replace(incident, untold=untold_after(incident.untold, event)), tell_of(event)


def _with_scene(incident: Incident, scene: SceneWish, now: datetime, plan: Plan) -> Incident:
    if scene == "blink" and incident.silent:
        raise NotAllowed(incident, "the caller is hiding: a silent report never blinks")
    return replace(incident, scene=scene, light_until=now + plan.light_for)


def _with_link(incident: Incident, other: str, linked: bool) -> tuple[Incident, Mapping[str, Any]]:
    if other == incident.incident_id:
        raise NotAllowed(incident, "an incident cannot be linked with itself")
    if linked == (other in incident.linked):
        fact = "already linked" if linked else "not linked"
        raise NotAllowed(incident, f"the incident is {fact} with {other}")
    others = {*incident.linked, other} if linked else {*incident.linked} - {other}
    return replace(incident, linked=tuple(sorted(others))), {"incident_id": other}


def _ended_or_not(
    incident: Incident,
    event: Closed | Reopened | Held | Released | Erased,
    now: datetime,
    plan: Plan,
) -> tuple[Incident, Mapping[str, Any]]:
    if isinstance(event, Held | Released | Erased):
        return kept_or_not(incident, event, now, plan)
    if isinstance(event, Closed):
        over = replace(
            incident,
            disposition=event.disposition,
            closed_at=now,
            kept_until=now + plan.kept_for,
        )
        return over, {"disposition": event.disposition}
    again = replace(
        incident,
        disposition=None,
        closed_at=None,
        kept_until=None,
        scene="none" if incident.silent else "blink",
        escalation=0,
        unacknowledged_since=now,
        light_until=now + plan.light_for,
    )
    return again, {}


def _with_choice(incident: Incident, choice: Choice) -> Incident:
    return replace(incident, lamps=choice.lamps, shortfall=choice.shortfall)


def _with_answer(incident: Incident, event: LampsAnswered) -> tuple[Incident, Mapping[str, Any]]:
    detail = {
        "asked": event.asked,
        "silent": list(event.silent),
        "after_ms": round(event.after / timedelta(milliseconds=1)),
    }
    if event.choice is not None:
        return _with_choice(incident, event.choice), detail
    if not event.silent and incident.shortfall and incident.shortfall.code == "silent":
        return replace(incident, shortfall=None), detail
    return incident, detail
