"""Whoever is outside can say as much as they like: the log stays short, and counts them."""

import asyncio
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch import gathered
from dispatch.gathered import Gathering
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, PAGE
from tests.dispatch.test_log_lines import lines, log
from tests.house import running
from tests.patience import eventually

__all__ = ["log"]  # the fixture
STRANGER = {"stranger": True}


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Lines(logging.Handler):
    """What is written."""

    def __init__(self, clock: Time) -> None:
        super().__init__()
        self.words: list[str] = []
        self.gathering = Gathering(self, clock)
        self.addFilter(self.gathering)

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def written(clock: Time) -> Iterator[Lines]:
    handler, root = Lines(clock), logging.getLogger("tried")
    root.addHandler(handler)
    root.propagate = False
    yield handler
    root.removeHandler(handler)
    root.propagate = True


def test_of_a_kind_the_first_of_a_minute_are_written_then_their_number(
    clock: Time, written: Lines
) -> None:
    log = logging.getLogger("tried")
    for number in range(1_000):
        log.warning("refused, from %s: %.1f", f"10.0.0.{number}", 0.5, extra=STRANGER)
    assert written.words == [f"refused, from 10.0.0.{number}: 0.5" for number in range(5)]
    clock.now = 59.9
    written.gathering.tell()
    assert len(written.words) == 5
    clock.now = 60.0
    log.warning("another, from %s", "10.0.0.7", extra=STRANGER)
    assert written.words[5:] == [
        "995 more within a minute: refused, from …: …",
        "another, from 10.0.0.7",
    ]
    log.warning("refused, from %s: %.1f", "10.0.0.8", 0.5, extra=STRANGER)
    assert written.words[-1] == "refused, from 10.0.0.8: 0.5"


def test_nothing_that_the_house_says_of_itself_is_ever_gathered(written: Lines) -> None:
    for number in range(1_000):
        logging.getLogger("tried").error("lamp %d is dark", number)
    assert len(written.words) == 1_000


def test_what_is_few_is_written_as_it_is_and_not_counted(clock: Time, written: Lines) -> None:
    for _ in range(20):
        for _ in range(5):
            logging.getLogger("tried").warning("refused", extra=STRANGER)
        clock.now += 60.0
    written.gathering.tell()
    assert written.words == ["refused"] * 100


def test_kinds_that_a_library_makes_up_do_not_fill_the_memory(written: Lines) -> None:
    for number in range(10_000):
        made_up = f"kind {number}"
        logging.getLogger("tried").warning(made_up, extra=STRANGER)
    assert len(written.words) == 105
    assert len(written.gathering._minutes) == 101


async def test_the_number_is_told_also_where_nothing_else_is_logged(
    clock: Time, written: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathered, "_MINUTE_S", 0.01)
    for _ in range(50):
        logging.getLogger("tried").warning("refused", extra=STRANGER)
    clock.now = 1.0
    await eventually(lambda: written.words[5:] == ["45 more within a minute: refused"])


async def test_what_strangers_at_the_doors_do_is_told_in_few_lines(
    sqlite_url: str, tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathered, "_MINUTE_S", 3_600.0)  # however slow the machine
    async with running(Pair("embedded", sqlite_url, None), tmp_path, LOCAL) as house:
        port = int(house.url.rpartition(":")[2])
        for _ in range(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x16\x03\x01 no HTTP\r\n\r\n")
            assert b"400" in await reader.read()
            writer.close()
        for number in range(8):
            body = {"name": f"stranger {number}", "password": "guessed"}
            await house.client.post("/v1/sign-in", json=body, headers=PAGE)
        said = [line["words"] for line in lines(log)]
        junk = [words for words in said if "Invalid HTTP" in words]
        assert len(junk) == 5, said
        assert 1 <= sum("a sign-in was refused" in words for words in said) <= 5
