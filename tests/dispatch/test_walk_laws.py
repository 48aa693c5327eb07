"""What holds of a walk home, whatever happens in it."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dispatch.walk import LIVE, Walk
from dispatch.walk_events import (
    Arrived,
    Asked,
    ConsentWithdrawn,
    Cried,
    Ended,
    Event,
    Extended,
    Fine,
    HelpOver,
    HiddenHelpOver,
    Paused,
    WatchWithdrawn,
)
from dispatch.walk_life import Decision, NotPossible, decide
from dispatch.walk_plan import DEFAULT
from dispatch.walk_rows import walk_of, walk_row
from dispatch.walk_view import guardian_state, phone_json
from tests.dispatch.walk_lives import EVENTS, LATE, MINUTE, START, WALK, after

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
