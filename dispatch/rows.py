"""Come here for how an incident is laid into the columns of its table, and taken out again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from dispatch.chain import Chain, Message
from dispatch.incident import Incident
from dispatch.report import Crumb, Flood, Report
from dispatch.spot import Pole, Spot
from dispatch.telling import Untold
from dispatch.words import Words
from geo.place import Place
from lights.choose import Chosen, Shortfall
from lights.wire import rfc3339


def incident_row(one: Incident, rings_at: datetime | None) -> dict[str, Any]:
    """The columns of an incident."""
    place = one.spot.place
    east, north = place.metres if place is not None else (None, None)
    return {
        "incident_id": one.incident_id,
        "report_id": one.report.report_id,
        "kind": one.report.kind,
        "state": one.state,
        "opened_at": one.opened_at,
        "updated_at": one.updated_at,
        "drill": one.drill,
        "silent": one.silent,
        "withdrawn": one.withdrawn,
        "scene": one.scene,
        "daylight": one.daylight,
        "escalation": one.escalation,
        "unit": one.unit,
        "responding": "".join(f"\n{name}\n" for name in one.responding),
        "disposition": one.disposition,
        "unacknowledged_since": one.unacknowledged_since,
        "idle_since": one.idle_since,
        "reminders": one.reminders,
        "light_until": one.light_until,
        "rings_at": rings_at,
        "east": east,
        "north": north,
        "report": _report_json(one.report),
        "spot": _spot_json(one.spot),
        "lamps": [[lamp.lamp_id, lamp.metres, lamp.reason] for lamp in one.lamps],
        "shortfall": _shortfall_json(one.shortfall),
        "instructions": one.instructions,
        "linked": list(one.linked),
        "jurisdiction": one.spot.jurisdiction,
        "words": words_of(one),
        "closed_at": one.closed_at,
        "untold": [_untold_json(untold) for untold in one.untold],
        "chain": _chain_json(one.chain),
        "kept_until": one.kept_until,
        "hold_until": one.hold_until,
        "hold_reason": one.hold_reason,
        "erased_at": one.erased_at,
    }


def words_of(one: Incident) -> str:
    """What a search looks through besides the journal, a line each."""
    spot, poles = one.spot, (pole.label for pole in one.spot.poles)
    words = (
        *(one.incident_id, spot.number, spot.address, spot.jurisdiction, spot.unit, *poles),
        *(one.unit, one.report.note, one.instructions, *(one.report.seen or ())),
    )
    return "\n".join(word for word in words if word)


def incident_of(row: Row[Any]) -> Incident:
    """The incident of a row."""
    return Incident(
        incident_id=row.incident_id,
        report=_report_of(row),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        spot=_spot_of(row.spot),
        lamps=tuple(Chosen(*lamp) for lamp in row.lamps),
        shortfall=Shortfall(**row.shortfall) if row.shortfall else None,
        state=row.state,
        scene=row.scene,
        withdrawn=row.withdrawn,
        daylight=row.daylight,
        escalation=row.escalation,
        unit=row.unit,
        responding=tuple(name for name in row.responding.split("\n") if name),
        instructions=row.instructions,
        linked=tuple(row.linked),
        disposition=row.disposition,
        closed_at=row.closed_at,
        kept_until=row.kept_until,
        hold_until=row.hold_until,
        hold_reason=row.hold_reason,
        erased_at=row.erased_at,
        unacknowledged_since=row.unacknowledged_since,
        idle_since=row.idle_since,
        reminders=row.reminders,
        light_until=row.light_until,
        untold=tuple(map(_untold_of, row.untold or ())),
        chain=_chain_of(row.chain),
    )


def _shortfall_json(one: Shortfall | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"code": one.code, "asked": one.asked, "silent": one.silent, "within_m": one.within_m}


def _untold_json(one: Untold) -> list[Any]:
    return [one.target, rfc3339(one.since), one.attempts, one.last_error]


def _untold_of(kept: Sequence[Any]) -> Untold:
    target, since, attempts, last_error = kept
    return Untold(target, datetime.fromisoformat(since), attempts, last_error)


def _chain_json(chain: Chain) -> dict[str, Any]:
    newest = (chain.newest,) if chain.newest is not None else ()
    return {
        "messages": [
            [one.number, one.kind, rfc3339(one.sent)] for one in (*chain.references, *newest)
        ],
        "units": list(chain.units),
        "supervised": chain.supervised,
    }


def _chain_of(kept: Mapping[str, Any] | None) -> Chain:
    if kept is None or not kept["messages"]:
        return Chain()
    *references, newest = (
        Message(number, kind, datetime.fromisoformat(sent))
        for number, kind, sent in kept["messages"]
    )
    supervised = kept.get("supervised", False)  # rows of earlier versions have none
    return Chain(newest, tuple(references), tuple(kept["units"]), supervised)


def _time_json(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _time_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _report_json(report: Report) -> dict[str, Any]:
    return {
        "received_at": _time_json(report.received_at),
        "fixed_at": _time_json(report.fixed_at),
        "sent_at": _time_json(report.sent_at),
        "note": report.note,
        "seen": list(report.seen) if report.seen else None,
        "walk_id": report.walk_id,
        "source": report.source,
        "flood": report.flood.size,
        "flood_group": report.flood.group,
        "proof": report.proof,
        "track": [
            [crumb.place.lon, crumb.place.lat, crumb.place.accuracy_m, rfc3339(crumb.at)]
            for crumb in report.track
        ],
    }


def _report_of(row: Row[Any]) -> Report:
    kept = row.report
    return Report(
        report_id=row.report_id,
        received_at=datetime.fromisoformat(kept["received_at"]),
        kind=row.kind,
        fixed_at=_time_of(kept["fixed_at"]),
        sent_at=_time_of(kept["sent_at"]),
        silent=row.silent,
        drill=row.drill,
        note=kept["note"],
        seen=Words(*kept["seen"]) if kept.get("seen") else None,
        walk_id=kept["walk_id"],
        source=kept["source"],
        flood=Flood(kept.get("flood", 0), kept.get("flood_group")),  # earlier versions have none
        proof=kept.get("proof"),  # nor this
        track=tuple(
            Crumb(Place(*place), datetime.fromisoformat(at))
            for *place, at in kept.get("track", ())  # rows of the first version have none
        ),
    )


def _spot_json(spot: Spot) -> dict[str, Any]:
    place = spot.place
    return {
        "place": None if place is None else [place.lon, place.lat, place.accuracy_m],
        "fixed_at": _time_json(spot.fixed_at),
        "quality": spot.quality,
        "stale": spot.stale,
        "number": spot.number,
        "address": spot.address,
        "jurisdiction": spot.jurisdiction,
        "jurisdiction_how": spot.jurisdiction_how,
        "unit": spot.unit,
        "poles": [[pole.label, pole.metres, pole.bearing] for pole in spot.poles],
    }


def _spot_of(kept: Mapping[str, Any]) -> Spot:
    return Spot(
        place=None if kept["place"] is None else Place(*kept["place"]),
        fixed_at=_time_of(kept["fixed_at"]),
        quality=kept["quality"],
        stale=kept["stale"],
        number=kept["number"],
        address=kept["address"],
        jurisdiction=kept["jurisdiction"],
        jurisdiction_how=kept["jurisdiction_how"],
        unit=kept["unit"],
        poles=tuple(Pole(*pole) for pole in kept["poles"]),
    )
