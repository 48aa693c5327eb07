"""When an incident's clock rings, and who is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
    Moved,
    Noted,
    Reopened,
    SceneChanged,
    SetOut,
    Withdrawn,
)
from dispatch.incident import Decision, Incident
from dispatch.incident_light import claims_of
from dispatch.life import decide
from dispatch.plan import DEFAULT
from tests.dispatch.lives import (
    ELSEWHERE,
    OTHERS,
    SECOND,
    SPOT,
    START,
    after,
    anything,
    opened,
)


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
        (359.9, LOUDER + SUPERVISOR),
        (360, LOUDER + 2 * SUPERVISOR),
        (3_600, LOUDER + 2 * SUPERVISOR),  # nobody counted meanwhile: it is said once
    ],
)
def test_who_is_told_when_nobody_acknowledges(
    seconds: float, expected: list[tuple[str, int]]
) -> None:
    decisions = rung(opened(), START + timedelta(seconds=seconds))
    assert told(decisions) == expected
    assert [one.detail["level"] for one in decisions] == [1, 2, 2][: len(decisions)]


def test_the_loudest_is_said_again_every_five_minutes_until_somebody_acknowledges() -> None:
    incident, heard = opened(), list[tuple[int, Decision]]()
    for minute in range(120):
        for decision in rung(incident, START + timedelta(minutes=minute)):
            incident = decision.incident
            heard.append((minute, decision))
    loudest = [(minute, one) for minute, one in heard if one.detail.get("level") == 2]
    assert [minute for minute, _ in loudest] == list(range(1, 120, 5))
    assert all(told([one]) == SUPERVISOR for _, one in loudest)
    assert [one.detail.get("again", 0) for _, one in loudest] == list(range(24))
    seen = decide(incident, Acknowledged(), START + timedelta(minutes=120), DEFAULT).incident
    assert "escalated" not in {one.event for one in rung(seen, START + timedelta(hours=9))}


@pytest.mark.parametrize(
    ("events", "minutes", "reminded"),
    [
        ([Acknowledged()], 2.9, False),
        ([Acknowledged()], 3.1, True),
        ([Assigned("1호")], 3.1, True),
        ([Acknowledged(), Moved(ELSEWHERE, OTHERS), Withdrawn()], 3.1, True),  # of nobody's doing
        ([SetOut()], 60, False),
        ([Arrived()], 60, False),
        ([Acknowledged(), Closed("false")], 60, False),
    ],
)
def test_the_desk_is_reminded_of_what_was_acknowledged_when_nobody_sets_out(
    events: list[Event], minutes: float, reminded: bool
) -> None:
    decisions = rung(after(opened(), events), START + timedelta(minutes=minutes))
    found = [one for one in decisions if one.event == "reminded"]
    assert bool(found) == reminded
    for one in found:
        assert told([one]) == [("control_room", 2), ("supervisor", 2)]
        assert one.incident.reminders == 1


def test_a_reminder_comes_again_and_ends_with_whatever_somebody_does() -> None:
    seen, minute = after(opened(), [Acknowledged()]), timedelta(minutes=1)
    (first,) = rung(seen, START + 4 * minute)
    (second,) = rung(first.incident, START + 7 * minute)
    assert second.incident.reminders == 2
    noted = decide(second.incident, Noted("calling back"), START + 8 * minute, DEFAULT).incident
    assert noted.reminders == 0
    assert rung(noted, START + 10 * minute) == []
    assert [one.event for one in rung(noted, START + 11 * minute)] == ["reminded"]


def test_an_acknowledgement_ends_the_escalation_wherever_it_stands() -> None:
    for seconds in (0, 30, 60):
        now = START + timedelta(seconds=seconds)
        loud = [opened(), *(one.incident for one in rung(opened(), now))][-1]
        seen = decide(loud, Acknowledged(), now, DEFAULT).incident
        later = {one.event for one in rung(seen, now + timedelta(minutes=50))}
        assert "escalated" not in later


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
    seen = decide(opened(), SetOut(), START, DEFAULT).incident
    end = START + DEFAULT.light_for
    assert rung(seen, end - SECOND) == []
    (dark,) = rung(seen, end)
    assert (dark.event, dark.incident.scene, dark.incident.state) == (
        "light_ended",
        "none",
        "en_route",
    )
    assert claims_of(dark.incident, DEFAULT) == ()
    lit = decide(dark.incident, SceneChanged("blink"), end, DEFAULT).incident
    assert claims_of(lit, DEFAULT)[0].until == end + DEFAULT.light_for


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ([], 30),
        ([Noted("dog barks"), Moved(ELSEWHERE, OTHERS), Withdrawn()], 30),
        ([Acknowledged()], 181),
        ([SetOut()], 7_200),
        ([SceneChanged("bright")], 30),
        ([Closed("genuine")], 1 + DEFAULT.kept_for.total_seconds()),
        ([Closed("genuine"), Erased()], 2 + DEFAULT.kept_for.total_seconds()),
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
    assert len(rung(incident, now)) <= 4  # louder, loudest, loudest again, light
