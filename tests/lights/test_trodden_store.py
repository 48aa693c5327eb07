"""How often lamps were wanted is known again after a restart, on both databases."""

from datetime import date

from dispatch.database import Database
from lights.trodden import Trodden, Wanted
from lights.trodden_store import load_trodden, save_trodden

TODAY = date(2026, 11, 22)


async def test_the_last_that_was_kept_is_what_comes_back(database_url: str) -> None:
    database = Database(database_url)
    await database.bring_up_to_date()
    trodden = Trodden()
    for lamp_ids in (["L1", "L2"], ["L1"]):
        trodden.add(lamp_ids, TODAY)
        rows = trodden.rows(10)
        async with database.writing() as connection:
            await save_trodden(connection, rows)
        trodden.are_kept(rows)
    async with database.reading() as connection:
        kept = dict(await load_trodden(connection))
    await database.close()
    assert kept == {"L1": Wanted(2.0, TODAY), "L2": Wanted(1.0, TODAY)}
    assert trodden.rows(10) == []
