"""Come here for people with accounts of the district: the provider, and the way through it."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from lights.inventory import InventoryLamp
from tests.conftest import Pair
from tests.dispatch.staff import PAGE
from tests.house import House, running
from tests.parts import free_port
from tests.parts.provider import ProviderServer
from tests.patience import DEADLINE_S

OURS: Final = "lamplighter"
OTHER: Final = "car-pool"
"""Another program of the district, with accounts of the same people."""
DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
SECRET: Final = "a secret / of 52 letters & signs, that only two programs know"
PEOPLE: Final[dict[str, dict[str, Any]]] = {
    "김민지": {"groups": ["lamp-desk", "choir"]},
    "이도봉": {"groups": ["officers"], "jurisdictions": ["쌍문파출소"]},
    "박순경": {"groups": ["officers"]},
    "최가수": {"groups": ["choir"]},
}
ROLES: Final = "lamp-desk=operator;chiefs=operator,supervisor;officers=police"
OIDC = {
    "LAMPLIGHTER_SIGN_IN": "oidc",
    "LAMPLIGHTER_PUBLIC_URL": "https://lamps.example",
    "LAMPLIGHTER_OIDC_ISSUER": "https://id.example",
    "LAMPLIGHTER_OIDC_CLIENT_ID": OURS,
    "LAMPLIGHTER_OIDC_ROLES": "CN=desk,OU=lamps=operator; CN=desk,OU=lamps=crew ;police=police",
}


def client_of(name: str, public_url: str, **more: Any) -> dict[str, Any]:
    """A program that the provider knows."""
    return {
        "client_id": name,
        "client_secret": SECRET,
        "redirect_uris": [f"{public_url}/v1/sign-in/oidc/callback"],
        "post_logout_redirect_uris": [f"{public_url}/sign-in"],
        "backchannel_logout_uri": f"{public_url}/v1/sign-in/oidc/farewell",
        "backchannel_logout_session_required": True,
        "grant_types": ["authorization_code", "refresh_token", DEVICE],
        "token_endpoint_auth_method": "client_secret_basic",
        **more,
    }


@contextmanager
def provider_for(public_url: str, **more: Any) -> Iterator[ProviderServer]:
    """The district's provider, which knows us at that address, and another program too."""
    clients = [client_of(OURS, public_url, **more), client_of(OTHER, public_url, **more)]
    ways = {one["token_endpoint_auth_method"] for one in clients}
    with ProviderServer(clients, PEOPLE, sorted(ways)) as server:
        yield server


def settings_of(server: ProviderServer, public_url: str, folder: Path) -> dict[str, str]:
    """What a district sets."""
    secret = folder / "client-secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    return {
        "LAMPLIGHTER_SIGN_IN": "oidc",
        "LAMPLIGHTER_PUBLIC_URL": public_url,
        "LAMPLIGHTER_HTTP_LISTEN": public_url.removeprefix("http://"),
        "LAMPLIGHTER_OIDC_ISSUER": server.issuer,
        "LAMPLIGHTER_OIDC_CLIENT_ID": OURS,
        "LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE": str(secret),
        "LAMPLIGHTER_OIDC_ROLES": ROLES,
    }


@asynccontextmanager
async def a_district(
    pair: Pair,
    folder: Path,
    client: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    lamps: Sequence[InventoryLamp] = (),
    **more: str,
) -> AsyncIterator[tuple[House, ProviderServer]]:
    """A dispatcher whose people sign in with the district's provider."""
    public_url = f"http://127.0.0.1:{free_port()}"
    with provider_for(public_url, **(client or {})) as server:
        chosen = settings_of(server, public_url, folder) | dict(environment or {}) | more
        async with running(pair, folder, chosen, lamps=lamps) as house:
            yield house, server


@asynccontextmanager
async def a_browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's, which has been nowhere yet."""
    async with httpx.AsyncClient(base_url=house.url, timeout=DEADLINE_S, headers=PAGE) as browser:
        yield browser


async def sent_away(browser: httpx.AsyncClient, then: str = "/") -> str:
    """Where the button of the sign-in page leads."""
    answer = await browser.get("/v1/sign-in/oidc", params={"then": then})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def at_the_provider(browser: httpx.AsyncClient, address: str, name: str) -> str:
    """Sign in there under a name and agree to what is asked; where that leads back to."""
    answer = await browser.get(address)
    forms = iter(({"prompt": "login", "login": name, "password": "any"}, {"prompt": "consent"}))
    while "/v1/sign-in/oidc/callback" not in (answer.headers.get("location") or ""):
        if answer.is_redirect:
            answer = await browser.get(str(answer.url.join(answer.headers["location"])))
            continue
        assert answer.status_code == 200, answer.text
        (action,) = re.findall(r'action="([^"]+)"', answer.text)
        answer = await browser.post(str(answer.url.join(action)), data=next(forms))
    return str(answer.headers["location"])


async def types_the_code(browser: httpx.AsyncClient, shown: dict[str, Any], name: str) -> str:
    """At the address that a wall display shows, with another device; the provider's last page."""
    answer = await browser.get(shown["verification_uri_complete"])
    known = {"login": name, "password": "any"}
    while 'action="' in answer.text or answer.is_redirect:
        if answer.is_redirect:
            answer = await browser.get(str(answer.url.join(answer.headers["location"])))
            continue
        (action,) = re.findall(r'action="([^"]+)"', answer.text)
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
        typed = {one: word for one, word in known.items() if f'name="{one}"' in answer.text}
        said = hidden | typed | ({"confirm": "yes"} if "xsrf" in hidden else {})
        answer = await browser.post(str(answer.url.join(action)), data=said)
    assert answer.status_code == 200, answer.text
    return answer.text


async def comes_back(browser: httpx.AsyncClient, name: str, then: str = "/") -> httpx.Response:
    """The whole way, until we have answered."""
    return await browser.get(await at_the_provider(browser, await sent_away(browser, then), name))


def query_of(address: str) -> dict[str, str]:
    """What an address says after its question mark."""
    return {name: said[-1] for name, said in parse_qs(urlsplit(address).query).items()}


def with_query(address: str, **changed: str) -> str:
    """The same address, saying something else."""
    return f"{address.partition('?')[0]}?{urlencode(query_of(address) | changed)}"


def assert_in_vain(answer: httpx.Response, trouble: str) -> None:
    """Nobody is let in, and the sign-in page has the words."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith("/sign-in?")
    assert query_of(location)["trouble"] == trouble
    kept = answer.headers.get_list("set-cookie")
    assert not any(one.startswith(("lamplighter=", "__Host-lamplighter=")) for one in kept)
