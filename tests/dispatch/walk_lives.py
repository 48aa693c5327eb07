"""Come here for lives of walks home: a walk, one of every event, and what comes of some."""

from datetime import UTC, datetime, timedelta
from typing import get_args

from dispatch.walk import Agreed, Guardian, State, Walk
from dispatch.walk_events import (
    Arrived,
    Asked,
    Cause,
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
from dispatch.walk_life import NotPossible, decide
from dispatch.walk_plan import DEFAULT
from geo.place import Place

START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STATES: tuple[State, ...] = get_args(State)
LATE = (Cause("overdue", 301),)
WALK = Walk(
    "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10",
    START,
    START,
    START + 20 * MINUTE,
    20 * MINUTE,
    destination=Place(127.02, 37.65),
    route=(Place(127.01, 37.65), Place(127.02, 37.65)),
    guardians=(Guardian("010-1", "엄마", True, Agreed("1", "ko", "그래요")),),
    watched=True,
    watch_agreed=Agreed("1"),
    pin="p",
    duress_pin="d",
)

EVENTS: dict[type[Event], Event] = {
    Asked: Asked(LATE),
    HeardAgain: HeardAgain(),
    GuardianCalled: GuardianCalled(),
    GuardianTold: GuardianTold(),
    GuardianUntold: GuardianUntold(),
    Unanswered: Unanswered(),
    Fine: Fine(),
    HelpWanted: HelpWanted(),
    Cried: Cried("r1", "i1"),
    PinWrong: PinWrong(),
    Paused: Paused(10 * MINUTE),
    Resumed: Resumed(),
    Extended: Extended(10 * MINUTE),
    ConsentWithdrawn: ConsentWithdrawn(),
    WatchWithdrawn: WatchWithdrawn(),
    Arrived: Arrived(),
    Ended: Ended(),
    HelpOver: HelpOver(walks_on=False),
    HiddenHelpOver: HiddenHelpOver(),
}

"""One of each; the table's own keys decide what is tested."""


def after(walk: Walk, *events: Event, now: datetime = START) -> Walk:
    """The walk after these events, a minute each; what is not possible changes nothing."""
    for event in events:
        now += MINUTE
        try:
            walk = decide(walk, event, now, DEFAULT).walk
        except NotPossible:
            continue
    return walk
