"""Whether a guardian was told: what the desk is shown, and for whom help waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text

from dispatch.tables import metadata
from dispatch.walk import Guardian, Walk
from dispatch.walk_events import Asked, Cause, Fine, GuardianCalled, GuardianTold, Unanswered
from dispatch.walk_life import decide
from dispatch.walk_plan import DEFAULT
from tests.conftest import Pair
from tests.dispatch.test_outbox import Desk
from tests.dispatch.walking import SECOND, Phone, fix, hasty, starts
from tests.house import HERE, House, running
from tests.parts import free_port
from tests.patience import ask_until

LATE: Final = 0.0001
GUARDIAN: Final = {"contact": "010-1234-5678", "name": "엄마"}
LONG: Final = hasty(
    overdue_least=timedelta(),
    overdue_share=0.0001,
    ask_for=0.3 * SECOND,
    guardian_for=timedelta(hours=1),
)
"""Whoever is late is asked at once; a guardian would have an hour."""
START: Final = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
WALK: Final = Walk(
    "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10",
    *(START, START, START, timedelta(minutes=20)),
    guardians=(Guardian("010-1234-5678"),),
)
LATE_NOW: Final = Asked((Cause("overdue", 301),))


async def at_the_desk(house: House, phone: Phone) -> dict[str, Any]:
    """The walk as operators see it."""
    answer = await house.client.get(f"{phone.path}/desk")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.mark.parametrize(
    ("guardians", "why"), [([GUARDIAN], "no_gateway"), ([], "no_guardian")], ids=str
)
async def test_where_no_guardian_can_be_told_none_is_awaited_and_none_said_to_be_told(
    pair: Pair, tmp_path: Path, guardians: list[dict[str, Any]], why: str
) -> None:
    async with running(pair, tmp_path, plan=LONG) as house, house.feed() as feed:
        phone = await starts(house.client, expected_minutes=LATE, guardians=guardians)
        await phone.moves(fix(HERE, 1))
        asked = phone.walk["question"] or (await phone.shown())["question"]
        if asked is not None:  # a busy machine may look too late
            assert (asked["guardian_at"], asked["guardian_told"]) == (None, False)
        incident = (await feed.event("opened"))["incident"]
        assert incident["kind"] == "checkin_missed"
        shown = await at_the_desk(house, phone)
        assert shown["state"] == "alarmed"
        assert (shown["guardian_told_at"], shown["guardian_untold"]) == (None, why)


async def test_a_guardian_is_told_when_the_gateway_has_taken_the_letter_and_not_before(
    pair: Pair, tmp_path: Path
) -> None:
    port = free_port()
    gateway = f"guardian=http://127.0.0.1:{port}/told"
    async with running(pair, tmp_path, plan=LONG, LAMPLIGHTER_WEBHOOKS=gateway) as house:
        phone = await starts(house.client, expected_minutes=LATE, guardians=[GUARDIAN])
        await phone.moves(fix(HERE, 1))
        shown = await ask_until(
            lambda: at_the_desk(house, phone), lambda shown: shown["guardian_untold"] is not None
        )
        assert shown["guardian_told_at"] is None
        assert (shown["state"], shown["guardian_untold"]) == ("asking", "not_taken")
        assert (await phone.shown())["question"]["guardian_told"] is False
        async with Desk(port=port).open() as desk:
            assert (await desk.told(1))[0]["news"] == "late"

            def is_told(shown: dict[str, Any]) -> bool:
                told = shown["guardian_told_at"] is not None
                assert shown["guardian_untold"] == (None if told else "not_taken")
                return told

            await ask_until(lambda: at_the_desk(house, phone), is_told)
            assert (await phone.shown())["question"]["guardian_told"] is True
            await phone.does("answer", answer="fine")
            assert (await at_the_desk(house, phone))["guardian_told_at"] is None


async def test_a_gateway_that_takes_no_letter_is_an_alarm_at_the_desk_until_it_does(
    pair: Pair, tmp_path: Path
) -> None:
    port, plan = free_port(), replace(LONG, untold_after=0.3 * SECOND)
    gateway = f"guardian=http://127.0.0.1:{port}/told"
    async with (
        running(pair, tmp_path, plan=plan, LAMPLIGHTER_WEBHOOKS=gateway) as house,
        house.feed() as feed,
    ):
        phone = await starts(house.client, expected_minutes=LATE, guardians=[GUARDIAN])
        await phone.moves(fix(HERE, 1))
        assert (await at_the_desk(house, phone))["guardian_told_at"] is None

        def alarmed(frame: dict[str, Any]) -> bool:
            walks = frame["attention"] if frame["type"] == "walks" else []
            return any(one["guardian_alarm_at"] is not None for one in walks)

        await feed.until(alarmed)
        async with Desk(port=port).open() as desk:
            await desk.told(1)
            shown = await ask_until(
                lambda: at_the_desk(house, phone), lambda shown: shown["guardian_alarm_at"] is None
            )
            assert shown["guardian_told_at"] is not None


async def test_a_guardian_s_link_is_stored_nowhere_and_comes_with_the_letter(
    pair: Pair, tmp_path: Path
) -> None:
    port = free_port()
    gateway = f"guardian=http://127.0.0.1:{port}/told"
    async with running(pair, tmp_path, plan=LONG, LAMPLIGHTER_WEBHOOKS=gateway) as house:
        assert house.dispatcher is not None
        phone = await starts(house.client, expected_minutes=LATE, guardians=[GUARDIAN])
        await phone.moves(fix(HERE, 1))
        link = phone.walk["guardians"][0]["link"]
        tables = [table.name for table in metadata.sorted_tables]
        database = house.dispatcher.database

        async def everything() -> str:
            async with database.reading() as connection:
                rows = [
                    (await connection.execute(text(f"SELECT * FROM {name}"))).all()
                    for name in tables
                ]
            return repr(rows)

        stored = await ask_until(everything, lambda stored: '"news":"late"' in stored)
        for secret in (link.partition("#")[2], phone.walk["walker_token"]):
            assert secret not in stored
        async with Desk(port=port).open() as desk:
            (letter,) = await desk.told(1)
            assert letter["link"] == link
            assert "number" not in letter


@pytest.mark.parametrize(
    "walk", [replace(WALK, guardians=()), replace(WALK, reachable=False)], ids=["nobody", "no way"]
)
def test_what_nobody_can_hear_is_not_written_down_as_told(walk: Walk) -> None:
    for event in (LATE_NOW, GuardianCalled(), Unanswered()):
        decision = decide(walk, event, START, DEFAULT)
        walk = decision.walk
        assert decision.news is None
        assert (walk.called, walk.told_at) == (False, None)
        assert walk.question is None or walk.question.called_at is None
    assert walk.state == "alarmed"
    assert walk.untold in ("no_guardian", "no_gateway")


def test_who_was_told_stays_told_in_an_alarm_until_all_is_well() -> None:
    walk = WALK
    for event in (LATE_NOW, GuardianCalled()):
        walk = decide(walk, event, START, DEFAULT).walk
    assert walk.untold == "not_taken"
    told = decide(walk, GuardianTold(), START + SECOND, DEFAULT).walk
    again = decide(told, GuardianTold(), START + 9 * SECOND, DEFAULT).walk
    alarmed = decide(again, Unanswered(), START + 10 * SECOND, DEFAULT).walk
    assert (alarmed.state, alarmed.told_at, alarmed.untold) == ("alarmed", START + SECOND, None)
    well = decide(alarmed, Fine(), START + 20 * SECOND, DEFAULT)
    assert (well.news, well.walk.called, well.walk.told_at) == ("well", False, None)
