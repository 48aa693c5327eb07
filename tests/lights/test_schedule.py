"""When it is night, and what a lamp shows then that nobody claims."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.place import Place
from lights.schedule import KOREA, Programme, is_daylight

SEOUL = Place(126.978, 37.5665)
BUSAN = Place(129.0756, 35.1796)
MINUTE = timedelta(minutes=1)


def seoul_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KOREA)


def turns(place: Place, day: str) -> list[tuple[str, bool]]:
    """The minutes of a day at which it gets light (True) or dark (False)."""
    midnight = seoul_time(day)
    minutes = [midnight + number * MINUTE for number in range(24 * 60)]
    light = [is_daylight(place, minute) for minute in minutes]
    return [
        (f"{minute:%H:%M}", after)
        for minute, (before, after) in zip(minutes[1:], pairwise(light), strict=True)
        if before != after
    ]


def apart(one: str, other: str) -> timedelta:
    return abs(seoul_time(f"2026-01-01T{one}") - seoul_time(f"2026-01-01T{other}"))


@pytest.mark.parametrize(
    ("day", "sunrise", "sunset"),
    [("2026-06-21", "05:11", "19:57"), ("2026-12-22", "07:43", "17:17")],
)  # Korea Astronomy and Space Science Institute, for Seoul
def test_the_sun_rises_and_sets_in_seoul_when_the_almanac_says(
    day: str, sunrise: str, sunset: str
) -> None:
    (rise, gets_light), (fall, stays_light) = turns(SEOUL, day)
    assert (gets_light, stays_light) == (True, False)
    assert apart(rise, sunrise) <= 3 * MINUTE
    assert apart(fall, sunset) <= 3 * MINUTE


def test_the_sun_rises_earlier_in_the_east() -> None:
    assert turns(BUSAN, "2026-03-20")[0][0] < turns(SEOUL, "2026-03-20")[0][0]


@pytest.mark.parametrize(
    ("at", "percent"),
    [
        ("2026-12-22T12:00", 0),
        ("2026-12-22T17:00", 0),
        ("2026-12-22T17:30", 80),
        ("2026-12-22T22:59:59", 80),
        ("2026-12-22T23:00", 50),
        ("2026-12-23T00:00", 50),
        ("2026-12-23T04:59:59", 50),
        ("2026-12-23T05:00", 80),
        ("2026-12-23T07:30", 80),
        ("2026-12-23T08:00", 0),
        # In June it is still dark when the late hours end, and light soon after.
        ("2026-06-21T19:30", 0),
        ("2026-06-21T20:30", 80),
        ("2026-06-21T04:30", 50),
        ("2026-06-21T05:05", 80),
        ("2026-06-21T05:30", 0),
    ],
)
def test_the_programme_is_bright_in_the_evening_dimmed_late_and_dark_by_day(
    at: str, percent: int
) -> None:
    assert Programme().level_at(SEOUL, seoul_time(at)) == percent


@pytest.mark.parametrize(
    ("late_from", "late_until", "late_hours"),
    [
        (time(23), time(5), {23, 0, 1, 2, 3, 4}),
        (time(0), time(5), {0, 1, 2, 3, 4}),
        (time(1), time(4), {1, 2, 3}),
        (time(19), time(22), {19, 20, 21}),
        (time(2), time(2), set()),
    ],
)
def test_a_district_may_dim_at_other_hours(
    late_from: time, late_until: time, late_hours: set[int]
) -> None:
    programme = Programme(evening=100, late=40, late_from=late_from, late_until=late_until)
    night = [seoul_time("2026-12-22T18:00") + hour * 60 * MINUTE for hour in range(13)]
    late = {moment.hour for moment in night if programme.level_at(SEOUL, moment) == 40}
    assert late == late_hours


KOREAN_PLACES = st.builds(Place, st.floats(124.6, 131.9), st.floats(33.1, 38.6))
MOMENTS = st.floats(0, 20 * 365).map(
    lambda days: datetime(2020, 1, 1, tzinfo=UTC) + days * timedelta(days=1)
)


@given(KOREAN_PLACES, MOMENTS)
def test_a_lamp_is_dark_by_day_only(place: Place, moment: datetime) -> None:
    level = Programme().level_at(place, moment)
    assert level in (0, 50, 80)
    assert (level == 0) == is_daylight(place, moment)


@given(KOREAN_PLACES, MOMENTS, st.integers(-12, 14))
def test_the_same_moment_is_the_same_whatever_offset_it_is_told_with(
    place: Place, moment: datetime, hours: int
) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert Programme().level_at(place, elsewhere) == Programme().level_at(place, moment)


@given(KOREAN_PLACES, st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_in_korea_it_is_light_at_13_and_dark_at_1(place: Place, day: date) -> None:
    after_noon = datetime(day.year, day.month, day.day, 13, tzinfo=KOREA)
    assert is_daylight(place, after_noon)
    assert not is_daylight(place, after_noon - timedelta(hours=12))
