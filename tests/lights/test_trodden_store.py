"""How often lamps were wanted is known again after a restart, on both databases."""

from datetime import date, timedelta

from dispatch.database import Database
from lights.trodden import Trodden, Wanted
from lights.trodden_store import load_trodden, save_trodden

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


async def test_the_last_that_was_kept_is_what_comes_back(database_url: str) -> None:
    database = Database(database_url)
    await database.bring_up_to_date()
    trodden = Trodden()
    for day, lamp_ids in ((TODAY, ["L1", "L2"]), (TODAY + DAY, ["L1"])):
        for _ in range(6):
            trodden.add(lamp_ids, day)
        trodden.times("L1", day + DAY)
        rows = trodden.rows(10)
        async with database.writing() as connection:
            await save_trodden(connection, rows)
        trodden.are_kept(rows)
    async with database.reading() as connection:
        kept = dict(await load_trodden(connection))
    await database.close()
    twice = Wanted(6.0, TODAY).as_of(TODAY + DAY) + 6.0
    assert kept == {"L1": Wanted(twice, TODAY + DAY), "L2": Wanted(6.0, TODAY)}
    assert trodden.rows(10) == []
