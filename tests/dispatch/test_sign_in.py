"""How people come in: passwords and sessions; and how they are out again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from dispatch import demo
from dispatch.sign_in import people
from dispatch.sign_in.accounts import FIRST, FIRST_ROLES
from dispatch.sign_in.throttle import PAIR
from lights.wire import rfc3339
from tests.conftest import Pair
from tests.dispatch.staff import (
    LOCAL,
    PAGE,
    account_of,
    connect,
    signed_in,
)
from tests.house import House, assert_problem, report, running
from tests.patience import DEADLINE_S

OWN = "어두운 골목의 가로등 열두 개"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INCIDENTS = "/v1/incidents"


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL) as house:
        yield house


@asynccontextmanager
async def a_browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=house.url, timeout=DEADLINE_S, headers=PAGE) as browser:
        yield browser


async def sign_in(browser: httpx.AsyncClient, name: str, password: str) -> httpx.Response:
    return await browser.post("/v1/sign-in", json={"name": name, "password": password})


async def choose(browser: httpx.AsyncClient, old: str, new: str) -> httpx.Response:
    said = {"password": old, "new_password": new}
    return await browser.post("/v1/me/password", json=said)


# ---- the first person, and the next


async def test_the_set_up_password_lets_the_first_administrator_in_to_make_the_next_account(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, LOCAL) as house, a_browser(house) as browser:
        assert house.dispatcher is not None
        once = house.dispatcher.first_password
        assert once is not None
        here = (await sign_in(browser, FIRST, once)).json()
        assert (here["must_choose_password"], here["roles"]) == (True, [])
        assert_problem(await browser.get("/v1/accounts"), 403)  # a password of one's own first
        assert_problem(await choose(browser, once, "short"), 422)
        assert_problem(await choose(browser, once, once), 422)
        assert_problem(await choose(browser, once, "passwordpassword"), 422)
        assert (await choose(browser, once, OWN)).json()["roles"] == sorted(FIRST_ROLES)
        assert_problem(await sign_in(browser, FIRST, once), 401)

        added = await browser.post("/v1/accounts", json={"name": "김민지", "roles": ["operator"]})
        assert added.status_code == 201
        again = await browser.post("/v1/accounts", json={"name": "김민지", "roles": ["operator"]})
        assert_problem(again, 409)
        async with a_browser(house) as desk:
            await sign_in(desk, "김민지", added.json()["one_time_password"])
            await choose(desk, added.json()["one_time_password"], OWN)
            taken = await house.press()
            path = f"{INCIDENTS}/{taken['incident_id']}"
            assert (await desk.post(f"{path}/acknowledge", json={})).status_code == 200
            entries = (await desk.get(f"{path}/journal")).json()["entries"]
            actors = [one["actor"] for one in entries if one["event"] == "acknowledged"]
            assert actors == ["김민지 (operator)"]
    async with running(pair, tmp_path, LOCAL) as house:
        assert house.dispatcher is not None
        assert house.dispatcher.first_password is None


@pytest.mark.parametrize("days", [6, 8])
async def test_a_set_up_password_is_over_after_a_week_and_says_what_to_do(
    house: House, days: int
) -> None:
    assert house.dispatcher is not None
    accounts = house.dispatcher.accounts
    later = replace(accounts, clock=lambda: datetime.now(UTC) - timedelta(days=days))
    account, once = await later.add("kim", ["operator"], [])
    assert account.one_time_until is not None
    async with a_browser(house) as browser:
        answer = await sign_in(browser, "kim", once)
        if days < 7:
            assert answer.json()["must_choose_password"]
            return
        problem = assert_problem(answer, 401)
        assert problem["trouble"] == "password_over"
        assert rfc3339(account.one_time_until) in problem["detail"]
        assert "lamplighter accounts password kim" in problem["detail"]
        guess = assert_problem(await sign_in(browser, "kim", "guess"), 401)
        assert "trouble" not in guess, "who does not know it is told nothing of it"
        account, once = await accounts.new_password("kim")
        assert (await sign_in(browser, "kim", once)).status_code == 200
        assert (await choose(browser, once, OWN)).json()["roles"] == ["operator"]
    found = await accounts.get("kim")
    assert found.one_time_until is None, "their own has no end"


async def test_who_makes_no_end_is_let_in_whenever_they_come(house: House) -> None:
    assert house.dispatcher is not None
    accounts = house.dispatcher.accounts
    long_ago = datetime.now(UTC) - timedelta(days=400)
    endless = replace(accounts, clock=lambda: long_ago, one_time_for=None)
    _, once = await endless.add("kim", ["operator"], [])
    async with a_browser(house) as browser:
        assert (await sign_in(browser, "kim", once)).status_code == 200
    assert demo._PLAN.one_time_for is None, "a demo is never without a way in"


async def test_nobody_gets_in_with_less_than_a_session(house: House) -> None:
    for cookies in ({}, {"lamplighter": "guess"}, {"lamplighter": ""}):
        async with httpx.AsyncClient(
            base_url=house.url, cookies=cookies, timeout=DEADLINE_S
        ) as stranger:
            problem = assert_problem(await stranger.get(INCIDENTS), 401)
            assert "/sign-in" in problem["detail"]


async def test_a_report_needs_no_account(house: House) -> None:
    taken = await house.press()
    assert (await house.state(taken))["state"] == "open"


async def test_whatever_is_wrong_is_refused_in_the_same_words(house: House) -> None:
    assert house.dispatcher is not None
    await house.dispatcher.accounts.add("kim", ["operator"], [])
    async with a_browser(house) as browser:
        wrong = assert_problem(await sign_in(browser, "kim", "wrong"), 401)
        nobody = assert_problem(await sign_in(browser, "nobody", "wrong"), 401)
    assert wrong == nobody


async def test_guessing_is_made_to_wait_and_the_known_browser_is_not(house: House) -> None:
    assert house.dispatcher is not None
    _, once = await house.dispatcher.accounts.add("kim", ["operator"], [])
    async with a_browser(house) as known, a_browser(house) as stranger:
        assert (await sign_in(known, "kim", once)).status_code == 200
        for _ in range(PAIR.at_once):
            assert_problem(await sign_in(stranger, "kim", "guess"), 401)
        refused = await sign_in(stranger, "kim", once)
        assert_problem(refused, 429)
        assert 0 < int(refused.headers["Retry-After"]) <= PAIR.every.total_seconds() + 1
        assert (await sign_in(known, "kim", once)).status_code == 200


async def test_the_last_administrator_cannot_be_locked_out(house: House) -> None:
    async with signed_in(house, "kim", "administrator") as kim:
        assert_problem(await kim.post("/v1/accounts/kim/revoke", json={}), 409)
        assert house.dispatcher is not None
        await house.dispatcher.sessions.put_account(account_of("lee", "administrator"))
        assert (await kim.post("/v1/accounts/kim/revoke", json={})).status_code == 200
        assert_problem(await kim.get("/v1/accounts"), 401)


# ---- sessions


async def test_a_cookie_is_for_this_server_alone_and_out_of_reach_of_pages(
    house: House, sqlite_url: str, tmp_path: Path
) -> None:
    assert house.dispatcher is not None
    _, once = await house.dispatcher.accounts.add("kim", ["operator"], [])
    async with a_browser(house) as browser:
        first, *_ = (await sign_in(browser, "kim", once)).headers.get_list("set-cookie")
        second, *_ = (await sign_in(browser, "kim", once)).headers.get_list("set-cookie")
    name, *attributes = first.split("; ")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(attributes)
    assert name.startswith("lamplighter=")
    assert name != second.split("; ")[0]


async def test_behind_tls_the_cookie_never_travels_without_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    tls = LOCAL | {"LAMPLIGHTER_PUBLIC_URL": "https://lamps.example"}
    async with running(pair, tmp_path, tls) as house, a_browser(house) as browser:
        assert house.dispatcher is not None
        _, once = await house.dispatcher.accounts.add("kim", ["operator"], [])
        kept, *_ = (await sign_in(browser, "kim", once)).headers.get_list("set-cookie")
    assert kept.startswith("__Host-lamplighter=")
    assert "Secure" in kept.split("; ")


async def test_behind_tls_nothing_is_believed_that_came_without_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    tls = LOCAL | {"LAMPLIGHTER_PUBLIC_URL": "https://lamps.example"}
    async with running(pair, tmp_path, tls) as house, a_browser(house) as browser:
        assert house.dispatcher is not None
        _, once = await house.dispatcher.accounts.add("kim", ["operator"], [])
        said = {"name": "kim", "password": once}
        for scheme, status in (("http", 403), ("https", 200)):
            page = {"Host": "lamps.example", "Origin": f"{scheme}://lamps.example"}
            answer = await browser.post("/v1/sign-in", json=said, headers=page)
            assert answer.status_code == status, answer.text


async def test_signing_in_again_ends_the_session_that_was(house: House) -> None:
    assert house.dispatcher is not None
    _, once = await house.dispatcher.accounts.add("kim", ["operator"], [])
    async with a_browser(house) as browser:
        await sign_in(browser, "kim", once)
        before = dict(browser.cookies)
        await sign_in(browser, "kim", once)
        async with httpx.AsyncClient(
            base_url=house.url, cookies=before, timeout=DEADLINE_S
        ) as thief:
            assert_problem(await thief.get("/v1/me"), 401)
        assert (await browser.get("/v1/me")).status_code == 200
        await browser.post("/v1/sign-out")
        assert_problem(await browser.get("/v1/me"), 401)


async def test_no_secret_is_stored_so_that_it_opens_anything(house: House) -> None:
    assert house.dispatcher is not None
    _, once = await house.dispatcher.accounts.add("kim", ["operator"], [])
    async with a_browser(house) as browser:
        await sign_in(browser, "kim", once)
        token = browser.cookies["lamplighter"]
    async with house.dispatcher.database.reading() as connection:
        accounts, sessions = (
            await people.accounts(connection),
            await people.sessions(connection, NOW),
        )
    stored = repr((accounts, sessions))
    assert once not in stored
    assert token not in stored
    assert "$argon2id$" in stored


async def test_a_write_needs_a_page_of_ours(house: House) -> None:
    incident_id = (await house.press())["incident_id"]
    path = f"{INCIDENTS}/{incident_id}/acknowledge"
    async with signed_in(house, "kim", "operator") as kim:
        for forged in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://["},
            {"Origin": f"{house.url}@evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            assert_problem(await kim.post(path, json={}, headers=forged), 403)
        cookies = dict(kim.cookies)
        async with httpx.AsyncClient(
            base_url=house.url, cookies=cookies, timeout=DEADLINE_S
        ) as bare:
            assert_problem(await bare.post(path, json={}), 403)
        own = {"Origin": house.url, "Sec-Fetch-Site": "same-origin"}
        assert (await kim.post(path, json={}, headers=own)).status_code == 200


async def test_an_open_desk_is_open_to_this_machines_own_pages_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        path = f"{INCIDENTS}/{(await house.press())['incident_id']}/acknowledge"
        for forged in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            assert_problem(await house.client.post(path, json={}, headers=forged), 403)
        with pytest.raises(InvalidStatus):
            await connect(house, "", origin="https://evil.example")
        assert (await house.client.post(path, json={})).status_code == 200


async def test_an_open_desk_shows_nothing_under_a_name_that_somebody_else_has_led_here(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        one = f"{INCIDENTS}/{(await house.press())['incident_id']}"
        port = house.url.rpartition(":")[2]
        for path in (INCIDENTS, one, f"{one}/journal", "/v1/walks", "/v1/lamps", "/v1/me"):
            for name in (f"evil.example:{port}", "127.0.0.1.evil.example", "[", ""):
                refused = await house.client.get(path, headers={"Host": name})
                assert "127.0.0.1 and localhost alone" in assert_problem(refused, 403)["detail"]
            own = await house.client.get(path, headers={"Host": f"localhost:{port}"})
            assert own.status_code != 403
        cry = await house.client.post(
            "/v1/reports", json=report(), headers={"Host": "evil.example"}
        )
        assert cry.status_code == 201  # a cry is taken under whatever name it comes
