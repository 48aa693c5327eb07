"""Come here for the life of an incident: its states, what an event makes of it, what follows.

Law: `decide` is a function. What it returns is written in one transaction or not at all, and
the claims on lamps are a function of the incident (`claims_of`), so that they cannot disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from dispatch.chain import NOT_SAID, Chain
from dispatch.events import (
    NAMES,
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Disposition,
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
    SetOut,
    Unlinked,
    Withdrawn,
)
from dispatch.plan import Plan
from dispatch.report import Report
from dispatch.spot import Spot
from dispatch.telling import NAMES as TELLINGS
from dispatch.telling import Telling, Untold, tell_of, untold_after
from lights.choose import Choice, Chosen, Shortfall
from lights.claims import Claim
from lights.lamp import BLINK, BRIGHT
from lights.wire import rfc3339

State = Literal["open", "acknowledged", "assigned", "en_route", "on_scene", "closed"]
LIVE: Final[tuple[State, ...]] = get_args(State)[:-1]


@dataclass(frozen=True, slots=True)
class Incident:
    """One cry for help and everything that people have made of it."""

    incident_id: str
    report: Report
    opened_at: datetime
    updated_at: datetime
    spot: Spot
    lamps: tuple[Chosen, ...] = ()
    shortfall: Shortfall | None = None
    state: State = "open"
    scene: SceneWish = "blink"
    withdrawn: bool = False
    daylight: bool = False
    escalation: int = 0
    unit: str | None = None
    instructions: str = ""
    linked: tuple[str, ...] = ()
    disposition: Disposition | None = None
    closed_at: datetime | None = None
    kept_until: datetime | None = None
    hold_until: datetime | None = None
    hold_reason: str = ""
    erased_at: datetime | None = None
    unacknowledged_since: datetime | None = None
    light_until: datetime | None = None
    untold: tuple[Untold, ...] = ()
    chain: Chain = NOT_SAID

    @property
    def silent(self) -> bool:
        """The caller hides: no blinking, no sound."""
        return self.report.silent

    @property
    def drill(self) -> bool:
        """An exercise, marked as such wherever it appears."""
        return self.report.drill

    @property
    def is_live(self) -> bool:
        """Not closed."""
        return self.state != "closed"

    @property
    def erased_from(self) -> datetime | None:
        """When its place and its words are to be destroyed; None while it is open, or after."""
        if self.kept_until is None or self.hold_until is None:
            return self.kept_until
        return max(self.kept_until, self.hold_until)


# ---- what may happen

_STAYS: Final[Mapping[State, State]] = {state: state for state in LIVE}
_ANYWHERE: Final[Mapping[State, State]] = {**_STAYS, "closed": "closed"}


def _up_to(goal: State, *, again: bool = False) -> Mapping[State, State]:
    """Every state before the goal leads to it; with `again` also the goal itself."""
    reached = LIVE.index(goal) + (1 if again else 0)
    return dict.fromkeys(LIVE[:reached], goal)


TABLE: Final[Mapping[type[Event], Mapping[State, State]]] = {
    Acknowledged: _up_to("acknowledged"),
    Assigned: _up_to("assigned", again=True),
    SetOut: _up_to("en_route"),
    Arrived: _up_to("on_scene"),
    Noted: _ANYWHERE,
    Instructed: _STAYS,
    SceneChanged: _STAYS,
    Linked: _ANYWHERE,
    Unlinked: _ANYWHERE,
    Closed: dict.fromkeys(LIVE, "closed"),
    Reopened: {"closed": "open"},
    Held: _ANYWHERE,
    Released: _ANYWHERE,
    Erased: {"closed": "closed"},
    Moved: _STAYS,
    Withdrawn: _STAYS,
    LampsAnswered: _STAYS,
    **dict.fromkeys(TELLINGS, _ANYWHERE),
}
"""Event by event: from which state into which. What is not here is not allowed."""

MOVES: Final[Mapping[str, type[Event]]] = {
    "acknowledge": Acknowledged,
    "assign": Assigned,
    "en-route": SetOut,
    "arrive": Arrived,
    "note": Noted,
    "scene": SceneChanged,
    "close": Closed,
    "reopen": Reopened,
    "instruct": Instructed,
    "link": Linked,
    "unlink": Unlinked,
    "hold": Held,
    "release": Released,
    "erase": Erased,
}
"""The moves of people at a desk or in a car, by their name on the wire."""


class NotFound(Exception):
    """There is no such incident."""


class NotAllowed(Exception):
    """The incident's state does not allow this; `allowed` names the moves that it does."""

    def __init__(self, incident: Incident, why: str) -> None:
        super().__init__(why)
        self.allowed = allowed(incident)


def allowed(incident: Incident) -> list[str]:
    """The moves that are possible now."""
    names = (name for name, event in MOVES.items() if incident.state in TABLE[event])
    return [name for name in names if _makes_sense(incident, name)]


def _makes_sense(incident: Incident, move: str) -> bool:
    """What the table alone cannot say."""
    held, erased = incident.hold_until is not None, incident.erased_at is not None
    match move:
        case "unlink":
            return bool(incident.linked)
        case "release":
            return held
        case "erase":
            return not held and not erased
        case "hold" | "reopen":
            return not erased
        case _:
            return True


# ---- what follows


@dataclass(frozen=True, slots=True)
class Tell:
    """Somebody is to be told: "control_room", "supervisor" or "unit:<its name>"."""

    target: str
    urgency: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """The incident afterwards, the journal's line, and who is to be told."""

    incident: Incident
    event: str
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    tells: tuple[Tell, ...] = ()


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
    if report.flood:
        detail["flood"] = report.flood
    return Decision(incident, "opened", detail=detail, tells=(Tell("control_room"),))


def decide(incident: Incident, event: Event, now: datetime, plan: Plan) -> Decision:
    """What an event makes of an incident; raises NotAllowed."""
    state = TABLE[type(event)].get(incident.state)
    if state is None:
        raise NotAllowed(incident, f"not possible while the incident is {incident.state}")
    reached = replace(incident, state=state, updated_at=now)
    if state != "open":
        reached = replace(reached, unacknowledged_since=None)
    if isinstance(event, Telling):
        changed, detail = _told(reached, event)
    else:
        changed, detail = _change(reached, event, now, plan)
    reason = getattr(event, "text", "")
    tells = (Tell("control_room"),) if isinstance(event, Closed | Withdrawn) else ()
    return Decision(changed, NAMES[type(event)], reason, detail, tells)


def _change(
    incident: Incident, event: Event, now: datetime, plan: Plan
) -> tuple[Incident, Mapping[str, Any]]:
    """The fields that an event sets besides the state, and the journal's details."""
    match event:
        case Assigned(unit):
            return replace(incident, unit=unit), {"unit": unit}
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
    if incident.erased_at is not None:
        raise NotAllowed(incident, _GONE)
    if isinstance(event, Held | Released | Erased):
        return _kept_or_not(incident, event, now, plan)
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


_GONE: Final = "its place and its words have been destroyed: a new report makes a new incident"


def _kept_or_not(
    incident: Incident, event: Held | Released | Erased, now: datetime, plan: Plan
) -> tuple[Incident, Mapping[str, Any]]:
    if isinstance(event, Held):
        if not now < event.until <= now + plan.longest_hold:
            days = plan.longest_hold.days
            raise NotAllowed(incident, f"a hold ends within {days} days; it can be renewed")
        kept = replace(incident, hold_until=event.until, hold_reason=event.text)
        return kept, {"until": rfc3339(event.until)}
    if isinstance(event, Released):
        if incident.hold_until is None:
            raise NotAllowed(incident, "nothing is held")
        return replace(incident, hold_until=None, hold_reason=""), {}
    if incident.hold_until is not None:
        raise NotAllowed(incident, "it is held as evidence: release it first")
    return erased(incident, now), {}


def erased(incident: Incident, now: datetime) -> Incident:
    """The same, with no more of its place than the neighbourhood, and without its words."""
    coarse = Spot(
        address=incident.spot.address,
        jurisdiction=incident.spot.jurisdiction,
        jurisdiction_how=incident.spot.jurisdiction_how,
        unit=incident.spot.unit,
    )
    silenced = replace(incident.report, place=None, fixed_at=None, note="", walk_id=None, track=())
    return replace(
        incident,
        report=silenced,
        spot=coarse,
        lamps=(),
        shortfall=None,
        instructions="",
        light_until=None,
        kept_until=None,
        hold_until=None,
        hold_reason="",
        untold=(),
        erased_at=now,
        updated_at=now,
    )


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


def owner_of(incident_id: str) -> str:
    """The name under which an incident claims lamps."""
    return f"incident:{incident_id}"


def claims_of(incident: Incident, plan: Plan) -> tuple[Claim, ...]:
    """What the incident wants of its lamps now; nothing once it is closed or dark."""
    if not incident.is_live or incident.scene == "none" or incident.light_until is None:
        return ()
    blink = incident.scene == "blink"
    rank = plan.ranks.blink if blink else plan.ranks.bright
    rank -= plan.ranks.drill_below if incident.drill else 0
    scene, owner = BLINK if blink else BRIGHT, owner_of(incident.incident_id)
    return tuple(
        Claim(lamp.lamp_id, owner, rank, scene, incident.opened_at, incident.light_until)
        for lamp in incident.lamps
    )
