"""The life of a walk home: what may happen in which state, and what follows."""

from dataclasses import replace
from itertools import product

import pytest

from dispatch.walk import State, Walk
from dispatch.walk_events import (
    Arrived,
    Asked,
    Cried,
    Ended,
    Event,
    Extended,
    Fine,
    GuardianCalled,
    HelpOver,
    HelpWanted,
    Paused,
    PinWrong,
    Resumed,
    Unanswered,
)
from dispatch.walk_life import TABLE, NotPossible, decide, possible
from dispatch.walk_plan import DEFAULT
from tests.dispatch.walk_lives import EVENTS, LATE, MINUTE, START, STATES, WALK, after

EXPECTED: dict[str, str] = {
    "walking": "answer pause resume extend arrive end",
    "paused": "answer pause resume extend arrive end",
    "asking": "answer extend arrive end",
    "alarmed": "answer arrive end",
    "arrived": "arrive end",
    "ended": "arrive end",
}
"""What the walker can do, written out by hand beside the table."""


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
