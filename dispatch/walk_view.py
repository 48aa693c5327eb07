"""Come here for what is shown of a walk: to its walker, to a guardian, to the desk.

Laws: what the phone is shown never looks at `hidden`, nor does what a guardian is shown. A
position is shown to others only where the walk has gone wrong or the walker asked to be watched
and has not paused, and to a guardian only with the walker's consent.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from dispatch.asking import guardian_at, help_at
from dispatch.guardians import Guardians
from dispatch.report import Crumb
from dispatch.spot import Spot
from dispatch.tokens import reporter_token
from dispatch.view import position_json
from dispatch.walk import Alarm, Guardian, Question, Walk
from dispatch.walk_counts import unheard
from dispatch.walk_events import Cause
from dispatch.walk_life import possible
from dispatch.walk_plan import WalkPlan
from dispatch.walk_record import Record
from dispatch.walk_words import (
    alarm_words,
    dark_words,
    question_words,
    seen_words,
    words_for_guardian,
    words_for_walker,
)
from dispatch.words import Words
from geo.place import Place
from lights.darkness import Darkness
from lights.wire import rfc3339

_MOST_SHOWN: Final = 200
"""A desk that has more walks to look after needs their number, not their list."""


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _words(words: Words) -> dict[str, str]:
    return {"ko": words.ko, "en": words.en}


# ---- the phone


def walk_token(secret: bytes, walk_id: str) -> str:
    """By which the phone that has started a walk is known again."""
    return reporter_token(secret, f"walk {walk_id}")


def phone_json(
    walk: Walk,
    plan: WalkPlan,
    secret: bytes,
    now: datetime,
    dark: Darkness | None = None,
    daylight: bool = False,
) -> dict[str, Any]:
    """What the phone must show. `dark`: where the light ends on the way ahead; `daylight`: no lamp
    is lit for walkers."""
    alarm = walk.alarm
    taken = alarm is not None and alarm.incident_id is not None
    return {
        "walk_id": walk.walk_id,
        "state": walk.state,
        "at": rfc3339(now),
        "due_at": rfc3339(_arrival(walk)),
        "paused_until": _time(walk.paused_until),
        "question": _question_json(walk, plan) if walk.question is not None else None,
        "said_fine": walk.said_fine,
        "report": _report_json(alarm, secret) if alarm is not None and taken else None,
        "words": _words(words_for_walker(walk)),
        "dark_ahead": _dark_json(dark) if dark is not None else None,
        "daylight": daylight,
        "needs_pin": walk.pin is not None,
        "watched": walk.watched_on_phone,
        "possible": possible(walk),
    }


def _arrival(walk: Walk) -> datetime:
    """When the walker is expected; in a pause, if it lasts until its end."""
    if walk.paused_at is None or walk.paused_until is None:
        return walk.due_at
    return walk.due_at + (walk.paused_until - walk.paused_at)


def _question_json(walk: Walk, plan: WalkPlan) -> dict[str, Any]:
    question = walk.question or Question(walk.updated_at, ())
    return {
        "asked_at": rfc3339(question.asked_at),
        "why": [cause.signal for cause in question.why],
        "guardian_at": _time(guardian_at(walk, plan)),
        "help_at": rfc3339(help_at(walk, plan)),
        "guardian_told": walk.told_at is not None,
        "words": _words(question_words(question.why)),
    }


def _dark_json(dark: Darkness) -> dict[str, Any]:
    words = _words(dark_words(dark))
    return {"metres": round(dark.metres), "reason": dark.reason, "words": words}


def _report_json(alarm: Alarm, secret: bytes) -> dict[str, Any]:
    return {
        "report_id": alarm.report_id,
        "reporter_token": reporter_token(secret, alarm.report_id),
    }


def started_json(
    shown: dict[str, Any], walk: Walk, secret: bytes, guardians: Guardians, now: datetime
) -> dict[str, Any]:
    """The answer to a phone that has started a walk; `shown` is what it must show."""
    return {
        **shown,
        "walker_token": walk_token(secret, walk.walk_id),
        "guardians": [
            {
                "name": guardian.name,
                "consent": guardian.consent_on_phone,
                "link": guardians.link(walk, number),
                "expires_at": rfc3339(guardians.expires_at(walk)),
                "can_be_told": guardians.can_be_told()
                and not guardians.has_had_enough(guardian, now),
            }
            for number, guardian in enumerate(walk.guardians)
        ],
    }


# ---- a guardian


def guardian_json(
    record: Record,
    guardian: Guardian,
    expires_at: datetime,
    now: datetime,
    spot: Callable[[Place], Spot],
) -> dict[str, Any]:
    """What a guardian's link shows. `spot` puts a place into words."""
    walk, place = record.walk, record.signs.place
    state = guardian_state(walk)
    in_need = state in ("late", "alarmed")
    may = guardian.consent and walk.is_live and (in_need or (walk.watched and state != "paused"))
    return {
        "name": walk.name,
        "state": state,
        "at": rfc3339(now),
        "started_at": rfc3339(walk.started_at),
        "due_at": rfc3339(walk.due_at),
        "words": _words(words_for_guardian(state, walk.name)),
        "why": [_cause_json(cause) for cause in _told_why(walk, state)],
        "consent": guardian.consent,
        "position": position_json(place) if may else None,
        "fixed_at": _time(record.signs.fixed_at) if may else None,
        "place": _place_json(spot(place)) if may and place is not None else None,
        "expires_at": rfc3339(expires_at),
    }


def _told_why(walk: Walk, state: str) -> tuple[Cause, ...]:
    """What the machine saw, once a guardian is told at all."""
    if state == "late" and walk.question is not None:
        return walk.question.why
    return walk.alarm.why if state == "alarmed" and walk.alarm is not None else ()


def _place_json(spot: Spot) -> dict[str, Any]:
    pole = spot.poles[0] if spot.poles else None
    return {
        "address": spot.address,
        "number": spot.number,
        "pole": pole.label if pole is not None else None,
    }


def guardian_state(walk: Walk) -> str:
    """As the walk's, but that somebody is asked, guardians hear only when nobody answers."""
    if walk.state != "asking":
        return walk.state
    called = walk.question is not None and walk.question.called_at is not None
    return "late" if called else "walking"


# ---- the desk


def needs_attention(walk: Walk) -> bool:
    """Whether somebody at the desk should look at it."""
    return walk.is_live and (walk.has_gone_wrong or walk.state == "asking")


def walks_json(records: Iterable[Record], plan: WalkPlan, now: datetime) -> dict[str, Any]:
    """How many walk, and those that need attention, the gravest first."""
    live = [record for record in records if record.walk.is_live]
    wrong = sorted((one for one in live if needs_attention(one.walk)), key=_gravity)
    watched = [one for one in live if one.walk.watched and not needs_attention(one.walk)]
    return {
        "total": len(live),
        "paused": sum(record.walk.state == "paused" for record in live),
        "unheard": unheard(live, plan, now),
        "needing_attention": len(wrong),
        "attention": [desk_json(record, plan) for record in wrong[:_MOST_SHOWN]],
        "watched": [desk_json(record, plan) for record in watched[:_MOST_SHOWN]],
    }


def _gravity(record: Record) -> tuple[int, datetime]:
    """Help is called, then a guardian was written to, then asked; the longest first."""
    walk = record.walk
    if walk.alarms:
        return 0, min(alarm.at for alarm in walk.alarms)
    question = walk.question or Question(walk.updated_at, ())
    return (1 if question.called_at is not None else 2), question.asked_at


def desk_json(record: Record, plan: WalkPlan) -> dict[str, Any]:
    """One walk for operators, with what the machine saw and why it asked."""
    walk, signs = record.walk, record.signs
    may = may_be_seen(walk)
    question, alarm = walk.question, walk.hidden or walk.alarm
    why = question.why if question is not None else (alarm.why if alarm is not None else ())
    return {
        "walk_id": walk.walk_id,
        "state": walk.state,
        "watched": walk.watched_on_phone,
        "started_at": rfc3339(walk.started_at),
        "due_at": rfc3339(walk.due_at),
        "heard_at": rfc3339(signs.heard_at),
        "battery": signs.battery,
        "why": [_cause_json(cause) for cause in why],
        "asked_at": _time(question.asked_at) if question is not None else None,
        "help_at": rfc3339(help_at(walk, plan)) if question is not None else None,
        "guardians": len(walk.guardians),
        "guardian_told_at": _time(walk.told_at),
        "guardian_untold": walk.untold,
        "guardian_alarm_at": _time(walk.untold_at),
        "alarm": _alarm_json(alarm) if alarm is not None else None,
        "said_fine": walk.said_fine and walk.hidden is None,
        "position": position_json(signs.place) if may else None,
        "fixed_at": _time(signs.fixed_at) if may else None,
    }


def may_be_seen(walk: Walk) -> bool:
    """Whether operators may see where the walker is."""
    return walk.is_live and (walk.has_gone_wrong or (walk.watched and walk.state != "paused"))


def _cause_json(cause: Cause) -> dict[str, Any]:
    return {"signal": cause.signal, "value": cause.value, "words": _words(seen_words(cause))}


def _alarm_json(alarm: Alarm) -> dict[str, Any]:
    return {
        "at": rfc3339(alarm.at),
        "how": alarm.how,
        "silent": alarm.silent,
        "incident_id": alarm.incident_id,
        "words": _words(alarm_words(alarm)),
    }


def track_json(crumbs: Iterable[Crumb]) -> list[dict[str, Any]]:
    """A track, oldest first."""
    return [
        {
            "lon": crumb.place.lon,
            "lat": crumb.place.lat,
            "accuracy_m": crumb.place.accuracy_m,
            "fixed_at": rfc3339(crumb.at),
        }
        for crumb in crumbs
    ]
