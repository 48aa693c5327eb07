"""What may happen to an incident, and what follows."""

from dataclasses import replace
from itertools import product

import pytest

from dispatch.events import (
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
    SetOut,
    Unlinked,
    Withdrawn,
    told_of,
)
from dispatch.incident import State, Tell
from dispatch.incident_light import claims_of
from dispatch.life import decide, open_incident
from dispatch.moves import MOVES, TABLE, NotAllowed, allowed
from dispatch.plan import DEFAULT
from dispatch.report import Report
from dispatch.spot import NOWHERE
from lights.choose import Choice, Shortfall
from tests.dispatch.lives import (
    ELSEWHERE,
    EVENTS,
    EXPECTED,
    FEW,
    LAMPS,
    OTHERS,
    SECOND,
    SPOT,
    START,
    STATES,
    after,
    in_state,
    opened,
)

"""One of each; the table's own keys decide what is tested."""
"""The contract's line of states, written out by hand beside the table that is built."""


# ---- the table


@pytest.mark.parametrize(("kind", "state"), list(product(TABLE, STATES)))
def test_every_event_reaches_the_state_of_the_table_or_is_refused_with_the_moves_that_are_allowed(
    kind: type[Event], state: State
) -> None:
    incident, event = in_state(state), EVENTS[kind]
    if kind is Unlinked:
        incident = replace(incident, linked=("i2",))
    if kind is Released:
        incident = decide(incident, EVENTS[Held], START, DEFAULT).incident
    goal = TABLE[kind].get(state)
    if goal is None:
        with pytest.raises(NotAllowed, match=f"while the incident is {state}") as refusal:
            decide(incident, event, START, DEFAULT)
        assert refusal.value.allowed == allowed(incident)
        assert kind not in [MOVES[name] for name in refusal.value.allowed]
    else:
        assert decide(incident, event, START, DEFAULT).incident.state == goal


@pytest.mark.parametrize("move", EXPECTED)
def test_the_table_is_the_contract_s_line_of_states(move: str) -> None:
    assert TABLE[MOVES[move]] == EXPECTED[move]


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        ("open", "acknowledge assign en-route arrive note scene close instruct link hold"),
        ("acknowledged", "assign en-route arrive note scene close instruct link hold"),
        ("assigned", "assign en-route arrive note scene close instruct link hold"),
        ("en_route", "arrive note scene close instruct link hold"),
        ("on_scene", "note scene close instruct link hold"),
        ("closed", "note reopen link hold erase"),
    ],
)
def test_the_allowed_moves_of_a_state(state: State, moves: str) -> None:
    assert allowed(in_state(state)) == moves.split()
    linked = allowed(replace(in_state(state), linked=("i2",)))
    assert sorted(linked) == sorted([*moves.split(), "unlink"])


def test_what_is_held_can_be_released_but_not_erased() -> None:
    held = decide(in_state("closed"), EVENTS[Held], START, DEFAULT).incident
    assert allowed(held) == ["note", "reopen", "link", "hold", "release"]
    free = decide(held, EVENTS[Released], START, DEFAULT).incident
    gone = decide(free, EVENTS[Erased], START, DEFAULT).incident
    assert allowed(gone) == []


def test_what_the_lamps_and_the_caller_do_leaves_a_closed_incident_alone() -> None:
    for event in (Moved(ELSEWHERE, OTHERS), Withdrawn(), LampsAnswered(2, (), SECOND)):
        with pytest.raises(NotAllowed):
            decide(in_state("closed"), event, START, DEFAULT)


# ---- what follows


def test_a_report_opens_an_incident_that_blinks_and_tells_the_control_room() -> None:
    decision = open_incident("i1", Report("r1", START), SPOT, LAMPS, True, DEFAULT)
    incident = decision.incident
    assert (incident.state, incident.scene, incident.daylight) == ("open", "blink", True)
    assert incident.light_until == START + DEFAULT.light_for
    assert decision.event == "opened"
    assert decision.tells == (Tell("control_room", 1),)


def test_a_report_without_a_position_opens_an_incident_all_the_same() -> None:
    nowhere = Choice((), Shortfall("no_position"))
    incident = open_incident("i1", Report("r1", START), NOWHERE, nowhere, False, DEFAULT).incident
    assert incident.state == "open"
    assert claims_of(incident, DEFAULT) == ()


def test_a_withdrawal_is_written_and_told_but_changes_no_state() -> None:
    decision = decide(in_state("assigned"), Withdrawn(), START, DEFAULT)
    assert (decision.incident.state, decision.incident.withdrawn) == ("assigned", True)
    assert decision.tells == (Tell("control_room"),)


def test_the_unit_stays_the_one_that_was_assigned_last() -> None:
    first = decide(opened(), Assigned("1호"), START, DEFAULT).incident
    second = decide(first, Assigned("2호"), START, DEFAULT)
    assert second.incident.unit == "2호"
    assert second.detail == {"unit": "2호"}
    assert after(second.incident, [SetOut(), Arrived(), Closed("genuine")]).unit == "2호"


def test_the_words_of_a_note_and_of_a_close_are_the_journal_s_reason() -> None:
    assert decide(opened(), Noted("dog barks"), START, DEFAULT).reason == "dog barks"
    closing = decide(opened(), Closed("false", "a prank"), START, DEFAULT)
    assert (closing.reason, closing.detail) == ("a prank", {"disposition": "false"})


def test_instructions_stay_until_others_are_given_or_they_are_taken_back() -> None:
    told = decide(opened(), Instructed("by the back door"), START, DEFAULT)
    assert (told.event, told.reason, told.detail) == ("instructed", "by the back door", {})
    assert after(told.incident, [Arrived(), Closed("genuine")]).instructions == "by the back door"
    assert after(told.incident, [Instructed("")]).instructions == ""


def test_a_link_is_kept_once_and_ends_when_a_person_says_so() -> None:
    first = decide(in_state("closed"), Linked("i3"), START, DEFAULT)
    assert (first.event, first.detail) == ("linked", {"incident_id": "i3"})
    both = after(first.incident, [Linked("i2"), Linked("i3")])
    assert both.linked == ("i2", "i3")
    assert after(both, [Unlinked("i3"), Unlinked("i3")]).linked == ("i2",)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Linked("i1"), "linked with itself"),
        (Linked("i2"), "already linked with i2"),
        (Unlinked("i9"), "not linked with i9"),
    ],
)
def test_a_link_that_makes_no_sense_is_refused_in_words(event: Event, words: str) -> None:
    linked = decide(opened(), Linked("i2"), START, DEFAULT).incident
    with pytest.raises(NotAllowed, match=words):
        decide(linked, event, START, DEFAULT)


def test_an_incident_knows_when_it_was_closed_until_it_is_reopened() -> None:
    over = decide(opened(), Closed("genuine"), START + SECOND, DEFAULT).incident
    later = decide(over, Noted("a camera has it"), START + 5 * SECOND, DEFAULT).incident
    assert later.closed_at == START + SECOND
    assert decide(later, Reopened(), START, DEFAULT).incident.closed_at is None


@pytest.mark.parametrize("move", MOVES.values())
def test_whatever_a_move_says_is_in_its_line_of_the_journal(move: type[Event]) -> None:
    event = EVENTS[move]
    over = move in (Reopened, Erased)
    incident = in_state("closed") if over else replace(opened(), linked=("i2",))
    if move is Released:
        incident = decide(incident, EVENTS[Held], START, DEFAULT).incident
    if move is Linked:
        incident = opened()
    decision = decide(incident, event, START, DEFAULT)
    name, words, fields = told_of(event)
    assert (decision.event, decision.reason) == (name, words)
    assert fields.items() <= decision.detail.items()


def test_lamps_that_stay_silent_are_replaced_by_the_choice_that_the_answer_brings() -> None:
    answer = LampsAnswered(2, ("L1",), 10 * SECOND, OTHERS)
    decision = decide(opened(), answer, START, DEFAULT)
    assert decision.incident.lamps == OTHERS.lamps
    assert decision.detail == {"asked": 2, "silent": ["L1"], "after_ms": 10_000}


def test_a_shortfall_of_silent_lamps_ends_when_all_have_answered() -> None:
    short = opened(choice=FEW)
    assert short.shortfall is not None
    assert decide(short, LampsAnswered(1, (), SECOND), START, DEFAULT).incident.shortfall is None


def test_a_shortfall_for_want_of_lamps_stays_however_well_the_few_answer() -> None:
    short = opened(choice=Choice((), Shortfall("no_lamps", within_m=200)))
    later = decide(short, LampsAnswered(0, (), SECOND), START, DEFAULT).incident
    assert later.shortfall == short.shortfall
