"""What is written down of who came in and of who gave whom which right, and who reads it."""

import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from dispatch.database import Database
from dispatch.sign_in import record
from dispatch.sign_in.record import COMINGS_KEPT_FOR, RIGHTS_KEPT_FOR, Entry, Event
from dispatch.sign_in.refusals import Refusals
from tests.conftest import Pair
from tests.dispatch.district_accounts import PEOPLE, a_browser, a_district, comes_back
from tests.dispatch.staff import LOCAL, PAGE, closing, feed_of, signed_in
from tests.dispatch.test_command_line import in_this_process
from tests.house import House, assert_problem, environment_for, running
from tests.patience import DEADLINE_S, ask_until

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def record_of(browser: httpx.AsyncClient) -> list[dict[str, Any]]:
    """All that is written down, the oldest first."""
    pages: list[dict[str, Any]] = []
    before = None
    while True:
        asked = {"limit": 3} | ({"before": before} if before else {})
        answer = await browser.get("/v1/record", params=asked)
        assert answer.status_code == 200, answer.text
        pages += answer.json()["entries"]
        before = answer.json()["next"]
        if before is None:
            return pages[::-1]


async def test_an_auditor_reads_who_gave_whom_which_role_and_when(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path) | LOCAL
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "박관리", "administrator") as boss,
        signed_in(house, "최감사", "auditor") as auditor,
        signed_in(house, "김민지", "operator") as kim,
    ):
        added = await boss.post("/v1/accounts", json={"name": "이도봉", "roles": ["operator"]})
        roles = {"roles": ["supervisor", "operator"]}
        await boss.post("/v1/accounts/이도봉/roles", json=roles)
        await boss.post("/v1/accounts/이도봉/password")
        await boss.post("/v1/accounts/이도봉/revoke")
        done = await in_this_process("apps", "add", "안심이", environment=at)
        assert done.exit_code == 0, done.output
        assert_problem(await kim.get("/v1/record"), 403)
        found = await record_of(auditor)
        listed = await in_this_process("accounts", "record", environment=at)
    told = [(one["event"], one["whom"], one["actor"]) for one in found]
    by = "박관리 (administrator)"
    assert told[-5:] == [
        ("account_added", "이도봉", by),
        ("roles_changed", "이도봉", by),
        ("password_reset", "이도봉", by),
        ("account_revoked", "이도봉", by),
        ("app_added", "안심이", "command line"),
    ]
    assert found[-4]["detail"]["roles"] == ["operator", "supervisor"]
    assert found[-4]["detail"]["before"]["roles"] == ["operator"]
    assert found[-4]["source"] == "127.0.0.1"
    assert found[-1]["source"].endswith(pwd.getpwuid(os.getuid()).pw_name), "of this machine"
    assert {("signed_in", name, name) for name in ("박관리", "최감사", "김민지")} <= set(told)
    assert "roles_changed  이도봉  by 박관리 (administrator)" in listed.output
    secret = added.json()["one_time_password"]
    assert not any(secret in str(one) for one in found)


async def test_tries_in_vain_at_an_account_are_written_down_and_what_strangers_type_is_not(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "박관리", "administrator") as boss,
        signed_in(house, "최감사", "auditor") as auditor,
    ):
        added = await boss.post("/v1/accounts", json={"name": "이도봉", "roles": ["operator"]})
        assert added.status_code == 201, added.text
        async with a_stranger(house) as stranger:
            for name in ("my-own-password", "이도봉", "이도봉"):
                tried = {"name": name, "password": "it-is-another-one"}
                assert_problem(await stranger.post("/v1/sign-in", json=tried), 401)
        changed = {"password": "it-is-another-one", "new_password": "one-of-my-own-choice"}
        problem = assert_problem(await auditor.post("/v1/me/password", json=changed), 422)
        assert problem["errors"] == [
            {"field": "password", "reason": "this is not your password now"}
        ]
        found = await refused_in(auditor, 3)
    told = [(one["whom"], one["actor"], one["source"], one["detail"]) for one in found]
    assert told == [
        ("이도봉", "somebody", "127.0.0.1", {"times": 1}),
        ("이도봉", "somebody", "127.0.0.1", {"times": 2}),
        ("최감사", "최감사", "127.0.0.1", {"times": 1}),
    ]


async def refused_in(auditor: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """What the record says of tries in vain, once they are so many."""

    async def refused() -> list[dict[str, Any]]:
        return [one for one in await record_of(auditor) if one["event"] == "sign_in_refused"]

    return await ask_until(refused, lambda found: len(found) >= count)


def a_stranger(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=house.url, timeout=DEADLINE_S, headers=PAGE)


def test_of_many_tries_at_an_account_few_become_entries_and_each_says_how_many() -> None:
    refusals = Refusals()

    def tries(count: int, at: datetime, whom: str) -> list[int]:
        for number in range(count):
            key = f"{whom} {at} {number}"
            refusals.refused(Entry(key, at, "sign_in_refused", "somebody", whom, "", {}))
        due = refusals.due()
        for one in due:
            refusals.written(one)
        return [one.detail["times"] for one in due]

    assert tries(60, NOW, "이도봉") == [1, 2, 3, 4, 5, 25, 50]
    assert tries(2, NOW, "김민지") == [1, 2]
    assert tries(20, NOW + timedelta(minutes=59), "이도봉") == [75]
    assert tries(1, NOW + timedelta(minutes=60), "이도봉") == [1], "an hour later it is told anew"
    assert tries(1, NOW - timedelta(days=1), "이도봉") == [1], "a clock that was set back"
    assert tries(10_000, NOW, "박관리")[-1] == 10_000
    for number in range(3_000):
        at = NOW + timedelta(hours=number)
        refusals.refused(Entry(str(number), at, "sign_in_refused", "somebody", "최감사", "", {}))
    assert len(refusals.due()) == 1_000, "while the database is away"


async def test_coming_and_going_is_written_down_and_whoever_put_somebody_out(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "박관리", "administrator") as boss,
        signed_in(house, "김민지", "operator") as kim,
        signed_in(house, "이도봉", "operator"),
    ):
        here = (await boss.get("/v1/sessions")).json()["sessions"]
        (lee,) = [one["session_id"] for one in here if one["name"] == "이도봉"]
        await boss.post(f"/v1/sessions/{lee}/revoke")
        await kim.post("/v1/sign-out", json={})
        told = [(one["event"], one["whom"], one["actor"]) for one in await record_of(boss)]
    assert ("put_out", "이도봉", "박관리 (administrator)") in told
    assert ("signed_out", "김민지", "김민지") in told


async def test_what_the_provider_takes_away_is_written_down_as_its_doing(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        a_district(pair, tmp_path, LAMPLIGHTER_OIDC_ASK_AGAIN_S="1") as (house, server),
        a_browser(house) as kim,
    ):
        assert house.dispatcher is not None
        await comes_back(kim, "김민지")
        for groups in (["chiefs"], ["choir"]):
            async with feed_of(house, kim) as feed:
                server.knows(PEOPLE | {"김민지": {"groups": groups}})
                await closing(feed.socket)
        async with house.dispatcher.database.reading() as connection:
            found = (await record.entries(connection, 10, None))[::-1]
    provider = "the district's provider"
    assert [(one.event, one.actor) for one in found if one.whom == "김민지"] == [
        ("signed_in", "김민지"),
        ("roles_changed", provider),
        ("put_out", provider),
    ]
    assert found[-2].detail["before"]["roles"] == ["operator"]


async def test_comings_are_kept_for_a_year_and_rights_for_five(database_url: str) -> None:
    database = Database(database_url)
    try:
        await database.bring_up_to_date()
        async with database.writing() as connection:
            lines: list[tuple[Event, timedelta]] = [
                ("roles_changed", RIGHTS_KEPT_FOR + timedelta(days=1)),
                ("signed_in", COMINGS_KEPT_FOR + timedelta(days=1)),
                ("roles_changed", COMINGS_KEPT_FOR + timedelta(days=1)),
                ("put_out", timedelta(days=300)),
            ]
            for number, (event, age) in enumerate(lines):
                one = Entry(f"entry{number}", NOW - age, event, "a", "b", "", {})
                await record.note(connection, one, b"key")
            await record.let_go(connection, NOW)
        async with database.reading() as connection:
            left = await record.entries(connection, 10, None)
    finally:
        await database.close()
    assert [one.entry_id for one in left] == ["entry3", "entry2"]
