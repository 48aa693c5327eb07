"""Who guesses is made to wait; and which settings would let everybody in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.settings import BadSetting, Settings
from dispatch.sign_in.throttle import ACCOUNT, DEVICE, PAIR, Throttle, Try

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


# ---- the throttle


STRANGER = Try("kim", "203.0.113.7")
KNOWN = Try("kim", "203.0.113.7", device="mark")


@pytest.mark.parametrize(
    ("tries", "after", "waits"),
    [
        (PAIR.at_once - 1, timedelta(0), False),
        (PAIR.at_once, timedelta(0), True),
        (PAIR.at_once, PAIR.every - timedelta(seconds=1), True),
        (PAIR.at_once, PAIR.every, False),
        (PAIR.at_once + 2, PAIR.every, True),
    ],
)
def test_a_guesser_waits_after_a_handful(tries: int, after: timedelta, waits: bool) -> None:
    throttle = Throttle()
    for _ in range(tries):
        throttle.charge(STRANGER, NOW)
    assert (throttle.wait(STRANGER, NOW + after) > timedelta(0)) is waits


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=ACCOUNT.at_once * 2))
def test_no_number_of_strangers_keeps_a_known_browser_waiting(sources: list[str]) -> None:
    throttle = Throttle()
    for source in sources:
        throttle.charge(replace(STRANGER, source=source), NOW)
    assert throttle.wait(KNOWN, NOW) == timedelta(0)


@given(st.integers(0, 1000), st.integers(0, 100_000))
def test_no_wait_is_longer_than_what_was_tried(tries: int, seconds: int) -> None:
    throttle = Throttle()
    for _ in range(tries):
        throttle.charge(KNOWN, NOW)
    longest = max(timedelta(0), DEVICE.every * (tries - DEVICE.at_once + 1))
    assert throttle.wait(KNOWN, NOW) == longest
    assert throttle.wait(KNOWN, NOW + longest) == timedelta(0)


def test_who_gets_in_is_given_back_what_was_charged() -> None:
    throttle = Throttle()
    for _ in range(200):
        throttle.charge(STRANGER, NOW)
        throttle.succeeded(STRANGER)
    assert throttle.wait(STRANGER, NOW) == timedelta(0)


# ---- settings


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"SIGN_IN": "none", "HTTP_LISTEN": "0.0.0.0:8080"}, "at the desk"),
        ({"SIGN_IN": "none", "HTTP_LISTEN": "[::]:8080"}, "at the desk"),
        ({"SIGN_IN": "none", "PUBLIC_URL": "https://lamps.example"}, "PUBLIC_URL says that others"),
        ({"SIGN_IN": "none", "TRUSTED_PROXIES": "127.0.0.1"}, "TRUSTED_PROXIES says that others"),
        ({"SIGN_IN": "maybe"}, "local, oidc or none"),
        ({"PUBLIC_URL": "lamps.example"}, "https://"),
        ({"TRUSTED_PROXIES": "nginx"}, "127.0.0.1"),
    ],
)
def test_settings_that_would_let_everybody_in_are_refused_with_words(
    tmp_path: Path, setting: dict[str, str], words: str
) -> None:
    chosen: Any = {f"LAMPLIGHTER_{name}": value for name, value in setting.items()}
    with pytest.raises(BadSetting, match=words):
        Settings.read({"LAMPLIGHTER_DATA_DIR": str(tmp_path)} | chosen)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.8.8"])
def test_a_desk_may_be_open_on_this_machine(tmp_path: Path, host: str) -> None:
    listen = {"LAMPLIGHTER_HTTP_LISTEN": f"{host}:8080", "LAMPLIGHTER_SIGN_IN": "none"}
    assert Settings.read({"LAMPLIGHTER_DATA_DIR": str(tmp_path)} | listen).sign_in.way == "none"


def test_without_a_word_people_have_to_sign_in(tmp_path: Path) -> None:
    assert Settings.read({"LAMPLIGHTER_DATA_DIR": str(tmp_path)}).sign_in.way == "local"
