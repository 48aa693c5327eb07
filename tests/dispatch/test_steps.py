"""Callers who move: no car is too fast, no made-up way fills the screens, the last step arrives."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.leap import Leap, doubted, is_leap
from dispatch.plan import DEFAULT
from dispatch.signs import Fix
from geo.place import Place
from tests.conftest import Pair
from tests.dispatch.frames import another_process, write_line
from tests.dispatch.reporting import east_of_here, fix, now
from tests.house import HERE, House, as_caller, running

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


def at(seconds: float, metres: float, accuracy_m: float | None = 10.0) -> Fix:
    """A fix so long after the first, and so far from it."""
    place = east_of_here(metres)
    return Fix(Place(place.lon, place.lat, accuracy_m), NOW + seconds * SECOND)


@pytest.mark.parametrize(
    ("one", "other", "leaps"),
    [
        (at(0, 0), at(0, 500), False),  # between high buildings
        (at(0, 0), at(0, 530), True),
        (at(0, 0), at(60, 3_400), False),  # a minute on the expressway
        (at(0, 0), at(60, 3_600), True),
        (at(0, 0, 1_500), at(1, 2_000), False),  # until now only its mast was known
        (at(0, 0, None), at(0, 700), False),
        (at(0, 0, 90_000), at(1, 60_000, 90_000), True),  # an accuracy that allows everything
    ],
)
def test_what_a_phone_or_a_car_can_do_is_no_leap(one: Fix, other: Fix, leaps: bool) -> None:
    assert is_leap(one, other, DEFAULT) is leaps


@given(st.lists(st.tuples(st.floats(1, 300), st.floats(-50, 50)), min_size=1, max_size=30))
def test_whoever_drives_as_fast_as_a_car_is_always_believed(way: list[tuple[float, float]]) -> None:
    last, seconds, metres = at(0, 0), 0.0, 0.0
    for lasting, speed in way:
        seconds, metres = seconds + lasting, metres + lasting * speed
        step = at(seconds, metres)
        assert doubted(last, None, step, step.at, DEFAULT) is None
        last = step


@given(st.lists(st.tuples(st.floats(0, 9), st.integers(-9, 9)), max_size=80))
def test_made_up_places_are_believed_only_once_in_the_time_that_one_takes_to_be_confirmed(
    made_up: list[tuple[float, int]],
) -> None:
    last, leap, seconds = at(0, 0), None, 0.0
    believed = [-DEFAULT.leap_after.total_seconds()]
    for lasting, where in made_up:
        seconds += lasting
        step = at(seconds, where * 20_000)
        was_leap = is_leap(last, step, DEFAULT)
        leap = doubted(last, leap, step, step.at, DEFAULT)
        if leap is None:
            last = step
            believed += [seconds] if was_leap else []
    assert all(later - earlier >= 10 for earlier, later in pairwise(believed))


def test_a_wrong_first_fix_is_corrected_as_soon_as_two_agree() -> None:
    wrong, true = at(0, 30_000), at(1, 0)
    leap = doubted(wrong, None, true, true.at, DEFAULT)
    assert leap == Leap(true, true.at)
    assert doubted(wrong, leap, at(6, 5), NOW + 6 * SECOND, DEFAULT) == leap
    assert doubted(wrong, leap, at(11, 9), NOW + 11 * SECOND, DEFAULT) is None


def test_a_leap_that_is_said_again_is_no_witness_of_itself() -> None:
    astray = at(1, 30_000)
    leap = doubted(at(0, 0), None, astray, astray.at, DEFAULT)
    for seconds in (1, 11, 600):
        assert doubted(at(0, 0), leap, astray, NOW + seconds * SECOND, DEFAULT) == leap


async def test_many_steps_are_a_few_frames_and_the_last_one_arrives_though_none_follows(
    pair: Pair, tmp_path: Path
) -> None:
    every = timedelta(seconds=0.5)
    async with (
        running(pair, tmp_path, plan=replace(DEFAULT, moved_every=every)) as house,
        house.feed() as feed,
    ):
        taken = await house.press(fixed_at=(now() - 60 * SECOND).isoformat())
        steps = [fix(east_of_here(10.0 * number), now()) for number in range(1, 31)]
        for step in steps:
            await says(house, taken, step)
        moved = [await feed.event("moved")]
        while moved[-1]["incident"]["place"]["position"]["lon"] != steps[-1]["lon"]:
            moved.append(await feed.event("moved"))
        times = [datetime.fromisoformat(frame["at"]) for frame in moved]
        # A frame tells its time to the millisecond.
        assert all(later - sooner >= every - SECOND / 500 for sooner, later in pairwise(times))


async def test_who_leaps_across_the_city_stays_where_they_were_and_others_are_taken(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        taken = await house.press(fixed_at=now().isoformat())
        far = [fix(east_of_here(metres), now()) for metres in (20_000, -20_000, 60_000)]
        await asyncio.gather(*(says(house, taken, one) for one in far), house.press())
        seen = (await house.state(taken))["place"]["position"]
        assert (seen["lon"], seen["lat"]) == (HERE.lon, HERE.lat)
        assert await house.journal(taken["incident_id"]) == ["opened"]


async def test_a_step_whose_commit_has_to_be_made_again_is_taken_all_the_same(
    pair: Pair, tmp_path: Path
) -> None:
    """Nobody may remember a fix as taken that is nowhere yet."""
    async with running(pair, tmp_path) as house, another_process(pair) as database:
        taken = await house.press(fixed_at=(now() - 60 * SECOND).isoformat())
        async with database.writing() as connection:
            await write_line(connection, 2)  # the ledger's next number
        step = fix(east_of_here(40), now())
        await says(house, taken, step)
        place = (await house.incident(taken["incident_id"]))["place"]["position"]
        assert (place["lon"], place["lat"]) == (step["lon"], step["lat"])


async def test_of_a_caller_who_is_out_of_it_no_fix_is_remembered(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        assert house.dispatcher is not None
        desk = house.dispatcher.desk
        taken = await house.press(fixed_at=(now() - 60 * SECOND).isoformat())
        await says(house, taken, fix(east_of_here(20_000), now()))
        assert desk.follows(taken["incident_id"])
        await house.move(taken["incident_id"], "close", disposition="test")
        assert not desk.follows(taken["incident_id"])


async def says(house: House, taken: dict[str, Any], one: dict[str, Any]) -> None:
    """The caller says where they are."""
    path = f"/v1/reports/{taken['report_id']}/positions"
    answer = await house.client.post(path, json={"positions": [one]}, headers=as_caller(taken))
    assert answer.status_code == 200, answer.text
