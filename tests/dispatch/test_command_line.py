"""`lamplighter` at a keyboard: settings that cannot be used, in words and with exit code 1."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dispatch.command_line import _known_failure
from dispatch.command_line import lamplighter as commands
from tests.conftest import Pair
from tests.house import DispatcherProcess, environment_for
from tests.parts import free_port

ROOT = Path(__file__).resolve().parents[2]


async def lamplighter(
    *words: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dispatch", *words),
        cwd=ROOT,
        env=os.environ | dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, errors = await process.communicate()
    code = process.returncode
    assert code is not None
    return subprocess.CompletedProcess(words, code, out.decode(), errors.decode())


def said_in_the_end(told: Result) -> str:
    """The one line in which a command says why it has failed, as the console script does."""
    assert told.exit_code == 1, told.output
    if not isinstance(told.exception, Exception):
        return told.stderr.strip().splitlines()[-1]
    known = _known_failure(told.exception)
    assert known is not None, repr(told.exception)
    return str(known)


async def in_this_process(*words: str, environment: Mapping[str, str]) -> Result:
    """A command without the second that a process of its own takes to begin."""
    runner = CliRunner()
    return await asyncio.to_thread(runner.invoke, commands, words, env=dict(environment))


def embedded(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a dispatcher that brings everything along, on free ports."""
    pair = Pair("embedded", f"sqlite+aiosqlite:///{folder}/lamplighter.sqlite3", None)
    return environment_for(pair, folder) | more


async def test_help_names_the_commands_and_every_setting() -> None:
    told = await lamplighter("--help", environment={})
    assert told.returncode == 0
    for word in ("serve", "demo", "lamps", "areas"):
        assert word in told.stdout
    for name in ("DATABASE_URL", "MQTT_URL", "MQTT_LISTEN", "HTTP_LISTEN", "DATA_DIR"):
        assert f"LAMPLIGHTER_{name}" in told.stdout
    assert (await lamplighter("sing", environment={})).returncode == 2


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://127.0.0.1/x", "must begin with"),
        ("DATABASE_URL", "nonsense", "not a database address"),
        ("MQTT_URL", "http://127.0.0.1", "LAMPLIGHTER_MQTT_URL"),
        ("MQTT_URL", "mqtt://", "LAMPLIGHTER_MQTT_URL"),
        ("MQTT_URL", "mqtt://127.0.0.1:port", "LAMPLIGHTER_MQTT_URL"),
        ("MQTT_LISTEN", "everywhere", "must be address:port"),
        ("HTTP_LISTEN", "127.0.0.1:99999", "must be address:port"),
        ("MAP_STYLE", "no-such-file.json", "LAMPLIGHTER_MAP_STYLE"),
        ("MAP_PMTILES", "ftp://tiles", "LAMPLIGHTER_MAP_PMTILES"),
        ("WEBHOOKS", "control_room=ftp://x", "LAMPLIGHTER_WEBHOOKS"),
        ("WEBHOOKS", "mayor=https://x", "LAMPLIGHTER_WEBHOOKS"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_said_in_words(
    name: str, value: str, words: str, tmp_path: Path
) -> None:
    environment = embedded(tmp_path, LAMPLIGHTER_SIGN_IN="local")
    environment[f"LAMPLIGHTER_{name}"] = value
    told = await in_this_process("serve", environment=environment)
    assert words in said_in_the_end(told)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "postgresql+asyncpg://127.0.0.1:1/none", "cannot be opened"),
        ("MQTT_QOS", "2", "must be 0 or 1"),
        ("HTTP_LISTEN", "8080", "must be address:port"),
        ("HTTP_LISTEN", "192.0.2.1:8080", "cannot be listened on"),
        ("DATA_DIR", "/dev/null/lamplighter", "LAMPLIGHTER_DATA_DIR"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_said_in_one_line(
    name: str, value: str, words: str, tmp_path: Path
) -> None:
    environment = embedded(tmp_path, LAMPLIGHTER_SIGN_IN="local")
    environment[f"LAMPLIGHTER_{name}"] = value
    if name == "DATA_DIR":
        del environment["LAMPLIGHTER_DATABASE_URL"]
    ended = await lamplighter("serve", environment=environment)
    assert ended.returncode == 1
    assert ended.stderr.startswith("lamplighter: "), ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert words in ended.stderr


@pytest.mark.parametrize("name", ["HTTP_LISTEN", "MQTT_LISTEN"])
async def test_a_port_that_is_taken_is_named_with_what_to_do(name: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        setting = {f"LAMPLIGHTER_{name}": f"127.0.0.1:{port}"}
        ended = await lamplighter("serve", environment=embedded(tmp_path, **setting))
    assert ended.returncode == 1
    assert str(port) in ended.stderr
    assert f"LAMPLIGHTER_{name}" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_second_dispatcher_on_the_same_folder_is_refused_and_the_first_serves_on(
    tmp_path: Path,
) -> None:
    first = DispatcherProcess(embedded(tmp_path), free_port())
    first.start()
    try:
        await first.ready()
        second = await lamplighter("serve", environment=embedded(tmp_path))
        assert second.returncode == 1
        assert "LAMPLIGHTER_DATA_DIR" in second.stderr
        await first.ready()
    finally:
        assert first.stop() == 0


async def test_a_dispatcher_that_is_asked_to_stop_ends_well_and_starts_again(
    pair: Pair, tmp_path: Path
) -> None:
    dispatcher = DispatcherProcess(environment_for(pair, tmp_path), free_port())
    for _ in range(2):
        dispatcher.start()
        await dispatcher.ready()
        assert dispatcher.stop() == 0
