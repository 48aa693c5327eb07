"""A district that has imported nothing yet serves, and is told what does not work therefore."""

import logging
from pathlib import Path

import pytest

from dispatch.settings import misspelt
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


async def test_a_unit_that_no_jurisdiction_has_is_named_to_whoever_looks(
    empty: Pair, tmp_path: Path
) -> None:
    wrong = {"LAMPLIGHTER_WEBHOOKS": "unit:쌍문피출소=http://127.0.0.1:9/told"}
    async with running(empty, tmp_path, wrong, lamps=street_of(1), areas=AREAS) as house:
        (words,) = (await house.client.get("/healthz")).json()["missing"]
        assert "unit:쌍문피출소" in words
    right = {"LAMPLIGHTER_WEBHOOKS": f"unit:{AREAS[2].unit}=http://127.0.0.1:9/told"}
    async with running(empty, tmp_path, right, lamps=street_of(1), areas=AREAS) as house:
        assert (await house.client.get("/healthz")).json()["missing"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LAMPLIGHTER_WEBHOOK", ["did you mean LAMPLIGHTER_WEBHOOKS?"]),
        ("LAMPLIGHTER_ZZZ", ["LAMPLIGHTER_ZZZ is no setting of ours and is not looked at"]),
        ("LAMPLIGHTER_OIDC_ISSUER", []),
        ("LAMPLIGHTER_MQTT_KEY", []),
        ("PATH", []),
    ],
)
def test_a_setting_that_there_is_not_is_named(name: str, words: list[str]) -> None:
    found = misspelt({name: "x"})
    assert len(found) == len(words)
    assert all(one in said for one, said in zip(words, found, strict=True))
