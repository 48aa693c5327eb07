"""How people come in with the district's account, and how nobody else does: a real provider."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from dispatch.sign_in.belief import NotSignedIn
from dispatch.sign_in.provider import Provider
from dispatch.sign_in.trip import set_out
from tests.conftest import Pair
from tests.dispatch.district_accounts import (
    OTHER,
    OURS,
    SECRET,
    a_browser,
    a_district,
    assert_in_vain,
    at_the_provider,
    comes_back,
    query_of,
    sent_away,
    with_query,
)
from tests.dispatch.staff import account_of
from tests.house import House, assert_problem
from tests.parts.provider import ProviderServer

KEY = b"k" * 32


@pytest.fixture
async def district(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[House, ProviderServer]]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with a_district(pair, tmp_path) as both:
        yield both


@pytest.fixture
def house(district: tuple[House, ProviderServer]) -> House:
    return district[0]


@pytest.fixture
def server(district: tuple[House, ProviderServer]) -> ProviderServer:
    return district[1]


# ---- whoever may


async def test_an_operator_comes_in_with_the_districts_account_and_is_named_in_the_journal(
    pair: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_district(pair, tmp_path) as (house, _), a_browser(house) as kim:
        back = await at_the_provider(kim, await sent_away(kim, "/?from=wall"), "김민지")
        answer = await kim.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/?from=wall")
        me = (await kim.get("/v1/me")).json()
        assert (me["name"], me["roles"]) == ("김민지", ["operator"])
        taken = await house.press()
        path = f"/v1/incidents/{taken['incident_id']}"
        assert (await kim.post(f"{path}/acknowledge", json={})).status_code == 200
        entries = (await kim.get(f"{path}/journal")).json()["entries"]
        assert "김민지 (operator)" in [one["actor"] for one in entries]
        secrets = (query_of(back)["code"], SECRET, kim.cookies["lamplighter"])
    ours = [one for one in caplog.records if one.name.startswith("dispatch")]
    assert not [one for one in ours if any(secret in one.getMessage() for secret in secrets)]


async def test_police_come_in_for_the_jurisdictions_that_the_provider_says(house: House) -> None:
    async with a_browser(house) as lee:
        await comes_back(lee, "이도봉")
        me = (await lee.get("/v1/me")).json()
        assert (me["roles"], me["jurisdictions"]) == (["police"], ["쌍문파출소"])


@pytest.mark.parametrize("way", ["client_secret_post", "none"])
async def test_the_client_says_its_secret_as_the_provider_wants_it(
    way: str, sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    client: dict[str, Any] = {"token_endpoint_auth_method": way}
    without = {"LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": ""} if way == "none" else {}
    async with a_district(pair, tmp_path, client, without) as (house, _), a_browser(house) as kim:
        await comes_back(kim, "김민지")
        assert (await kim.get("/v1/me")).status_code == 200


async def test_whoever_signs_out_is_out_here_and_is_led_to_be_out_at_the_provider(
    house: House, server: ProviderServer
) -> None:
    async with a_browser(house) as kim:
        await comes_back(kim, "김민지")
        way_out = (await kim.post("/v1/sign-out", json={})).json()["provider"]
        assert_problem(await kim.get("/v1/me"), 401)
        assert way_out.startswith(f"{server.issuer}/session/end?")
        page = await kim.get(way_out)
        assert page.status_code == 200
        assert "sign-out" in page.text.lower()
        assert query_of(way_out)["post_logout_redirect_uri"] == f"{house.url}/sign-in"


async def test_a_second_sign_in_ends_the_first_session_of_the_browser(house: House) -> None:
    assert house.dispatcher is not None
    async with a_browser(house) as kim:
        await comes_back(kim, "김민지")
        await comes_back(kim, "김민지")
        assert len(house.dispatcher.sessions.all()) == 1


# ---- whoever may not


@pytest.mark.parametrize("name", ["최가수", "박순경"])
async def test_nobody_comes_in_without_a_role(house: House, name: str) -> None:
    """A singer is in no group of ours; an officer of no jurisdiction would see nobody."""
    async with a_browser(house) as browser:
        assert_in_vain(await comes_back(browser, name, "/police"), "not_yours")
        assert_problem(await browser.get("/v1/me"), 401)


async def test_a_way_back_that_was_not_begun_here_leads_nowhere(house: House) -> None:
    async with a_browser(house) as kim, a_browser(house) as thief:
        back = await at_the_provider(kim, await sent_away(kim), "김민지")
        assert_in_vain(await thief.get(back), "begin_again")
        await sent_away(thief)
        assert_in_vain(await thief.get(back), "begin_again")
        forged = with_query(back, state="A" * 43)
        assert_in_vain(await kim.get(forged), "begin_again")
        assert_in_vain(await kim.get("/v1/sign-in/oidc/callback"), "begin_again")
        assert (await kim.get(back)).headers["location"] == "/"


async def test_a_code_is_good_once(house: House) -> None:
    async with a_browser(house) as kim:
        back = await at_the_provider(kim, await sent_away(kim), "김민지")
        kept = kim.cookies["lamplighter-trip"]
        assert (await kim.get(back)).headers["location"] == "/"
        assert_in_vain(await kim.get(back), "begin_again")
        async with a_browser(house) as copy:
            copy.cookies.set("lamplighter-trip", kept)
            assert_in_vain(await copy.get(back), "provider_refused")


async def test_a_token_for_another_attempt_is_not_believed(house: House) -> None:
    async with a_browser(house) as kim:
        address = with_query(await sent_away(kim), nonce="of-another-attempt")
        assert_in_vain(await kim.get(await at_the_provider(kim, address, "김민지")), "not_believed")


async def test_a_code_for_another_verifier_or_another_program_is_worth_nothing(
    house: House,
) -> None:
    for changed in ({"code_challenge": "A" * 43}, {"client_id": OTHER}):
        async with a_browser(house) as kim:
            address = with_query(await sent_away(kim), **changed)
            back = await at_the_provider(kim, address, "김민지")
            assert_in_vain(await kim.get(back), "provider_refused")


async def test_an_answer_in_the_name_of_another_provider_is_not_believed(house: House) -> None:
    async with a_browser(house) as kim:
        back = await at_the_provider(kim, await sent_away(kim), "김민지")
        assert query_of(back)["iss"]
        assert_in_vain(await kim.get(with_query(back, iss="https://evil.example")), "not_believed")


async def test_whoever_turns_back_at_the_provider_is_told_so(house: House) -> None:
    async with a_browser(house) as kim:
        state = query_of(await sent_away(kim))["state"]
        said = {"state": state, "error": "access_denied"}
        refused = await kim.get("/v1/sign-in/oidc/callback", params=said)
        assert_in_vain(refused, "provider_refused")
        said["error"] = "temporarily_unavailable"
        assert_in_vain(await kim.get("/v1/sign-in/oidc/callback", params=said), "provider_down")


async def test_while_the_provider_is_down_nobody_comes_in_and_whoever_is_in_stays(
    house: House, server: ProviderServer
) -> None:
    async with a_browser(house) as kim, a_browser(house) as late:
        await comes_back(kim, "김민지")
        back = await at_the_provider(late, await sent_away(late), "김민지")
        server.stop()
        assert_in_vain(await late.get(back), "provider_down")
        assert (await kim.get("/v1/me")).status_code == 200
        server.start()
        await comes_back(late, "김민지")
        assert (await late.get("/v1/me")).status_code == 200


async def test_passwords_are_refused_where_the_provider_is_asked(house: House) -> None:
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of("kim", "operator")
    await sessions.put_account(account)
    token, _ = await sessions.open(account.person, "local", "127.0.0.1")
    async with a_browser(house) as kim:
        assert_problem(await kim.post("/v1/sign-in", json={"name": "kim", "password": "x"}), 409)
        kim.cookies.set("lamplighter", token)
        assert_problem(await kim.get("/v1/me"), 401)  # a session of the time before


# ---- which tokens are believed


async def real_token(house: House, server: ProviderServer, client: str) -> tuple[str, str]:
    """An ID token that the provider has given to a program, and its nonce."""
    async with a_browser(house) as kim:
        trip = set_out(KEY, "chance", "/", datetime.now(UTC))
        changed = {
            "client_id": client,
            "nonce": trip.nonce,
            "code_challenge": trip.challenge,
        }
        address = with_query(await sent_away(kim), **changed)
        back = await at_the_provider(kim, address, "김민지")
        form = {
            "grant_type": "authorization_code",
            "code": query_of(back)["code"],
            "redirect_uri": f"{house.url}/v1/sign-in/oidc/callback",
            "code_verifier": trip.verifier,
        }
        secret = httpx.BasicAuth(client, quote(SECRET, safe=""))
        answer = await kim.post(f"{server.issuer}/token", data=form, auth=secret)
        return str(answer.json()["id_token"]), trip.nonce


def provider_at(house: House, ahead: timedelta = timedelta(0)) -> Provider:
    """What the dispatcher asks, with a clock of its own."""
    assert house.dispatcher is not None
    choice = house.dispatcher.settings.sign_in.provider
    assert choice is not None
    return Provider(choice, house.url, house.client, lambda: datetime.now(UTC) + ahead)


def changed(token: str, **claims: Any) -> str:
    """The same token, saying something else under the same signature."""
    head, body, signature = token.split(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    body = urlsafe_b64encode(json.dumps(said | claims).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


def signed_by_a_stranger(token: str, alg: str) -> str:
    """The same claims and key name, signed with another key, or with none."""
    head, body, _ = token.split(".")
    claims = json.loads(urlsafe_b64decode(body + "=="))
    kid = json.loads(urlsafe_b64decode(head + "=="))["kid"]
    if alg == "none":
        header = urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).decode()
        return f"{header.rstrip('=')}.{body}."
    return jwt.encode({"alg": alg, "kid": kid}, claims, RSAKey.generate_key(2048), [alg])


async def test_a_token_is_believed_for_us_for_this_attempt_now_and_signed(
    house: House, server: ProviderServer
) -> None:
    token, nonce = await real_token(house, server, OURS)
    assert (await provider_at(house).verified(token, nonce))["sub"] == "김민지"
    others, others_nonce = await real_token(house, server, OTHER)
    for believed, said, ahead in (
        (token, "another", timedelta(0)),
        (token, nonce, timedelta(hours=2)),  # it has expired
        (token, nonce, timedelta(hours=-2)),  # it is of the future
        (others, others_nonce, timedelta(0)),
        (changed(token, sub="최가수"), nonce, timedelta(0)),
        (signed_by_a_stranger(token, "RS256"), nonce, timedelta(0)),
        (signed_by_a_stranger(token, "none"), nonce, timedelta(0)),
        ("no token", nonce, timedelta(0)),
    ):
        with pytest.raises(NotSignedIn) as refused:
            await provider_at(house, ahead).verified(believed, said)
        assert refused.value.trouble == "not_believed"
        assert "김민지" not in str(refused.value)
