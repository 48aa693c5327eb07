"""The log: one id leads through all parts, and nobody's place, name, words or token is in it."""

import asyncio
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from dispatch import log_lines
from dispatch.log_lines import LogFormat, concerning
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.receiver import Receiver
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.dispatch.walking import east, fix, starts
from tests.house import HERE, as_caller, running, street_of
from tests.patience import eventually

NAMES = ("김민지", "이도봉", "박지킴", "010-2345-6789", "빨간 코트를 입은 사람")
"""An operator's, a walker's, a guardian's with their number, and what caller and operator wrote."""
AREAS = [Area("쌍문파출소", "jurisdiction", "순21", box(127.01, 37.645, 127.03, 37.66))]
DEGREES = re.compile(r"\b127\.01|(?<!:)\b37\.6")
"""Of the place; after a colon they are the seconds of a time."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged meanwhile, at its most talkative, as JSON lines."""
    root, before = logging.getLogger(), logging.getLogger().level
    handlers, stream = root.handlers[:], io.StringIO()
    handler = log_lines.set_up("json", verbose=True, stream=stream)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        for one in handlers:
            root.addHandler(one)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """What was logged, read."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_one_id_leads_through_all_parts_and_nobody_is_in_the_log(
    pair: Pair, tmp_path: Path, log: io.StringIO
) -> None:
    async with (
        Receiver().open() as desk,
        running(
            pair,
            tmp_path,
            LOCAL,
            lamps=street_of(3),
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}",
        ) as house,
        house.street(),
        signed_in(house, NAMES[0], "operator") as browser,
        feed_of(house, browser) as feed,
    ):
        guardian = {"name": NAMES[2], "contact": NAMES[3]}
        phone = await starts(house.client, name=NAMES[1], guardians=[guardian])
        await phone.moves(fix(east(3)))
        taken = await house.press(HERE, note=NAMES[4], walk_id=phone.walk["walk_id"])
        incident = taken["incident_id"]
        await feed.event("lamps_answered")
        moved = {"lon": HERE.lon + 0.001, "lat": HERE.lat, "accuracy_m": 5.0}
        fixes = {"positions": [moved | {"fixed_at": "2026-11-22T12:00:00.000Z"}]}
        path = f"/v1/reports/{taken['report_id']}"
        await house.client.post(f"{path}/positions", json=fixes, headers=as_caller(taken))
        assert (await browser.post(f"/v1/incidents/{incident}/acknowledge", json={})).is_success
        noted = await browser.post(f"/v1/incidents/{incident}/note", json={"text": NAMES[4]})
        assert noted.is_success
        await browser.post("/v1/sign-in", json={"name": NAMES[0], "password": "not-hers-at-all"})
        await house.client.post("/v1/reports", json={"report_id": "x", "position": moved})
        await eventually(lambda: "has taken" in log.getvalue())
        walker, cookie = phone.walk["walker_token"], browser.cookies["lamplighter"]
        secrets = [taken["reporter_token"], walker, cookie]
    parts = {line["part"] for line in lines(log) if line["incident"] == incident}
    assert parts >= {
        "dispatch.sources.app",
        "dispatch.feed",
        "dispatch.outbox",
        "dispatch.house",
        "lights.fleet",
    }
    said = log.getvalue()
    assert not DEGREES.search(said)
    assert [one for one in (*NAMES, *secrets, "not-hers-at-all", "ticket=") if one in said] == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_an_error_or_a_library_says_is_no_way_out(form: LogFormat) -> None:
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    handler = log_lines.set_up(form, verbose=True, stream=stream)
    try:
        try:
            try:
                raise ValueError("Failing row contains (김민지, 127.0165)")
            except ValueError as error:
                raise ExceptionGroup("at 37.6512", [error]) from error
        except ExceptionGroup as error:
            with concerning("i1"):
                root.error("a fault at 127.0165,37.6512", exc_info=error)
        root.warning("asked ws://h/v1/feed?ticket=abc, Authorization: Bearer def")
        root.warning("mqtts://lamp:hunter2@broker went away\n2026-11-22 CRITICAL all is lost")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for one in before:
            root.addHandler(one)
    said = stream.getvalue()
    for secret in ("김민지", "127.0165", "37.6512", "abc", "def,", "hunter2", "Bearer def"):
        assert secret not in said
    assert "builtins.ValueError" in said
    assert "test_log_lines.py:" in said
    assert "i1" in said.splitlines()[0]
    assert len([line for line in said.splitlines() if "all is lost" in line]) == 1
    assert not any(line.startswith("2026-11-22 CRITICAL") for line in said.splitlines())


async def test_the_command_line_chooses_how_the_log_looks(tmp_path: Path) -> None:
    """Two that end at once, for a setting that cannot be used: the log of one is JSON."""
    words = [sys.executable, "-m", "dispatch", "--log-format", "yaml", "serve"]
    asked = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.PIPE)
    _, refusal = await asked.communicate()
    assert asked.returncode == 2
    assert b"'text'" in refusal
    assert b"'json'" in refusal
