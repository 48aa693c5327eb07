"""What is kept of people can be read by the dispatcher's own account, and by nobody else."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lights.custody import own_folder
from tests.conftest import Pair
from tests.dispatch.test_command_line import embedded, in_this_process
from tests.house import House, fill, running, settings_for, street_of


@pytest.fixture(autouse=True)
def a_machine_that_shares() -> Iterator[None]:
    """The usual umask of Debian: whatever is made carelessly can be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def here(tmp_path: Path) -> Pair:
    """All that a dispatcher brings along, in its data folder."""
    data = tmp_path / "data"
    return Pair("embedded", f"sqlite+aiosqlite:///{data}/lamplighter.sqlite3", None)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def opened(path: Path) -> int:
    path.chmod(mode(path) | 0o055)
    return mode(path)


def modes(folder: Path) -> dict[str, int]:
    """Of everything below that others could open in any way."""
    return {
        str(path.relative_to(folder)): mode(path)
        for path in (folder, *folder.rglob("*"))
        if mode(path) & 0o077
    }


async def retained(house: House) -> None:
    """The broker has something to keep."""
    async with house.street():
        await house.press()


async def test_what_a_dispatcher_keeps_is_open_to_its_own_account_alone(
    here: Pair, tmp_path: Path
) -> None:
    async with running(here, tmp_path, lamps=street_of(2)) as house:
        await retained(house)
        data = tmp_path / "data"
        kept = {path.name for path in data.rglob("*")}
        assert {"lamplighter.sqlite3", "lamplighter.sqlite3-wal", "nats.log", "lock"} <= kept
        assert modes(data) == {}
    assert modes(data) == {}


async def test_what_was_left_open_is_closed_at_the_next_start_and_the_log_says_so(
    here: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    async with running(here, tmp_path, lamps=street_of(2)) as house:
        await retained(house)
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with caplog.at_level(logging.WARNING):
        async with running(here, tmp_path):
            assert modes(data) == {}
    said = [line for line in caplog.messages if "could be read by other accounts" in line]
    assert any(line.startswith(f"{data} could") for line in said), said
    assert any("lamplighter.sqlite3" in line for line in said), said
    assert any("broker" in line for line in said), said
    caplog.clear()
    async with running(here, tmp_path):
        pass
    assert not [line for line in caplog.messages if "other accounts" in line]


async def test_a_database_elsewhere_is_closed_but_not_the_folder_that_it_lies_in(
    tmp_path: Path,
) -> None:
    """Which may be anybody's, such as /tmp."""
    folder = opened(tmp_path)
    pair = Pair("embedded", f"sqlite+aiosqlite:///{tmp_path}/lamplighter.sqlite3", None)
    async with running(pair, tmp_path):
        assert mode(tmp_path / "lamplighter.sqlite3") == 0o600
    assert mode(tmp_path) == folder


def test_a_folder_that_everybody_shares_is_not_taken_from_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    own_folder(shared)
    assert mode(shared) == 0o1777
    assert "not ours to close" in caplog.text


async def test_a_file_that_somebody_asked_for_is_theirs_to_share(tmp_path: Path) -> None:
    at = embedded(tmp_path)
    pair = Pair("embedded", at["LAMPLIGHTER_DATABASE_URL"], None)
    await fill(settings_for(pair, tmp_path), street_of(1))
    file = tmp_path / "street.geojson"
    told = await in_this_process("lamps", "export", str(file), environment=at)
    assert told.exit_code == 0, told.output
    assert mode(file) == 0o644
