"""Two dispatchers with one PostgreSQL would put out each other's light: only one of them serves."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import sole
from dispatch.clock import new_id
from dispatch.database import Database
from dispatch.settings import BadSetting
from dispatch.sole import Sole
from dispatch.sole_lock import (
    Holder,
    Watched,
    are_shared_out,
    holder,
    release,
    say,
    session_name,
    take,
)
from tests.conftest import Pair
from tests.house import (
    DispatcherProcess,
    House,
    environment_for,
    fill,
    running,
    settings_for,
    street_of,
)
from tests.parts import PostgresServer, free_port
from tests.patience import ask_until, eventually

REFUSED = "another dispatcher .* serves with the database"


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One to kill and to freeze."""
    with PostgresServer() as server:
        yield server


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def session_of(url: str) -> AsyncIterator[AsyncConnection]:
    """Somebody's who looks on."""
    async with opened(url) as database:
        session = await database.own_session()
        try:
            yield session
        finally:
            await session.close()


async def holds(session: AsyncConnection) -> Holder:
    """Who holds the lock, once somebody does."""
    found = await ask_until(lambda: holder(session), lambda one: one is not None)
    assert found is not None
    return found


def trouble(house: House) -> list[str]:
    assert house.dispatcher is not None
    return house.dispatcher.sole.trouble()


async def test_a_second_dispatcher_on_the_same_database_is_refused_until_the_first_has_ended(
    postgis_url: str, tmp_path: Path
) -> None:
    pair = Pair("production", postgis_url, None)
    async with running(pair, tmp_path / "one", lamps=street_of(2)) as first:
        with pytest.raises(BadSetting, match=REFUSED):
            async with running(pair, tmp_path / "two"):
                pytest.fail("both serve")
        assert (await first.client.get("/healthz")).json()["trouble"] == []
        await first.press()
    async with running(pair, tmp_path / "two") as second:
        assert len((await second.client.get("/v1/incidents?state=open")).json()["incidents"]) == 1


async def test_commands_work_beside_a_dispatcher(postgis_url: str, tmp_path: Path) -> None:
    pair = Pair("production", postgis_url, None)
    async with running(pair, tmp_path):
        ran = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dispatch", "journal", "verify"),
            env=os.environ | environment_for(pair, tmp_path),
            stdout=subprocess.DEVNULL,
        )
        assert await ran.wait() == 0
        await fill(settings_for(pair, tmp_path), street_of(3))


async def test_after_a_kill_the_next_one_serves_at_once_whatever_its_folder(
    postgis_url: str, tmp_path: Path
) -> None:
    pair = Pair("production", postgis_url, None)
    await fill(settings_for(pair, tmp_path / "one"), [])
    first = DispatcherProcess(environment_for(pair, tmp_path / "one"), free_port())
    first.start()
    try:
        await first.ready()
        first.kill()
        async with running(pair, tmp_path / "two") as second:
            assert trouble(second) == []
    finally:
        first.kill()


async def test_a_dispatcher_that_is_frozen_keeps_nobody_from_helping_and_ends_when_it_wakes(
    postgis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole, "_SILENT_AFTER", 20)
    pair = Pair("production", postgis_url, None)
    await fill(settings_for(pair, tmp_path / "one"), [])
    first = DispatcherProcess(environment_for(pair, tmp_path / "one"), free_port())
    first.start()
    try:
        await first.ready()
        assert first.process is not None
        first.process.send_signal(signal.SIGSTOP)
        async with running(pair, tmp_path / "two") as second:
            first.process.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(first.process.wait) == 1
            assert (await second.client.get("/healthz")).json()["trouble"] == []
    finally:
        first.kill()


async def test_a_dispatcher_lives_on_and_is_alone_again_when_its_database_was_killed(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    url = own_postgres.create_database()
    pair = Pair("production", url, None)
    async with running(pair, tmp_path / "one") as house:
        async with session_of(url) as look:
            before = await holds(look)
        await asyncio.to_thread(own_postgres.kill)
        await asyncio.to_thread(own_postgres.start)
        async with session_of(url) as look:
            after = await holds(look)
            assert after.pid != before.pid
        assert (await house.client.get("/healthz")).status_code == 200
        with pytest.raises(BadSetting, match=REFUSED):
            async with running(pair, tmp_path / "two"):
                pytest.fail("both serve")
        await ask_until(
            lambda: house.client.get("/readyz"), lambda answer: answer.status_code == 200
        )
        await house.press()


async def test_a_dispatcher_whose_session_was_cut_takes_the_lock_again(
    postgis_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pair = Pair("production", postgis_url, None)
    async with running(pair, tmp_path) as house, session_of(postgis_url) as look:
        first = await holds(look)
        await look.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first.pid})
        await ask_until(lambda: holder(look), lambda one: one is not None and one.pid != first.pid)
        assert "the hold on the database was lost with it" in caplog.text
        assert (await house.client.get("/healthz")).status_code == 200
        assert trouble(house) == []


async def test_what_this_very_dispatcher_has_left_behind_a_cut_is_ended_without_waiting(
    postgis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole, "_SILENT_AFTER", 10**9)  # nobody would ever be called silent
    async with opened(postgis_url) as database, session_of(postgis_url) as look:
        alone = Sole(database, lambda: "thislife")
        await alone.begin()
        left = await holds(look)
        unheard, alone._session = alone._session, None  # nobody has told the database of the cut
        assert unheard is not None
        await ask_until(lambda: holder(look), lambda one: one is not None and one.pid != left.pid)
        await unheard.invalidate()
        await unheard.close()
        await alone.end()
        assert await take(look), "who ends lets the next one serve at once"


# ---- where it cannot be known


async def test_a_lock_that_a_pooler_has_left_behind_is_an_alarm_and_keeps_nobody_from_helping(
    postgis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole, "_ASK_AGAIN_S", 0.1)
    async with session_of(postgis_url) as pooled:
        assert await take(pooled)
        async with running(Pair("production", postgis_url, None), tmp_path) as house:
            healthz = await house.client.get("/healthz")
            assert healthz.status_code == 200
            (words,) = healthz.json()["trouble"]
            assert words.startswith("whether another dispatcher serves is not known: a pooler")
            await house.press()
            await release(pooled)
            await eventually(lambda: trouble(house) == [])
            assert (await holds(pooled)).is_dispatcher


async def test_a_silent_session_that_may_not_be_ended_is_an_alarm_and_keeps_nobody_from_helping(
    postgis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sole, "_SILENT_AFTER", 2)
    monkeypatch.setattr(sole, "_GIVEN_UP_AFTER", 4)
    role = f"weak_{new_id()}"
    weak = make_url(postgis_url).set(username=role).render_as_string(hide_password=False)
    async with session_of(postgis_url) as dead, opened(weak) as database:
        await dead.execute(text(f"CREATE ROLE {role} LOGIN"))
        alone = Sole(database, new_id)
        try:
            await say(dead, session_name("another")(7))
            assert await take(dead)
            await alone.begin()
            (words,) = alone.trouble()
            assert re.search("is silent, but still holds the database", words)
        finally:
            await alone.end()
            await dead.execute(text(f"DROP ROLE {role}"))


async def test_two_connections_with_one_session_are_known(postgis_url: str) -> None:
    async with session_of(postgis_url) as one, session_of(postgis_url) as other:
        assert not await are_shared_out(one, other)
        assert await are_shared_out(one, one)


NAME = session_name("this")


@pytest.mark.parametrize(
    ("seen", "beats", "silent"),
    [
        ([(1, NAME(0))], 0, 0),
        ([(1, NAME(0)), (1, NAME(0)), (1, NAME(0))], 0, 2),
        ([(1, NAME(0)), (1, NAME(0)), (1, NAME(1))], 1, 0),
        ([(1, NAME(0)), (1, NAME(1)), (1, NAME(2)), (1, NAME(2))], 2, 1),
        ([(1, NAME(0)), (1, NAME(1)), (2, NAME(1))], 0, 0),  # another one: looked at anew
    ],
)
def test_who_beats_is_alive_and_who_does_not_is_silent(
    seen: Sequence[tuple[int, str]], beats: int, silent: int
) -> None:
    watched = Watched()
    for one in seen:
        watched.see(Holder(*one))
    assert (watched.beats, watched.silent) == (beats, silent)


@pytest.mark.parametrize(
    ("name", "is_dispatcher", "is_of_this"),
    [
        (NAME(3), True, True),
        (session_name("other")(3), True, False),
        ("psql", False, False),
        ("lamplighter", False, False),
    ],
)
def test_a_session_tells_whose_it_is(name: str, is_dispatcher: bool, is_of_this: bool) -> None:
    assert (Holder(1, name).is_dispatcher, Holder(1, name).is_of(NAME)) == (
        is_dispatcher,
        is_of_this,
    )
