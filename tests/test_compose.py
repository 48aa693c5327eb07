"""Come here for what can be known of compose.yaml without a container engine."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import yaml
from click import Command, Group

from dispatch.broker_trust import warnings, why_refused
from dispatch.command_line import lamplighter
from dispatch.settings import HELP, Settings
from firmware_sim.__main__ import main as street
from tests.parts import MosquittoServer

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
BROKER_CONFIG = ROOT / "lights" / "mosquitto.conf"


def own_services() -> Iterator[dict[str, Any]]:
    return (service for service in SERVICES.values() if "build" in service)


def copied_files() -> list[str]:
    copies = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    return [word for line in copies for word in line.split()]


@pytest.mark.parametrize("name", copied_files())
def test_the_image_copies_what_is_there_and_not_hidden_from_it(name: str) -> None:
    shown = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert (ROOT / name).exists()
    assert name.split("/")[0] in shown


def test_every_mounted_file_is_there_and_every_volume_declared() -> None:
    sources = [
        mount.split(":")[0] for each in SERVICES.values() for mount in each.get("volumes", [])
    ]
    files = [source for source in sources if source.startswith(".")]
    assert files == ["./lights/mosquitto.conf"]
    assert all((ROOT / file).is_file() for file in files)
    assert set(sources) - set(files) == set(COMPOSE["volumes"])


def test_every_setting_is_one_that_the_dispatcher_reads() -> None:
    used = set(re.findall(r"LAMPLIGHTER_\w+", DOCKERFILE + (ROOT / "compose.yaml").read_text()))
    assert used <= set(re.findall(r"LAMPLIGHTER_\w+", HELP))


def test_the_dispatcher_understands_its_settings() -> None:
    settings = Settings.read(SERVICES["dispatcher"]["environment"])
    database = SERVICES["postgis"]["environment"]
    assert settings.database_url.endswith(
        f"{database['POSTGRES_USER']}:{database['POSTGRES_PASSWORD']}"
        f"@postgis:5432/{database['POSTGRES_DB']}"
    )
    assert settings.mqtt is not None
    assert (settings.mqtt.host, settings.mqtt.port) == ("mosquitto", 1883)
    assert settings.http_listen == ("0.0.0.0", 8080)
    assert why_refused(settings) is None
    assert warnings(settings, lamps_have_passwords=False)  # it is for trying out


def commands() -> Iterator[list[str]]:
    """Every command that our services run, as words."""
    for service in own_services():
        words = service["command"]
        if words[0] == "sh":
            yield from (line.split() for line in words[2].split("&&"))
        else:
            yield words


@pytest.mark.parametrize("words", list(commands()), ids=lambda words: " ".join(words)[:40])
def test_every_command_is_one_that_we_have(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # the image has the folders where the repository has them
    if words[:3] == ["python", "-m", "firmware_sim"]:
        street.make_context("firmware_sim", words[3:]).close()
    else:
        assert words[0] == "lamplighter"
        understand(lamplighter, words[1:])


def understand(command: Command, words: list[str]) -> None:
    """Parse the words as the command line would, down the subcommands. Raises UsageError."""
    while isinstance(command, Group):
        command, words = command.commands[words[0]], words[1:]
    command.make_context(command.name, words).close()


def test_every_service_that_is_waited_for_says_when_it_is_ready() -> None:
    for service in SERVICES.values():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]


def test_nothing_is_published_beyond_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert sorted(published) == ["127.0.0.1:1883:1883", "127.0.0.1:8080:8080"]


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["lamplighter"]


async def test_mosquitto_takes_the_configuration_and_keeps_statuses(tmp_path: Path) -> None:
    config = BROKER_CONFIG.read_text().replace("/mosquitto/data/", f"{tmp_path}/")
    with MosquittoServer(config=config) as server:
        async with aiomqtt.Client(server.host, server.port) as lamp:
            await lamp.publish("lamps/L1/status", "online", qos=1, retain=True)
        server.stop()
        server.start()
        async with aiomqtt.Client(server.host, server.port) as dispatcher:
            await dispatcher.subscribe("lamps/L1/status", qos=1)
            message = await anext(aiter(dispatcher.messages))
    assert message.payload == b"online"
