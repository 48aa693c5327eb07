"""What the privacy commands print is read by people: whom, how often, when on their own wall."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.commands.privacy_showings import told
from dispatch.showing_rows import Count, Key
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.house import environment_for, running, street_of

NINE = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
INCIDENT = "GET /v1/incidents/{incident_id}"


@pytest.fixture
def in_seoul(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_seoul")
def test_who_was_shown_a_place_is_told_one_by_one_with_counts_in_words() -> None:
    found = {
        Key("incident", "i", "operator", "김민지", INCIDENT, "answer", "review"): Count(
            NINE + timedelta(hours=3), NINE + timedelta(hours=3), 1
        ),
        Key("incident", "i", "operator", "김민지", "WS /v1/feed", "feed", "rescue"): Count(
            NINE, NINE + timedelta(minutes=4), 1_204
        ),
        Key("incident", "i", "target", "unit:쌍문파출소", "letter", "cap", "rescue"): Count(
            NINE + timedelta(seconds=1), NINE + timedelta(days=1), 2
        ),
    }
    assert list(told(found)) == [
        "김민지 (operator): 1,205 times",
        "  1,204 times  2026-11-22 21:00:30 KST to 21:04:30 KST  on the live feed, "
        "during the rescue",
        f"        once  2026-11-23 00:00:30 KST  in answers to {INCIDENT}, looking back",
        "unit:쌍문파출소 (target): 2 times",
        "     2 times  2026-11-22 21:00:31 KST to 2026-11-23 21:00:30 KST  in letters (CAP), "
        "during the rescue",
        "In all 1,207 times, to 2 recipients.",
    ]
    assert list(told({})) == ["In all 0 times, to 0 recipients."]


@pytest.mark.usefixtures("in_seoul")
async def test_the_end_of_a_hold_is_listed_in_local_time(sqlite_url: str, tmp_path: Path) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path, lamps=street_of(1)) as house:
        incident_id = (await house.press())["incident_id"]
        await house.move(incident_id, "close", disposition="genuine")
        until = (datetime.now(UTC) + timedelta(days=9)).replace(hour=14, minute=59, second=0)
        await house.move(incident_id, "hold", text="수사", until=until.isoformat())
        listed = await in_this_process(
            "privacy", "list", environment=environment_for(pair, tmp_path)
        )
        assert f", held until {until:%Y-%m-%d} 23:59:00 KST: 수사" in listed.stdout


async def test_what_never_was_is_not_said_to_have_been_shown_to_nobody(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path) as house:
        at = environment_for(pair, tmp_path)
        said = await in_this_process("privacy", "showings", "06h0", environment=at)
        assert (said.exit_code, "no incident and no walk 06h0" in said.output) == (1, True)
        taken = await house.press()
        said = await in_this_process("privacy", "showings", taken["incident_id"], environment=at)
        assert (said.exit_code, "In all 0 times" in said.stdout) == (0, True)
