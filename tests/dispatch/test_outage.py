"""A database that goes away: what callers and operators hear, and what is true when it is back."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import websockets
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError

from dispatch.outages import Unavailable, is_outage, outage_goes_by
from tests.conftest import Pair
from tests.dispatch.test_metrics import numbers
from tests.house import assert_problem, report, running, street_of
from tests.parts import PostgresServer
from tests.patience import DEADLINE_S, eventually


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One to kill."""
    with PostgresServer() as server:
        yield server


_NO_TRANSACTION = b"Z\x00\x00\x00\x05I"
"""PostgreSQL is ready for the next query, and what was begun before is on disk or undone."""


class Wire:
    """A wire to PostgreSQL that can be cut in the one moment when nobody knows what is true."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._word: bytes | None = None
        self.cuts = 0

    def cut_after_commit_of(self, word: str) -> None:
        """Let the next transaction that says this word in, but not the answer to its end out."""
        self._word = word.encode()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """The port to connect to."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, database = await asyncio.open_connection("127.0.0.1", self._port)
        said = bytearray()
        there = asyncio.create_task(self._ask(reader, database, said))
        try:
            await self._answer(answers, writer, said)
        except OSError:
            pass
        finally:
            there.cancel()
            for end in (writer, database):
                end.transport.abort()

    async def _ask(
        self, reader: asyncio.StreamReader, database: asyncio.StreamWriter, said: bytearray
    ) -> None:
        with contextlib.suppress(OSError):
            while heard := await reader.read(1 << 16):
                said += heard
                database.write(heard)
        database.transport.abort()

    async def _answer(
        self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytearray
    ) -> None:
        while heard := await answers.read(1 << 16):
            if _NO_TRANSACTION in heard:
                if self._word is not None and self._word in said:
                    self._word = None
                    self.cuts += 1
                    return
                said.clear()
            writer.write(heard)


@pytest.mark.parametrize(
    ("kind", "passes"),
    [
        ("OperationalError", True),
        ("InterfaceError", True),
        ("InternalClientError", True),  # lost amid an operation
        ("ProgrammingError", False),
        ("InternalServerError", False),
    ],
)
def test_a_database_that_went_away_is_told_from_one_that_is_misused(
    kind: str, passes: bool
) -> None:
    asyncpg_says: type[Exception] = getattr(AsyncAdapt_asyncpg_dbapi, kind)
    said = asyncpg_says("cannot switch to state 11; another operation (2) is in progress")
    dbapi = InterfaceError if kind == "InterfaceError" else DBAPIError
    assert is_outage(dbapi("SELECT 1", {}, said)) == passes


@pytest.mark.parametrize("gone", [OSError("no route"), TimeoutError(), Unavailable("later")])
def test_work_that_meets_an_outage_is_left_with_a_line_in_the_log_and_what_follows_is_done(
    gone: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with outage_goes_by(logging.getLogger("desk"), "the desk could not look"):
        raise gone
    assert "the desk could not look" in caplog.text


def test_a_fault_of_ours_is_no_outage() -> None:
    with pytest.raises(KeyError), outage_goes_by(logging.getLogger("desk"), "it"):
        raise KeyError


async def test_while_the_database_is_away_everybody_is_told_to_ask_again(
    own_postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = own_postgres.create_database()
    async with running(Pair("production", url, None), tmp_path, lamps=street_of(4)) as house:
        known = await house.press()
        before = await numbers(house)
        assert before["lamplighter_database_answers"] == 1
        own_postgres.kill()
        lost = report()
        for path in (
            "/v1/incidents",
            f"/v1/incidents/{known['incident_id']}",
            f"/v1/incidents/{known['incident_id']}/journal",
        ):
            assert_problem(await house.client.get(path), 503)
        token = {"Authorization": f"Bearer {known['reporter_token']}"}
        state = f"/v1/reports/{known['report_id']}"
        assert_problem(await house.client.get(state, headers=token), 503)
        ready = await house.client.get("/readyz")
        assert (ready.status_code, ready.json()["detail"]["database"]) == (503, False)
        assert (await house.client.get("/healthz")).status_code == 200

        answers = await asyncio.gather(
            *(house.client.post("/v1/reports", json=lost) for _ in range(3)),
            house.client.post(f"/v1/incidents/{known['incident_id']}/acknowledge", json={}),
        )
        for answer in answers:
            assert_problem(answer, 503)
            assert answer.headers["retry-after"] == "1"
        seen, refused = await numbers(house), 'lamplighter_reports_refused_total{why="database"}'
        assert seen["lamplighter_database_answers"] == 0
        assert seen[refused] - before[refused] == 3
        own_postgres.start()
        assert (await house.client.post("/v1/reports", json=lost)).status_code == 201
        assert "acknowledged" not in await house.journal(known["incident_id"])
    crashes = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert not [words for words in crashes if "ASGI" in words or "fault of ours" in words]


async def test_a_report_whose_commit_was_never_answered_is_there_once_and_its_lamps_are_lit(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    wire = Wire(own_postgres.port)
    async with wire.listening() as port:
        url = make_url(own_postgres.create_database()).set(port=port)
        pair = Pair("production", url.render_as_string(hide_password=False), None)
        async with (
            running(pair, tmp_path, lamps=street_of(4)) as house,
            house.street() as street,
            house.feed() as feed,
        ):
            body = report()
            wire.cut_after_commit_of(body["report_id"])
            answer = await house.client.post("/v1/reports", json=body)
            assert answer.status_code in (200, 201), answer.text
            assert wire.cuts == 1
            assert (await feed.event("opened"))["seq"] == 1
            await eventually(lambda: street.shows("L0000").scene.name == "blink")

            key = answer.json()["incident_id"]
            wire.cut_after_commit_of(key)
            closing = await house.client.post(
                f"/v1/incidents/{key}/close",
                json={"disposition": "test"},
                headers={"Idempotency-Key": "once"},
            )
            assert closing.status_code == 200, closing.text
            assert wire.cuts == 2
            await eventually(lambda: street.shows("L0000").scene.name == "schedule")
            assert (await house.journal(key)).count("closed") == 1
            await feed.event("closed")
            assert feed.seqs == list(range(1, len(feed.seqs) + 1))


async def test_a_screen_that_comes_first_while_the_database_is_away_is_told_to_come_again(
    own_postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = own_postgres.create_database()
    async with running(Pair("production", url, None), tmp_path) as house:
        assert house.dispatcher is not None
        own_postgres.kill()
        house.dispatcher.feed._seq = None  # as before the first look at the database
        async with websockets.connect(house.url.replace("http", "ws") + "/v1/feed") as screen:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await asyncio.wait_for(screen.recv(), DEADLINE_S)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
    assert not [record for record in caplog.records if record.exc_info]
