"""A secret that others of the machine can read is told of; one that they can change is refused."""

import logging
import os
import stat
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.settings import BadSetting, Settings
from lights.certificates import Authority
from tests.dispatch.test_addresses import SECRET, TOKEN

STRANGER = 12_345
Environment = Callable[[Path], tuple[Path, Mapping[str, str]]]


def of_webhooks(folder: Path) -> tuple[Path, Mapping[str, str]]:
    file = folder / "the secrets"
    file.write_text(f"control_room={SECRET}\n", encoding="utf-8")
    told = {"LAMPLIGHTER_WEBHOOKS": f"control_room=https://desk.example/{TOKEN}"}
    return file, told | {"LAMPLIGHTER_WEBHOOK_SECRETS_FILE": str(file)}


def of_provider(folder: Path) -> tuple[Path, Mapping[str, str]]:
    file = folder / "oidc-secret"
    file.write_text(SECRET, encoding="utf-8")
    return file, {
        "LAMPLIGHTER_SIGN_IN": "oidc",
        "LAMPLIGHTER_PUBLIC_URL": "https://lamps.example",
        "LAMPLIGHTER_OIDC_ISSUER": "https://id.example",
        "LAMPLIGHTER_OIDC_CLIENT_ID": "lamplighter",
        "LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": str(file),
        "LAMPLIGHTER_OIDC_ROLES": "desk=operator",
    }


def of_broker(folder: Path) -> tuple[Path, Mapping[str, str]]:
    authority = Authority(folder / "tls", datetime(2026, 11, 22, tzinfo=UTC))
    authority.certify_lamps(["L1"])
    key = folder / "tls" / "lamps" / "L1.key"
    return key, {
        "LAMPLIGHTER_MQTT_URL": "mqtts://broker.example",
        "LAMPLIGHTER_MQTT_CERT": str(key.with_suffix(".crt")),
        "LAMPLIGHTER_MQTT_KEY": str(key),
    }


def of_broker_in_one_file(folder: Path) -> tuple[Path, Mapping[str, str]]:
    key, environment = of_broker(folder)
    both = folder / "both.pem"
    both.write_bytes(key.with_suffix(".crt").read_bytes() + key.read_bytes())
    alone = {name: value for name, value in environment.items() if not name.endswith("_KEY")}
    return both, alone | {"LAMPLIGHTER_MQTT_CERT": str(both)}


SETTINGS: Mapping[str, Environment] = {
    "LAMPLIGHTER_WEBHOOK_SECRETS_FILE": of_webhooks,
    "LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": of_provider,
    "LAMPLIGHTER_MQTT_KEY": of_broker,
    "LAMPLIGHTER_MQTT_CERT": of_broker_in_one_file,
}


@pytest.fixture(params=list(SETTINGS))
def secret(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path, Mapping[str, str]]:
    """A setting, its file, and the environment that names it."""
    name: str = request.param
    file, environment = SETTINGS[name](tmp_path)
    return name, file, environment


def test_a_secret_that_others_can_read_is_taken_and_told_of_with_what_to_do(
    secret: tuple[str, Path, Mapping[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    name, file, environment = secret
    for mode, is_told in ((0o600, False), (0o400, False), (0o644, True), (0o604, True)):
        file.chmod(mode)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            Settings.read(environment)
        told = [line for line in caplog.messages if line.startswith(f"{name}: other accounts")]
        assert bool(told) is is_told, oct(mode)
        assert all("chmod 600 " in line and file.name in line for line in told)
        assert SECRET not in caplog.text


def test_a_secret_that_every_account_can_change_is_refused(
    secret: tuple[str, Path, Mapping[str, str]],
) -> None:
    name, file, environment = secret
    file.chmod(0o602)
    with pytest.raises(BadSetting, match=rf"{name} is .*every account.*chmod 600 ") as refused:
        Settings.read(environment)
    assert SECRET not in str(refused.value)
    file.chmod(0o600)
    Settings.read(environment)


def test_a_secret_that_belongs_to_another_account_is_refused(
    secret: tuple[str, Path, Mapping[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, file, environment = secret
    if os.geteuid() == 0:
        os.chown(file, STRANGER, -1)
    else:  # whoever is not root can give nothing away, so let us be the stranger
        monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
    with pytest.raises(BadSetting, match=rf"{name} is .*another account.*sudo chown"):
        Settings.read(environment)


def test_what_to_type_holds_for_a_name_with_a_space(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, environment = of_webhooks(tmp_path)
    file.chmod(0o644)
    Settings.read(environment)
    command = caplog.text.partition("Close it to them: ")[2].partition("\n")[0]
    assert os.system(command) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
