"""How a right that is taken away at the district's provider is gone here too: a real provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from dispatch.settings import BadSetting, Settings
from dispatch.sign_in.belief import Audience, Farewell, NotSignedIn
from dispatch.sign_in.people import Kept
from dispatch.sign_in.rechecks import whom
from dispatch.sign_in.sessions import Session
from dispatch.sign_in.vault import Vault
from tests.conftest import Pair
from tests.dispatch.district_accounts import (
    OIDC,
    OURS,
    PEOPLE,
    SECRET,
    a_browser,
    a_district,
    comes_back,
)
from tests.dispatch.staff import closing, feed_of
from tests.house import House, assert_problem
from tests.parts.provider import ProviderServer
from tests.patience import eventually

HURRY = "1"
POLICY_VIOLATION = 1008
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ISSUER = "https://id.example"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS = KeySet([KEY])


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


# ---- asked again


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
    """The provider gives a new refresh token each time, and takes the old one no more."""
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


# ---- told by the provider


async def test_whoever_signs_out_at_the_provider_is_out_here_at_once(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        a_district(pair, tmp_path, LAMPLIGHTER_OIDC_ASK_AGAIN_S="3600") as (house, server),
        a_browser(house) as kim,
        a_browser(house) as phone,
    ):
        await comes_back(kim, "김민지")
        await comes_back(phone, "김민지")
        async with feed_of(house, kim) as feed:
            await out_at_the_provider(kim, server)
            assert await closing(feed.socket) == POLICY_VIOLATION
        assert_problem(await kim.get("/v1/me"), 401)
        assert (await phone.get("/v1/me")).status_code == 200  # another session there


async def out_at_the_provider(browser: httpx.AsyncClient, server: ProviderServer) -> None:
    page = await browser.get(f"{server.issuer}/session/end")
    (word,) = [part.split('"')[0] for part in page.text.split('name="xsrf" value="')[1:]]
    said = {"xsrf": word, "logout": "yes"}
    answer = await browser.post(f"{server.issuer}/session/end/confirm", data=said)
    assert answer.status_code < 400, answer.text


async def test_nobody_else_signs_anybody_out(small: Pair, tmp_path: Path) -> None:
    async with a_district(small, tmp_path) as (house, server), a_browser(house) as kim:
        await comes_back(kim, "김민지")
        forged = farewell(iss=server.issuer, sub="김민지")
        for said in ({}, {"logout_token": "x"}, {"logout_token": forged}, {"x": "y" * 30_000}):
            answer = await house.client.post("/v1/sign-in/oidc/farewell", data=said)
            assert_problem(answer, 400)
        assert (await kim.get("/v1/me")).status_code == 200


def farewell(**claims: Any) -> str:
    """A logout token; None leaves a claim out."""
    now = int(NOW.timestamp())
    whole = {
        "iss": ISSUER,
        "aud": OURS,
        "iat": now,
        "exp": now + 120,
        "jti": "one",
        "events": {EVENT: {}},
        **claims,
    }
    said = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "one"}, said, KEY)


def believed(token: str) -> Farewell:
    return Audience(ISSUER, OURS).farewell(token, KEYS, NOW)


def test_a_logout_token_says_who_is_out() -> None:
    assert believed(farewell(sub="7", sid="s")) == Farewell("7", "s", NOW)
    assert believed(farewell(sub="7")) == Farewell("7", None, NOW)
    assert believed(farewell(sid="s")) == Farewell(None, "s", NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": "7", "aud": "car-pool"},
        {"sub": "7", "iss": "https://evil.example"},
        {"sub": "7", "events": None},
        {"sub": "7", "events": {"http://schemas.openid.net/event/other": {}}},
        {"sub": "7", "events": [EVENT]},
        {"sub": "7", "jti": None},
        {"sub": "7", "nonce": "n"},
        {"sub": "7", "exp": int(NOW.timestamp()) - 120},
        {"sub": "7", "iat": int(NOW.timestamp()) + 120},
        {"sub": "7", "iat": int(NOW.timestamp()) - 900},
    ],
)
def test_what_is_no_logout_token_is_not_believed(claims: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        believed(farewell(**claims))


def test_neither_token_is_taken_for_the_other() -> None:
    audience = Audience(ISSUER, OURS)
    with pytest.raises(NotSignedIn):
        audience.id_claims(farewell(sub="7"), KEYS, NOW, None)
    id_token = farewell(sub="7", events=None, nonce="n")
    assert audience.id_claims(id_token, KEYS, NOW, "n")["sub"] == "7"
    with pytest.raises(NotSignedIn):
        believed(id_token)


def here(subject: str | None, sid: str | None, made_at: datetime = NOW) -> Session:
    kept = Kept(
        token_digest="",
        session_id="id",
        name="name",
        way="oidc" if subject else "local",
        roles=frozenset(),
        jurisdictions=frozenset(),
        source="",
        made_at=made_at,
        seen_at=made_at,
        ends_at=made_at,
        subject=subject,
        provider_session=sid,
    )
    return Session(kept, kept.person, one_time=False)


names = st.sampled_from(["7", "8"])
perhaps = st.none() | st.sampled_from(["s", "t"])


@given(st.lists(st.tuples(st.none() | names, perhaps)), st.none() | names, perhaps)
def test_only_who_is_named_is_out(
    present: list[tuple[str | None, str | None]], subject: str | None, sid: str | None
) -> None:
    sessions = [here(*one) for one in present]
    out = whom(Farewell(subject, sid, NOW), sessions)
    for session in sessions:
        kept = session.kept
        if session in out:
            assert kept.way == "oidc"
            assert sid == kept.provider_session if sid and kept.provider_session else True
            assert kept.subject == subject or (sid is not None and sid == kept.provider_session)
        elif kept.way == "oidc" and sid is None:
            assert kept.subject != subject


@pytest.mark.parametrize(
    ("subject", "sid", "out"),
    [
        ("7", "s", [0, 2]),
        ("7", None, [0, 1, 2]),
        (None, "t", [1]),
        ("8", None, []),
        ("7", "x", [2]),
    ],
)
def test_a_session_is_known_by_its_name_else_by_whose_it_is(
    subject: str | None, sid: str | None, out: list[int]
) -> None:
    later = NOW + timedelta(minutes=5)
    sessions = [here("7", "s"), here("7", "t"), here("7", None), here("7", "s", later)]
    sessions.append(here(None, None))
    assert whom(Farewell(subject, sid, NOW), sessions) == [sessions[at] for at in out]
