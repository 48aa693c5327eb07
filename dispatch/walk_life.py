"""Come here for the life of a watched walk home: what may happen in which state, what follows.

Laws: `decide` is a function, and what it returns is written whole or not at all. A question that
nobody answers ends in help; where no guardian can be told none is waited for. That one was told is
written only when their gateway has taken the letter. A walk that is over knows no place any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dispatch.walk import LIVE, Alarm, News, Question, State, Walk
from dispatch.walk_alarms import (
    alarm_of,
    alarmed,
    help_wanted,
    state_after_help,
    with_duress,
    with_wrong_pin,
    withdrawn,
    without_alarm,
)
from dispatch.walk_events import (
    Arrived,
    Asked,
    ConsentWithdrawn,
    Cried,
    Ended,
    Event,
    Extended,
    Fine,
    GuardianCalled,
    GuardianTold,
    GuardianUntold,
    HeardAgain,
    HelpOver,
    HelpWanted,
    HiddenHelpOver,
    Paused,
    PinWrong,
    Resumed,
    Unanswered,
    WatchWithdrawn,
)
from dispatch.walk_plan import WalkPlan

_STAYS: Final[Mapping[State, State]] = {state: state for state in LIVE}

TABLE: Final[Mapping[type[Event], Mapping[State, State]]] = {
    Asked: {"walking": "asking"},
    HeardAgain: {"asking": "walking"},
    GuardianCalled: {"asking": "asking"},
    GuardianTold: _STAYS,
    GuardianUntold: _STAYS,
    Unanswered: {"asking": "alarmed"},
    Fine: {**_STAYS, "asking": "walking"},
    HelpWanted: dict.fromkeys(LIVE, "alarmed"),
    Cried: dict.fromkeys(LIVE, "alarmed"),
    PinWrong: _STAYS,
    Paused: {"walking": "paused", "paused": "paused"},
    Resumed: {"walking": "walking", "paused": "walking"},
    Extended: {"walking": "walking", "asking": "walking", "paused": "paused"},
    ConsentWithdrawn: _STAYS,
    WatchWithdrawn: _STAYS,
    Arrived: {**dict.fromkeys(LIVE, "arrived"), "arrived": "arrived", "ended": "ended"},
    Ended: {**dict.fromkeys(LIVE, "ended"), "arrived": "arrived", "ended": "ended"},
    HelpOver: {"alarmed": "ended"},
    HiddenHelpOver: _STAYS,
}
"""Event by event: from which state into which. What is not here is not allowed."""

_WALKER_MAY: Final[Mapping[str, type[Event]]] = {
    "answer": Fine,
    "pause": Paused,
    "resume": Resumed,
    "extend": Extended,
    "arrive": Arrived,
    "end": Ended,
}


class NotPossible(Exception):
    """The walk's state does not allow this; `possible` names what it does."""

    def __init__(self, walk: Walk, why: str) -> None:
        super().__init__(why)
        self.possible = possible(walk)


def possible(walk: Walk) -> list[str]:
    """What the walker can do now, by its name on the wire."""
    return [name for name, event in _WALKER_MAY.items() if walk.state in TABLE[event]]


# ---- what follows


@dataclass(frozen=True, slots=True)
class Decision:
    """The walk afterwards, and what its guardians are told."""

    walk: Walk
    event: Event
    news: News | None = None


def decide(walk: Walk, event: Event, now: datetime, plan: WalkPlan) -> Decision:
    """What an event makes of a walk; raises NotPossible."""
    state = TABLE[type(event)].get(walk.state)
    if state is None:
        raise NotPossible(walk, f"not possible while the walk is {walk.state}")
    if not walk.is_live:
        return Decision(walk, event)
    after = replace(_change(walk, event, now, plan), updated_at=now)
    if isinstance(event, HelpOver):
        state = state_after_help(after, event)
    after = with_duress(replace(after, state=state), event, now)
    news = _news(walk, event)
    called = news in ("late", "alarmed") or (after.called and news is None)
    if not called:
        after = replace(after, told_at=None, untold_at=None)
    after = replace(after, called=called)
    return Decision(after if after.is_live else _forgotten(after), event, news)


def _change(walk: Walk, event: Event, now: datetime, plan: WalkPlan) -> Walk:
    """The fields that an event sets besides the state."""
    match event:
        case Asked(why):
            return replace(walk, question=Question(now, why))
        case GuardianCalled() if walk.question is not None and not walk.has_nobody:
            return replace(walk, question=replace(walk.question, called_at=now))
        case GuardianTold():
            return replace(walk, told_at=walk.told_at or now, untold_at=None)
        case GuardianUntold():
            return replace(walk, untold_at=walk.untold_at or now)
        case HeardAgain():
            return replace(walk, question=None)
        case Fine():
            return _calmed(withdrawn(walk, event), now, plan)
        case Arrived() | Ended():
            return replace(withdrawn(walk, event), question=None, paused_until=None)
        case ConsentWithdrawn() | WatchWithdrawn():
            return _without_consent(walk, event, now)
        case Paused() | Resumed() | Extended():
            return _with_other_times(walk, event, now, plan)
        case _:
            return _with_help(walk, event, now, plan)


def _with_help(walk: Walk, event: Event, now: datetime, plan: WalkPlan) -> Walk:
    match event:
        case Unanswered() if walk.question is not None:
            return alarmed(walk, alarm_of(walk, now, "no_answer", walk.question.why))
        case HelpWanted():
            return help_wanted(walk, now)
        case Cried(report_id, incident_id, silent):
            return alarmed(walk, Alarm(report_id, now, "sos", (), silent, incident_id))
        case PinWrong():
            return with_wrong_pin(walk, now, plan)
        case HelpOver():
            return without_alarm(walk, event, now, plan)
        case HiddenHelpOver():
            return replace(walk, hidden=None)
        case _:
            return walk


def _with_other_times(walk: Walk, event: Event, now: datetime, plan: WalkPlan) -> Walk:
    match event:
        case Paused(wanted):
            until = now + min(wanted, plan.pause_longest)
            return replace(walk, paused_at=walk.paused_at or now, paused_until=until)
        case Resumed() if walk.paused_at is not None:
            due_at = walk.due_at + (now - walk.paused_at)
            return replace(walk, due_at=due_at, paused_at=None, paused_until=None)
        case Extended(by):
            last = walk.started_at + plan.longest
            due_at = max(walk.due_at, min(max(walk.due_at, now) + by, last))
            return replace(_calmed(walk, now, plan), due_at=due_at)
        case _:
            return walk


def _calmed(walk: Walk, now: datetime, plan: WalkPlan) -> Walk:
    """The question is answered; what it was about is let alone for a while."""
    if walk.question is None:
        return walk
    until = now + plan.calm_for
    calm = dict(walk.calm)
    for cause in walk.question.why:
        calm[cause.signal] = now + plan.farewell_for if cause.signal == "battery" else until
    return replace(walk, question=None, calm=calm, wrong_pins=0)


def _without_consent(walk: Walk, event: ConsentWithdrawn | WatchWithdrawn, now: datetime) -> Walk:
    """Who was allowed to see is blind from now on; under duress the phone is only told so."""
    if isinstance(event, WatchWithdrawn):
        is_kept = walk.watched and event.duress
        return replace(walk, watched=is_kept, watch_withdrawn_at=now) if walk.watched else walk
    guardians = tuple(
        replace(one, consent=event.duress, withdrawn_at=now)
        if one.consent and event.number in (None, number)
        else one
        for number, one in enumerate(walk.guardians, 1)
    )
    return replace(walk, guardians=guardians)


def _news(before: Walk, event: Event) -> News | None:
    """What guardians hear of an event; that all is well only those who heard that it was not."""
    match event:
        case GuardianCalled() | Unanswered() | HelpWanted() | Cried() if before.has_nobody:
            return None
        case GuardianCalled():
            return "late"
        case Unanswered():
            return "alarmed"
        case HelpWanted() | Cried(silent=False) if before.state != "alarmed" or before.said_fine:
            return "alarmed"
        case Arrived() if before.called:
            return "arrived"
        case Fine() | Extended() | HeardAgain() | Ended() if before.called:
            return "well"
        case _:
            return None


def _forgotten(walk: Walk) -> Walk:
    """The same without what told where somebody lives or whom they trust."""
    guardians = tuple(replace(one, contact="") for one in walk.guardians)
    return replace(
        walk, destination=None, route=(), guardians=guardians, pin=None, duress_pin=None, calm={}
    )
