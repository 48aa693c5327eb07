"""What the OpenAPI document says that a call must carry is what a dispatcher really asks for."""

import re
from pathlib import Path
from typing import Any

import pytest

from dispatch.access import ROUTES, STAFF
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, account_of
from tests.house import House, running
from tests.wire.documents import calls, openapi

NOBODY = "5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"


def needs(operation: dict[str, Any]) -> list[set[str]]:
    """The schemes of a call, any one set of which is enough."""
    return [set(one) for one in operation.get("security", [{}])]


def test_every_scheme_is_described_and_used() -> None:
    schemes = openapi()["components"]["securitySchemes"]
    used = {scheme for _, _, one in calls() for several in needs(one) for scheme in several}
    assert used == set(schemes)
    assert all(one["description"] for one in schemes.values())
    assert schemes["session"]["in"] == "cookie"
    assert schemes["own_page"]["name"] == "X-Lamplighter"


@pytest.mark.parametrize(
    ("call", "wanted", "roles"),
    [
        ("get /v1/incidents", [{"session"}], ["operator", "police", "supervisor"]),
        (
            "post /v1/incidents/{incident_id}/erase",
            [{"session", "own_page"}],
            ["supervisor"],
        ),
        ("get /v1/me", [{"session"}], None),
        ("post /v1/me/password", [{"session", "own_page"}], None),
        ("post /v1/sign-in", [set(), {"session", "own_page"}], None),
        ("post /v1/reports", [set(), {"city_app"}], None),
        ("get /v1/reports/{report_id}", [{"reporter_token"}], None),
        ("get /healthz", [set()], None),
    ],
)
def test_a_call_says_what_it_needs(
    call: str, wanted: list[set[str]], roles: list[str] | None
) -> None:
    found = {f"{method} {path}": operation for method, path, operation in calls()}
    assert needs(found[call]) == wanted
    assert found[call].get("x-roles") == roles


def test_the_roles_of_every_call_are_those_of_the_table() -> None:
    for method, path, operation in calls():
        assert operation.get("x-roles", []) == sorted(ROUTES[f"{method.upper()} {path}"] & STAFF)


async def test_what_the_document_says_is_needed_is_asked_for_and_nothing_else(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path, LOCAL) as house:
        for method, path, operation in calls():
            answer = await house.client.request(method, re.sub(r"{\w+}", NOBODY, path))
            is_refused = answer.status_code == 401

            assert is_refused == (set() not in needs(operation)), (method, path, answer.text)


async def test_a_session_writes_with_the_header_alone_where_the_document_says_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path, LOCAL) as house:
        cookies = {"lamplighter": await everybodys_session(house)}
        for method, path, operation in calls():
            if needs(operation) == [{"reporter_token"}] or path.endswith("/sign-out"):
                continue
            address = re.sub(r"{\w+}", NOBODY, path)
            house.client.cookies.update(cookies)
            without = await house.client.request(method, address)
            is_refused = without.status_code == 403 and "X-Lamplighter: 1" in without.text
            assert is_refused == any("own_page" in one for one in needs(operation)), (method, path)


async def everybodys_session(house: House) -> str:
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of("kim", *sorted(STAFF))
    await sessions.put_account(account)
    token, _ = await sessions.open(account.person, "local", "127.0.0.1")
    return token
