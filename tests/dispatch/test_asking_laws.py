"""Laws of asking: nobody waits longer for help than the plan says."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from dispatch.asking import help_at, overdue_after, ring, rings_at
from dispatch.signs import Fix, Signs, aims_of, moved
from dispatch.walk import Guardian, Walk
from dispatch.walk_events import Arrived, Asked, Cause, Signal
from dispatch.walk_life import decide
from dispatch.walk_plan import DEFAULT
from tests.dispatch.asked import HERE, START, WALK, at

SECOND = timedelta(seconds=1)
ON_A_ROUTE = replace(WALK, route=(at(0), at(1_500)))
LOOKED_AFTER = replace(WALK, guardians=(Guardian("010-1234-5678"),))


# ---- laws


moments = st.integers(0, 5_400).map(lambda seconds: START + seconds * SECOND)
maybe = st.none() | moments


@st.composite
def situations(draw: st.DrawFn) -> tuple[Walk, Signs]:
    heard_at = draw(moments)
    fixed_at = draw(st.none() | st.integers(0, 600).map(lambda late: heard_at - late * SECOND))
    signs = Signs(
        heard_at,
        place=None if fixed_at is None else HERE,
        fixed_at=fixed_at,
        seen_at=draw(st.sampled_from([None, fixed_at])),
        battery=draw(st.none() | st.integers(0, 100)),
        off_since=draw(maybe),
        away_since=draw(maybe),
        still_since=draw(maybe),
        lonely=draw(st.none() | st.booleans()),
        home_since=draw(maybe),
        home_until=draw(maybe),
    )
    calm = draw(st.dictionaries(st.sampled_from(get_args(Signal)), moments))
    whose = draw(st.sampled_from([WALK, LOOKED_AFTER, replace(LOOKED_AFTER, reachable=False)]))
    walk = replace(whose, due_at=draw(moments), calm=calm)
    if draw(st.booleans()):
        walk = decide(walk, Asked((Cause("overdue", 1),)), draw(moments), DEFAULT).walk
    return walk, signs


@given(situations(), st.integers(0, 8_000))
def test_time_does_something_exactly_from_the_moment_that_is_foretold(
    situation: tuple[Walk, Signs], later: int
) -> None:
    walk, signs = situation
    now = max(signs.heard_at, walk.updated_at) + later * SECOND
    foretold = rings_at(walk, signs, DEFAULT)
    slack = timedelta(milliseconds=2)
    if foretold is None or now < foretold - slack:
        assert ring(walk, signs, now, DEFAULT) is None
    elif now > foretold + slack:
        assert ring(walk, signs, now, DEFAULT) is not None


@given(situations(), st.lists(st.integers(1, 600), max_size=30))
def test_whatever_is_seen_nobody_waits_longer_for_help_than_the_plan_says(
    situation: tuple[Walk, Signs], steps: list[int]
) -> None:
    walk, signs = situation
    now = max(signs.heard_at, walk.updated_at)
    for step in steps:
        now += step * SECOND
        while (due := ring(walk, signs, now, DEFAULT)) is not None:
            walk = due.walk
        if walk.state == "asking":
            assert now < help_at(walk, DEFAULT)
    while (rings := rings_at(walk, signs, DEFAULT)) is not None:
        due = ring(walk, signs, max(now, rings), DEFAULT)
        assert due is not None
        walk = due.walk
    # nobody ever says anything again: it is over, or help was called
    assert walk.state in ("alarmed", "arrived")


fixes = st.lists(
    st.tuples(st.integers(0, 60), st.floats(-300, 300), st.floats(-300, 300)), max_size=20
).map(lambda rows: [Fix(at(east, north), START + minute * SECOND) for minute, east, north in rows])


@given(fixes)
def test_repeating_what_was_said_changes_no_sign(said: list[Fix]) -> None:
    signs = Signs(START)
    aims = aims_of(ON_A_ROUTE)
    for fix in sorted(said, key=lambda one: one.at):
        signs = moved(signs, fix, aims, DEFAULT, lambda _: False)
    for fix in said:
        assert moved(signs, fix, aims, DEFAULT, lambda _: False) == signs


def test_nobody_is_late_before_a_quarter_of_what_they_expected_or_five_minutes() -> None:
    assert overdue_after(WALK, DEFAULT) == timedelta(minutes=7.5)
    assert overdue_after(replace(WALK, expected=SECOND), DEFAULT) == timedelta(minutes=5)


def test_an_arrival_is_an_event_like_any_other() -> None:
    assert decide(WALK, Arrived(), START, DEFAULT).walk.state == "arrived"
