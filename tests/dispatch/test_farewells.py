"""Who has signed out at the district's provider is out here too: it tells us, and is believed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from dispatch.sign_in.belief import Audience, Farewell, NotSignedIn
from dispatch.sign_in.people import Kept
from dispatch.sign_in.rechecks import whom
from dispatch.sign_in.sessions import Session
from tests.conftest import Pair
from tests.dispatch.district_accounts import (
    OURS,
    a_browser,
    a_district,
    comes_back,
)
from tests.dispatch.staff import closing, feed_of
from tests.house import assert_problem
from tests.parts.provider import ProviderServer

POLICY_VIOLATION = 1008
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ISSUER = "https://id.example"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS = KeySet([KEY])


@pytest.fixture
def small(sqlite_url: str) -> Pair:
    return Pair("embedded", sqlite_url, mqtt=None)


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
