"""Come here for the alarms of a walk: how one is raised, taken back, and over.

Laws: a later alarm takes no earlier one's place: each is followed until its own incident is closed.
What was said under duress changes nothing but `hidden` and what the phone may show of it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from dispatch.walk import Alarm, How, State, Walk
from dispatch.walk_events import Arrived, Cause, Ended, Event, Fine, HelpOver
from dispatch.walk_plan import WalkPlan

_MOST_FOLLOWED: Final = 16
"""Beside the newest. Nobody cries so often and is not heard; each fix is written to every one."""


def help_wanted(walk: Walk, now: datetime) -> Walk:
    """Asked for twice it is one alarm, unless it was taken back between."""
    if walk.alarm is not None and not walk.said_fine:
        return walk
    why = walk.question.why if walk.question is not None else ()
    return alarmed(walk, alarm_of(walk, now, "help", why))


def with_wrong_pin(walk: Walk, now: datetime, plan: WalkPlan) -> Walk:
    """Whoever guesses for long has taken the phone away."""
    walk = replace(walk, wrong_pins=walk.wrong_pins + 1)
    if walk.wrong_pins < plan.wrong_pins or walk.hidden is not None:
        return walk
    return _with_hidden(walk, now, "wrong_pins")


def with_duress(walk: Walk, event: Event, now: datetime) -> Walk:
    """What was said by force calls for help behind the phone's back."""
    if not getattr(event, "duress", False) or walk.hidden is not None:
        return walk
    return _with_hidden(walk, now, "duress")


def _with_hidden(walk: Walk, now: datetime, how: How) -> Walk:
    alarm = replace(alarm_of(walk, now, how), silent=True)
    return replace(walk, hidden=alarm, alarm_count=walk.alarm_count + 1)


def alarm_of(walk: Walk, now: datetime, how: How, why: tuple[Cause, ...] = ()) -> Alarm:
    """The walk's next alarm. Its report's id follows from the walk: sent twice, it is the same."""
    name = f"alarm {walk.seed} {walk.alarm_count + 1}"
    return Alarm(str(uuid5(UUID(walk.walk_id), name)), now, how, why)


def alarmed(walk: Walk, alarm: Alarm) -> Walk:
    """The walk with a new alarm; those before it go on."""
    return replace(
        walk,
        question=None,
        paused_at=None,
        paused_until=None,
        alarm=alarm,
        earlier=_followed(walk.shown_alarms),
        alarm_count=walk.alarm_count + 1,
        said_fine=False,
    )


def _followed(alarms: tuple[Alarm, ...]) -> tuple[Alarm, ...]:
    """The newest of them; one that has not become an incident yet is never given up."""
    newest = alarms[-_MOST_FOLLOWED:]
    return tuple(one for one in alarms if one in newest or one.incident_id is None)


def withdrawn(walk: Walk, event: Fine | Arrived | Ended) -> Walk:
    """In the middle of an alarm: operators hear that the walker says so, unless under duress."""
    if walk.alarm is None:
        return walk
    *earlier, alarm = (
        replace(one, withdrawn=one.withdrawn or not event.duress, said_fine=True)
        for one in walk.shown_alarms
    )
    return replace(walk, alarm=alarm, earlier=tuple(earlier), said_fine=True)


def without_alarm(walk: Walk, event: HelpOver, now: datetime, plan: WalkPlan) -> Walk:
    """The newest of the others is what the phone is shown next; its sign is let alone."""
    shown = walk.shown_alarms
    report_id = event.report_id or (shown[-1].report_id if shown else None)
    over = [one for one in shown if one.report_id == report_id]
    rest = tuple(one for one in shown if one.report_id != report_id)
    calm = {cause.signal: now + plan.calm_for for one in over for cause in one.why}
    return replace(
        walk,
        alarm=rest[-1] if rest else None,
        earlier=rest[:-1],
        said_fine=walk.said_fine and bool(rest),
        calm={**walk.calm, **calm},
    )


def state_after_help(after: Walk, event: HelpOver) -> State:
    """Whoever has another incident open is still helped."""
    if after.alarm is not None:
        return "alarmed"
    return "walking" if event.walks_on else "ended"
