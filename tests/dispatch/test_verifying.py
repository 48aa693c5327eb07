"""Journal and record are chained: whoever changes, cuts or moves an entry of them is found out."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from dispatch.database import Database
from dispatch.ends import begin, keep_ends, remember, take_as_it_is
from dispatch.heads import CHAINS, Heads, Seen, Verified
from dispatch.seals import START, UNKEYED, Head, chain_of
from dispatch.sign_in import record
from dispatch.sign_in.record import COMINGS_KEPT_FOR, Entry
from dispatch.verifying import Verifier, is_fresh, verify
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, signed_in
from tests.dispatch.test_command_line import in_this_process
from tests.house import environment_for, running
from tests.patience import eventually

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = b"of the data folder"
NAMES = ("김민지", "이도봉", "박관리", "최감사")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Four people have come in, an hour after each other."""
    made = Database(database_url)
    await made.bring_up_to_date()
    for number, name in enumerate(NAMES):
        at = NOW - timedelta(hours=9 - number)
        one = Entry(f"entry{number}", at, "signed_in", name, name, "203.0.113.7", {"way": "local"})
        async with made.writing() as connection:
            await record.note(connection, one, KEY)
    yield made
    await made.close()


@asynccontextmanager
async def working(verifier: Verifier) -> AsyncIterator[None]:
    at_work = asyncio.create_task(verifier.run())
    yield
    at_work.cancel()
    await asyncio.gather(at_work, return_exceptions=True)


async def does(database: Database, *statements: str) -> None:
    async with database.writing() as connection:
        for one in statements:
            await connection.execute(text(one))


async def why(database: Database, *heads: Head, now: datetime = NOW) -> Sequence[tuple[int, str]]:
    found = await verify(database, "record", KEY, now, heads)
    return [(fault.seq, fault.why) for fault in found.faults]


async def test_a_record_as_it_was_written_is_whole_and_says_how_far(database: Database) -> None:
    found = await verify(database, "record", KEY, NOW, ())
    assert (found.faults, found.entries, found.erased, found.head.seq) == ((), 4, 0, 4)
    assert await why(database, found.head) == []


@pytest.mark.parametrize(
    ("tampering", "at", "words"),
    [
        (["UPDATE record SET whom = 'nobody' WHERE seq = 2"], 2, "its words were changed"),
        (["UPDATE record SET source = '' WHERE seq = 2"], 2, "its words were changed"),
        (["UPDATE record SET event = 'put_out' WHERE seq = 2"], 2, "it was changed"),
        (["DELETE FROM record WHERE seq = 2"], 3, "after entry 1 comes entry 3"),
        (["DELETE FROM record WHERE seq = 1"], 2, "after entry 0 comes entry 2"),
        (
            [
                "UPDATE record SET seq = 9 WHERE seq = 2",
                "UPDATE record SET seq = 2 WHERE seq = 3",
                "UPDATE record SET seq = 3 WHERE seq = 9",
            ],
            2,
            "it was changed",
        ),
        (
            ["UPDATE record SET salt = NULL, actor = '', whom = '', source = '', detail = '{}'"],
            1,
            "its words are gone, and no erasure says so",
        ),
    ],
)
async def test_what_is_done_to_the_record_behind_our_back_is_found(
    database: Database, tampering: list[str], at: int, words: str
) -> None:
    await does(database, *tampering)
    first = (await why(database))[0]
    assert (first[0], first[1].startswith(words)) == (at, True)


async def test_entries_whose_time_is_over_keep_their_links_and_nobodys_name(
    database: Database,
) -> None:
    later = NOW + COMINGS_KEPT_FOR - timedelta(hours=7, minutes=30)  # of two the year is over
    async with database.writing() as connection:
        await record.let_go(connection, later)
    found = await verify(database, "record", KEY, later, ())
    assert (found.faults, found.entries, found.erased) == ((), 4, 2)
    async with database.reading() as connection:
        rows = await connection.execute(text("SELECT actor, whom, source, salt FROM record"))
        assert [tuple(row) for row in rows].count(("", "", "", None)) == 2
        left = await record.entries(connection, 10, None)
    assert [one.whom for one in left] == ["최감사", "박관리"]
    assert [one[1] for one in await why(database, now=NOW)] == [
        "its words are gone, and no erasure says so"
    ] * 2, "it was not time yet"
    await does(database, "UPDATE record SET whom = '김민지' WHERE seq = 1")
    assert (await why(database, now=later))[0] == (1, "it was erased, and has words again")


async def test_an_end_that_is_cut_off_is_missed_by_whoever_has_seen_it(
    database: Database, tmp_path: Path
) -> None:
    heads = Heads(tmp_path / "heads.json")
    remember(heads, "record", await verify(database, "record", KEY, NOW, ()))
    await does(database, "DELETE FROM record WHERE seq > 2")
    assert await why(database) == [], "by itself it is whole"
    found = await verify(database, "record", KEY, NOW, [heads.read()["record"].head])
    assert [fault.seq for fault in found.faults] == [4]
    remember(heads, "record", found)
    assert heads.read()["record"].head.seq == 4, "it is not forgotten for the shorter one"
    assert (tmp_path / "heads.json").stat().st_mode & 0o077 == 0, "nobody else reads it"
    assert heads.read()["record"].verified == found


async def test_an_end_of_which_the_file_says_nothing_is_unknown(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "heads.json"
    heads = Heads(file)
    for words in ("{}", "{", '{"record": null}', '{"journal": null}', "journal alone"):
        file.write_text(words)
        if words == "journal alone":
            heads.keep("journal", Seen())
        await begin(database, heads, lambda _: KEY)
        assert [heads.read()[chain].is_unknown for chain in CHAINS] == [False, True], words
    await does(database, "DELETE FROM record WHERE seq = 4")
    assert heads.read()["record"].is_unknown, "that nobody can miss it is said"


async def test_the_ends_are_kept_as_they_grow_and_never_for_a_shorter_one(
    database: Database, tmp_path: Path
) -> None:
    heads = Heads(tmp_path / "heads.json")
    for chain in CHAINS:
        heads.keep(chain, Seen())
    assert await keep_ends(database, heads) == []
    kept = heads.read()["record"].head
    assert kept.seq == 4
    await does(database, "DELETE FROM record WHERE seq = 4")
    assert await keep_ends(database, heads) == ["record"]
    assert heads.read()["record"].head == kept


async def _as_an_older_version_left_it(database: Database) -> bytes:
    """Chained without a key, and what its file of ends says, which knows of none."""
    before = START.chain
    async with database.writing() as connection:
        for one in await record.links_after(connection, 0, 9):
            said = (one.seq, one.about, one.at, one.event, one.actor, one.seal)
            before = chain_of(None, before, *said)
            change = text("UPDATE record SET chain = :chain WHERE seq = :seq")
            await connection.execute(change, {"chain": before, "seq": one.seq})
    old = {"verified": None, "unknown": False}
    kept = {"journal": old | {"head": [*START]}, "record": old | {"head": [4, before]}}
    return orjson.dumps(kept)


async def test_what_an_older_version_wrote_is_taken_over_once_and_then_needs_the_key(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "heads.json"
    heads = Heads(file)
    file.write_bytes(await _as_an_older_version_left_it(database))
    assert {one[1] for one in await why(database)} == {UNKEYED}
    await begin(database, heads, lambda _: KEY)
    assert await why(database) == []
    async with database.writing() as connection:
        one = Entry("entry4", NOW, "signed_in", "김민지", "김민지", "", {})
        await record.note(connection, one, KEY)
    assert await why(database) == []

    await does(database, "UPDATE record SET event = 'put_out' WHERE seq = 2")
    assert [one[0] for one in await why(database)] == [2], "the old ones are still a chain"
    await does(database, "UPDATE record SET event = 'signed_in' WHERE seq = 2")
    await does(database, "UPDATE keyed_since SET seq = 5")
    assert UNKEYED in {one[1] for one in await why(database)}, "nobody moves the mark"
    await does(database, "DELETE FROM keyed_since")
    await begin(database, heads, lambda _: KEY)
    assert {one[1] for one in await why(database)} == {UNKEYED}, "it is taken over but once"


async def test_a_chain_that_is_written_anew_without_the_key_is_found_also_after_a_start(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "heads.json"
    heads = Heads(file)
    await begin(database, heads, lambda _: KEY)
    await _as_an_older_version_left_it(database)  # whose file nobody else can put there
    await begin(database, heads, lambda _: KEY)
    assert [one[1] for one in await why(database)] == [UNKEYED] * 4
    await take_as_it_is(database, "record", KEY)
    assert await why(database) == [], "a person has said that a backup was restored"


async def test_a_file_of_ends_that_cannot_be_read_is_as_none(tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    for words in ("", "[]", '{"journal": 3}', '{"journal": {"head": []}}'):
        file.write_text(words)
        assert {one.head for one in Heads(file).read().values()} == {START}


async def test_a_file_of_ends_that_nobody_can_open_now_is_not_taken_for_none(
    tmp_path: Path,
) -> None:
    """Else one moment without a free file handle would say for ever that the ends are unknown."""
    file = tmp_path / "heads.json"
    file.mkdir()  # whoever runs the tests may read every file
    heads = Heads(file)
    with pytest.raises(OSError, match=r"heads\.json"):
        heads.keep("journal", Seen())
    assert all(one.is_unknown for one in heads.read().values())


@pytest.mark.parametrize(
    ("hours_ago", "fresh"), [(None, False), (0, True), (23, True), (25, False), (-24 * 365, False)]
)
def test_everything_is_verified_every_day_whatever_a_wrong_clock_has_said(
    hours_ago: int | None, fresh: bool
) -> None:
    last = None
    if hours_ago is not None:
        last = Verified(NOW - timedelta(hours=hours_ago), START, 0, 0, ())
    assert is_fresh(last, NOW) == fresh


async def test_everybody_who_writes_at_once_has_a_place_in_the_chain(database: Database) -> None:
    others = [database.another() for _ in range(3)]
    try:
        for number in range(9):
            one = Entry(secrets.token_hex(8), NOW, "signed_in", "a", "a", "", {})
            async with others[number % 3].writing() as connection:
                await record.note(connection, one, KEY)
    finally:
        for other in others:
            await other.close()
    found = await verify(database, "record", KEY, NOW, ())
    assert (found.faults, found.entries) == ((), 13)


async def test_a_dispatcher_verifies_when_asked_and_knows_it_after_a_restart(
    database: Database, tmp_path: Path
) -> None:
    heads = Heads(tmp_path / "heads.json")
    heads.keep("record", Seen())  # it was there from the first entry on
    verifier = Verifier(database, heads, lambda: NOW, lambda _: KEY)
    assert verifier.state()["chains"] == {"journal": None, "record": None}
    async with working(verifier):
        verifier.ask()
        await eventually(lambda: not verifier.state()["at_work"])
    again = Verifier(database, heads, lambda: NOW, lambda _: KEY).state()["chains"]["record"]
    assert (again["seq"], again["entries"], again["faults"]) == (4, 4, [])
    assert again["at"] == "2026-11-22T12:00:00.000Z"


async def test_the_command_verifies_the_record_too_and_remembers_its_end(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path) | LOCAL
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "박관리", "auditor"),
    ):
        await house.press()
    whole = await in_this_process("journal", "verify", environment=at)
    assert whole.exit_code == 0, whole.output
    assert "The record of sign-ins and rights: 3 entries, every one as it was" in whole.output
    database = Database(pair.database_url)
    await does(database, "DELETE FROM record WHERE seq = 3")
    cut = await in_this_process("journal", "verify", environment=at)
    assert (cut.exit_code, "record, entry 3: it was there" in cut.output) == (1, True), cut.output
    restored = await in_this_process("journal", "verify", "--anew", environment=at)
    assert restored.exit_code == 0, restored.output
    assert (await in_this_process("journal", "verify", environment=at)).exit_code == 0
    await does(database, "UPDATE record SET whom = 'another'")
    await database.close()
    told = await in_this_process("journal", "verify", environment=at)
    assert told.exit_code == 1
    assert "record, entry 1: its words were changed" in told.output
