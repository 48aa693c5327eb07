"""Who has the database, and not the data folder, forges nothing in journal and record."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.database import Database
from dispatch.heads import Heads
from dispatch.seals import ERASED, chain_of, seal_of
from dispatch.tables import incident, journal
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL
from tests.dispatch.test_command_line import in_this_process
from tests.house import DispatcherProcess, caller, environment_for, report, running, settings_for
from tests.parts import free_port
from tests.patience import eventually

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUPERVISOR = "sup (supervisor)"


async def forge_erasure(connection: AsyncConnection, incident_id: str, key: bytes | None) -> None:
    """Append an entry that says that it was erased, and empty those before."""
    last, salt = await store.head(connection), secrets.token_hex(16)
    seq, seal = last.seq + 1, seal_of(salt, "asked for", {}, None)
    chain = chain_of(key, last.chain, seq, incident_id, NOON, ERASED, SUPERVISOR, seal)
    row = {
        "seq": seq,
        "incident_id": incident_id,
        "at": NOON,
        "event": ERASED,
        "actor": SUPERVISOR,
        "reason": "asked for",
        "detail": {},
    }
    await connection.execute(insert(journal), row | {"salt": salt, "seal": seal, "chain": chain})
    await store.erase_words(connection, incident_id, seq)


async def verified(at: dict[str, str], *more: str) -> tuple[int, str]:
    told = await in_this_process("journal", "verify", *more, environment=at)
    return told.exit_code, told.output


async def test_an_erasure_that_nobody_ordered_is_found(pair: Pair, tmp_path: Path) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        incident_id = (await house.press(note="뒤에 누가 있어요"))["incident_id"]
        await house.move(incident_id, "close", disposition="genuine")
    assert (await verified(at))[0] == 0
    key = settings_for(pair, tmp_path).chain_key("journal")
    this = update(incident).where(incident.c.incident_id == incident_id)
    database = Database(pair.database_url)
    async with database.reading() as connection:
        rows = (await connection.execute(select(journal))).mappings().all()

    async def forged(*, by: bytes | None, erased_at: datetime | None) -> str:
        async with database.writing() as connection:
            await connection.execute(this.values(erased_at=erased_at))
            await forge_erasure(connection, incident_id, by)
        code, words = await verified(at)
        async with database.writing() as connection:
            await connection.execute(text("DELETE FROM journal"))
            await connection.execute(insert(journal), [dict(row) for row in rows])
        assert code == 1
        return words

    alone = await forged(by=None, erased_at=None)
    assert "chained without the key" in alone
    assert "its incident was erased, and the incident was not" in alone
    assert "its words are gone, and no erasure says so" in alone
    assert "chained without the key" in await forged(by=None, erased_at=NOON)
    assert "it was changed" in await forged(by=b"a guess", erased_at=NOON)
    assert "and the incident was not" in await forged(by=key, erased_at=None)
    async with database.writing() as connection:
        await connection.execute(this.values(erased_at=NOON))
    assert "said to be erased, and no entry says so" in (await verified(at))[1]
    async with database.writing() as connection:
        await connection.execute(this.values(erased_at=None))
    await database.close()
    assert (await verified(at, "--anew"))[0] == 0, "all is as it was"


async def test_without_the_secret_nothing_is_verified_or_written_and_that_is_said(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    at = environment_for(pair, tmp_path) | LOCAL
    async with running(pair, tmp_path, LOCAL):
        pass
    secret = Path(at["LAMPLIGHTER_DATA_DIR"]) / "secret"
    kept = secret.rename(tmp_path / "secret")
    for words in (("journal", "verify"), ("accounts", "add", "이도봉"), ("apps", "add", "안심이")):
        told = await in_this_process(*words, environment=at)
        assert told.exit_code == 1
        assert "the file `secret` is not in" in told.output
        assert not secret.exists(), "another one would chain what nobody could verify"
    secret.write_bytes(b"o" * 32)
    told = await in_this_process("accounts", "add", "이도봉", environment=at)
    assert (told.exit_code, "was not written with the secret in" in told.output) == (1, True)
    kept.replace(secret)
    assert (await in_this_process("accounts", "add", "이도봉", environment=at)).exit_code == 0
    assert (await verified(at))[0] == 0


async def test_what_is_done_at_the_keyboard_before_the_first_start_is_no_alarm(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    at = environment_for(pair, tmp_path) | LOCAL
    async with running(pair, tmp_path, LOCAL):
        pass  # makes the tables
    data = Path(at["LAMPLIGHTER_DATA_DIR"])
    database = Database(pair.database_url)
    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM record"))
        await connection.execute(text("DELETE FROM account"))
    await database.close()
    (data / "heads.json").unlink()
    (data / "secret").unlink()
    commands: Sequence[Sequence[str]] = (
        ("accounts", "add", "이도봉", "--role", "operator"),
        ("apps", "add", "안심이"),
        ("accounts", "revoke", "이도봉"),
    )
    for words in commands:
        done = await in_this_process(*words, environment=at)
        assert done.exit_code == 0, done.output
    async with running(pair, tmp_path, LOCAL) as house:
        assert house.dispatcher is not None
        assert house.dispatcher.verifier.trouble() == []
        assert house.dispatcher.verifier.faults() == {"journal": 0, "record": 0}
    assert (await verified(at))[0] == 0


async def test_the_ends_are_remembered_while_it_runs_and_when_it_stops(
    pair: Pair, tmp_path: Path
) -> None:
    heads = Heads(settings_for(pair, tmp_path).heads_file)
    database = Database(pair.database_url)
    async with running(pair, tmp_path) as house:
        await house.press()
        async with database.reading() as connection:
            written = await store.head(connection)
        await eventually(lambda: heads.read()["journal"].head.seq >= written.seq)
    process = DispatcherProcess(environment_for(pair, tmp_path), free_port())
    process.start()
    await process.ready()
    async with caller(process.url) as phone:
        assert (await phone.post("/v1/reports", json=report())).status_code == 201
    assert process.stop() == 0
    async with database.reading() as connection:
        last = await store.head(connection)
    assert last.seq > written.seq
    assert heads.read()["journal"].head == last
    await database.close()
