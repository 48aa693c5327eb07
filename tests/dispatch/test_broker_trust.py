"""A broker that asks nobody who they are: refused beyond this machine, and never kept quiet."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from dispatch.broker_trust import warnings, why_refused
from dispatch.settings import BadSetting, Settings
from lights.keyring import Keyring
from tests.conftest import Pair
from tests.dispatch.test_command_line import embedded
from tests.dispatch.test_metrics import numbers
from tests.house import fill, running, settings_for, street_of
from tests.patience import DEADLINE_S


@pytest.mark.parametrize(
    ("url", "named", "refused", "warned"),
    [
        ("mqtt://broker.example", None, "mqtts://", "mqtts://"),
        ("mqtt://10.0.0.7:1883", None, "mqtts://", "mqtts://"),
        ("mqtt://dispatcher:secret@broker.example", None, "mqtts://", "mqtts://"),
        ("mqtts://broker.example", None, "without a name", "without a name"),
        ("mqtts://dispatcher:secret@broker.example", None, None, None),
        ("mqtt://broker.example", "broker.example", None, "mqtts://"),
        ("mqtts://broker.example", "broker.example", None, "without a name"),
        ("mqtt://broker.example", "another.example", "mqtts://", "mqtts://"),
        ("mqtt://127.0.0.1:1883", None, None, "without a name"),
        ("mqtt://localhost:1883", None, None, "without a name"),
        ("mqtt://[::1]:1883", None, None, "without a name"),
        ("mqtt://dispatcher:secret@127.0.0.1:1883", None, None, None),
    ],
)
def test_beyond_this_machine_a_broker_is_spoken_with_over_tls_and_under_a_name(
    url: str, named: str | None, refused: str | None, warned: str | None
) -> None:
    environment = {"LAMPLIGHTER_MQTT_URL": url}
    if named is not None:
        environment["LAMPLIGHTER_MQTT_UNPROTECTED"] = named
    settings = Settings.read(environment)
    why, said = why_refused(settings), "; ".join(warnings(settings, lamps_have_passwords=True))
    assert (why is None) == (refused is None)
    assert refused is None or (refused in str(why) and "LAMPLIGHTER_MQTT_UNPROTECTED" in str(why))
    assert (said == "") == (warned is None)
    assert warned is None or warned in said
    assert "secret" not in f"{why} {said}"
    assert "example" not in said  # anybody may read what is said of our health


async def test_the_dispatcher_does_not_start_beside_a_broker_that_anybody_may_speak_to(
    tmp_path: Path, sqlite_url: str
) -> None:
    pair = Pair("embedded", sqlite_url, "mqtt://broker.example:1883")
    with pytest.raises(BadSetting, match="LAMPLIGHTER_MQTT_UNPROTECTED"):
        async with running(pair, tmp_path):
            pass


async def test_a_broker_that_asks_nobody_is_said_in_words_and_counted_but_is_no_fault(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        health = await house.client.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        (words,) = health.json()["unprotected"]
        assert "lamps credentials make --all" in words
        assert (await numbers(house))["lamplighter_broker_unprotected"] == 1


async def test_whoever_starts_a_dispatcher_is_told_that_its_broker_asks_nobody(
    tmp_path: Path,
) -> None:
    serving = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dispatch", "serve"),
        env=os.environ | embedded(tmp_path),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert serving.stderr is not None
    try:
        async with asyncio.timeout(DEADLINE_S):
            while (
                "the embedded broker asks nobody" not in (await serving.stderr.readline()).decode()
            ):
                assert serving.returncode is None
    finally:
        serving.terminate()
        await serving.communicate()


async def test_nothing_is_said_of_brokers_that_ask_for_credentials(
    tmp_path: Path, sqlite_url: str
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    await fill(settings_for(pair, tmp_path), street_of(1))
    Keyring(tmp_path / "data" / "credentials").make(["L0000"])
    async with running(pair, tmp_path) as house:
        assert (await house.client.get("/healthz")).json()["unprotected"] == []
        assert (await numbers(house))["lamplighter_broker_unprotected"] == 0
