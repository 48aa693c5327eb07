"""What was consented to is kept with its text and its end, longer than the walk, and no longer."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from dispatch.consent_texts import TEXTS, words_of
from dispatch.consents import let_consents_go
from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.walking import position, starts, walk_body
from tests.house import HERE, assert_problem, environment_for, running

SCREENS = Path(__file__).parents[2] / "control_room_ui" / "src" / "sos"
LANGUAGES = ("ko", "en", "zh", "vi")
GUARDIANS: list[dict[str, Any]] = [
    {
        "contact": "010-1234-5678",
        "name": "엄마",
        "consent": True,
        "consent_version": "2026-11",
        "consent_language": "zh",
    },
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
        assert "guardian 1 엄마 may see the place when it goes wrong (text 2026-11, zh: “" in first
        assert "guardian 3 언니" in third
        assert "(text ansimi-3, an app's own, whose words it did not send)" in third
        assert watched.endswith("; stands")
        await phone.does("end")
        walks.plan = replace(walks.plan, link_for=timedelta())
        await walks._tidy()
        over = await listed(at)
        assert len(over) == 3
        assert all("; ended with the walk 20" in line for line in over)
        assert "엄마" not in "".join(over)
        async with database.reading() as connection:
            rows = (await connection.execute(text("SELECT * FROM consent"))).all()
        assert not any(word in repr(rows) for word in ("엄마", "010", str(HERE.lon)))
        async with database.writing() as connection:
            await let_consents_go(connection, datetime.now(UTC) + timedelta(seconds=1))
        assert await listed(at) == []


async def listed(at: dict[str, str]) -> list[str]:
    told = await in_this_process("privacy", "consents", environment=at)
    assert "Our text 2026-11, guardian, ko: “문제가 생기면" in told.stderr
    return told.stdout.splitlines()


APPS_OWN = "앱이 스스로 쓴 문구: 내 위치를 언니에게 알려도 됩니다."


async def test_the_words_that_were_shown_are_kept_in_their_language_with_the_consent_and_go_with_it(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)

    def one(**said: str) -> dict[str, Any]:
        named = {f"consent_{name}": value for name, value in said.items()}
        return {"contact": "010-1234-5678", "consent": True, **named}

    guardians = [
        *(one(version="2026-11", language=tag) for tag in ("ko", "en", "zh-Hans", "vi-VN")),
        one(version="ansimi-3", language="ko", text=APPS_OWN),
    ]
    watched = {"version": "2026-11", "language": "vi"}
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        database = house.dispatcher.database
        for _ in range(2):
            await starts(
                house.client,
                guardians=guardians,
                watched=True,
                **{f"watched_consent_{name}": value for name, value in watched.items()},
            )
        lines = await listed(at)
        for line, language in zip(lines[1:5], ("ko", "en", "zh", "vi"), strict=True):
            assert f"“{TEXTS['2026-11']['guardian'][language]}”" in line
        assert f"(text ansimi-3, ko: “{APPS_OWN}”)" in lines[5]
        assert f"vi: “{TEXTS['2026-11']['watched']['vi']}”" in lines[0]
        async with database.reading() as connection:
            kept = list(await connection.scalars(text("SELECT words FROM consent_text")))
        assert len(kept) == 6, "each text once"
        async with database.writing() as connection:
            await let_consents_go(connection, datetime.now(UTC) + timedelta(seconds=1))
            assert (await connection.scalar(text("SELECT count(*) FROM consent_text"))) == 0


async def test_a_consent_in_no_language_is_refused_with_words(
    sqlite_url: str, tmp_path: Path
) -> None:
    spoilt = {**GUARDIANS[0], "consent_language": "한국어"}
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        answer = await house.client.post("/v1/walks", json=walk_body(guardians=[spoilt]))
        problem = assert_problem(answer, 422)
        assert problem["errors"][0]["field"] == "guardians.0.consent_language"


def test_the_texts_beside_the_ticks_are_the_newest_of_those_that_are_kept() -> None:
    newest = max(TEXTS)
    assert f'CONSENT_VERSION = "{newest}"' in (SCREENS / "walk_letter.ts").read_text("utf-8")
    for language in LANGUAGES:
        shown = re.sub(r"\n\s+", " ", (SCREENS / f"words_walk_{language}.ts").read_text("utf-8"))
        assert f'consent: "{words_of(newest, "guardian", language)}"' in shown
        assert f'watch_consent: "{words_of(newest, "watched", language)}"' in shown


def test_every_page_says_how_long_an_incident_is_kept_as_the_plan_has_it() -> None:
    days = str(DEFAULT.kept_for.days)
    phone = [f"sos/words{walk}_{language}.ts" for walk in ("", "_walk") for language in LANGUAGES]
    for name in [*phone, "guardian/words_ko.ts", "guardian/words_en.ts"]:
        said = (SCREENS.parent / name).read_text("utf-8")
        assert re.search(rf"(?<!\d){days} ?(일|days|天|ngày)", said), name
