"""What may happen to an incident, what follows, and what it wants of its lamps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.escalation import ring, rings_at
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
    SceneWish,
    SetOut,
    Unlinked,
    Withdrawn,
    told_of,
)
from dispatch.incident import LIVE, Decision, Incident, State, Tell
from dispatch.incident_light import claims_of
from dispatch.life import decide, open_incident
from dispatch.moves import MOVES, TABLE, NotAllowed, allowed
from dispatch.plan import DEFAULT
from dispatch.report import Report
from dispatch.spot import NOWHERE, Spot
from dispatch.telling import GivenUp, NotTaken, Retried, Taken, TakenBy, ToldByVoice, Untold
from geo.place import Place
from lights.choose import Choice, Chosen, Shortfall
from lights.lamp import BLINK, BRIGHT

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
    TakenBy: TakenBy("police.example", "i1.1"),
}
"""One of each; the table's own keys decide what is tested."""

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
"""The contract's line of states, written out by hand beside the table that is built."""


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
    assert allowed(gone) == ["note", "link"]


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


# ---- claims


@pytest.mark.parametrize(
    ("events", "scene"),
    [
        ([], BLINK),
        ([Acknowledged(), Assigned("1호"), SetOut()], BLINK),
        ([Arrived()], BRIGHT),
        ([SceneChanged("bright")], BRIGHT),
        ([SceneChanged("none")], None),
        ([SceneChanged("none"), Arrived()], None),
        ([SceneChanged("none"), SceneChanged("blink")], BLINK),
        ([Arrived(), SceneChanged("blink")], BLINK),
        ([Withdrawn()], BLINK),
        ([Closed("genuine")], None),
        ([Closed("genuine"), Reopened()], BLINK),
        ([Arrived(), Closed("genuine"), Reopened()], BLINK),
        ([SceneChanged("none"), Closed("genuine"), Reopened()], BLINK),
    ],
)
def test_what_an_incident_claims_after_these_events(events: list[Event], scene: object) -> None:
    claims = claims_of(after(opened(), events), DEFAULT)
    assert [claim.lamp_id for claim in claims] == ([] if scene is None else ["L1", "L2"])
    assert all(claim.scene == scene for claim in claims)
    assert all(claim.owner == "incident:i1" for claim in claims)


def test_the_claims_follow_the_lamps_of_a_caller_who_moves() -> None:
    claims = claims_of(after(opened(), [Moved(ELSEWHERE, OTHERS)]), DEFAULT)
    assert [claim.lamp_id for claim in claims] == ["L2", "L3"]


@pytest.mark.parametrize("scene", ["blink", "bright"])
def test_any_real_claim_outranks_every_drill(scene: SceneWish) -> None:
    wish = [SceneChanged(scene)]
    (real, _), (drill, _) = (
        claims_of(after(opened(drill=is_drill), wish), DEFAULT) for is_drill in (False, True)
    )
    highest_drill = claims_of(opened(drill=True), DEFAULT)[0]
    assert real.rank > highest_drill.rank >= drill.rank


def test_a_silent_report_may_be_lit_steadily_but_never_blinks() -> None:
    hiding = opened(silent=True)
    assert claims_of(hiding, DEFAULT) == ()
    steady = decide(hiding, SceneChanged("bright"), START, DEFAULT).incident
    assert {claim.scene for claim in claims_of(steady, DEFAULT)} == {BRIGHT}
    with pytest.raises(NotAllowed, match="never blinks") as refusal:
        decide(steady, SceneChanged("blink"), START, DEFAULT)
    assert "scene" in refusal.value.allowed


anything = st.lists(
    st.one_of(
        st.sampled_from([*EVENTS.values(), Closed("false"), Moved(SPOT, FEW)]),
        st.builds(SceneChanged, st.sampled_from(["blink", "bright", "none"])),
    ),
    max_size=12,
)


@given(anything)
def test_whatever_happens_a_silent_report_never_blinks(events: list[Event]) -> None:
    incident = opened(silent=True)
    for number in range(len(events) + 1):
        reached = after(incident, events[:number])
        assert all(claim.scene != BLINK for claim in claims_of(reached, DEFAULT))


@given(anything, st.booleans(), st.booleans())
def test_whatever_happens_the_claims_agree_with_the_incident(
    events: list[Event], silent: bool, drill: bool
) -> None:
    incident = after(opened(silent, drill), events)
    claims = claims_of(incident, DEFAULT)
    dark = incident.state == "closed" or incident.scene == "none"
    assert [claim.lamp_id for claim in claims] == (
        [] if dark else [lamp.lamp_id for lamp in incident.lamps]
    )
    wanted = BLINK if incident.scene == "blink" else BRIGHT
    assert all(claim.scene == wanted for claim in claims)
    assert all(claim.until == incident.light_until for claim in claims)
    assert all((claim.rank < DEFAULT.ranks.bright) == drill for claim in claims)


@given(anything)
def test_whatever_happens_only_an_unacknowledged_incident_waits_to_escalate(
    events: list[Event],
) -> None:
    incident = after(opened(), events)
    assert (incident.unacknowledged_since is not None) == (incident.state == "open")


@given(anything)
def test_whatever_happened_before_the_allowed_moves_work_and_no_others_do(
    events: list[Event],
) -> None:
    incident = after(opened(), events)
    link = {"link": Linked("i9"), "unlink": Unlinked(next(iter(incident.linked), "i9"))}
    tried = {name: link.get(name) or EVENTS[kind] for name, kind in MOVES.items()}
    assert allowed(incident) == [name for name, event in tried.items() if works(incident, event)]


def works(incident: Incident, event: Event) -> bool:
    try:
        decide(incident, event, START, DEFAULT)
    except NotAllowed:
        return False
    return True


# ---- the clock


def rung(incident: Incident, now: datetime) -> list[Decision]:
    """Everything that is due."""
    decisions = []
    while (decision := ring(incident, now, DEFAULT)) is not None:
        decisions.append(decision)
        incident = decision.incident
    return decisions


def told(decisions: Sequence[Decision]) -> list[tuple[str, int]]:
    return [(tell.target, tell.urgency) for decision in decisions for tell in decision.tells]


LOUDER = [("control_room", 2)]
SUPERVISOR = [("supervisor", 3), ("unit:쌍문파출소", 3)]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, []),
        (29.9, []),
        (30, LOUDER),
        (59.9, LOUDER),
        (60, LOUDER + SUPERVISOR),
        (3_600, LOUDER + SUPERVISOR),
    ],
)
def test_who_is_told_when_nobody_acknowledges(
    seconds: float, expected: list[tuple[str, int]]
) -> None:
    decisions = rung(opened(), START + timedelta(seconds=seconds))
    assert told(decisions) == expected
    assert [one.detail["level"] for one in decisions] == list(range(1, len(decisions) + 1))


def test_an_acknowledgement_ends_the_escalation_wherever_it_stands() -> None:
    for seconds in (0, 30, 60):
        now = START + timedelta(seconds=seconds)
        loud = [opened(), *(one.incident for one in rung(opened(), now))][-1]
        seen = decide(loud, Acknowledged(), now, DEFAULT).incident
        assert rung(seen, now + timedelta(minutes=5)) == []


def test_an_incident_reopened_escalates_from_the_beginning() -> None:
    loud = rung(opened(), START + 60 * SECOND)[-1].incident
    again = START + timedelta(minutes=30)
    reopened = after(loud, [Closed("false"), Reopened()], again - 2 * SECOND)
    assert rung(reopened, again + 29 * SECOND) == []
    assert told(rung(reopened, again + 60 * SECOND)) == LOUDER + SUPERVISOR


def test_a_place_without_a_unit_escalates_to_the_supervisor_alone() -> None:
    nobody = replace(opened(), spot=replace(SPOT, unit=None))
    assert told(rung(nobody, START + 60 * SECOND)) == [*LOUDER, ("supervisor", 3)]


def test_the_light_ends_by_itself_and_a_new_wish_gives_it_the_whole_time_again() -> None:
    seen = decide(opened(), Acknowledged(), START, DEFAULT).incident
    end = START + DEFAULT.light_for
    assert rung(seen, end - SECOND) == []
    (dark,) = rung(seen, end)
    assert (dark.event, dark.incident.scene, dark.incident.state) == (
        "light_ended",
        "none",
        "acknowledged",
    )
    assert claims_of(dark.incident, DEFAULT) == ()
    lit = decide(dark.incident, SceneChanged("blink"), end, DEFAULT).incident
    assert claims_of(lit, DEFAULT)[0].until == end + DEFAULT.light_for


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ([], 30),
        ([Noted("dog barks"), Moved(ELSEWHERE, OTHERS), Withdrawn()], 30),
        ([Acknowledged()], 7_200),
        ([SceneChanged("bright")], 30),
        ([Closed("genuine")], 1 + DEFAULT.kept_for.total_seconds()),
        ([Closed("genuine"), Erased()], None),
    ],
)
def test_when_the_clock_next_rings(events: list[Event], seconds: float | None) -> None:
    due = rings_at(after(opened(), events), DEFAULT)
    assert due == (None if seconds is None else START + timedelta(seconds=seconds))


@given(anything, st.floats(0, 10_000))
def test_the_clock_does_something_exactly_when_it_rings_and_ends_by_itself(
    events: list[Event], seconds: float
) -> None:
    incident, now = after(opened(), events), START + timedelta(seconds=seconds)
    due = rings_at(incident, DEFAULT)
    assert (ring(incident, now, DEFAULT) is not None) == (due is not None and due <= now)
    assert len(rung(incident, now)) <= 3
