"""Walks that nobody walks: marked, then refused, and never a weapon against a telephone."""

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.asking import help_at
from dispatch.guardians import GATEWAY, Guardians
from dispatch.letter_budget import LetterBudget
from dispatch.plan import DEFAULT, FloodLimits
from dispatch.schemas.walk import WalkIn
from dispatch.sources.gate import Gate
from dispatch.sources.walk_start import begin
from dispatch.telephone import as_dialled
from dispatch.walk import Guardian, Walk
from dispatch.walk_events import Asked, Cause, Event, Fine, GuardianCalled, HelpWanted, Unanswered
from dispatch.walk_life import decide
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.dispatch.test_guardians_told import LATE, LONG, at_the_desk
from tests.dispatch.walking import UNANSWERED, starts, walk_body
from tests.house import assert_problem, report, running
from tests.parts import free_port
from tests.patience import ask_until

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
SMALL: Final = FloodLimits(window=HOUR, marked_over=2, refused_over=4)
MOTHER: Final = Guardian("010-1234-5678")
WALK: Final = Walk(
    "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10",
    *(NOW, NOW, NOW, timedelta(minutes=20)),
    guardians=(MOTHER,),
)
ASKED: Final = Asked((Cause("overdue", 301),))
PLAN: Final = DEFAULT.walk


async def test_a_flood_of_walks_is_marked_to_its_incidents_and_then_refused_and_cries_are_heard(
    pair: Pair, tmp_path: Path
) -> None:
    proxy = LOCAL | {"LAMPLIGHTER_TRUSTED_PROXIES": "127.0.0.1"}
    flooder, other = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
    async with (
        running(pair, tmp_path, proxy, plan=replace(UNANSWERED, flood=SMALL)) as house,
        signed_in(house, "kim", "operator") as kim,
        feed_of(house, kim) as feed,
    ):

        async def start(headers: dict[str, str], body: dict[str, Any]) -> Any:
            return await house.client.post("/v1/walks", json=body, headers=headers)

        bodies = [walk_body(expected_minutes=LATE) for _ in range(SMALL.refused_over)]
        for body in bodies:
            assert (await start(flooder, body)).status_code == 201
        refused = await start(flooder, walk_body())
        assert assert_problem(refused, 429)["title"] == "Too many walks"
        assert int(refused.headers["Retry-After"]) > 0
        assert (await start(flooder, bodies[0])).status_code == 200  # the same again is no other
        assert (await start(other, walk_body())).status_code == 201
        cry = await house.client.post("/v1/reports", json=report(drill=True), headers=flooder)
        assert cry.status_code == 201
        floods: dict[str, int] = {}
        while len(floods) < len(bodies):
            incident = (await feed.event("opened"))["incident"]
            if incident["kind"] == "checkin_missed":
                floods[incident["walk_id"]] = incident["flood"]
        assert [floods[body["walk_id"]] for body in bodies] == [0, 0, 3, 4]


async def test_a_walk_that_is_known_costs_no_work_on_pins_and_others_wait_for_their_turn(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        assert house.dispatcher is not None
        walks, turns = house.dispatcher.walks, asyncio.Semaphore(1)
        gate = Gate(DEFAULT, house.dispatcher.clock, "walks")
        one, other = (
            WalkIn(walk_id=uuid.uuid4(), expected_minutes=20, pin="4821") for _ in range(2)
        )
        assert (await begin(walks, gate, turns, b"secret", one))[1]
        await turns.acquire()
        waiting = asyncio.create_task(begin(walks, gate, turns, b"secret", other))
        assert not (await begin(walks, gate, turns, b"secret", one))[1]
        assert not waiting.done()
        turns.release()
        assert (await waiting)[1]


# ---- letters


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("010-1234-5678", "01012345678"),
        ("010 1234 5678", "01012345678"),
        ("+82 10 1234 5678", "01012345678"),
        ("+82-010-1234-5678", "01012345678"),
        ("02)123-4567", "021234567"),
        ("+1 201 555 0123", "+12015550123"),
    ],
)
def test_one_telephone_is_one_however_its_number_is_typed(typed: str, digits: str) -> None:
    assert as_dialled(typed) == digits


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        ([0, 0, 0], 2),
        ([0, 59], 2),
        ([0, 30, 59], 2),
        ([0, 30, 60], 3),
        ([0, 30, 60, 61, 90], 4),
    ],
)
def test_two_letters_an_hour_are_two_in_any_hour(minutes: list[int], written: int) -> None:
    assert len(written_at(minutes)) == written


@given(st.lists(st.integers(0, 600), max_size=80))
def test_nobody_is_written_to_more_often_in_any_hour(minutes: list[int]) -> None:
    written = written_at(sorted(minutes))
    assert all(later - first >= 60 for first, later in zip(written, written[2:], strict=False))


def written_at(minutes: list[int]) -> list[int]:
    """Of letters that are due at these minutes, those that two an hour allow."""
    budget, written = LetterBudget(2, HOUR), []
    for minute in minutes:
        now = NOW + timedelta(minutes=minute)
        if not budget.is_spent(MOTHER.contact, True, now):
            budget.spend(MOTHER.contact, True, now)
            written.append(minute)
    return written


def _new_id() -> str:
    return uuid.uuid4().hex


def a_gateway() -> Guardians:
    return Guardians(lambda: b"secret", PLAN, lambda target: target == GATEWAY, _new_id)


def letters_of(guardians: Guardians, walk: Walk, *events: Event) -> tuple[Walk, list[str]]:
    """The walk after these events, and which news was written."""
    news = []
    for event in events:
        decision = decide(walk, event, NOW, PLAN)
        news += [str(decision.news) for _ in guardians.letters(walk, decision, NOW)]
        walk = decision.walk
    return walk, news


def test_one_walk_that_cries_and_calms_for_ever_rings_a_telephone_only_so_often() -> None:
    guardians = a_gateway()
    for_ever: list[Event] = [HelpWanted(), Fine()] * 50
    _, news = letters_of(guardians, WALK, *for_ever)
    assert news == ["alarmed", "well"] * PLAN.letters_most
    again = replace(WALK, guardians=(Guardian("+82 10 1234 5678"), Guardian("010-8765-4321")))
    assert letters_of(guardians, again, HelpWanted())[1] == ["alarmed"]  # to the other
    assert guardians.has_had_enough(MOTHER, NOW)
    assert not guardians.has_had_enough(MOTHER, NOW + HOUR)


def test_a_letter_that_could_not_be_written_down_takes_none_of_a_telephones_share() -> None:
    guardians = a_gateway()
    for _ in range(3 * PLAN.letters_most):
        guardians.unwritten(guardians.letters(WALK, decide(WALK, HelpWanted(), NOW, PLAN), NOW))
    assert not guardians.has_had_enough(MOTHER, NOW)


def test_nobody_waits_for_a_guardian_who_is_written_to_no_more_and_none_is_said_to_be_told() -> (
    None
):
    enough = replace(WALK, enough_written=True)
    asked = decide(enough, ASKED, NOW, PLAN).walk
    assert help_at(asked, PLAN) == NOW + PLAN.ask_for
    alarmed = decide(asked, Unanswered(), NOW, PLAN)
    assert (alarmed.news, alarmed.walk.called) == (None, False)
    assert alarmed.walk.untold == "too_many"


def test_who_was_written_to_with_the_last_letter_is_waited_for() -> None:
    asked = decide(WALK, ASKED, NOW, PLAN).walk
    called = replace(decide(asked, GuardianCalled(), NOW, PLAN).walk, enough_written=True)
    assert help_at(called, PLAN) == NOW + PLAN.ask_for + PLAN.guardian_for
    assert called.untold == "not_taken"
    assert decide(called, Unanswered(), NOW, PLAN).walk.untold == "not_taken"
    assert decide(called, Fine(), NOW, PLAN).news == "well"


async def test_the_desk_and_the_phone_are_told_that_a_number_gets_no_more_letters(
    pair: Pair, tmp_path: Path
) -> None:
    plan = replace(LONG, walk=replace(LONG.walk, letters_most=1))
    gateway = {"LAMPLIGHTER_WEBHOOKS": f"guardian=http://127.0.0.1:{free_port()}/told"}
    late: dict[str, Any] = {"expected_minutes": LATE, "guardians": [{"contact": MOTHER.contact}]}
    async with (
        running(pair, tmp_path, gateway, plan=plan) as house,
        house.feed() as feed,
    ):
        first = await starts(house.client, **late)
        assert first.walk["guardians"][0]["can_be_told"]
        await ask_until(
            lambda: at_the_desk(house, first), lambda shown: shown["guardian_untold"] == "not_taken"
        )
        second = await starts(house.client, **late | {"guardians": [{"contact": "+821012345678"}]})
        assert not second.walk["guardians"][0]["can_be_told"]
        incident = (await feed.event("opened"))["incident"]  # an hour before the first walk's
        assert incident["walk_id"] == second.walk["walk_id"]
        assert (await at_the_desk(house, second))["guardian_untold"] == "too_many"
