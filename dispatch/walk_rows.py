"""Come here for how a walk is laid into the columns of its table, and taken out again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from dispatch.walk import Agreed, Alarm, Guardian, Question, Walk
from dispatch.walk_events import Cause
from geo.place import Place
from lights.wire import rfc3339


def walk_row(walk: Walk) -> dict[str, Any]:
    """The columns of a walk, but for its track."""
    return {
        "walk_id": walk.walk_id,
        "state": walk.state,
        "updated_at": walk.updated_at,
        "keeps_track": walk.keeps_track,
        "body": _body(walk),
    }


def walk_of(row: Row[Any]) -> Walk:
    """The walk of a row."""
    kept = row.body
    return Walk(
        walk_id=row.walk_id,
        started_at=datetime.fromisoformat(kept["started_at"]),
        updated_at=row.updated_at,
        due_at=datetime.fromisoformat(kept["due_at"]),
        expected=timedelta(seconds=kept["expected_s"]),
        state=row.state,
        destination=_place_of(kept["destination"]),
        route=tuple(Place(*place) for place in kept["route"]),
        guardians=tuple(map(_guardian_of, kept["guardians"])),
        flood=kept.get("flood", 0),  # rows of earlier versions have none of these three
        seed=kept.get("seed", ""),
        proof=kept.get("proof"),
        name=kept["name"],
        watched=kept["watched"],
        watch_agreed=Agreed(*kept.get("watch_agreed", ())),
        watch_withdrawn_at=_time_of(kept.get("watch_withdrawn_at")),
        pin=kept["pin"],
        duress_pin=kept["duress_pin"],
        wrong_pins=kept["wrong_pins"],
        question=_question_of(kept["question"]),
        paused_at=_time_of(kept["paused_at"]),
        paused_until=_time_of(kept["paused_until"]),
        calm={  # rows of earlier versions let a battery alone for ever
            signal: _time_of(until) or row.updated_at for signal, until in kept["calm"].items()
        },
        alarm=_alarm_of(kept["alarm"]),
        earlier=tuple(map(_alarm_there, kept.get("earlier", ()))),  # earlier versions kept one
        hidden=_alarm_of(kept["hidden"]),
        alarm_count=kept["alarm_count"],
        said_fine=kept["said_fine"],
        called=kept.get("called", False),  # rows of earlier versions have none of these
        told_at=_time_of(kept.get("told_at")),
        untold_at=_time_of(kept.get("untold_at")),
        reachable=kept.get("reachable", True),
    )


def _body(walk: Walk) -> dict[str, Any]:
    return {
        "started_at": rfc3339(walk.started_at),
        "due_at": rfc3339(walk.due_at),
        "expected_s": walk.expected.total_seconds(),
        "destination": _place_json(walk.destination),
        "route": [_place_json(place) for place in walk.route],
        "guardians": [_guardian_json(one) for one in walk.guardians],
        "flood": walk.flood,
        "seed": walk.seed,
        "proof": walk.proof,
        "name": walk.name,
        "watched": walk.watched,
        "watch_agreed": list(walk.watch_agreed),
        "watch_withdrawn_at": _time_json(walk.watch_withdrawn_at),
        "pin": walk.pin,
        "duress_pin": walk.duress_pin,
        "wrong_pins": walk.wrong_pins,
        "question": _question_json(walk.question),
        "paused_at": _time_json(walk.paused_at),
        "paused_until": _time_json(walk.paused_until),
        "calm": {signal: _time_json(until) for signal, until in walk.calm.items()},
        "alarm": _alarm_json(walk.alarm),
        "earlier": [_alarm_json(one) for one in walk.earlier],
        "hidden": _alarm_json(walk.hidden),
        "alarm_count": walk.alarm_count,
        "said_fine": walk.said_fine,
        "called": walk.called,
        "told_at": _time_json(walk.told_at),
        "untold_at": _time_json(walk.untold_at),
        "reachable": walk.reachable,
    }


def _guardian_json(one: Guardian) -> list[Any]:
    version, language, words = one.agreed
    withdrawn_at = _time_json(one.withdrawn_at)
    return [one.contact, one.name, one.consent, version, withdrawn_at, language, words]


def _guardian_of(kept: Sequence[Any]) -> Guardian:
    """Rows of earlier versions know no time of a withdrawal, or no language and no text."""
    contact, name, consent, version, withdrawn_at, language, words = [*kept, None, "", ""][:7]
    agreed = Agreed(version, language or "", words)
    return Guardian(contact, name, consent, agreed, _time_of(withdrawn_at))


def _time_json(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _time_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _place_json(place: Place | None) -> list[float | None] | None:
    return None if place is None else [place.lon, place.lat, place.accuracy_m]


def _place_of(kept: list[Any] | None) -> Place | None:
    return None if kept is None else Place(*kept)


def _question_json(question: Question | None) -> dict[str, Any] | None:
    if question is None:
        return None
    return {
        "asked_at": rfc3339(question.asked_at),
        "why": [list(cause) for cause in question.why],
        "called_at": _time_json(question.called_at),
    }


def _question_of(kept: Mapping[str, Any] | None) -> Question | None:
    if kept is None:
        return None
    why = tuple(Cause(*cause) for cause in kept["why"])
    return Question(datetime.fromisoformat(kept["asked_at"]), why, _time_of(kept.get("called_at")))


def _alarm_json(alarm: Alarm | None) -> dict[str, Any] | None:
    if alarm is None:
        return None
    return {
        "report_id": alarm.report_id,
        "at": rfc3339(alarm.at),
        "how": alarm.how,
        "why": [list(cause) for cause in alarm.why],
        "silent": alarm.silent,
        "incident_id": alarm.incident_id,
        "withdrawn": alarm.withdrawn,
        "withdrawal_told": alarm.withdrawal_told,
        "said_fine": alarm.said_fine,
    }


def _alarm_of(kept: Mapping[str, Any] | None) -> Alarm | None:
    return None if kept is None else _alarm_there(kept)


def _alarm_there(kept: Mapping[str, Any]) -> Alarm:
    return Alarm(
        report_id=kept["report_id"],
        at=datetime.fromisoformat(kept["at"]),
        how=kept["how"],
        why=tuple(Cause(*cause) for cause in kept["why"]),
        silent=kept["silent"],
        incident_id=kept["incident_id"],
        withdrawn=kept["withdrawn"],
        withdrawal_told=kept["withdrawal_told"],
        said_fine=kept.get("said_fine", False),
    )
