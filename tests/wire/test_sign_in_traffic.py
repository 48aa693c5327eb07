"""What is said where people come in conforms to the published document, as all else does."""

from pathlib import Path

from tests.conftest import Pair
from tests.dispatch.district_accounts import a_browser, a_district, at_the_provider, types_the_code
from tests.dispatch.staff import LOCAL
from tests.dispatch.test_farewells import out_at_the_provider
from tests.house import House, running
from tests.patience import eventually
from tests.wire.capture import judge_answers
from tests.wire.deeds import UNREADABLE, send
from tests.wire.documents import calls
from tests.wire.test_traffic import AREAS, SEEN_ELSEWHERE

OWN = "어두운 골목의 가로등 열두 개"


async def test_what_an_administrator_and_a_newcomer_say_and_hear_conforms(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    for name in ("style.json", "tiles.pmtiles"):
        (tmp_path / name).write_text("{}")
    ground = {
        "LAMPLIGHTER_MAP_STYLE": str(tmp_path / "style.json"),
        "LAMPLIGHTER_MAP_PMTILES": str(tmp_path / "tiles.pmtiles"),
    }
    async with running(pair, tmp_path, LOCAL | ground, areas=AREAS) as house:
        seen = judge_answers(house.client)
        for path in ("map/style.json", "map/tiles.pmtiles", "asyncapi.yaml", "sign-in"):
            assert (await house.client.get(f"/v1/{path}")).status_code == 200
        await a_stranger_tries(house)
        await an_administrator_comes_in(house)
        await an_auditor_looks(house)
        await accounts_come_and_go(house)
        for path in ("sign-in/oidc", "sign-in/oidc/callback"):
            await send(house, 409, "GET", f"/v1/{path}")
        await send(house, 200, "POST", "/v1/sign-out", json={})
    succeeded = {name for name, status in seen if status < "3"}
    of_the_provider = {name for name in SEEN_ELSEWHERE if "provider" in name or "wall" in name}
    assert SEEN_ELSEWHERE - succeeded == of_the_provider | {"send_farewell"}


async def a_stranger_tries(house: House) -> None:
    await send(house, 401, "GET", "/v1/me")
    await send(house, 401, "GET", "/v1/accounts")
    await send(house, 422, "POST", "/v1/sign-in", json={})
    await send(house, 400, "POST", "/v1/sign-in", **UNREADABLE)
    guess = {"name": "kim", "password": "guess"}
    for _ in range(5):
        await send(house, 401, "POST", "/v1/sign-in", json=guess)
    # On a slow machine a try has come back meanwhile.
    while (tried := await house.client.post("/v1/sign-in", json=guess)).status_code == 401:
        pass
    assert tried.status_code == 429
    foreign = {"Sec-Fetch-Site": "cross-site"}
    await send(house, 403, "POST", "/v1/sign-in", json=guess, headers=foreign)


async def an_administrator_comes_in(house: House) -> None:
    assert house.dispatcher is not None
    house.client.headers["X-Lamplighter"] = "1"
    once = house.dispatcher.first_password
    await send(house, 200, "POST", "/v1/sign-in", json={"name": "admin", "password": once})
    await send(house, 403, "GET", "/v1/accounts")
    chosen = {"password": once, "new_password": OWN}
    await send(house, 200, "POST", "/v1/me/password", json=chosen)
    await send(house, 422, "POST", "/v1/me/password", json=chosen)
    await send(house, 200, "GET", "/v1/me")
    await send(house, 200, "POST", "/v1/feed/ticket")


async def an_auditor_looks(house: House) -> None:
    rights = {"roles": ["administrator", "auditor", "operator"]}
    await send(house, 200, "POST", "/v1/accounts/admin/roles", json=rights)
    incident = (await house.press())["incident_id"]
    await send(house, 200, "GET", f"/v1/incidents/{incident}")
    await send(house, 200, "GET", "/v1/audit/chains")
    await send(house, 202, "POST", "/v1/audit/verify")
    assert house.dispatcher is not None
    verifier = house.dispatcher.verifier
    await eventually(lambda: not verifier.state()["at_work"])
    await send(house, 200, "GET", "/v1/audit/chains")
    await send(house, 200, "GET", "/v1/audit/incidents")
    await send(house, 422, "GET", "/v1/audit/incidents?limit=0")
    await send(house, 200, "GET", "/v1/record.json?person=admin")
    await send(house, 422, "GET", "/v1/record.json?since=yesterday")
    one = f"/v1/audit/incidents/{incident}"
    await send(house, 200, "GET", f"{one}/showings")
    await send(house, 404, "GET", "/v1/audit/incidents/nobody/showings")
    for path in ("/v1/record.csv", f"{one}/showings.csv", f"{one}/journal.csv"):
        assert (await house.client.get(path)).status_code == 200


async def accounts_come_and_go(house: House) -> None:
    lee = {"name": "이도봉", "roles": ["police"], "jurisdictions": ["쌍문파출소"]}
    await send(house, 201, "POST", "/v1/accounts", json=lee)
    await send(house, 409, "POST", "/v1/accounts", json=lee)
    await send(house, 422, "POST", "/v1/accounts", json=lee | {"roles": ["king"]})
    elsewhere = {"roles": ["police"], "jurisdictions": ["어디"]}
    await send(house, 422, "POST", "/v1/accounts", json=elsewhere | {"name": "박"})
    await send(house, 422, "POST", "/v1/accounts/이도봉/roles", json=elsewhere)
    await send(house, 400, "POST", "/v1/accounts", **UNREADABLE)
    await send(house, 200, "POST", "/v1/accounts/이도봉/roles", json={"roles": ["crew"]})
    await send(house, 404, "POST", "/v1/accounts/nobody/roles", json={"roles": ["crew"]})
    await send(house, 409, "POST", "/v1/accounts/admin/roles", json={"roles": ["crew"]})
    await send(house, 200, "POST", "/v1/accounts/이도봉/password")
    await send(house, 404, "POST", "/v1/accounts/nobody/password")
    await send(house, 200, "POST", "/v1/accounts/이도봉/revoke")
    await send(house, 409, "POST", "/v1/accounts/admin/revoke")
    await send(house, 404, "POST", "/v1/accounts/nobody/revoke")
    await send(house, 200, "GET", "/v1/accounts")
    page = await send(house, 200, "GET", "/v1/record?limit=2")
    await send(house, 200, "GET", f"/v1/record?before={page['next']}")
    await send(house, 422, "GET", "/v1/record?limit=0")
    here = (await send(house, 200, "GET", "/v1/sessions"))["sessions"]
    await send(house, 404, "POST", "/v1/sessions/none/revoke")
    for one in here:
        await send(house, 200, "POST", f"/v1/sessions/{one['session_id']}/revoke")


async def test_what_is_said_on_the_way_by_the_provider_conforms(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with a_district(pair, tmp_path) as (house, server), a_browser(house) as phone:
        seen = judge_answers(house.client)
        house.client.headers["X-Lamplighter"] = "1"
        assert (await send(house, 200, "GET", "/v1/sign-in"))["way"] == "oidc"
        await send(house, 409, "POST", "/v1/sign-in", json={"name": "x", "password": "y"})
        away = (await house.client.get("/v1/sign-in/oidc")).headers["location"]
        phone.cookies.update(house.client.cookies)
        back = await at_the_provider(phone, away, "김민지")
        assert (await house.client.get(back)).headers["location"] == "/"
        await send(house, 422, "GET", f"/v1/sign-in/oidc/callback?code={'x' * 5_000}")
        await send(
            house, 409, "POST", "/v1/me/password", json={"password": "x", "new_password": OWN}
        )
        await send(house, 400, "POST", "/v1/sign-in/oidc/farewell", data={"logout_token": "x"})
        await out_at_the_provider(phone, server)
        await send(house, 401, "GET", "/v1/me")
        shown = await send(house, 200, "POST", "/v1/sign-in/oidc/wall", json={})
        async with a_browser(house) as other:
            await types_the_code(other, shown, "김민지")
        await send(house, 200, "POST", "/v1/sign-in/oidc/wall/answer", json={})
        await send(house, 409, "POST", "/v1/sign-in/oidc/wall/answer", json={})
        server.stop()
        await send(house, 503, "POST", "/v1/sign-in/oidc/wall", json={})
    for name in ("go_to_provider", "come_back_from_provider"):
        assert seen[name, "303"]
    assert seen["ask_for_wall_display", "200"]
    assert {op["operationId"] for _, _, op in calls()} >= {name for name, _ in seen}
