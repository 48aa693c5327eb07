"""Which letters are due: the same for every database, and found without reading what waits."""

import random
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from sqlalchemy import delete, event, insert

from dispatch import outbox_rows
from dispatch.database import Database
from dispatch.tables import outbox
from tests.conftest import Pair

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def letter(outbox_id: str, incident_id: str, **more: Any) -> dict[str, Any]:
    """One that waits for the desk and is due."""
    asked = {"target": "desk", "urgency": 1, "seq": 1, "made_at": NOW, "due_at": NOW}
    empty = dict.fromkeys(("taken_at", "dead_at", "alarmed_at", "retried_at"))
    ids = {"outbox_id": outbox_id, "incident_id": incident_id, "body": "{}", "attempts": 0}
    return {**ids, **asked, **empty, **more}


@pytest.fixture
async def database(pair: Pair) -> AsyncIterator[Database]:
    opened = Database(pair.database_url)
    yield opened
    await opened.close()


async def keep(database: Database, letters: Sequence[dict[str, Any]]) -> None:
    async with database.writing() as connection:
        await connection.execute(delete(outbox))
        await connection.execute(insert(outbox), letters)


async def due(database: Database, limit: int = 8, busy: Collection[str] = ()) -> list[str]:
    async with database.reading() as connection:
        found = await outbox_rows.due_letters(connection, "desk", NOW, limit, busy)
    return [one.outbox_id for one in found]


LATER = NOW + timedelta(minutes=1)
EARLIER = NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ([letter("a", "one"), letter("b", "two")], ["a", "b"]),
        ([letter("a", "one"), letter("b", "two", urgency=3)], ["b", "a"]),
        ([letter("a", "one"), letter("b", "two", made_at=EARLIER)], ["b", "a"]),
        ([letter("a", "one", seq=2), letter("b", "two", seq=1)], ["b", "a"]),
        # of each incident the first alone, with the urgency of those behind it, and due with them
        ([letter("a", "one"), letter("b", "one", seq=2)], ["a"]),
        (
            [letter("a", "two"), letter("b", "one", seq=2), letter("c", "one", seq=3, urgency=2)],
            ["b", "a"],
        ),
        ([letter("a", "one", due_at=LATER), letter("b", "one", seq=2)], ["a"]),
        ([letter("a", "one", due_at=LATER), letter("b", "two")], ["b"]),
        # no longer waiting, or another desk's
        ([letter("a", "one", taken_at=NOW), letter("b", "one", seq=2)], ["b"]),
        ([letter("a", "one", dead_at=NOW), letter("b", "two")], ["b"]),
        ([letter("a", "one", target="other"), letter("b", "one", seq=2)], ["b"]),
        ([letter("a", "busy"), letter("b", "one")], ["b"]),
    ],
)
async def test_the_first_of_each_incident_is_due_the_most_urgent_first(
    database: Database, letters: list[dict[str, Any]], expected: list[str]
) -> None:
    await keep(database, letters)
    assert await due(database, busy=["busy"]) == expected


async def test_any_letters_are_due_in_that_order(database: Database) -> None:
    dice = random.Random(20261122)
    for _ in range(25):
        letters = [_any_letter(dice, number) for number in range(dice.randrange(1, 30))]
        await keep(database, letters)
        busy, limit = dice.sample(INCIDENTS, 1), dice.randrange(1, 9)
        assert await due(database, limit, busy) == _expected(letters, limit, busy), letters


INCIDENTS = ["one", "two", "three", "four", "five"]


def _any_letter(dice: random.Random, number: int) -> dict[str, Any]:
    return letter(
        f"{number:02}",
        dice.choice(INCIDENTS),
        target=dice.choice(["desk", "desk", "other"]),
        urgency=dice.randrange(1, 4),
        seq=dice.randrange(3),
        made_at=NOW - timedelta(seconds=dice.randrange(3)),
        due_at=NOW + timedelta(seconds=dice.choice([-1, 0, 1, 2])),
        taken_at=dice.choice([None, None, NOW]),
        dead_at=dice.choice([None, None, NOW]),
    )


def _expected(letters: Sequence[dict[str, Any]], limit: int, busy: Sequence[str]) -> list[str]:
    """The law, in words of Python."""
    waiting = [
        one
        for one in letters
        if one["target"] == "desk" and one["taken_at"] is None and one["dead_at"] is None
    ]
    waiting.sort(key=lambda one: (one["incident_id"], *_place(one)))
    heads: list[tuple[int, datetime, int, str]] = []
    for incident_id, group in groupby(waiting, key=lambda one: one["incident_id"]):
        some = list(group)
        if incident_id not in busy and min(one["due_at"] for one in some) <= NOW:
            heads.append((-max(one["urgency"] for one in some), *_place(some[0])))
    return [outbox_id for *_, outbox_id in sorted(heads)[:limit]]


def _place(one: dict[str, Any]) -> tuple[datetime, int, str]:
    return one["made_at"], one["seq"], one["outbox_id"]


async def test_only_targets_that_are_asked_for_and_have_something_due_are_named(
    database: Database,
) -> None:
    waits = letter("d", "one", target="patient", due_at=LATER)
    over = letter("e", "one", target="told", taken_at=NOW)
    due_now = [letter(one, one, target=one) for one in ("room", "desk", "gone")]
    await keep(database, [*due_now, waits, over])
    asked = ["room", "desk", "patient", "told", "nobody"]
    async with database.reading() as connection:
        assert await outbox_rows.due_targets(connection, asked, NOW) == ["room", "desk"]
        assert await outbox_rows.due_targets(connection, [], NOW) == []


async def test_nothing_but_what_is_sent_is_read_with_its_body(sqlite_url: str) -> None:
    """Of what waits only an index is looked at, which has no bodies in it."""
    database = Database(sqlite_url)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database._reader.sync_engine, "before_cursor_execute", note)
    await keep(database, [letter("a", "one"), letter("b", "two")])
    async with database.reading() as connection:
        assert await outbox_rows.due_targets(connection, ["desk"], NOW) == ["desk"]
        assert len(await outbox_rows.due_letters(connection, "desk", NOW, 8, ["busy"])) == 2
        assert (await outbox_rows.oldest_waiting(connection))[0] == 2
        looks = [(words, values) for words, values in asked if words.startswith("SELECT")]
        assert len(looks) == 4
        for words, values in looks:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
            steps = [step for *_, step in plan if " outbox " in step]
            assert steps
            for step in steps:
                assert "COVERING INDEX" in step or "(outbox_id=?)" in step, (words, step)
    await database.close()
