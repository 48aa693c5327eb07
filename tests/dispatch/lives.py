"""Come here for lives of incidents: every event, every state, and any row of events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from dispatch.events import (
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Erased,
    Event,
    Held,
    Instructed,
    LampsAnswered,
    Linked,
    Moved,
    Noted,
    Released,
    Reopened,
    SceneChanged,
    SetOut,
    Unlinked,
    Withdrawn,
)
from dispatch.incident import LIVE, Incident, State
from dispatch.life import decide, open_incident
from dispatch.moves import NotAllowed
from dispatch.plan import DEFAULT
from dispatch.report import Report
from dispatch.spot import Spot
from dispatch.telling import GivenUp, NotTaken, Retried, Taken, TakenBy, ToldByVoice, Untold
from geo.place import Place
from lights.choose import Choice, Chosen, Shortfall

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STATES: tuple[State, ...] = (*LIVE, "closed")
LAMPS = Choice((Chosen("L1", 3.0, "within 50 m"), Chosen("L2", 18.0, "within 50 m")), None)
OTHERS = Choice((Chosen("L2", 6.0, "within 50 m"), Chosen("L3", 9.0, "within 50 m")), None)
FEW = Choice((Chosen("L1", 3.0, "within 50 m"),), Shortfall("silent", asked=2, silent=1))
SPOT = Spot(Place(127.0165, 37.6512, 10.0), START, "good", jurisdiction="쌍문", unit="쌍문파출소")
ELSEWHERE = replace(SPOT, place=Place(127.0175, 37.6512, 10.0))

NOBODY_THERE = Untold("supervisor", START, 4, "no connection")

EVENTS: dict[type[Event], Event] = {
    Acknowledged: Acknowledged(),
    Assigned: Assigned("쌍문파출소 1호"),
    SetOut: SetOut(),
    Arrived: Arrived(),
    Noted: Noted("dog barks"),
    Instructed: Instructed("come by the back door"),
    SceneChanged: SceneChanged("bright"),
    Linked: Linked("i2"),
    Unlinked: Unlinked("i2"),
    Closed: Closed("genuine", "walked home"),
    Reopened: Reopened(),
    Held: Held(START + timedelta(days=7), "a court asks"),
    Released: Released("it has judged"),
    Erased: Erased("the caller wishes it"),
    Moved: Moved(ELSEWHERE, OTHERS),
    Withdrawn: Withdrawn(),
    LampsAnswered: LampsAnswered(2, (), SECOND),
    NotTaken: NotTaken(NOBODY_THERE, 30 * SECOND),
    GivenUp: GivenUp(NOBODY_THERE),
    Taken: Taken("supervisor", 40 * SECOND),
    Retried: Retried("supervisor"),
    ToldByVoice: ToldByVoice("supervisor", "by telephone"),
    TakenBy: TakenBy("cap:control_room", "i1.1"),
}

EXPECTED: dict[str, dict[str, str]] = {
    "acknowledge": {"open": "acknowledged"},
    "assign": {"open": "assigned", "acknowledged": "assigned", "assigned": "assigned"},
    "en-route": dict.fromkeys(("open", "acknowledged", "assigned"), "en_route"),
    "arrive": dict.fromkeys(("open", "acknowledged", "assigned", "en_route"), "on_scene"),
    "note": {state: state for state in STATES},
    "scene": {state: state for state in LIVE},
    "close": dict.fromkeys(LIVE, "closed"),
    "reopen": {"closed": "open"},
    "instruct": {state: state for state in LIVE},
    "link": {state: state for state in STATES},
    "unlink": {state: state for state in STATES},
    "hold": {state: state for state in STATES},
    "release": {state: state for state in STATES},
    "erase": {"closed": "closed"},
}


def opened(silent: bool = False, drill: bool = False, choice: Choice = LAMPS) -> Incident:
    report = Report("r1", START, place=SPOT.place, silent=silent, drill=drill)
    return open_incident("i1", report, SPOT, choice, False, DEFAULT).incident


def in_state(state: State, silent: bool = False, drill: bool = False) -> Incident:
    """An incident that has come to a state by the shortest way."""
    ways: dict[State, Event | None] = {
        "open": None,
        "acknowledged": Acknowledged(),
        "assigned": Assigned("1호"),
        "en_route": SetOut(),
        "on_scene": Arrived(),
        "closed": Closed("genuine"),
    }
    event, incident = ways[state], opened(silent, drill)
    return incident if event is None else decide(incident, event, START, DEFAULT).incident


def after(incident: Incident, events: Sequence[Event], now: datetime = START) -> Incident:
    """The incident after these events; what is not allowed changes nothing."""
    for event in events:
        now += SECOND
        try:
            incident = decide(incident, event, now, DEFAULT).incident
        except NotAllowed:
            continue
    return incident


anything = st.lists(
    st.one_of(
        st.sampled_from([*EVENTS.values(), Closed("false"), Moved(SPOT, FEW)]),
        st.builds(SceneChanged, st.sampled_from(["blink", "bright", "none"])),
    ),
    max_size=12,
)
