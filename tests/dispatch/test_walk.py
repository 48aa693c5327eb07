"""The life of a walk home: what may happen in which state, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.walk import LIVE, Agreed, Guardian, State, Walk
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
from dispatch.walk_life import TABLE, Decision, NotPossible, decide, possible
from dispatch.walk_plan import DEFAULT
from dispatch.walk_rows import walk_of, walk_row
from dispatch.walk_view import guardian_state, phone_json
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

EXPECTED: dict[str, str] = {
    "walking": "answer pause resume extend arrive end",
    "paused": "answer pause resume extend arrive end",
    "asking": "answer extend arrive end",
    "alarmed": "answer arrive end",
    "arrived": "arrive end",
    "ended": "arrive end",
}
"""What the walker can do, written out by hand beside the table."""


def after(walk: Walk, *events: Event, now: datetime = START) -> Walk:
    """The walk after these events, a minute each; what is not possible changes nothing."""
    for event in events:
        now += MINUTE
        try:
            walk = decide(walk, event, now, DEFAULT).walk
        except NotPossible:
            continue
    return walk


def in_state(state: State) -> Walk:
    ways: dict[State, tuple[Event, ...]] = {
        "walking": (),
        "paused": (Paused(10 * MINUTE),),
        "asking": (Asked(LATE),),
        "alarmed": (Asked(LATE), GuardianCalled(), Unanswered()),
        "arrived": (Arrived(),),
        "ended": (Ended(),),
    }
    return after(WALK, *ways[state])


# ---- the table


@pytest.mark.parametrize(("kind", "state"), list(product(TABLE, STATES)))
def test_every_event_reaches_the_state_of_the_table_or_is_refused_with_what_is_possible(
    kind: type[Event], state: State
) -> None:
    walk, goal = in_state(state), TABLE[kind].get(state)
    assert walk.state == state
    if goal is None:
        with pytest.raises(NotPossible, match=f"while the walk is {state}") as refusal:
            decide(walk, EVENTS[kind], START, DEFAULT)
        assert refusal.value.possible == possible(walk)
    else:
        assert decide(walk, EVENTS[kind], START, DEFAULT).walk.state == goal


@pytest.mark.parametrize("state", STATES)
def test_what_the_walker_can_do_in_a_state(state: State) -> None:
    assert possible(in_state(state)) == EXPECTED[state].split()


# ---- what follows


@pytest.mark.parametrize(
    ("events", "news"),
    [
        ([Asked(LATE)], None),
        ([Asked(LATE), GuardianCalled()], "late"),
        ([Asked(LATE), GuardianCalled(), Unanswered()], "alarmed"),
        ([Asked(LATE), Fine()], None),
        ([Asked(LATE), GuardianCalled(), Fine()], "well"),
        ([Asked(LATE), GuardianCalled(), Extended(MINUTE)], "well"),
        ([Asked(LATE), GuardianCalled(), Arrived()], "arrived"),
        ([Asked(LATE), GuardianCalled(), Fine(), Arrived()], None),
        ([HelpWanted()], "alarmed"),
        ([HelpWanted(), HelpWanted()], None),
        ([Cried("r", "i")], "alarmed"),
        ([Cried("r", "i", silent=True)], None),
        ([HelpWanted(), Ended()], "well"),
        ([Arrived()], None),
    ],
)
def test_guardians_hear_what_is_wrong_and_only_then_that_it_is_well(
    events: list[Event], news: str | None
) -> None:
    *before, last = events
    assert decide(after(WALK, *before), last, START + 9 * MINUTE, DEFAULT).news == news


def test_no_answer_becomes_an_alarm_with_what_the_machine_saw() -> None:
    walk = in_state("alarmed")
    assert walk.alarm is not None
    assert (walk.alarm.how, walk.alarm.why, walk.question) == ("no_answer", LATE, None)


def test_every_alarm_of_a_walk_has_a_report_of_its_own() -> None:
    first = after(WALK, HelpWanted())
    again = after(first, HelpOver(walks_on=True), HelpWanted())
    assert first.alarm is not None
    assert again.alarm is not None
    assert again.alarm.report_id != first.alarm.report_id
    assert after(WALK, HelpWanted()).alarm == first.alarm  # and the same whoever computes it


def test_whoever_says_that_all_is_well_in_an_alarm_leaves_the_decision_to_people() -> None:
    walk = after(in_state("alarmed"), Fine())
    assert walk.alarm is not None
    assert (walk.state, walk.said_fine, walk.alarm.withdrawn) == ("alarmed", True, True)


def test_every_incident_of_a_walk_is_known_until_it_is_closed_the_newest_last() -> None:
    walk = after(WALK, Cried("r1", "i1"), Cried("r2", "i2"), Fine(duress=True), Cried("r3", "i3"))
    assert [one.incident_id for one in walk.shown_alarms] == ["i1", "i2", "i3"]
    assert len(walk.alarms) == 4, "and the hidden one"
    middle = after(walk, HelpOver(walks_on=True, report_id="r2"))
    assert [one.incident_id for one in middle.shown_alarms] == ["i1", "i3"]
    newest = after(middle, HelpOver(walks_on=False, report_id="r3"))
    assert (newest.state, newest.alarm) == ("alarmed", walk.earlier[0])
    assert after(newest, HelpOver(walks_on=False, report_id="r3")) == replace(
        newest, updated_at=START + MINUTE
    ), "closed once more"
    assert after(newest, HelpOver(walks_on=True, report_id="r1")).state == "walking"
    assert after(newest, HelpOver(walks_on=False, report_id="r1")).state == "ended"


def test_whoever_says_that_all_is_well_says_it_of_every_alarm() -> None:
    free, forced = (
        after(WALK, Cried("r1", "i1"), Cried("r2", "i2"), Fine(by)) for by in (False, True)
    )
    assert [one.withdrawn for one in free.shown_alarms] == [True, True]
    assert [one.withdrawn for one in forced.shown_alarms] == [False, False]
    assert all(one.said_fine for one in (*free.shown_alarms, *forced.shown_alarms))


def test_who_cries_without_end_is_followed_to_the_newest_and_to_all_that_wait_for_an_incident() -> (
    None
):
    cries = [Cried(f"r{number}", f"i{number}") for number in range(40)]
    walk = after(WALK, HelpWanted(), *cries)
    assert walk.earlier[0].incident_id is None
    assert [one.report_id for one in walk.shown_alarms[1:]] == [f"r{n}" for n in range(23, 40)]


def test_the_time_of_a_pause_is_not_the_walker_s() -> None:
    walk = after(WALK, Paused(30 * MINUTE), Resumed())
    assert walk.due_at == WALK.due_at + MINUTE
    assert walk.paused_until is None


def test_a_pause_and_a_walk_have_an_end_however_often_they_are_made_longer() -> None:
    paused = after(WALK, Paused(100 * 60 * MINUTE))
    assert paused.paused_until == START + MINUTE + DEFAULT.pause_longest
    longer = after(WALK, *[Extended(600 * MINUTE)] * 9)
    assert longer.due_at == START + DEFAULT.longest


def test_five_wrong_pins_are_a_silent_alarm_and_a_right_one_between_forgives() -> None:
    assert after(WALK, *[PinWrong()] * 4).hidden is None
    guessed = after(WALK, *[PinWrong()] * 5)
    assert guessed.hidden is not None
    assert (guessed.hidden.how, guessed.hidden.silent, guessed.state) == (
        "wrong_pins",
        True,
        "walking",
    )
    asked = after(WALK, *[PinWrong()] * 4, Asked(LATE), Fine(), *[PinWrong()] * 4)
    assert asked.hidden is None


def test_a_duress_pin_is_a_silent_alarm() -> None:
    walk = after(WALK, Asked(LATE), Fine(duress=True))
    assert walk.hidden is not None
    assert (walk.hidden.how, walk.hidden.silent, walk.state) == ("duress", True, "walking")
    assert walk.has_gone_wrong


# ---- laws

some_events = st.one_of(
    st.sampled_from([*EVENTS.values(), HelpOver(walks_on=True), Cried("r2", "i2", silent=True)]),
    st.builds(Fine, st.booleans()),
    st.builds(Ended, st.booleans()),
    st.builds(Paused, st.just(5 * MINUTE), st.booleans()),
    st.builds(Extended, st.just(5 * MINUTE), st.booleans()),
    st.builds(Arrived, st.booleans()),
    st.builds(ConsentWithdrawn, st.sampled_from([None, 1]), st.booleans()),
    st.builds(WatchWithdrawn, st.booleans()),
)
anything = st.lists(some_events, max_size=14)


def without_duress(event: Event) -> Event:
    said: Any = event  # not every event has a word for it
    return replace(said, duress=False) if getattr(event, "duress", False) else event


def shown(walk: Walk) -> dict[str, Any]:
    """All that the phone and the guardians can see."""
    phone = phone_json(walk, DEFAULT, b"secret", START)
    return {**phone, "guardian": guardian_state(walk), "told": (walk.called, walk.told_at)}


def told(walk: Walk, events: list[Event]) -> list[Any]:
    """What is shown after each event, what is refused, and what guardians hear."""
    seen: list[Any] = []
    for number, event in enumerate(events):
        try:
            decision: Decision = decide(walk, event, START + number * MINUTE, DEFAULT)
        except NotPossible as refusal:
            seen.append(refusal.possible)
            continue
        walk = decision.walk
        seen.append((shown(walk), decision.news))
    return seen


def test_under_duress_nothing_is_seen_in_a_way_home_written_down() -> None:
    events: list[Event] = [Asked(LATE), Fine(duress=True), Paused(MINUTE, duress=True), Ended(True)]
    assert told(WALK, events) == told(WALK, [without_duress(one) for one in events])


@given(anything)
def test_whatever_happens_duress_is_never_seen(events: list[Event]) -> None:
    # That an incident was closed is only known of those that there are: leave these out.
    events = [one for one in events if not isinstance(one, HiddenHelpOver)]
    assert told(WALK, events) == told(WALK, [without_duress(one) for one in events])


@given(anything)
def test_whatever_happens_a_walk_that_is_over_knows_no_place_and_nobody(
    events: list[Event],
) -> None:
    walk = after(WALK, *events, Ended())
    assert walk.state in ("arrived", "ended")
    assert (walk.destination, walk.route, walk.pin, walk.duress_pin) == (None, (), None, None)
    assert all(guardian.contact == "" for guardian in walk.guardians)


@given(anything)
def test_whatever_happens_a_question_is_there_exactly_while_it_is_asked(
    events: list[Event],
) -> None:
    walk = after(WALK, *events)
    assert (walk.question is not None) == (walk.state == "asking")
    assert (walk.alarm is not None) >= (walk.state == "alarmed")
    assert (walk.paused_until is not None) == (walk.state == "paused")


@given(anything)
def test_whatever_happens_a_walk_is_read_back_as_it_was_written(events: list[Event]) -> None:
    walk = after(WALK, *events)
    row = walk_row(walk)
    read = walk_of(_Row(row))  # type: ignore[arg-type]
    assert read == walk
    assert walk.is_live <= walk.keeps_track
    assert (walk.state in LIVE) == walk.is_live


class _Row:
    """The columns of a row, by name, as a driver gives them."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.__dict__.update(columns)
