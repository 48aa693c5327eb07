"""Come here for the light that an incident wants.

Law: the claims on lamps are a function of the incident, so that the two cannot disagree.
"""

from dispatch.incident import Incident
from dispatch.plan import Plan
from lights.claims import Claim
from lights.lamp import BLINK, BRIGHT


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


def changed_claims(
    before: Incident | None, after: Incident, plan: Plan
) -> dict[str, tuple[Claim, ...]]:
    """By owner, what is claimed now where that is not what was claimed before."""
    wanted = claims_of(after, plan)
    if wanted == (() if before is None else claims_of(before, plan)):
        return {}
    return {owner_of(after.incident_id): wanted}
