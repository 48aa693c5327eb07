"""Come here when a part of the tests itself is doubted: each of them is real, and can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import asyncpg
import psutil
import pytest
from playwright.async_api import Browser, Page

from tests.conftest import Broker, Pair
from tests.parts import MosquittoServer, PartMissing, PostgresServer
from tests.parts.__main__ import PARTS, Part, _how_to_install
from tests.parts.processes import wait_until_dead
from tests.patience import DEADLINE_S


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


async def test_a_fresh_database_measures_in_metres(postgis_url: str) -> None:
    async with connected(postgis_url) as connection:
        metres = await connection.fetchval(
            "SELECT ST_Distance(ST_Transform(ST_SetSRID(ST_MakePoint(127, 37.5), 4326), 5179),"
            " ST_Transform(ST_SetSRID(ST_MakePoint(127, 37.501), 4326), 5179))"
        )
        assert metres == pytest.approx(111, abs=1)


async def test_two_fresh_databases_share_nothing(postgres: PostgresServer) -> None:
    one, other = postgres.create_database(), postgres.create_database()
    async with connected(one) as connection:
        await connection.execute("CREATE TABLE lamp ()")
    async with connected(other) as connection:
        assert await connection.fetchval("SELECT to_regclass('lamp')") is None
    postgres.drop_database(one)
    postgres.drop_database(other)


async def test_a_commit_outlives_the_killed_database() -> None:
    with PostgresServer() as server:
        url = server.create_database()
        async with connected(url) as connection:
            assert await connection.fetchval("SHOW fsync") == "on"
            await connection.execute("CREATE TABLE lamp AS SELECT 7 AS id")
        server.kill()
        with pytest.raises(OSError):
            await asyncpg.connect(url.replace("+asyncpg", ""))
        server.start()
        async with connected(url) as connection:
            assert await connection.fetchval("SELECT id FROM lamp") == 7


async def test_a_killed_mosquitto_comes_back_on_its_port(mosquitto: MosquittoServer) -> None:
    mosquitto.kill()
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(mosquitto.host, mosquitto.port):
            pass
    mosquitto.start()
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as client:
        await client.publish("lamps/L1/status", "online", qos=1)


async def test_every_broker_hands_on_what_was_retained(broker: Broker) -> None:
    async with aiomqtt.Client(broker.host, broker.port) as lamp:
        await lamp.publish("lamps/L1/status", "online", qos=1, retain=True)
    async with aiomqtt.Client(broker.host, broker.port) as dispatcher:
        await dispatcher.subscribe("lamps/+/status", qos=1)
        async with asyncio.timeout(DEADLINE_S):
            message = await anext(aiter(dispatcher.messages))
    assert (str(message.topic), message.payload) == ("lamps/L1/status", b"online")


def test_a_pair_is_all_embedded_or_all_production(pair: Pair) -> None:
    assert pair.database_url.startswith(
        "sqlite+aiosqlite:///" if pair.kind == "embedded" else "postgresql+asyncpg://"
    )
    assert (pair.mqtt is None) == (pair.kind == "embedded")


async def test_the_browser_draws_maps_and_hangul(page: Page) -> None:
    await page.set_content("<meta charset=utf-8><span>도봉구</span>")
    assert await page.evaluate("!!document.createElement('canvas').getContext('webgl2')")
    wide = "document.querySelector('span').offsetWidth"
    assert await page.evaluate(wide) > 30
    assert await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Seoul"


async def test_the_browser_is_the_machines_own(browser: Browser) -> None:
    assert int(browser.version.split(".")[0]) >= 110


def test_an_uncaught_error_in_a_page_fails_its_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile(
        """
        async def test_page(page):
            await page.evaluate("setTimeout(() => { throw new Error('lost') })")
            await page.evaluate("new Promise(done => setTimeout(done))")
        """
    )
    result = pytester.runpytest_inprocess(
        *("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*Error: lost*"])


_HOLDS_ALL_PARTS = """
import sys, time
from tests.parts import ChromiumServer, MosquittoServer, PostgresServer
with PostgresServer() as one, MosquittoServer() as two, ChromiumServer() as three:
    print(*(part._process.pid for part in (one, two, three)))
    print(*(part._folder for part in (one, two, three)), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_behind_however_the_tests_end(blow: signal.Signals) -> None:
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-c", _HOLDS_ALL_PARTS]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        processes = [psutil.Process(int(pid)) for pid in run.stdout.readline().split()]
        processes += [child for each in processes for child in each.children(recursive=True)]
        folders = [Path(folder) for folder in run.stdout.readline().split()]
        undertaker = [
            child for child in psutil.Process(run.pid).children() if child not in processes
        ]
        os.kill(run.pid, blow)
    assert len(processes) > 8
    wait_until_dead([*processes, *undertaker])
    assert not [folder for folder in folders if folder.exists()]


def test_a_missing_part_says_what_to_install_everywhere() -> None:
    def nowhere() -> str:
        raise PartMissing("x")

    missing = Part("Mosquitto", nowhere, "mosquitto", "mosquitto", "mosquitto")
    assert missing.found is None
    words = _how_to_install([missing, PARTS[0]])
    assert "sudo apt-get install mosquitto postgresql postgresql-postgis" in words
    assert "brew install mosquitto" in words
