"""What an incident claims of its lamps, by example and by law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.events import (
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Event,
    Linked,
    Moved,
    Reopened,
    SceneChanged,
    SceneWish,
    SetOut,
    Unlinked,
    Withdrawn,
)
from dispatch.incident import Incident
from dispatch.incident_light import claims_of
from dispatch.life import decide
from dispatch.moves import MOVES, NotAllowed, allowed
from dispatch.plan import DEFAULT
from lights.lamp import BLINK, BRIGHT
from tests.dispatch.lives import ELSEWHERE, EVENTS, OTHERS, START, after, anything, opened


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
    other = next(iter(incident.linked), "i9")
    link: dict[str, Event] = {"link": Linked("i9"), "unlink": Unlinked(other)}
    tried = {name: link.get(name) or EVENTS[kind] for name, kind in MOVES.items()}
    assert allowed(incident) == [name for name, event in tried.items() if works(incident, event)]


def works(incident: Incident, event: Event) -> bool:
    try:
        decide(incident, event, START, DEFAULT)
    except NotAllowed:
        return False
    return True
