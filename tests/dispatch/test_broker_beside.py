"""The broker that a dispatcher brings along has nothing to complain of in us."""

from pathlib import Path

import pytest

from lights.keyring import Keyring
from tests.conftest import Pair
from tests.house import fill, running, settings_for, street_of


@pytest.mark.parametrize("with_passwords", [False, True])
async def test_the_embedded_brokers_log_of_a_start_has_no_error(
    sqlite_url: str, tmp_path: Path, with_passwords: bool
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    await fill(settings_for(pair, tmp_path), street_of(1))
    if with_passwords:
        Keyring(tmp_path / "data" / "credentials").make(["L0000"])
    async with running(pair, tmp_path):
        pass
    log = (tmp_path / "data" / "broker" / "nats.log").read_text()
    assert "Listening for MQTT clients" in log
    assert [line for line in log.splitlines() if "[ERR]" in line] == []
