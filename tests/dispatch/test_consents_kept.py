"""What was consented to is kept with its text and its end, longer than the walk, and no longer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from dispatch.consents import TEXTS, let_consents_go
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.walking import position, starts
from tests.house import HERE, environment_for, running

SCREENS = Path(__file__).parents[2] / "control_room_ui" / "src" / "sos"
GUARDIANS = [
    {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "2026-11"},
    {"contact": "010-1234-5679", "name": "친구"},
    {"contact": "010-1234-5670", "name": "언니", "consent": True, "consent_version": "ansimi-3"},
]


async def test_a_consent_outlives_its_walk_without_a_place_or_a_name_and_goes_in_its_time(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        walks, database = house.dispatcher.walks, house.dispatcher.database
        phone = await starts(
            house.client, guardians=GUARDIANS, watched=True, destination=position(HERE)
        )
        watched, first, third = await listed(at)
        assert "guardian 1 엄마 may see the place when it goes wrong (text 2026-11)" in first
        assert "guardian 3 언니" in third
        assert "(text ansimi-3, an app's own: not kept here)" in third
        assert watched.endswith("; stands")
        await phone.does("end")
        walks.plan = replace(walks.plan, link_for=timedelta())
        await walks._tidy()
        over = await listed(at)
        assert len(over) == 3
        assert all("; withdrawn 20" in line for line in over)
        assert "엄마" not in "".join(over)
        async with database.reading() as connection:
            rows = (await connection.execute(text("SELECT * FROM consent"))).all()
        assert not any(word in repr(rows) for word in ("엄마", "010", str(HERE.lon)))
        async with database.writing() as connection:
            await let_consents_go(connection, datetime.now(UTC) + timedelta(seconds=1))
        assert await listed(at) == []


async def listed(at: dict[str, str]) -> list[str]:
    told = await in_this_process("privacy", "consents", environment=at)
    assert "Text 2026-11: 문제가 생기면" in told.stderr
    return told.stdout.splitlines()


def test_the_text_beside_the_tick_is_the_newest_of_those_that_are_kept() -> None:
    newest = max(TEXTS)
    assert f'CONSENT_VERSION = "{newest}"' in (SCREENS / "walk_letter.ts").read_text("utf-8")
    for language, words in (("ko", TEXTS[newest].ko), ("en", TEXTS[newest].en)):
        shown = (SCREENS / f"words_walk_{language}.ts").read_text("utf-8")
        assert f'consent: "{words}"' in shown
