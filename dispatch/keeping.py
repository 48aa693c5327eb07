"""Come here for how long an incident is kept: held as evidence, released, erased.

Law: an erased incident knows no more of its place than the neighbourhood, has no words and is given
none, and can neither be held nor begin again. Why a person had it erased is kept as all words are.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from dispatch.events import (
    Erased,
    Held,
    Released,
)
from dispatch.incident import Incident
from dispatch.moves import NotAllowed
from dispatch.plan import Plan
from dispatch.spot import Spot
from lights.wire import rfc3339

GONE: Final = "its place and its words have been destroyed: a new report makes a new incident"


def kept_or_not(
    incident: Incident, event: Held | Released | Erased, now: datetime, plan: Plan
) -> tuple[Incident, Mapping[str, Any]]:
    """The incident held, released or erased, and the journal's details; raises NotAllowed."""
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
    return replace(erased(incident, now), kept_until=now + plan.kept_for), {}


def erased(incident: Incident, now: datetime) -> Incident:
    """The same, with no more of its place than the neighbourhood, and without its words."""
    coarse = Spot(
        address=incident.spot.address,
        jurisdiction=incident.spot.jurisdiction,
        jurisdiction_how=incident.spot.jurisdiction_how,
        unit=incident.spot.unit,
    )
    silenced = replace(
        incident.report,
        place=None,
        fixed_at=None,
        note="",
        seen=None,
        walk_id=None,
        flood=incident.report.flood._replace(group=None),
        track=(),
    )
    return replace(
        incident,
        report=silenced,
        spot=coarse,
        linked=(),
        lamps=(),
        shortfall=None,
        instructions="",
        light_until=None,
        kept_until=None,
        hold_until=None,
        hold_reason="",
        untold=(),
        erased_at=incident.erased_at or now,
        updated_at=now,
    )
