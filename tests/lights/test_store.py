"""What the database remembers of lamps and claims, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from dispatch.database import Database
from geo.place import Place
from lights.claim_store import add_claims, drop_claims, load_claims, sweep_claims
from lights.claims import Claim, winner
from lights.inventory import InventoryLamp
from lights.lamp import BLINK, BRIGHT, Lamp, Scene
from lights.store import (
    add_lamps,
    change_lamps,
    inventory_row,
    load_health,
    load_inventory,
    load_lamps,
    raise_counter,
    read_counter,
    retire_lamps,
    save_health,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SEOUL = timezone(timedelta(hours=9))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.bring_up_to_date()
    yield database
    await database.close()


def lamp(lamp_id: str, lon: float = 127.0165123, lat: float = 37.6512987) -> InventoryLamp:
    return InventoryLamp(
        lamp_id=lamp_id,
        label="쌍문-0001",
        place=Place(lon, lat),
        address="서울특별시 도봉구 쌍문동 '1'; --",
        fixtures=2,
        installed_year=2022,
        keeper="서울특별시 도봉구",
        kind="security_light",
    )


def claim(lamp_id: str, owner: str, scene: Scene = BLINK, ends: float = 60) -> Claim:
    return Claim(lamp_id, owner, 80, scene, NOW, NOW + ends * SECOND)


async def kept_claims(database: Database, now: datetime = NOW) -> set[Claim]:
    async with database.reading() as connection:
        claims = await load_claims(connection, now)
    assert len(set(claims)) == len(claims)
    return set(claims)


async def test_lamps_come_back_as_they_were_written(database: Database) -> None:
    async with database.writing() as connection:
        await add_lamps(connection, [inventory_row(lamp(key)) for key in ("b", "B", "a")])
    async with database.reading() as connection:
        lamps = await load_lamps(connection)
        inventory = await load_inventory(connection)
    address = "서울특별시 도봉구 쌍문동 '1'; --"
    written = {Lamp(key, "쌍문-0001", 127.0165123, 37.6512987, address) for key in ("a", "b", "B")}
    assert len(lamps) == 3
    assert set(lamps) == written
    assert inventory["a"] == inventory_row(lamp("a")) | {"retired_at": None}


async def test_a_lamp_can_be_changed_taken_out_of_service_and_put_back(
    database: Database,
) -> None:
    async def in_service() -> list[str]:
        async with database.reading() as connection:
            return [one.lamp_id for one in await load_lamps(connection)]

    assert await in_service() == []
    async with database.writing() as connection:
        await add_lamps(connection, [inventory_row(lamp("L1")), inventory_row(lamp("L2"))])
        await retire_lamps(connection, ["L1"], NOW)
    assert await in_service() == ["L2"]
    async with database.reading() as connection:
        assert (await load_inventory(connection))["L1"]["retired_at"] == NOW
    moved = replace(lamp("L1", 127.02, 37.66), label="쌍문-0002", installed_year=None)
    async with database.writing() as connection:
        await change_lamps(connection, [inventory_row(moved)])
    assert await in_service() == ["L1", "L2"]
    async with database.reading() as connection:
        assert (await load_inventory(connection))["L1"] == inventory_row(moved) | {
            "retired_at": None
        }
        assert (await load_inventory(connection))["L2"] == inventory_row(lamp("L2")) | {
            "retired_at": None
        }


async def test_nothing_to_write_writes_nothing(database: Database) -> None:
    async with database.writing() as connection:
        await add_lamps(connection, [])
        await change_lamps(connection, [])
        await retire_lamps(connection, [], NOW)
        await save_health(connection, [])
        await add_claims(connection, [])
        await drop_claims(connection, [])
        await sweep_claims(connection, NOW)
    assert await kept_claims(database) == set()


def health(lamp_id: str, *faults: str) -> dict[str, Any]:
    return {"lamp_id": lamp_id, "faults": list(faults), "faults_at": NOW, "seen_at": NOW}


async def test_the_health_of_lamps_that_were_seen_is_kept(database: Database) -> None:
    async with database.writing() as connection:
        await add_lamps(connection, [inventory_row(lamp(f"L{number}")) for number in range(4)])
        await save_health(
            connection,
            [
                health("L1", "lamp_failure", "supply_loss"),
                health("L2"),
                health("L3") | {"seen_at": None},
                health("gone", "lamp_failure"),
            ],
        )
    async with database.reading() as connection:
        assert sorted(await load_health(connection)) == [
            ("L1", ("lamp_failure", "supply_loss"), NOW, NOW),
            ("L2", (), NOW, NOW),
        ]
    async with database.writing() as connection:
        await save_health(connection, [health("L1")])
    async with database.writing() as connection:
        assert ("L1", (), NOW, NOW) in await load_health(connection)
        await retire_lamps(connection, ["L1"], NOW)
        assert [row[0] for row in await load_health(connection)] == ["L2"]


async def test_claims_come_back_exactly_and_win_as_before(database: Database) -> None:
    claims = {
        claim("L1", "incident:1"),
        claim("L1", "operator", BRIGHT),
        claim("L1", "walk:1", Scene("dim", 60)),
        claim("L2", "incident:1", Scene("blink", 90, 45, 1500, 800)),
        replace(claim("L3", "incident:1"), made_at=NOW.astimezone(SEOUL), rank=-5),
    }
    async with database.writing() as connection:
        await add_claims(connection, iter(claims))
    kept = await kept_claims(database)
    assert kept == claims
    assert all(one.made_at.utcoffset() == timedelta(0) for one in kept)
    assert winner([one for one in kept if one.lamp_id == "L1"], NOW) == winner(
        [one for one in claims if one.lamp_id == "L1"], NOW
    )


async def test_claims_that_have_ended_are_not_taken_up_again_and_swept_away(
    database: Database,
) -> None:
    now = NOW.replace(microsecond=123_000)
    ended = [replace(claim("L1", "a"), until=now), replace(claim("L2", "a"), until=now - SECOND)]
    live = [
        replace(claim("L3", "a"), until=now + timedelta(milliseconds=1)),
        replace(claim("L4", "a"), until=(now + SECOND).astimezone(SEOUL)),
    ]
    async with database.writing() as connection:
        await add_claims(connection, ended + live)
    assert await kept_claims(database, now) == set(live)
    assert await kept_claims(database, now - 2 * SECOND) == set(ended + live)
    async with database.writing() as connection:
        await sweep_claims(connection, now)
    assert await kept_claims(database, now - 2 * SECOND) == set(live)


async def test_an_owner_gives_its_claims_up_and_nobody_elses(database: Database) -> None:
    async with database.writing() as connection:
        await add_claims(
            connection, [claim(key, owner) for key in ("L1", "L2") for owner in ("a", "b", "c")]
        )
        await drop_claims(connection, ["a", "c", "unknown"])
    assert await kept_claims(database) == {claim("L1", "b"), claim("L2", "b")}


async def test_an_owner_has_one_claim_on_a_lamp(database: Database) -> None:
    async with database.writing() as connection:
        await add_claims(connection, [claim("L1", "a")])
    with pytest.raises(IntegrityError):
        async with database.writing() as connection:
            await add_claims(connection, [claim("L2", "a"), claim("L1", "a", BRIGHT)])
    assert await kept_claims(database) == {claim("L1", "a")}


async def test_a_counter_begins_at_0_and_each_raise_gives_numbers_of_its_own(
    database: Database, database_url: str
) -> None:
    async def reserve(one: Database) -> int:
        async with one.writing() as connection:
            return await raise_counter(connection, "order_seq", 1_000_000)

    async with database.reading() as connection:
        assert await read_counter(connection, "order_seq") == 0
    assert await reserve(database) == 1_000_000
    other = Database(database_url)
    ends = await asyncio.gather(*(reserve(one) for one in [database, other] * 5))
    await other.close()
    assert sorted(ends) == [number * 1_000_000 for number in range(2, 12)]
    async with database.writing() as connection:
        assert await raise_counter(connection, "inventory", 1) == 1
    async with database.reading() as connection:
        assert await read_counter(connection, "order_seq") == 11_000_000
