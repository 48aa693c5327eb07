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
    Closed,
    Erased,
    Event,
    Moved,
    Noted,
    Reopened,
    SceneChanged,
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
