"""How a database gets its tables: from nothing, once, under a lock, and never backwards."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text

import dispatch.serve  # noqa: F401 - so that every table is declared, whatever other tests load
from dispatch import migrations
from dispatch import store as incident_store
from dispatch import tables as incidents
from dispatch.database import Database, UnusableDatabase
from dispatch.seals import Head, Keyed, Link, faults
from dispatch.search import Search, find_incidents
from dispatch.sign_in import people, record
from lights import schema, store

TABLES = {*incidents.metadata.tables, *schema.metadata.tables}
_START = """
import asyncio, sys
from dispatch.database import Database
async def start():
    database = Database(sys.argv[1])
    await database.bring_up_to_date()
    await database.close()
sys.stdin.readline()
asyncio.run(start())
"""


_OF_THE_FIRST_VERSION = """
INSERT INTO incident (incident_id, report_id, kind, state, opened_at, updated_at, drill, silent,
    withdrawn, scene, daylight, escalation, unit, report, spot, lamps)
VALUES ('old', 'r', 'sos', 'closed', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z',
    false, false, false, 'none', false, 0, '순21',
    '{"received_at": "2026-01-01T00:00:00.000Z", "fixed_at": null, "sent_at": null, "note": "",
      "walk_id": null, "source": "app"}',
    '{"place": null, "fixed_at": null, "quality": "none", "stale": false, "number": null,
      "address": "쌍문동", "jurisdiction": "쌍문파출소", "jurisdiction_how": null, "unit": null,
      "poles": [["쌍문-0041", 8.8, 90]]}', '[]')
"""


@pytest.fixture
async def database(database_url: str) -> Any:
    made = Database(database_url)
    yield made
    await made.close()


def declared() -> MetaData:
    """The tables of both stores in one, as a migration has to make them."""
    whole = MetaData()
    for metadata in (incidents.metadata, schema.metadata):
        for table in metadata.tables.values():
            table.to_metadata(whole)
    return whole


async def ask(database: Database, question: Any) -> Any:
    async with database.reading() as connection:
        return await connection.run_sync(question)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def revision(database: Database) -> str:
    async with database.reading() as connection:
        return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))


async def test_an_empty_database_gets_every_table_and_a_second_start_changes_nothing(
    database: Database,
) -> None:
    await database.bring_up_to_date()
    assert await ask(database, tables) >= TABLES
    first = await revision(database)
    async with database.writing() as connection:
        await store.raise_counter(connection, "inventory", 7)
    await database.bring_up_to_date()
    assert await revision(database) == first
    async with database.reading() as connection:
        assert await store.read_counter(connection, "inventory") == 7


async def test_a_database_of_a_newer_version_is_refused_with_words_and_left_alone(
    database: Database,
) -> None:
    await database.bring_up_to_date()
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await connection.execute(text("DROP TABLE resemblance"))
    before = await ask(database, tables)
    with pytest.raises(UnusableDatabase, match=r"newer Lamplighter.*9999.*Nothing was changed"):
        await database.bring_up_to_date()
    assert await revision(database) == "9999"
    assert await ask(database, tables) == before


async def test_a_file_that_is_no_database_is_refused_with_words_and_left_alone(
    tmp_path: Path,
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("a shopping list, much longer than the header of a database " * 20)
    before = file.read_bytes()
    database = Database(f"sqlite+aiosqlite:///{file}")
    with pytest.raises(UnusableDatabase, match="is not a SQLite database: move it away"):
        await database.bring_up_to_date()
    await database.close()
    assert file.read_bytes() == before


async def test_the_migrations_make_exactly_what_the_stores_declare(database: Database) -> None:
    await database.bring_up_to_date()

    def differences(connection: Connection) -> list[Any]:
        ours = {"include_name": only_ours, "include_object": made_here, "compare_type": True}
        context = MigrationContext.configure(connection, opts=ours)
        return list(compare_metadata(context, declared()))

    def only_ours(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or name in TABLES  # PostGIS brings tables of its own

    def made_here(one: Any, name: str | None, kind: str, *_: Any) -> bool:
        on_shapes = kind == "index" and one.dialect_options["postgresql"]["using"] == "gist"
        return not (on_shapes and database.is_sqlite)

    assert await ask(database, differences) == []


async def test_incidents_of_the_first_version_are_found_and_forgotten_like_later_ones(
    database: Database,
) -> None:
    await _at_revision(database, "0001")
    async with database.writing() as connection:
        await connection.execute(text(_OF_THE_FIRST_VERSION))
        await connection.execute(
            text(
                "INSERT INTO journal (seq, incident_id, at, event, actor, reason, detail, frame) "
                "VALUES (1, 'old', '2026-01-01T00:00:00.000000Z', 'closed', 'x', '', '{}', '{}')"
            )
        )
    await database.bring_up_to_date()
    async with database.reading() as connection:
        search = Search(("closed",), words=("쌍문동", "순21"), jurisdiction="쌍문파출소")
        (old,) = await find_incidents(connection, search, 10, None)
        assert (old.instructions, old.linked) == ("", ())
        assert old.closed_at == datetime(2026, 1, 1, tzinfo=UTC)
        assert await incident_store.frames_of(connection, "old") == []
        assert old.erased_from == datetime(2026, 1, 31, tzinfo=UTC)
        month_later = datetime(2026, 2, 1, tzinfo=UTC)
        assert await incident_store.ringing(connection, month_later, month_later, 9) == ["old"]
        links = await incident_store.links_after(connection, 0, 9)
        assert [(link.seq, link.event) for link in links] == [(1, "closed")]
        assert list(faults(links, {}, _unkeyed(links))) == []


async def test_a_record_from_before_its_chain_is_chained_in_the_order_it_was_written(
    database: Database,
) -> None:
    await _at_revision(database, "0010")
    async with database.writing() as connection:
        for name in ("b", "a", "c"):
            await connection.execute(
                text(
                    "INSERT INTO record (entry_id, at, event, actor, whom, source, detail) VALUES "
                    f"('{name}', '2026-01-01T00:00:00.000000Z', 'signed_in', 'x', 'y', '', '{{}}')"
                )
            )
    await database.bring_up_to_date()
    async with database.reading() as connection:
        links = await record.links_after(connection, 0, 9)
    assert [(link.seq, link.about) for link in links] == [(1, "a"), (2, "b"), (3, "c")]
    assert list(faults(links, {}, _unkeyed(links))) == []


def _unkeyed(links: Sequence[Link]) -> Keyed:
    """They were chained when there was no key."""
    return Keyed(b"key", Head(links[-1].seq, links[-1].chain))


async def _at_revision(database: Database, wanted: str) -> None:
    """Make the tables as an older version did."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)

    async with database._writer.begin() as connection:
        await connection.run_sync(upgrade)


async def test_passwords_for_choosing_ones_own_that_are_out_there_end_a_week_after_the_upgrade(
    database: Database,
) -> None:
    await _at_revision(database, "0016")
    row = "('{}', 'x', {}, '[]', '[]', '2026-01-01T00:00:00.000000Z')"
    async with database.writing() as connection:
        for name, one_time in (("kim", "1 = 1"), ("lee", "1 = 0")):
            columns = "name, password, one_time, roles, jurisdictions, made_at"
            values = row.format(name, one_time)
            await connection.execute(text(f"INSERT INTO account ({columns}) VALUES {values}"))
    before = datetime.now(UTC)
    await database.bring_up_to_date()
    async with database.reading() as connection:
        until = {one.name: one.one_time_until for one in await people.accounts(connection)}
    assert until["kim"] is not None
    assert before <= until["kim"] - timedelta(days=7) <= datetime.now(UTC)
    assert until["lee"] is None


async def test_a_migration_that_fails_leaves_nothing_half_made(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE outbox (mine integer)"))
    with pytest.raises(Exception, match="outbox"):
        await database.bring_up_to_date()
    assert not await ask(database, tables) & (TABLES - {"outbox"})
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE outbox"))
    await database.bring_up_to_date()
    assert await ask(database, tables) >= TABLES


async def test_processes_that_start_at_once_on_one_empty_database_all_succeed(
    database: Database, database_url: str
) -> None:
    starting = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _START, database_url),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env=dict(os.environ),
        )
        for _ in range(4)
    ]
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in starting))
    for process, (_, errors) in zip(starting, ended, strict=True):
        assert process.returncode == 0, errors.decode()
    assert await ask(database, tables) >= TABLES


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("here", "not a database address"),
        ("", "not a database address"),
        ("mysql://127.0.0.1/x", "must begin with"),
        ("postgresql://127.0.0.1/x", r"must begin with\s+postgresql\+asyncpg://"),
        ("sqlite:///x", "must begin with"),
        ("postgresql+asyncpg://127.0.0.1:port/x", "not a database address"),
    ],
)
def test_an_address_that_leads_to_no_database_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(UnusableDatabase, match=words):
        Database(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://lamp:secret@127.0.0.1:1/none",
        "postgresql+asyncpg://lamp:secret@no-such-host.invalid/none",
        "sqlite+aiosqlite:////dev/null/none/x.sqlite3",
    ],
)
async def test_a_database_that_cannot_be_opened_is_named_without_its_password(url: str) -> None:
    database = Database(url)
    with pytest.raises(UnusableDatabase, match="cannot be opened") as refusal:
        await database.bring_up_to_date()
    assert "secret" not in str(refusal.value)
    await database.close()
