"""What holds when parts are killed, frozen and deceived in the middle of the night: a taste.

All of it, for ten minutes, is `make chaos`.
"""

import random

import pytest
from sqlalchemy import delete, update

from dispatch.database import Database
from dispatch.tables import incident, journal, outbox
from dispatch.walk_store import walk
from lights.schema import claim
from tests.chaos.blows import BLOWS, Blow
from tests.chaos.judging import Judge, Verdict
from tests.chaos.night import busy
from tests.chaos.rounds import in_turns, live_through
from tests.chaos.stage import staged
from tests.chaos.table import Row, table, wrong
from tests.chaos.ways import Laid
from tests.conftest import Kind
from tests.patience import eventually

LIGHTLY = {
    ("embedded", Laid.PLAIN): ("kill -9 dispatcher", "kill -9 broker", "lock database"),
    ("production", Laid.PLAIN): ("kill -9 dispatcher", "kill -9 broker", "kill -9 database"),
    ("embedded", Laid.CABLE): ("broker swallows",),
    ("production", Laid.CABLE): ("broker swallows",),
}


def blows_of(*names: str) -> list[Blow]:
    return [blow for blow in BLOWS if blow.name in names]


@pytest.mark.parametrize(("kind", "laid"), LIGHTLY)
async def test_a_night_in_which_parts_break_loses_nothing_and_leaves_all_in_step(
    kind: Kind, laid: Laid
) -> None:
    blows = blows_of(*LIGHTLY[kind, laid])
    rows = await live_through(kind, laid, blows, random.Random(1), print)
    print(table(rows))
    assert [len(row.verdicts) for row in rows] == [1] * len(blows)
    assert wrong(rows) == {}


async def test_the_judges_find_what_is_lost_doubled_untold_forged_forgotten_or_unseen() -> None:
    async with staged("embedded", Laid.PLAIN, random.Random(1)) as stage:
        judge = Judge(stage)
        async with busy(stage.night, *(one.walk() for one in stage.walkers)):
            await stage.night.a_few_are_answered()
            await eventually(lambda: len(stage.walkers[0].promises) >= 2, "two walks home")
            await stage.night.calm()
            fair = await judge.judge(0.0)
            assert fair.is_right, fair.words
            await tamper(stage.database_url, list(stage.night.taken.values()))
            stage.night.screens[0].gaps += 1
            judge.patience_s = 0.0
            found = await judge.judge(0.0)
    assert (found.lost, found.gaps, found.is_right) == (1, 1, False)
    assert found.twice >= 1
    assert found.untold >= 1
    assert found.journal >= 1
    assert found.wrong_lamps >= 1
    assert found.walks_wrong >= 1
    assert any("it is gone" in word for word in found.words)
    assert any("is not claimed" in word for word in found.words)


async def tamper(url: str, incidents: list[str]) -> None:
    """What no dispatcher does, done to its database."""
    database = Database(url)
    one, other, third = incidents[:3]
    async with database.writing() as connection:
        await connection.execute(delete(incident).where(incident.c.incident_id == one))
        again = journal.c.incident_id == other, journal.c.event != "opened"
        await connection.execute(update(journal).where(*again).values(event="opened"))
        gone = outbox.c.incident_id == third
        await connection.execute(delete(outbox).where(gone))
        await connection.execute(delete(claim))
        await connection.execute(delete(walk))
    await database.close()


def test_every_blow_comes_once_before_any_comes_twice_and_the_same_seed_brings_the_same() -> None:
    def ten(seed: int) -> list[str]:
        turns = in_turns(BLOWS[:5], random.Random(seed), 2, until=0.0)
        return [blow.name for blow in turns]

    assert len(ten(1)) == 10
    assert len(set(ten(1)[:5])) == 5
    assert ten(1) == ten(1) != ten(2)
    in_no_time = in_turns(BLOWS[:5], random.Random(1), None, until=0.0)
    assert len(list(in_no_time)) == 5
    too_late = in_turns(BLOWS[:5], random.Random(1), None, until=0.0, at_latest=0.0)
    assert not list(too_late)


def test_what_cannot_be_done_here_is_said_in_the_table_and_is_no_fault() -> None:
    rows = [Row("embedded", "disk full", "only root may make namespaces")]
    assert "| disk full | not possible here: only root may make namespaces |" in table(rows)
    assert wrong(rows) == {}


def test_the_table_has_a_line_for_each_blow_with_both_pairs_in_it() -> None:
    one, other = Verdict(reports=3, in_step_s=1.25), Verdict(reports=4, lost=1, in_step_s=2.0)
    rows = [
        Row("embedded", "freeze broker", verdicts=[one, one]),
        Row("production", "freeze broker", verdicts=[other]),
        Row("production", "kill -9 database", verdicts=[one]),
    ]
    assert table(rows).splitlines()[2:] == [
        "| freeze broker | 2 + 1 | 10 | 0 | 1, 0, 0 | 0 | 0, 0 | 0, 0 | 1.2 / 2.0 |",
        "| kill -9 database | – + 1 | 3 | 0 | 0, 0, 0 | 0 | 0, 0 | 0, 0 | 1.2 |",
    ]
    assert list(wrong(rows)) == ["production, freeze broker"]


def test_a_night_that_broke_off_is_a_fault() -> None:
    rows = [Row("embedded", "freeze broker", broken="the plain night broke off")]
    assert wrong(rows) == {"embedded, freeze broker": ["the plain night broke off"]}
