"""Come here for what tests ask for by name: real databases, real brokers, a real browser.

A test that asks for `pair`, `database_url` or `broker` runs twice: on what a dispatcher brings
along and on what a city runs. A part that is missing fails the test; it is never skipped.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright, expect

from dispatch.database import Database
from lights.embedded import EmbeddedBroker
from tests.parts import ChromiumServer, MosquittoServer, PostgresServer
from tests.patience import DEADLINE_S

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
expect.set_options(timeout=60_000)  # as patient as `tests.house.DEADLINE_S`

pytest_plugins = ["pytester"]  # tests of the fixtures run pytest in pytest

Kind = Literal["embedded", "production"]
_KINDS = ["embedded", "production"]


@dataclass(frozen=True)
class Pair:
    """A database and a broker that belong together; `mqtt` is None for the embedded broker."""

    kind: Kind
    database_url: str
    mqtt: str | None


@dataclass(frozen=True)
class Broker:
    """A running MQTT broker, empty at first."""

    kind: Kind
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"mqtt://{self.host}:{self.port}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL with PostGIS for the whole run. A test that kills one makes its own."""
    with PostgresServer(outlives_the_machine=False) as server:
        yield server


@pytest.fixture(scope="session")
def postgis_tables(postgres: PostgresServer) -> str:
    """The name of a PostGIS database with today's tables and nothing in them, to be copied."""
    url = postgres.create_database()
    _make_tables(url)
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with today's tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("tables") / "lamplighter.sqlite3"
    _make_tables(f"sqlite+aiosqlite:///{file}")
    return file


def _make_tables(url: str) -> None:
    async def make() -> None:
        database = Database(url)
        await database.bring_up_to_date()
        await database.close()

    # A loop of its own, which leaves that of the tests where it is.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(make())


@pytest.fixture
def postgis_url(postgres: PostgresServer, postgis_tables: str) -> Iterator[str]:
    """A new PostGIS database with today's tables."""
    yield from _made_and_dropped(postgres, postgis_tables)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_tables: Path) -> str:
    """A new SQLite file with today's tables: making them takes longer than most tests."""
    file = shutil.copyfile(sqlite_tables, tmp_path / "lamplighter.sqlite3")
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def bare_postgis_url(postgres: PostgresServer) -> Iterator[str]:
    """A new PostGIS database without a table of ours."""
    yield from _made_and_dropped(postgres, postgres.TEMPLATE)


def _made_and_dropped(postgres: PostgresServer, template: str) -> Iterator[str]:
    url = postgres.create_database(template)
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=_KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, for tests of the database: a SQLite file that does not exist
    yet, then PostGIS."""
    if request.param == "embedded":
        return f"sqlite+aiosqlite:///{tmp_path}/lamplighter.sqlite3"
    return _asked_for(request, "bare_postgis_url")


def _asked_for(request: pytest.FixtureRequest, fixture: str) -> str:
    # By name, so that no PostgreSQL starts for a run of embedded tests alone.
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
def mosquitto() -> Iterator[MosquittoServer]:
    """A Mosquitto of the test's own, to kill and to start again."""
    with MosquittoServer() as server:
        yield server


@pytest.fixture(params=_KINDS)
def pair(request: pytest.FixtureRequest) -> Pair:
    """SQLite and no broker (the dispatcher starts its own), then PostGIS with Mosquitto."""
    kind: Kind = request.param
    if kind == "embedded":
        return Pair(kind, _asked_for(request, "sqlite_url"), mqtt=None)
    server: MosquittoServer = request.getfixturevalue("mosquitto")
    return Pair(kind, _asked_for(request, "postgis_url"), server.url)


@pytest.fixture(params=_KINDS)
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Broker]:
    """A running broker: the embedded one, then Mosquitto."""
    if request.param == "embedded":
        async with EmbeddedBroker("127.0.0.1", 0, tmp_path / "broker") as embedded:
            yield Broker("embedded", embedded.host, embedded.port)
    else:
        with MosquittoServer() as server:
            yield Broker("production", server.host, server.port)


@pytest.fixture(scope="session")
def chromium() -> Iterator[ChromiumServer]:
    """One headless Chromium for the whole run; each test gets a fresh profile of it."""
    with ChromiumServer() as server:
        yield server


@pytest.fixture
async def browser(chromium: ChromiumServer) -> AsyncIterator[Browser]:
    """Playwright's hold on the running Chromium.

    One a test, since Playwright's objects live in one event loop and each test has its own.
    """
    async with async_playwright() as playwright:
        yield await playwright.chromium.connect_over_cdp(chromium.endpoint)


@pytest.fixture
async def browser_context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A fresh Korean profile; the test fails on an uncaught error in any page of it.

    It asks for less motion: without a graphics card each picture of a map that moves or blinks
    costs a processor a tenth of a second.
    """
    context = await browser.new_context(
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
    )
    context.set_default_timeout(DEADLINE_S * 1000)
    errors: list[Error] = []
    context.on("weberror", lambda error: errors.append(error.error))
    yield context
    async with asyncio.timeout(DEADLINE_S):  # a browser that hangs must not hold all other tests up
        await context.close()
    assert not errors, "\n".join(error.stack or error.message for error in errors)


@pytest.fixture
async def page(browser_context: BrowserContext) -> Page:
    """An empty page; the test fails on an uncaught error in it."""
    return await browser_context.new_page()
