"""Come here for what a screen is shown: incidents, lamps and journals as JSON of the contract."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dispatch.escalation import LOUDEST
from dispatch.incident import Incident
from dispatch.moves import allowed
from dispatch.report import Crumb
from dispatch.showing_rows import Count, Key, recipients
from dispatch.spot import Spot
from dispatch.store import Entry
from dispatch.telling import Untold
from geo.place import Place
from lights.choose import Shortfall
from lights.health import Health
from lights.lamp import Lamp
from lights.watch import LampChange, View
from lights.wire import rfc3339

Seen = Callable[[str], tuple[bool, tuple[str, ...]]]
"""Of a lamp: whether it shows what is claimed, and its faults."""


def incident_json(incident: Incident, same: Sequence[str], seen: Seen) -> dict[str, Any]:
    """An incident, wherever it appears. `same`: ids of those that are possibly the same."""
    lit = incident.is_live and incident.light_until is not None
    asked = incident.scene if lit else "none"
    return {
        "incident_id": incident.incident_id,
        "kind": incident.report.kind,
        "state": incident.state,
        "opened_at": rfc3339(incident.opened_at),
        "updated_at": rfc3339(incident.updated_at),
        "drill": incident.drill,
        "silent": incident.silent,
        "withdrawn": incident.withdrawn,
        "flood": incident.report.flood.size,
        "flood_group": incident.report.flood.group,
        "place": spot_json(incident.spot),
        "lamps": [
            _asked_json(lamp.lamp_id, lamp.metres, lamp.reason, asked, seen)
            for lamp in incident.lamps
        ],
        "shortfall": incident.shortfall.words if incident.shortfall else None,
        "shortfall_detail": shortfall_json(incident.shortfall),
        "scene": incident.scene,
        "light_until": rfc3339(incident.light_until) if incident.light_until else None,
        "daylight": incident.daylight,
        "escalation": min(incident.escalation, LOUDEST),
        "reminders": incident.reminders,
        "note": incident.report.note,
        "seen": incident.report.seen._asdict() if incident.report.seen else None,
        "walk_id": incident.report.walk_id,
        "track": [_crumb_json(crumb) for crumb in incident.report.track],
        "unit": incident.unit,
        "responding": list(incident.responding),
        "disposition": incident.disposition,
        "untold": [_untold_json(one) for one in incident.untold],
        "possibly_same": list(same),
        "instructions": incident.instructions,
        "linked": list(incident.linked),
        "kept_until": _time_json(incident.erased_from),
        "hold": _hold_json(incident),
        "erased_at": _time_json(incident.erased_at),
        "allowed": allowed(incident),
    }


def _untold_json(one: Untold) -> dict[str, Any]:
    return {
        "target": one.target,
        "since": rfc3339(one.since),
        "attempts": one.attempts,
        "last_error": one.last_error,
    }


def _time_json(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _hold_json(incident: Incident) -> dict[str, Any] | None:
    if incident.hold_until is None:
        return None
    return {"until": rfc3339(incident.hold_until), "reason": incident.hold_reason}


def _asked_json(lamp_id: str, metres: float, reason: str, asked: str, seen: Seen) -> dict[str, Any]:
    shows, faults = seen(lamp_id)
    return {
        "lamp_id": lamp_id,
        "metres": metres,
        "reason": reason,
        "asked": asked,
        "seen": shows and asked != "none",
        "faults": list(faults),
    }


def _crumb_json(crumb: Crumb) -> dict[str, Any]:
    place = crumb.place
    return {
        "lon": place.lon,
        "lat": place.lat,
        "accuracy_m": place.accuracy_m,
        "fixed_at": rfc3339(crumb.at),
    }


def shortfall_json(shortfall: Shortfall | None) -> dict[str, Any] | None:
    """What the light cannot do, for programs."""
    if shortfall is None:
        return None
    return {
        "code": shortfall.code,
        "asked": shortfall.asked,
        "silent": shortfall.silent,
        "within_m": shortfall.within_m,
    }


def position_json(place: Place | None) -> dict[str, Any] | None:
    """A position of the contract; `accuracy_m` null where unknown."""
    if place is None:
        return None
    return {"lon": place.lon, "lat": place.lat, "accuracy_m": place.accuracy_m}


def spot_json(spot: Spot) -> dict[str, Any]:
    """A place in words."""
    return {
        "position": position_json(spot.place),
        "fixed_at": rfc3339(spot.fixed_at) if spot.fixed_at else None,
        "quality": spot.quality,
        "stale": spot.stale,
        "number": spot.number,
        "address": spot.address,
        "jurisdiction": spot.jurisdiction,
        "jurisdiction_how": spot.jurisdiction_how,
        "unit": spot.unit,
        "poles": [
            {"label": pole.label, "metres": pole.metres, "bearing": pole.bearing}
            for pole in spot.poles
        ],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """A line of the journal."""
    return {
        "seq": entry.seq,
        "at": rfc3339(entry.at),
        "event": entry.event,
        "actor": entry.actor,
        "reason": entry.reason,
        "detail": entry.detail,
    }


def change_json(change: LampChange) -> dict[str, Any]:
    """A lamp in a `lamps` frame of the feed."""
    return {"lamp_id": change.lamp_id, **view_json(change.view)}


def view_json(view: View) -> dict[str, Any]:
    """What a lamp shows; null: not known yet."""
    return {
        "scene": view.scene,
        "level": view.level,
        "online": view.online,
        "faults": list(view.faults),
    }


def lamp_json(lamp: Lamp, view: View, health: Health, walked: int) -> dict[str, Any]:
    """A lamp as a GeoJSON feature. `walked`: about how often walks came by lately."""
    return {
        "type": "Feature",
        "id": lamp.lamp_id,
        "geometry": {"type": "Point", "coordinates": [lamp.lon, lamp.lat]},
        "properties": {
            "lamp_id": lamp.lamp_id,
            "label": lamp.label,
            "address": lamp.address,
            "seen_at": _hour(health.seen_at),
            **view_json(view),
            "status": health.status,
            "silent_since": _hour(health.silent_since),
            "faults_since": _hour(health.faults_since),
            "needs_ladder": health.ladder,
            "walked": walked,
        },
    }


def showings_json(showings: Mapping[Key, Count]) -> dict[str, Any]:
    """Who was shown a place, for whose place it was; staff by their role alone."""
    return {
        "showings": [
            {
                "role": key.role,
                "recipient": key.recipient if key.role in ("guardian", "target") else None,
                "path": key.path,
                "method": key.method,
                "purpose": key.purpose,
                "first_at": rfc3339(count.first_at),
                "last_at": rfc3339(count.last_at),
                "times": count.times,
            }
            for key, count in showings.items()
        ]
    }


def shown_json(showings: Mapping[Key, Count]) -> dict[str, int]:
    """How often, and to how many."""
    times = sum(count.times for count in showings.values())
    return {"times": times, "recipients": recipients(showings.keys())}


def _hour(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None
