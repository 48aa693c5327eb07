"""Who may come in, decided at the keyboard: each command, and what it prints once."""

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from shapely.geometry import box

from dispatch.command_line import lamplighter
from dispatch.database import Database
from dispatch.imports import import_areas
from dispatch.keyboard import local
from dispatch.sign_in import people
from dispatch.sign_in.keys import Passwords, digest
from geo.area import Area
from tests.dispatch.staff import LOCAL

OURS = Area("쌍문파출소", "jurisdiction", "순21", box(127.0, 37.64, 127.02, 37.66))
THEIRS = Area("방학파출소", "jurisdiction", "순31", box(127.02, 37.64, 127.04, 37.66))
ONCE = re.compile(
    r"^김민지: ([a-z2-9-]{23}) \(good for choosing their own until (.+)\)$", re.MULTILINE
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/lamplighter.sqlite3"


@pytest.fixture
def environment(tmp_path: Path, url: str) -> dict[str, str]:
    """Of a district that has begun."""
    asyncio.run(begun(url, OURS, THEIRS))
    here = {"LAMPLIGHTER_DATA_DIR": str(tmp_path), "LAMPLIGHTER_DATABASE_URL": url}
    return LOCAL | here


async def begun(url: str, *areas: Area) -> None:
    database = Database(url)
    try:
        await database.bring_up_to_date()
        await import_areas(database, list(areas), dry_run=False)
    finally:
        await database.close()


def say(environment: dict[str, str], words: str, code: int = 0) -> str:
    """What a command prints."""
    told = CliRunner().invoke(lamplighter, words.split(), env=environment)
    assert told.exit_code == code, told.output
    return told.stdout if code == 0 else told.output


def kept(url: str) -> tuple[list[people.Account], list[people.App]]:
    async def look() -> tuple[list[people.Account], list[people.App]]:
        database = Database(url)
        try:
            async with database.reading() as connection:
                return await people.accounts(connection), list(await people.apps(connection))
        finally:
            await database.close()

    return asyncio.run(look())


def test_an_account_is_made_changed_and_taken_away(environment: dict[str, str], url: str) -> None:
    printed = ONCE.search(say(environment, "accounts add 김민지 --role operator"))
    assert printed is not None
    (account,), _ = kept(url)
    assert asyncio.run(Passwords().fits(printed[1], account.password))
    assert printed[1] not in repr(account)
    assert account.one_time_until is not None
    assert printed[2] == local(account.one_time_until)
    assert (account.roles, account.one_time) == (frozenset({"operator"}), True)

    assert "there is an account" in say(environment, "accounts add 김민지", 1)
    changed = say(environment, "accounts roles 김민지 --role police --jurisdiction 쌍문파출소")
    assert changed == "김민지  police of 쌍문파출소\n"
    again = ONCE.search(say(environment, "accounts password 김민지"))
    assert again is not None
    assert again[1] != printed[1]
    assert "revoked" in say(environment, "accounts revoke 김민지")
    assert "revoked" in say(environment, "accounts list")
    told = say(environment, "accounts add 김민지 --role supervisor", 1)
    assert ("there was an account 김민지, revoked at" in told, "--again" in told) == (True, True)
    (account,), _ = kept(url)
    assert account.revoked_at is not None, "nobody was let in"
    assert ONCE.search(say(environment, "accounts add 김민지 --role crew --again"))
    (account,), _ = kept(url)
    assert (account.revoked_at, account.roles) == (None, frozenset({"crew"}))
    (line,) = say(environment, "accounts record --last 1").splitlines()
    assert "account_revived  김민지  by command line" in line
    assert '"roles": ["crew"]' in line
    assert '"before": {"roles": ["police"], "jurisdictions": ["쌍문파출소"]}' in line
    assert "there is no account" in say(environment, "accounts revoke 이도봉", 1)
    assert say(environment, "accounts add x --role mayor", 2)


def test_an_account_needs_a_name(environment: dict[str, str]) -> None:
    refused = CliRunner().invoke(
        lamplighter, ["accounts", "add", "  ", "--role", "operator"], env=environment
    )
    assert (refused.exit_code, "needs a name" in refused.output) == (1, True)


def test_an_apps_token_is_printed_once_and_kept_as_a_hash(
    environment: dict[str, str], url: str
) -> None:
    token = say(environment, "apps add 안심이").strip()
    _, (app,) = kept(url)
    assert (app.name, app.token_digest) == ("안심이", digest(token))
    assert token not in repr(app)
    assert "안심이" in say(environment, "apps list")
    say(environment, "apps revoke 안심이")
    _, (app,) = kept(url)
    assert app.revoked_at is not None
    assert "there is no app" in say(environment, "apps revoke 우리동네", 1)


@pytest.mark.parametrize(
    ("rights", "reason"),
    [
        ("--role police", "police need one at least: those known are 방학파출소, 쌍문파출소"),
        (
            "--role police --jurisdiction 쌍문파출서",
            "there is no jurisdiction 쌍문파출서: those known are 방학파출소, 쌍문파출소",
        ),
        ("--role police --role crew --jurisdiction 순21", "there is no jurisdiction 순21"),
    ],
)
def test_police_are_refused_without_a_jurisdiction_that_is_known(
    environment: dict[str, str], url: str, rights: str, reason: str
) -> None:
    assert reason in say(environment, f"accounts add 이도봉 {rights}", 1)
    assert kept(url) == ([], [])
    say(environment, "accounts add 이도봉 --role crew")
    assert reason in say(environment, f"accounts roles 이도봉 {rights}", 1)
    (account,), _ = kept(url)
    assert account.roles == {"crew"}


def test_police_of_a_district_without_jurisdictions_are_refused_with_what_brings_them(
    tmp_path: Path, url: str
) -> None:
    asyncio.run(begun(url))
    here = {"LAMPLIGHTER_DATA_DIR": str(tmp_path), "LAMPLIGHTER_DATABASE_URL": url}
    told = say(LOCAL | here, "accounts add 이도봉 --role police --jurisdiction 쌍문파출소", 1)
    assert "no jurisdictions are known yet: `lamplighter areas import`" in told
