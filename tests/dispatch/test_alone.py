"""Two dispatchers on one street would put out each other's light: the second is refused."""

import fcntl
import logging
from pathlib import Path
from typing import Any

import pytest

from dispatch.alone import alone_in
from dispatch.settings import BadSetting
from tests.conftest import Pair
from tests.house import running, street_of


async def test_a_second_dispatcher_with_the_same_folder_is_refused_until_the_first_has_ended(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(2)) as first:
        with pytest.raises(BadSetting, match="another dispatcher serves with LAMPLIGHTER_DATA_DIR"):
            async with running(pair, tmp_path):
                pytest.fail("both serve")
        assert (await first.client.get("/healthz")).status_code == 200
        await first.press()
    async with running(pair, tmp_path) as second:
        assert len((await second.client.get("/v1/incidents?state=open")).json()["incidents"]) == 1


async def test_a_second_dispatcher_with_the_same_sqlite_file_is_refused_whatever_its_folder(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path / "one"):
        with pytest.raises(BadSetting, match="another dispatcher serves with the database /"):
            async with running(pair, tmp_path / "two"):
                pytest.fail("both serve")
    async with running(pair, tmp_path / "two") as second:
        await second.press()


def test_a_folder_that_knows_no_locks_keeps_nobody_from_serving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_locks(*_: Any) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with caplog.at_level(logging.WARNING), alone_in(tmp_path):
        assert "whether another dispatcher serves is not known: No locks available" in caplog.text
