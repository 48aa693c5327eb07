"""Light for walkers begins at dusk and ends at dawn; they are followed all the same."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lights.schedule import is_daylight
from tests.lights.escorted import SECOND, Walks
from tests.lights.hours import Hours
from tests.lights.walking import place


class Watched(NamedTuple):
    """Whether the sun was up, and whether the lamp at the walker was bright."""

    day: bool
    bright: bool


def stood(begin: datetime, minutes: int, *, by_day: bool = False) -> list[Watched]:
    """Somebody stands in the alley; every half minute what is seen there, but at sunrise and
    sunset themselves, when the escort has not looked up yet."""
    hours = Hours(begin)
    walks = Walks(hours, by_day=by_day)
    walks.begin()
    seen = []
    for _ in range(2 * minutes):
        for _ in range(10):
            walks.stands(0.0)
            hours.wait(3)
        before, now = (
            is_daylight(place(0.0, 0.0), hours.now() - seconds * SECOND) for seconds in (15, 0)
        )
        if before == now:
            seen.append(Watched(now, walks.shown() == "bright"))
    hours.end()
    return seen


@pytest.mark.parametrize(
    ("what", "begin"),
    [
        ("dusk", datetime(2026, 11, 22, 8, 7, tzinfo=UTC)),
        ("dawn", datetime(2026, 11, 22, 22, 13, tzinfo=UTC)),
    ],
)
def test_the_light_begins_at_dusk_in_the_middle_of_a_walk_and_ends_at_dawn(
    what: str, begin: datetime
) -> None:
    seen = stood(begin, minutes=20)
    assert {one.day for one in seen} == {True, False}
    assert seen[0].day == (what == "dusk")
    assert all(one.bright != one.day for one in seen)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2 * 365 * 24 * 60))
def test_whatever_the_season_nobody_s_way_is_lit_while_the_sun_is_up(minutes: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert all(one.bright != one.day for one in stood(begin, minutes=1))


def test_where_the_plan_says_so_walkers_are_lit_by_day_too() -> None:
    seen = stood(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), minutes=1, by_day=True)
    assert [one.bright for one in seen] == [True, True]


def test_by_day_nobody_is_told_of_the_dark() -> None:
    noon = Hours(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    walks = Walks(noon, [(-400.0, 0.0)])
    walks.begin()
    walks.walk(0.0, 30.0)
    assert walks.escort.darkness_ahead("w") is None
    assert walks.escort.is_day
    noon.end()
