"""Come here for when a walker is asked, and what time alone does to a walk.

Laws: before `rings_at` time does nothing to a walk, and from then on it does. One sign that has
lasted for all of its time asks; so do two that have lasted for most of theirs. What was calmed
does not ask, and a pause asks nothing. Whoever does not answer gets help after the time that they
and then a guardian have; where no guardian can be told, after their own time alone: nobody waits
for a telephone that cannot ring.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from dispatch.signs import Signs, is_home
from dispatch.walk import Walk
from dispatch.walk_events import (
    Arrived,
    Asked,
    Cause,
    Event,
    GuardianCalled,
    HeardAgain,
    Resumed,
    Signal,
    Unanswered,
)
from dispatch.walk_life import Decision, decide
from dispatch.walk_plan import WalkPlan

_NOTHING: Final = timedelta(0)
_NOT_ALONE: Final = 0.99
"""A sign that is not enough by itself, however long it lasts."""
_TICK: Final = timedelta(milliseconds=1)
"""Times are divided to compare them; this is far above what that rounds off."""


def overdue_after(walk: Walk, plan: WalkPlan) -> timedelta:
    """How late a walker may be."""
    return max(plan.overdue_least, walk.expected * plan.overdue_share)


def shares(walk: Walk, signs: Signs, now: datetime, plan: WalkPlan) -> Mapping[Signal, float]:
    """Every sign that there is, and which share of what it needs to ask alone it has reached."""
    found: dict[Signal, float] = {
        "overdue": (now - walk.due_at) / overdue_after(walk, plan),
        "silent": 0.0
        if _said_farewell(walk, signs, now, plan)
        else (now - signs.heard_at) / plan.silent_after,
        "battery": _battery(signs, plan),
        "off_route": _lasting(signs, signs.off_since) / plan.off_route_for,
        "away": _lasting(signs, signs.away_since) / plan.away_for,
        "still": _still(signs, plan),
    }
    return {
        signal: share
        for signal, share in found.items()
        if share > 0 and not _is_calm(walk, signal, now)
    }


def _said_farewell(walk: Walk, signs: Signs, now: datetime, plan: WalkPlan) -> bool:
    """Whoever has said that their battery dies is not missed at once, unless it was charged."""
    return _battery(signs, plan) > 0 and _is_calm(walk, "battery", now)


def _is_calm(walk: Walk, signal: Signal, now: datetime) -> bool:
    return signal in walk.calm and now < walk.calm[signal]


def _lasting(signs: Signs, since: datetime | None) -> timedelta:
    """Only the fixes tell how long: silence is a sign of its own."""
    return _NOTHING if since is None or signs.seen_at is None else signs.seen_at - since


def _still(signs: Signs, plan: WalkPlan) -> float:
    lasting = _lasting(signs, signs.still_since)
    if signs.lonely:
        return lasting / plan.still_lonely_for
    return 0.0 if signs.home_since else min(_NOT_ALONE, lasting / plan.still_for)


def _battery(signs: Signs, plan: WalkPlan) -> float:
    if signs.battery is None or signs.battery > plan.battery_low:
        return 0.0
    return 1.0 if signs.battery <= plan.battery_dying else plan.together


def _enough(found: Mapping[Signal, float], plan: WalkPlan) -> tuple[Signal, ...]:
    """The signs that ask: one alone, or several together; none: nothing asks."""
    near = [one for one, share in found.items() if share >= plan.together]
    if len(near) > 1 or any(found[one] >= 1 for one in near):
        return tuple(sorted(near, key=lambda one: -found[one]))
    return ()


def _causes(walk: Walk, signs: Signs, now: datetime, why: tuple[Signal, ...]) -> tuple[Cause, ...]:
    lasting: dict[Signal, timedelta] = {
        "overdue": now - walk.due_at,
        "silent": now - signs.heard_at,
        "off_route": _lasting(signs, signs.off_since),
        "away": _lasting(signs, signs.away_since),
        "still": _lasting(signs, signs.still_since),
    }
    return tuple(
        Cause(one, signs.battery or 0)
        if one == "battery"
        else Cause(one, round(lasting[one].total_seconds()))
        for one in why
    )


# ---- what time does


def ring(walk: Walk, signs: Signs, now: datetime, plan: WalkPlan) -> Decision | None:
    """The next thing that time alone does to a walk, or None: nothing is due."""
    event = _due(walk, signs, now, plan)
    return None if event is None else decide(walk, event, now, plan)


def _due(walk: Walk, signs: Signs, now: datetime, plan: WalkPlan) -> Event | None:
    if walk.state in ("walking", "asking") and is_home(signs, plan):
        return Arrived()
    if walk.state == "paused" and walk.paused_until is not None and now >= walk.paused_until:
        return Resumed()
    if walk.state == "asking":
        return _pressed(walk, signs, now, plan)
    if walk.state == "walking":
        why = _enough(shares(walk, signs, now, plan), plan)
        return Asked(_causes(walk, signs, now, why)) if why else None
    return None


def _pressed(walk: Walk, signs: Signs, now: datetime, plan: WalkPlan) -> Event | None:
    question = walk.question
    if question is None:
        return None
    if _is_heard_again(walk, signs):
        return HeardAgain()
    if question.called_at is None and not walk.has_nobody:
        return GuardianCalled() if now >= question.asked_at + plan.ask_for else None
    return Unanswered() if now >= help_at(walk, plan) else None


def _is_heard_again(walk: Walk, signs: Signs) -> bool:
    """Nobody could hear the question, and what it was asked for is over."""
    question = walk.question
    if question is None or [cause.signal for cause in question.why] != ["silent"]:
        return False
    return signs.heard_at > question.asked_at


def help_at(walk: Walk, plan: WalkPlan) -> datetime:
    """When a question that nobody answers becomes an incident."""
    asked_at = walk.question.asked_at if walk.question is not None else walk.updated_at
    return asked_at + plan.ask_for + (_NOTHING if walk.has_nobody else plan.guardian_for)


def guardian_at(walk: Walk, plan: WalkPlan) -> datetime | None:
    """When guardians are written to about a question; None: there is nobody to write to."""
    if walk.question is None or walk.has_nobody:
        return None
    return walk.question.asked_at + plan.ask_for


def rings_at(walk: Walk, signs: Signs, plan: WalkPlan) -> datetime | None:
    """When `ring` has something to do, or None: not by time alone."""
    if walk.state in ("walking", "asking") and is_home(signs, plan):
        return signs.heard_at
    if walk.state == "paused":
        return walk.paused_until
    if walk.state == "asking" and walk.question is not None:
        if _is_heard_again(walk, signs):
            return signs.heard_at
        called = walk.question.called_at is not None
        return help_at(walk, plan) if called or walk.has_nobody else guardian_at(walk, plan)
    if walk.state == "walking":
        return next(
            (
                at
                for at in _turning_points(walk, signs, plan)
                if _enough(shares(walk, signs, at, plan), plan)
            ),
            None,
        )
    return None


def _turning_points(walk: Walk, signs: Signs, plan: WalkPlan) -> list[datetime]:
    """The only times at which signs can become enough without a word from the phone, in order."""
    late, silent = overdue_after(walk, plan), plan.silent_after
    times = [
        signs.heard_at,
        walk.due_at + late * plan.together,
        walk.due_at + late,
        signs.heard_at + silent * plan.together,
        signs.heard_at + silent,
        *walk.calm.values(),
    ]
    return sorted(at + _TICK for at in times)
