"""How a right that is taken away at the district's provider is gone here too: a real provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dispatch.settings import BadSetting, Settings
from dispatch.sign_in.vault import Vault
from tests.conftest import Pair
from tests.dispatch.district_accounts import (
    OIDC,
    PEOPLE,
    SECRET,
    a_browser,
    a_district,
    comes_back,
)
from tests.dispatch.frames import another_process
from tests.dispatch.staff import closing, feed_of
from tests.house import House, assert_problem
from tests.parts.provider import ProviderServer
from tests.patience import eventually

HURRY = "1"
POLICY_VIOLATION = 1008


@asynccontextmanager
async def hasty(
    pair: Pair, folder: Path, **client: Any
) -> AsyncIterator[tuple[House, ProviderServer]]:
    async with a_district(pair, folder, client, LAMPLIGHTER_OIDC_ASK_AGAIN_S=HURRY) as both:
        yield both


@pytest.fixture
def small(sqlite_url: str) -> Pair:
    return Pair("embedded", sqlite_url, mqtt=None)


def said_of(name: str, **claims: Any) -> dict[str, dict[str, Any]]:
    """The provider's people, one of whom has changed."""
    return PEOPLE | {name: PEOPLE[name] | claims}


@pytest.mark.parametrize(
    "grants", [["authorization_code", "refresh_token"], ["authorization_code"]]
)
async def test_a_role_that_is_taken_away_at_the_provider_ends_session_and_open_feed(
    grants: list[str], pair: Pair, tmp_path: Path
) -> None:
    async with (
        hasty(pair, tmp_path, grant_types=grants) as (house, server),
        a_browser(house) as kim,
        a_browser(house) as lee,
    ):
        await comes_back(kim, "김민지")
        await comes_back(lee, "이도봉")
        async with feed_of(house, kim) as feed:
            server.knows(said_of("김민지", groups=["choir"]))
            assert await closing(feed.socket) == POLICY_VIOLATION
        assert_problem(await kim.get("/v1/me"), 401)
        assert (await lee.get("/v1/me")).status_code == 200


async def test_another_role_ends_the_feed_and_the_session_goes_on_with_that_role(
    small: Pair, tmp_path: Path
) -> None:
    async with hasty(small, tmp_path) as (house, server), a_browser(house) as kim:
        await comes_back(kim, "김민지")
        async with feed_of(house, kim) as feed:
            server.knows(said_of("김민지", groups=["chiefs"]))
            assert await closing(feed.socket) == POLICY_VIOLATION
        assert (await kim.get("/v1/me")).json()["roles"] == ["operator", "supervisor"]


async def test_somebody_who_is_nobody_at_the_provider_any_more_is_out(
    small: Pair, tmp_path: Path
) -> None:
    async with hasty(small, tmp_path) as (house, server), a_browser(house) as kim:
        await comes_back(kim, "김민지")
        async with feed_of(house, kim) as feed:
            server.knows({name: said for name, said in PEOPLE.items() if name != "김민지"})
            assert await closing(feed.socket) == POLICY_VIOLATION
        assert_problem(await kim.get("/v1/me"), 401)


async def test_whoever_keeps_their_role_keeps_their_feed_however_often_it_is_asked(
    small: Pair, tmp_path: Path
) -> None:
    """The provider gives a new token each time, and what was said with the old one is over."""
    async with hasty(small, tmp_path) as (house, _), a_browser(house) as kim:
        assert house.dispatcher is not None
        await comes_back(kim, "김민지")
        (session,) = house.dispatcher.sessions.all()
        async with feed_of(house, kim) as feed:
            for _ in range(3):
                before = session.kept.provider_words
                await eventually(lambda before=before: session.kept.provider_words != before)  # type: ignore[misc]
            taken = await house.press()
            frame = await feed.event("opened")
            assert frame["incident"]["incident_id"] == taken["incident_id"]


async def test_what_the_provider_gave_while_nothing_could_be_written_is_not_lost(
    small: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """To programs without a secret it gives refresh tokens that are good once."""
    public = {"token_endpoint_auth_method": "none"}
    chosen = {
        "LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": "",
        "LAMPLIGHTER_OIDC_ASK_AGAIN_S": HURRY,
    }
    async with (
        a_district(small, tmp_path, public, chosen) as (house, _),
        a_browser(house) as kim,
        another_process(small) as database,
    ):
        assert house.dispatcher is not None
        await comes_back(kim, "김민지")
        (session,) = house.dispatcher.sessions.all()
        async with database.writing():
            await eventually(lambda: "the provider says could not be kept" in caplog.text)
        before = session.kept.provider_words
        await eventually(lambda: session.ended.is_set() or session.kept.provider_words != before)
        assert (await kim.get("/v1/me")).status_code == 200


async def test_while_the_provider_is_down_nobody_is_put_out_and_afterwards_it_is_asked(
    small: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hasty(small, tmp_path) as (house, server), a_browser(house) as kim:
        await comes_back(kim, "김민지")
        async with feed_of(house, kim) as feed:
            server.stop()
            await eventually(lambda: "could not be asked again" in caplog.text)
            assert (await kim.get("/v1/me")).status_code == 200
            server.start()  # it has forgotten whom it gave tokens to
            assert await closing(feed.socket) == POLICY_VIOLATION
    assert SECRET not in caplog.text


async def test_what_the_provider_gave_is_nowhere_in_the_database(
    small: Pair, tmp_path: Path
) -> None:
    async with hasty(small, tmp_path) as (house, _), a_browser(house) as kim:
        assert house.dispatcher is not None
        await comes_back(kim, "김민지")
        (session,) = house.dispatcher.sessions.all()
        sealed = session.kept.provider_words
        assert sealed is not None
        words = house.dispatcher.vault.open("session", sealed)
        assert words is not None
        assert "refresh_token" in words
        assert house.dispatcher.vault.open("wall", sealed) is None
        assert Vault(lambda: b"x" * 32).open("session", sealed) is None


@pytest.mark.parametrize("said", ["0", "-1", "3601", "a minute", "1.5"])
def test_how_often_it_is_asked_is_a_number_of_seconds(said: str) -> None:
    with pytest.raises(BadSetting, match="1 to 3600 seconds"):
        Settings.read(OIDC | {"LAMPLIGHTER_OIDC_ASK_AGAIN_S": said})
