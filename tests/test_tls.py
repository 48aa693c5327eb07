"""Behind a real proxy that ends TLS, as the README says: cookies, the feed, and who is counted."""

import json
import ssl
from pathlib import Path

import httpx
import pytest
import websockets
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.conftest import Pair
from tests.dispatch.staff import PAGE
from tests.house import House, assert_problem, report, running
from tests.parts import free_port
from tests.parts.nginx import NginxServer
from tests.patience import DEADLINE_S

CLIENTS = ("httpx", "httpcore", "websockets")
"""What these libraries say in a test, the browsers say: not the dispatcher."""
OWN = "어두운 골목의 가로등 열두 개"


async def test_people_sign_in_and_watch_the_feed_through_a_proxy_that_ends_tls(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    port = free_port()
    public = f"https://localhost:{port}"
    settings = {
        "LAMPLIGHTER_SIGN_IN": "local",
        "LAMPLIGHTER_PUBLIC_URL": public,
        "LAMPLIGHTER_TRUSTED_PROXIES": "127.0.0.1",
    }
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path, settings) as house:
        behind = int(house.url.rpartition(":")[2])
        with NginxServer(behind, port) as nginx:
            trust = ssl.create_default_context(cafile=str(nginx.certificate))
            secrets = await the_shift_begins(house, public, trust)
    ours = [one for one in caplog.records if one.name.split(".")[0] not in CLIENTS]
    assert len(ours) > 10
    for secret in secrets:
        assert not any(secret in one.getMessage() for one in ours)


async def the_shift_begins(house: House, public: str, trust: ssl.SSLContext) -> list[str]:
    """Everything that must go through the proxy; the secrets that went."""
    assert house.dispatcher is not None
    _, once = await house.dispatcher.accounts.add("kim", ["operator", "administrator"], [])
    async with httpx.AsyncClient(
        base_url=public, verify=trust, timeout=DEADLINE_S, headers={**PAGE, "Origin": public}
    ) as kim:
        body = {"name": "kim", "password": once}
        entered = await kim.post("/v1/sign-in", json=body)
        assert entered.status_code == 200, entered.text
        assert entered.headers["strict-transport-security"]
        chosen = await kim.post("/v1/me/password", json={"password": once, "new_password": OWN})
        kept, *_ = chosen.headers.get_list("set-cookie")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(kept.split("; "))
        assert kept.startswith("__Host-lamplighter=")
        word = (await kim.post("/v1/feed/ticket")).json()["ticket"]
        feed, origin = f"{public.replace('https', 'wss')}/v1/feed", Origin(public)
        async with websockets.connect(f"{feed}?ticket={word}", ssl=trust, origin=origin) as socket:
            assert json.loads(await socket.recv())["type"] == "snapshot"
            taken = await kim.post("/v1/reports", json=report())
            assert taken.status_code == 201
            while json.loads(await socket.recv())["type"] != "incident":
                pass
        with pytest.raises(InvalidStatus):
            await websockets.connect(f"{feed}?ticket={word}", ssl=trust, origin=origin)
        forged = await kim.post("/v1/feed/ticket", headers={"Origin": "https://evil.example"})
        assert_problem(forged, 403)
        present = (await kim.get("/v1/sessions")).json()["sessions"]
        assert {one["source"] for one in present} == {"127.0.0.1"}
        for inner in ("/metrics", "/healthz"):  # the proxy keeps to itself what is weak or broken
            assert (await kim.get(inner)).status_code == 403
        caller = taken.json()["reporter_token"]
        return [once, OWN, kim.cookies["__Host-lamplighter"], caller]
