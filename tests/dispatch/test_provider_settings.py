"""What a district says of its provider, what leads to it and back, and what it is never asked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.settings import BadSetting, Settings
from dispatch.sign_in.belief import NotSignedIn
from dispatch.sign_in.claims import person_of
from dispatch.sign_in.provider import Provider
from dispatch.sign_in.provider_choice import ProviderChoice
from dispatch.sign_in.trip import LASTS, arrive, page_of_ours, set_out
from tests.conftest import Pair
from tests.dispatch.district_accounts import (
    OIDC,
    SECRET,
    a_browser,
    a_district,
    assert_in_vain,
    query_of,
)
from tests.dispatch.staff import LOCAL
from tests.house import assert_problem, running

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = b"k" * 32


async def test_a_provider_that_is_down_from_the_beginning_keeps_nothing_else_from_its_work(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    nowhere = "http://127.0.0.1:9"
    async with (
        a_district(pair, tmp_path, LAMPLIGHTER_OIDC_ISSUER=nowhere) as (house, _),
        a_browser(house) as kim,
    ):
        answer = await kim.get("/v1/sign-in/oidc", params={"then": "/police"})
        assert_in_vain(answer, "provider_down")
        assert query_of(answer.headers["location"])["then"] == "/police"
        assert (await house.press())["incident_id"]


async def test_another_providers_document_is_not_taken_for_ours(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Its address leads to a provider that calls itself otherwise."""
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with a_district(pair, tmp_path) as (house, server):
        assert house.dispatcher is not None
        choice = house.dispatcher.settings.sign_in.provider
        assert choice is not None
        renamed = ProviderChoice(
            **{name: getattr(choice, name) for name in ProviderChoice.__slots__}
            | {"issuer": server.issuer.replace("127.0.0.1", "localhost")}
        )
        provider = Provider(renamed, house.url, house.client, lambda: NOW)
        with pytest.raises(NotSignedIn, match="discovery document"):
            await provider.address(set_out(KEY, "chance", "/", NOW))


async def test_the_provider_is_not_asked_where_accounts_are_local(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL) as house, a_browser(house) as kim:
        assert_problem(await kim.get("/v1/sign-in/oidc"), 409)
        assert_problem(await kim.get("/v1/sign-in/oidc/callback"), 409)


# ---- the way there and back


@pytest.mark.parametrize(
    ("then", "page"),
    [
        ("/", "/"),
        ("/police?jurisdiction=%EC%8C%8D", "/police?jurisdiction=%EC%8C%8D"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/sign-in?then=/sign-in", "/"),
        ("쌍문", "/"),
        ("/" + "a" * 1_000, "/"),
        ("//[", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_led_to_a_page_of_somebody_else(then: str, page: str) -> None:
    assert page_of_ours(then) == page
    trip = set_out(KEY, "chance", then, NOW)
    assert trip.then == page


def test_a_way_ends_after_ten_minutes_and_belongs_to_one_dispatcher() -> None:
    trip = set_out(KEY, "chance", "/police", NOW)
    assert arrive(KEY, trip.kept, trip.state, NOW + LASTS - timedelta(seconds=1)) == trip
    assert arrive(KEY, trip.kept, trip.state, NOW + LASTS) is None
    assert arrive(b"x" * 32, trip.kept, trip.state, NOW) is None
    for kept in ("", "..", "a.b.c", trip.kept + "x", trip.kept.replace("chance", "other")):
        assert arrive(KEY, kept, trip.state, NOW) is None
    assert len({trip.state, trip.nonce, trip.verifier, trip.kept}) == 4
    assert 43 <= len(trip.verifier) <= 128  # RFC 7636, 4.1


# ---- settings and claims


def choice_of(**more: str) -> ProviderChoice:
    found = Settings.read(OIDC | more).sign_in.provider
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"LAMPLIGHTER_PUBLIC_URL": ""}, "LAMPLIGHTER_PUBLIC_URL must be set too"),
        ({"LAMPLIGHTER_OIDC_ISSUER": ""}, "LAMPLIGHTER_OIDC_ISSUER must be set too"),
        ({"LAMPLIGHTER_OIDC_ISSUER": "http://id.example"}, "https address"),
        ({"LAMPLIGHTER_OIDC_CLIENT_ID": ""}, "LAMPLIGHTER_OIDC_CLIENT_ID must be set too"),
        ({"LAMPLIGHTER_OIDC_ROLES": ""}, "LAMPLIGHTER_OIDC_ROLES must be set too"),
        ({"LAMPLIGHTER_OIDC_ROLES": "desk=king"}, "desk=king.*operator, supervisor"),
        ({"LAMPLIGHTER_OIDC_ROLES": "operator"}, "must be group=role"),
        ({"LAMPLIGHTER_OIDC_SCOPES": "profile"}, "openid must be one of them"),
        ({"LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": "/nowhere"}, "cannot be read"),
    ],
)
def test_a_wrong_setting_is_refused_in_words_that_help(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        Settings.read(OIDC | wrong)


@pytest.mark.parametrize(
    ("claims", "roles", "more"),
    [
        ({"groups": ["CN=desk,OU=lamps", "choir"]}, {"operator", "crew"}, {}),
        ({"groups": "CN=desk,OU=lamps"}, {"operator", "crew"}, {}),
        ({"groups": ["police"], "jurisdictions": "쌍문파출소"}, {"police"}, {}),
        ({"groups": ["police"]}, set(), {}),
        ({"groups": ["operator"]}, set(), {}),
        ({"groups": [7, None, {}]}, set(), {}),
        ({}, set(), {}),
        (
            {"realm_access": {"roles": ["CN=desk,OU=lamps"]}},
            {"operator", "crew"},
            {"LAMPLIGHTER_OIDC_ROLES_CLAIM": "realm_access.roles"},
        ),
        (
            {"https://id.example/groups": ["CN=desk,OU=lamps"]},
            {"operator", "crew"},
            {"LAMPLIGHTER_OIDC_ROLES_CLAIM": "https://id.example/groups"},
        ),
    ],
)
def test_a_group_gives_the_roles_that_the_district_says_and_no_others(
    claims: dict[str, Any], roles: set[str], more: dict[str, str]
) -> None:
    assert person_of({"sub": "7", **claims}, choice_of(**more)).roles == roles


@pytest.mark.parametrize(
    ("said", "name"), [("김민지", "김민지"), ("", "7"), ("a\nb", "7"), ("x" * 65, "7"), (None, "7")]
)
def test_whoever_has_no_name_for_a_journal_is_named_by_the_providers_key(
    said: str | None, name: str
) -> None:
    assert person_of({"sub": "7", "preferred_username": said}, choice_of()).name == name


def test_the_secret_is_in_no_words_about_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET, encoding="utf-8")
    settings = Settings.read(OIDC | {"LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": str(file)})
    assert settings.sign_in.provider is not None
    assert settings.sign_in.provider.secret == SECRET
    assert SECRET not in repr(settings)
