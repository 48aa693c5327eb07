"""A clock that is set between two processes: nobody's help is late by it, nor is everybody late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.asking import help_at, ring, rings_at
from dispatch.database import Database
from dispatch.signs import Fix, Signs
from dispatch.track import Track
from dispatch.walk import Walk
from dispatch.walk_events import Asked, Cause, Paused
from dispatch.walk_life import decide
from dispatch.walk_plan import DEFAULT
from dispatch.walk_rows import walk_row
from dispatch.walk_store import keep_tracks, save_walks
from dispatch.walk_times import missed, shifted, take_up_walks
from tests.conftest import Pair
from tests.dispatch.asked import HERE, START, WALK

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ASKED = decide(WALK, Asked((Cause("overdue", 240),)), START + 600 * SECOND, DEFAULT).walk
HALF_A_MINUTE_LATER = START + 630 * SECOND


def tracked(*seconds: int) -> Track:
    """A track with a fix at each of these."""
    track = Track()
    for second in seconds:
        track.add(Fix(HERE, START + second * SECOND))
    return track


SEEN = (ASKED, tracked(0, 300, 630))
"""Somebody is asked, and their phone was heard of half a minute later."""


@pytest.mark.parametrize("off", [-12 * HOUR, -HOUR, -30 * SECOND, HOUR, 12 * HOUR])
def test_whoever_is_asked_has_as_long_to_answer_as_before_the_clock_was_set(off: timedelta) -> None:
    now = HALF_A_MINUTE_LATER + off
    by = missed([SEEN], now, DEFAULT)
    assert by == off
    walk = shifted(ASKED, by)
    left = help_at(ASKED, DEFAULT) - HALF_A_MINUTE_LATER
    assert help_at(walk, DEFAULT) - now == left
    assert ring(walk, Signs(now), now, DEFAULT) is None


@pytest.mark.parametrize("off", [-HOUR, HOUR])
def test_nobody_is_late_because_a_clock_was_set(off: timedelta) -> None:
    now = HALF_A_MINUTE_LATER + off
    walk = shifted(WALK, missed([(WALK, SEEN[1])], now, DEFAULT))
    assert walk.due_at - now == WALK.due_at - HALF_A_MINUTE_LATER
    assert ring(walk, Signs(now), now, DEFAULT) is None


@given(st.integers(0, 599))
def test_a_restart_moves_nothing(seconds: int) -> None:
    assert missed([SEEN], HALF_A_MINUTE_LATER + seconds * SECOND, DEFAULT) == timedelta()


def test_a_pause_ends_when_it_was_to_end_and_never_later() -> None:
    paused = decide(WALK, Paused(timedelta(minutes=30)), START, DEFAULT).walk
    ahead, back = shifted(paused, HOUR), shifted(paused, -HOUR)
    assert rings_at(ahead, Signs(START), DEFAULT) == START + timedelta(minutes=30)
    assert rings_at(back, Signs(START), DEFAULT) == START - timedelta(minutes=30)


def test_what_is_over_does_not_last_longer() -> None:
    over = replace(WALK, state="ended")
    assert shifted(over, HOUR) == over


async def test_a_clock_that_was_set_back_is_known_once_and_the_way_goes_on(pair: Pair) -> None:
    database = Database(pair.database_url)
    try:
        walk: Walk = SEEN[0]
        async with database.writing() as connection:
            await save_walks(connection, [walk_row(walk)])
            await keep_tracks(connection, {walk.walk_id: SEEN[1].kept()})
        now = HALF_A_MINUTE_LATER - HOUR
        for later in (0, 60):  # a second restart finds nothing more to move
            ((found, track),) = await take_up_walks(
                database, now + later * SECOND, DEFAULT, b"secret"
            )
            assert found.question is not None
            assert found.question.asked_at == START + 600 * SECOND - HOUR
            newest = track.newest()
            assert newest is not None
            assert newest.at == now
    finally:
        await database.close()
