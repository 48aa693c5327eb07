"""Who gives themselves a right, or lifts a hold, in the tables alone is found by the chains."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from dispatch.database import Database
from dispatch.ends import begin, take_as_it_is
from dispatch.heads import Heads
from dispatch.seals import START, Fault
from dispatch.sign_in import people, record
from dispatch.sign_in.people import App
from dispatch.sign_in.record import RIGHTS_KEPT_FOR, Entry, Event
from dispatch.verifying import verify
from lights.wire import rfc3339
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, account_of, signed_in
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.test_tampering import faults, health
from tests.house import environment_for, running
from tests.patience import eventually

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = b"of the data folder"
ADDED = (
    "INSERT INTO account (name, password, one_time, roles, jurisdictions, made_at, revoked_at)"
    " VALUES ('이도봉', '', {no}, '[\"supervisor\"]', '[]',"
    " '2026-01-01T00:00:00.000000Z', NULL)"
)


async def does(database: Database, *statements: str) -> None:
    no = "0" if database.is_sqlite else "false"
    async with database.writing() as connection:
        for one in statements:
            await connection.execute(text(one.replace("{no}", no).replace(":", "\\:")))


async def why(database: Database) -> Sequence[Fault]:
    """What is wrong with the record, or with what it tells of."""
    return (await verify(database, "record", KEY, NOW, ())).faults


async def test_whoever_gives_themselves_a_right_in_the_database_is_found(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path) | LOCAL
    tamperings = [
        (
            """UPDATE account SET roles = '["auditor", "operator"]' WHERE name = '김민지'""",
            """UPDATE account SET roles = '["operator"]' WHERE name = '김민지'""",
            "its account has other roles or jurisdictions than it was given (김민지)",
        ),
        (
            """UPDATE account SET jurisdictions = '["창동파출소"]' WHERE name = '김민지'""",
            """UPDATE account SET jurisdictions = '[]' WHERE name = '김민지'""",
            "its account has other roles or jurisdictions than it was given (김민지)",
        ),
        (
            "UPDATE account SET revoked_at = NULL WHERE name = '박관리'",
            "UPDATE account SET revoked_at = made_at WHERE name = '박관리'",
            "its account was revoked, and is not any more (박관리)",
        ),
        (
            "UPDATE account SET revoked_at = made_at WHERE name = '김민지'",
            "UPDATE account SET revoked_at = NULL WHERE name = '김민지'",
            "its account is revoked, and the record does not say so (김민지)",
        ),
        (
            ADDED,
            "DELETE FROM account WHERE name = '이도봉'",
            "record: there is an account of which the record says nothing (이도봉)",
        ),
        (
            "UPDATE account SET name = '최' WHERE name = '박관리'",
            "UPDATE account SET name = '박관리' WHERE name = '최'",
            "the account that it tells of is gone (박관리)",
        ),
        (
            "UPDATE city_app SET revoked_at = NULL",
            "UPDATE city_app SET revoked_at = made_at",
            "its city app was revoked, and is not any more (안심이)",
        ),
    ]
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "김민지", "operator"),
        signed_in(house, "박관리", "auditor"),
    ):
        pass
    for words in (
        ("accounts", "revoke", "박관리"),
        ("accounts", "roles", "박관리", "--role", "auditor"),
        ("apps", "add", "안심이"),
        ("apps", "revoke", "안심이"),
    ):
        assert (await in_this_process(*words, environment=at)).exit_code == 0
    database = Database(pair.database_url)
    for tampering, back, found in tamperings:
        await does(database, tampering)
        told = await in_this_process("journal", "verify", environment=at)
        assert (told.exit_code, found in told.output) == (1, True), told.output
        assert "The record of sign-ins and rights was tampered with: " in told.output
        await does(database, back)
        whole = await in_this_process("journal", "verify", environment=at)
        assert whole.exit_code == 0, whole.output
    await does(database, ADDED)
    await database.close()
    assert (await in_this_process("accounts", "revoke", "이도봉", environment=at)).exit_code == 0
    mended = await in_this_process("journal", "verify", environment=at)
    assert mended.exit_code == 0, "what somebody says at the keyboard is written down"


async def test_whoever_lifts_a_hold_or_moves_an_incident_in_the_database_is_found(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        held = (await house.press())["incident_id"]
        free = (await house.press())["incident_id"]
        for one in (held, free):
            await house.move(one, "acknowledge")
            await house.move(one, "assign", unit="순21")
            await house.move(one, "close", disposition="genuine")
        until = rfc3339(datetime.now(UTC) + timedelta(days=90))
        await house.move(held, "hold", until=until, text="수사 협조")
        await house.move(free, "hold", until=until, text="잘못 누름")
        await house.move(free, "release", text="진술 확인")
        await house.move(free, "erase", text="본인 요청")
    whole = await in_this_process("journal", "verify", environment=at)
    assert whole.exit_code == 0, whole.output
    this = f"WHERE incident_id = '{held}'"
    other = f"WHERE incident_id = '{free}'"
    tamperings = [
        (f"SET hold_until = NULL {this}", "held as evidence, and it is not", held),
        (f"SET hold_until = opened_at {this}", "until another time or for another reason", held),
        (f"SET hold_reason = '' {this}", "until another time or for another reason", held),
        (f"SET hold_until = opened_at {other}", "held as evidence, and no entry says so", free),
        (f"SET state = 'open' {this}", "in another state than it is in", held),
        (f"SET incident_id = 'X' {other}", "the incident that it tells of is gone", free),
    ]
    database = Database(pair.database_url)
    copy = "CREATE TABLE kept AS SELECT * FROM incident"
    put_back = ("DELETE FROM incident", "INSERT INTO incident SELECT * FROM kept")
    await does(database, copy)
    for change, found, about in tamperings:
        await does(database, f"UPDATE incident {change}")
        told = await in_this_process("journal", "verify", environment=at)
        assert (told.exit_code, found in told.output) == (1, True), told.output
        assert f"({about})" in told.output
        await does(database, *put_back)
    await does(database, "DROP TABLE kept")
    await database.close()
    assert (await in_this_process("journal", "verify", environment=at)).exit_code == 0


async def test_a_right_that_nobody_gave_wakes_somebody_and_no_name_is_said_to_everybody(
    pair: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "김민지", "operator"),
    ):
        assert house.dispatcher is not None
        verifier, database = house.dispatcher.verifier, house.dispatcher.database
        await does(database, """UPDATE account SET roles = '["auditor"]' WHERE name = '김민지'""")
        verifier.ask()
        await eventually(lambda: not verifier.state()["at_work"])
        (words,) = (await health(house))["tampering"]
        assert "other roles or jurisdictions than it was given" in words
        assert await faults(house) == {"journal": 0, "record": 1}
        assert "김민지" not in words + str(verifier.state()) + caplog.text


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    await made.bring_up_to_date()
    yield made
    await made.close()


async def test_accounts_that_are_older_than_the_record_are_taken_up_once(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "heads.json"
    heads = Heads(file)
    async with database.writing() as connection:
        for name in ("김민지", "박관리"):
            await people.put_account(connection, account_of(name, "operator"))
        await people.put_app(connection, App("안심이", "of a token", NOW, NOW))
        one = Entry("entry1", NOW, "roles_changed", "a", "박관리", "", {"roles": ["operator"]})
        await record.note(connection, one, KEY)
    old = {"head": [*START], "verified": None, "unknown": False, "keyed": True}
    file.write_bytes(orjson.dumps({"journal": old, "record": old}))
    assert len(await why(database)) == 2, "as if somebody had put them there"
    await begin(database, heads, lambda _: KEY)
    assert await why(database) == ()
    async with database.reading() as connection:
        found = await record.entries(connection, 9, None)
    assert [(one.event, one.whom, one.actor) for one in found[:2]] == [
        ("app_found", "안심이", "the dispatcher"),
        ("account_found", "김민지", "the dispatcher"),
    ]
    await does(database, ADDED)
    await begin(database, heads, lambda _: KEY)
    (fault,) = await why(database)
    assert fault == (0, "there is an account of which the record says nothing", "이도봉")
    await take_as_it_is(database, "record", KEY)
    assert await why(database) == (), "a person has said that a backup was restored"


async def test_a_new_record_takes_up_whoever_was_there_before_it(
    database: Database, tmp_path: Path
) -> None:
    heads = Heads(tmp_path / "heads.json")
    await does(database, ADDED)
    await begin(database, heads, lambda _: KEY)
    assert await why(database) == ()
    (tmp_path / "heads.json").unlink()
    await does(database, "UPDATE account SET name = '최'")
    await begin(database, heads, lambda _: KEY)
    assert {one.about for one in await why(database)} == {"이도봉", "최"}, "nobody takes up twice"


async def test_the_last_word_about_an_account_is_kept_as_long_as_it_holds(
    database: Database,
) -> None:
    long_ago = NOW - RIGHTS_KEPT_FOR - timedelta(days=10)
    roles = {"roles": ["operator"], "jurisdictions": []}
    async with database.writing() as connection:
        await people.put_account(connection, account_of("김민지", "operator"))
        lines: tuple[Event, ...] = (
            *("account_added", "account_revoked", "account_revived", "roles_changed"),
        )
        for number, event in enumerate(lines):
            at = long_ago + timedelta(days=number)
            one = Entry(f"entry{number}", at, event, "a", "김민지", "", roles)
            await record.note(connection, one, KEY)
        await record.let_go(connection, NOW)
        left = await record.entries(connection, 9, None)
    assert [one.event for one in left] == ["roles_changed", "account_revived"]
    assert await why(database) == ()
