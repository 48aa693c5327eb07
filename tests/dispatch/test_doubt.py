"""A machine that starts with a wrong clock destroys nothing by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from dispatch.database import Database
from dispatch.doubt import LASTS, ClockDoubt
from dispatch.plan import DEFAULT
from dispatch.tables import incident, journal
from tests.conftest import Pair
from tests.dispatch.test_metrics import numbers
from tests.house import House, running

DAY = timedelta(days=1)
QUICK = replace(DEFAULT, louder_after=timedelta(seconds=0.1))


async def closed_one(pair: Pair, folder: Path) -> str:
    """An incident that is over, in the database of a dispatcher that is gone."""
    async with running(pair, folder) as house:
        key: str = (await house.press())["incident_id"]
        await house.move(key, "close", disposition="genuine")
    return key


async def written_days_ago(pair: Pair, days: float, key: str) -> None:
    """As if the clock had gone on by so many days meanwhile, and the time of one was over."""
    database, now = Database(pair.database_url), datetime.now(UTC)
    async with database.writing() as connection:
        await connection.execute(update(journal).values(at=now - days * DAY))
        over = {"kept_until": now - DAY, "rings_at": now - DAY}
        theirs = update(incident).where(incident.c.incident_id == key)
        await connection.execute(theirs.values(over))
    await database.close()


async def clock_has_rung(house: House) -> None:
    """For an incident of now, so that it has looked at the others too."""
    async with house.feed() as feed:
        await house.press()
        await feed.event("escalated")


@pytest.mark.parametrize(("days", "is_doubted"), [(0.5, False), (2.5, False), (200, True)])
async def test_what_was_kept_is_not_destroyed_by_a_clock_that_has_leapt(
    pair: Pair, tmp_path: Path, days: float, is_doubted: bool
) -> None:
    key = await closed_one(pair, tmp_path)
    await written_days_ago(pair, days, key)
    async with running(pair, tmp_path, plan=QUICK) as house:
        await clock_has_rung(house)
        assert ((await house.incident(key))["erased_at"] is None) == is_doubted
        health = await house.client.get("/healthz")
        assert health.status_code == 200
        said = [words for words in health.json()["trouble"] if "nothing is destroyed" in words]
        assert len(said) == is_doubted
        assert (await numbers(house))["lamplighter_clock_doubted"] == is_doubted


async def test_a_restart_does_not_believe_what_the_same_wrong_clock_has_written(
    pair: Pair, tmp_path: Path
) -> None:
    key = await closed_one(pair, tmp_path)
    await written_days_ago(pair, 200, key)
    async with running(pair, tmp_path, plan=QUICK) as house:
        await clock_has_rung(house)
    async with running(pair, tmp_path, plan=QUICK) as house:
        await clock_has_rung(house)
        assert (await house.incident(key))["erased_at"] is None


async def test_a_clock_that_has_gone_on_so_for_a_day_is_believed(
    pair: Pair, tmp_path: Path
) -> None:
    await closed_one(pair, tmp_path)
    database, now, doubt = Database(pair.database_url), datetime.now(UTC), ClockDoubt()
    last = now - 10 * DAY
    async with database.writing() as connection:
        await connection.execute(update(journal).values(at=last))
    await doubt.begin(database, now)
    assert doubt.surely(now) == last
    assert doubt.surely(now + LASTS - timedelta(seconds=1)) == last
    assert doubt.surely(now + LASTS) == now + LASTS
    assert doubt.trouble(now + LASTS) == []
    await database.close()


async def test_a_new_district_has_nothing_to_doubt(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        assert (await house.client.get("/healthz")).json()["trouble"] == []
