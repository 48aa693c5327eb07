"""A district that has imported nothing yet serves, and is told what does not work therefore."""

import logging
from pathlib import Path

import pytest

from tests.conftest import Pair
from tests.house import fill, running, settings_for, street_of
from tests.patience import eventually
from tests.wire.test_traffic import AREAS


@pytest.fixture
def empty(sqlite_url: str) -> Pair:
    return Pair("embedded", sqlite_url, None)


async def test_what_was_never_imported_is_said_once_and_turns_nothing_red(
    empty: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with running(empty, tmp_path) as house:
            answer = await house.client.get("/healthz")
            assert (answer.status_code, answer.json()["status"]) == (200, "ok")
            missing = answer.json()["missing"]
            for words, command in zip(missing, ("lamps import", "areas import"), strict=True):
                assert f"`lamplighter {command} FILE`" in words
                assert caplog.messages.count(words) == 1
            assert house.dispatcher is not None
            await fill(settings_for(empty, tmp_path), street_of(2), AREAS)
            district = house.dispatcher.district
            await eventually(lambda: district.missing == [], "the import to be seen")
            assert (await house.client.get("/healthz")).json()["missing"] == []
