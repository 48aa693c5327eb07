"""A part that is dead or stuck makes /healthz red, and is named there."""

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from lights.pulse import Pulse, beginning, listen
from tests.conftest import Pair
from tests.house import House, running
from tests.parts import MosquittoServer
from tests.patience import eventually

ROOT = Path(__file__).parents[2]
LOOPS = {
    "AlarmClock.ring": "desk: clock",
    "Broker.run": "broker",
    "Desk._take_answers": "desk: answers of lamps",
    "District.run": "district",
    "Escort.run": "escort",
    "Feed.run": "feed",
    "Fleet._keep_in_step": "fleet: orders",
    "Fleet._report_changes": "fleet: what lamps show",
    "Fleet._sweep": "fleet: silence",
    "Keeper.keep": "keeper",
    "Keeper.scrub": "scrubber",
    "LampTests.run": "lamp tests",
    "Ledger.run": "ledger",
    "Letters.run": "letters",
    "OrderNumbers.keep": "fleet: order numbers",
    "Outbox.run": "outbox",
    "Rechecks.run": "rechecks",
    "Verifier.run": "verifier",
    "Sessions.run": "sign-in",
    "Showings.run": "showings",
    "Sole.run": "sole",
    "WalkHelp._hear_of_ends": "walk help: ends",
    "WalkHelp._help": "walk help",
    "Walks._ring": "walks: clock",
}
"""Every loop that has a task of its own in both pairs, and the name of its pulse."""
NOT_OF_THE_HOUSE = {
    "dispatch/feed.py:_talk",  # one client's: it ends with the connection
    "dispatch/sources/walks_live.py:_tell",
    "dispatch/sources/walks_live.py:_listen",
    "dispatch/watchdog.py:run",  # nobody guards the guard: /healthz asks the pulses itself
    "lights/broker.py:_feel",  # it beats for the connection
    "lights/nats_answers.py:keep_asking",  # and this for the server
    "dispatch/database.py:bring_up_to_date",  # these return
    "dispatch/ends.py:take_as_it_is",
    "dispatch/imports.py:import_lamps",
    "dispatch/order_blocks.py:reserve_order_numbers",
    "dispatch/verifying.py:verify",
}


def pulse_of(house: House, part: str) -> Pulse:
    """The pulse of a loop of the house."""
    assert house.dispatcher is not None
    (found,) = [one for one in house.dispatcher.watchdog.pulses if one.part == part]
    return found


def embedded_server() -> psutil.Process:
    """The one broker that this process has brought along."""
    (found,) = [one for one in psutil.Process().children() if one.name() == "nats-server"]
    return found


def task_of(loop: str) -> asyncio.Task[object]:
    """The task in which a loop runs."""
    (found,) = [
        task for task in asyncio.all_tasks() if getattr(task.get_coro(), "__qualname__", "") == loop
    ]
    return found


async def test_a_loop_that_was_lost_without_a_word_is_named(pair: Pair, tmp_path: Path) -> None:
    """A TaskGroup says nothing of a child that is cancelled alone: tried on every loop."""
    async with running(pair, tmp_path) as house:
        assert (await house.client.get("/healthz")).status_code == 200
        for loop, part in LOOPS.items():
            task = task_of(loop)
            task.cancel()
            await asyncio.wait((task,))
            pulse_of(house, part).within_s = 0.0
            answer = await house.client.get("/healthz")
            assert answer.status_code == 503
            named = "\n".join(answer.json()["trouble"])
            room = part.partition(":")[0]
            assert re.search(rf"^{part} is stuck|^{room} has ended", named, re.MULTILINE), part
            assert answer.json()["detail"][room] is False
            pulse_of(house, part).within_s = 3600.0


async def test_a_part_that_waits_for_what_does_not_come_is_stuck_until_it_comes(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        pulse = pulse_of(house, "sign-in")
        async with house.dispatcher.sessions._lock:
            pulse.within_s = 2.5  # longer than its turns of a second
            await eventually(lambda: pulse.is_stuck)
            answer = await house.client.get("/healthz")
            assert answer.status_code == 503
            assert answer.json()["detail"].pop("sign-in") is False
            (words,) = answer.json()["trouble"]
            assert words.startswith("sign-in is stuck: nothing was heard of it for ")
        pulse.within_s = 60.0
        await eventually(lambda: not pulse.is_stuck)
        assert (await house.client.get("/healthz")).json()["trouble"] == []


async def test_an_embedded_broker_that_is_frozen_is_named_until_it_goes_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        assert (await house.client.get("/healthz")).json()["trouble"] == []
        server = embedded_server()
        pulse = pulse_of(house, "embedded broker: NATS server")
        pulse.within_s = 2.5  # longer than its turns of a second
        server.suspend()
        try:
            await eventually(lambda: pulse.is_stuck)
            answer = await house.client.get("/healthz")
            assert answer.status_code == 503
            assert answer.json()["detail"]["embedded broker"] is False
            assert re.search("embedded broker: NATS server is stuck", str(answer.json()["trouble"]))
        finally:
            server.resume()
        pulse.within_s = 60.0
        await eventually(lambda: not pulse.is_stuck)
        assert (await house.client.get("/healthz")).json()["detail"]["embedded broker"] is True


async def test_a_broker_elsewhere_that_is_away_is_no_part_of_the_process(
    postgis_url: str, mosquitto: MosquittoServer, tmp_path: Path
) -> None:
    async with running(Pair("production", postgis_url, mosquitto.url), tmp_path) as house:
        assert house.dispatcher is not None
        broker = house.dispatcher.broker
        mosquitto.kill()
        await eventually(lambda: not broker.is_connected)
        assert (await house.client.get("/readyz")).status_code == 503
        assert (await house.client.get("/healthz")).status_code == 200


async def test_every_loop_beats_or_says_that_it_waits(sqlite_url: str, tmp_path: Path) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        assert house.dispatcher is not None
        pulses = house.dispatcher.watchdog.pulses
        for pulse in pulses:
            pulse._last = float("-inf")  # never heard of
        assert (await house.client.get("/healthz")).status_code == 503
        turning = [one for one in pulses if one.part != "walks: tidying"]  # once in a minute
        assert {one.part for one in turning} >= set(LOOPS.values())
        await eventually(lambda: not any(pulse.is_stuck for pulse in turning))


def test_a_loop_that_rests_is_not_stuck_and_one_that_works_too_long_is() -> None:
    heard = listen()
    pulse = beginning("part: loop", 0.0)
    assert heard == [pulse]
    assert pulse.is_stuck
    with pulse.resting():
        assert not pulse.is_stuck
    assert pulse.is_stuck
    pulse.within_s = 3600.0
    assert not pulse.is_stuck


def endless(file: Path) -> Iterator[str]:
    """The functions of a module that loop for ever without a pulse."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        loops = (one.test for one in ast.walk(node) if isinstance(one, ast.While))
        if any(isinstance(test, ast.Constant) and test.value for test in loops):
            yield f"{file.relative_to(ROOT)}:{node.name}"


def test_no_loop_of_the_house_is_without_a_pulse() -> None:
    files = [file for floor in ("dispatch", "lights") for file in (ROOT / floor).rglob("*.py")]
    found = {name for file in files for name in endless(file)}
    assert found <= NOT_OF_THE_HOUSE


@pytest.fixture
def healthcheck() -> str:
    """The words of compose.yaml that ask the dispatcher how it is."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    (code,) = services["dispatcher"]["healthcheck"]["test"][3:]
    return str(code)


async def test_a_container_engine_sees_a_part_that_is_stuck(
    pair: Pair, tmp_path: Path, healthcheck: str
) -> None:
    async with running(pair, tmp_path) as house:
        code = healthcheck.replace("http://127.0.0.1:8080", house.url)
        assert code != healthcheck

        async def asked() -> int:
            words = [sys.executable, "-c", code]
            asking = await asyncio.create_subprocess_exec(*words, stderr=subprocess.DEVNULL)
            return await asking.wait()

        assert await asked() == 0
        pulse_of(house, "outbox").within_s = -1.0
        assert await asked() != 0
