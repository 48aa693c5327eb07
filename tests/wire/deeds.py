"""Come here for all that callers, strangers and a desk can do over HTTP, right and wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from xml.etree import ElementTree

from dispatch.cap import MEDIA_TYPE, NAMESPACE
from dispatch.fields import Move
from dispatch.tokens import reporter_token
from geo.place import Metres, Place, place_at
from tests.dispatch.told import ack_of
from tests.house import HERE, House, report
from tests.wire.capture import Ear

NO_ID = "5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"
UNREADABLE = {"content": b"[" * 10_000, "headers": {"Content-Type": "application/json"}}


def away(east_m: float, north_m: float = 0.0, accuracy_m: float | None = 10.0) -> Place:
    """A place so many metres from here."""
    start = HERE.metres
    found = place_at(Metres(start.east + east_m, start.north + north_m))
    return Place(found.lon, found.lat, accuracy_m)


def fix(place: Place, seconds_ago: float) -> dict[str, Any]:
    """A position of the caller."""
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return {"lon": place.lon, "lat": place.lat, "accuracy_m": 8, "fixed_at": at.isoformat()}


async def send(house: House, status: int, method: str, path: str, **more: Any) -> Any:
    """Make a call that is answered with this status; what the answer says, where it is JSON."""
    answer = await house.client.request(method, path, **more)
    assert answer.status_code == status, (method, path, answer.status_code, answer.text)
    return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text


# ---- the caller


async def report_of_every_kind(house: House) -> dict[str, Any]:
    """Reports of every quality; the answer to the first of them."""
    now = datetime.now(UTC)
    body = report(fixed_at=now.isoformat(), sent_at=now.isoformat(), walk_id="w-1", battery=4)
    taken: dict[str, Any] = await send(house, 201, "POST", "/v1/reports", json=body)
    again = await send(house, 200, "POST", "/v1/reports", json=body)
    assert again == taken
    secret = {"phone_secret": "mB0sQm2bq1hXyqk3Jt4XxA"}
    guarded = await house.press(None, **secret)
    same = report(None) | {"report_id": guarded["report_id"]}
    await send(house, 200, "POST", "/v1/reports", json=same | secret)
    await send(house, 409, "POST", "/v1/reports", json=same)
    await house.press(kind="fire", note="뒤에 누가 따라와요", drill=True)
    await house.press(silent=True, fixed_at=(now - timedelta(hours=1)).isoformat())
    await house.press(away(300))  # two lamps left within 200 m
    await house.press(away(2_000, accuracy_m=None))  # no lamps
    await house.press(Place(139.7, 35.7, 2_000.0))  # far outside of the grid
    await send(house, 422, "POST", "/v1/reports", json=body | {"position": {"lon": 200, "lat": 1}})
    await send(house, 422, "POST", "/v1/reports", json=body | {"sent_at": "2026-11-22T12:00:00"})
    await send(house, 400, "POST", "/v1/reports", **UNREADABLE)
    return taken


async def the_caller_moves_and_withdraws(house: House, taken: dict[str, Any]) -> None:
    path = f"/v1/reports/{taken['report_id']}"
    headers = {"Authorization": f"Bearer {taken['reporter_token']}"}
    fixes = {"positions": [fix(away(60), 1), fix(away(30), 5)]}
    await send(house, 200, "GET", path, headers=headers)
    await send(house, 200, "POST", f"{path}/positions", headers=headers, json=fixes)
    await send(house, 200, "GET", f"{path}/showings", headers=headers)
    for call in ("withdraw", "positions"):
        json_headers = headers | {"Content-Type": "application/json"}
        unreadable = {"content": UNREADABLE["content"], "headers": json_headers}
        await send(house, 400, "POST", f"{path}/{call}", **unreadable)
    await send(house, 200, "POST", f"{path}/withdraw", headers=headers)
    await send(house, 200, "GET", path, headers=headers)
    await send(house, 422, "POST", f"{path}/positions", headers=headers, json={"positions": []})


async def a_stranger_asks_about_a_report(house: House, taken: dict[str, Any]) -> None:
    assert house.dispatcher is not None
    token = reporter_token(house.dispatcher.settings.secret(), NO_ID)
    fixes = {"positions": [fix(HERE, 0)]}
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/showings", None),
        ("POST", "/positions", fixes),
        ("POST", "/withdraw", None),
    ):
        for status, report_id, headers in (
            (401, taken["report_id"], {}),
            (401, taken["report_id"], {"Authorization": f"Bearer {token}"}),
            (404, NO_ID, {"Authorization": f"Bearer {token}"}),
            (422, "none", {}),
        ):
            path = f"/v1/reports/{report_id}{tail}"
            await send(house, status, method, path, headers=headers, json=body)


# ---- the desk


async def every_move(house: House, incident_id: str, other_id: str, ear: Ear) -> None:
    """Each move where it is allowed, said twice with one key, and where it is not."""
    path = f"/v1/incidents/{incident_id}"

    async def move(status: int, name: str, body: Any = None, **headers: str) -> Any:
        return await send(house, status, "POST", f"{path}/{name}", json=body, headers=headers)

    await move(409, "reopen")
    for _ in range(2):
        acknowledged = await move(200, "acknowledge", **{"Idempotency-Key": "k-1"})
        assert acknowledged["state"] == "acknowledged"
    assert (await house.journal(incident_id)).count("acknowledged") == 1
    await move(409, "en-route", **{"Idempotency-Key": "k-1"})
    await move(200, "assign", {"unit": "쌍문파출소 순21"})
    await move(200, "instruct", {"text": "후문으로 조용히"})
    await move(200, "link", {"incident_id": other_id})
    await move(409, "link", {"incident_id": other_id})
    await move(409, "link", {"incident_id": incident_id})
    await move(404, "link", {"incident_id": "none"})
    await move(200, "en-route", {})
    await move(200, "arrive")
    await ear.hears(lambda ear: ear.has_seen("bright"))
    for name, body in (
        ("acknowledge", None),
        ("assign", {"unit": "x"}),
        ("en-route", None),
        ("arrive", None),
    ):
        await move(409, name, body)
    await move(200, "note", {"text": "여기 있음"})
    await move(200, "scene", {"scene": "none"})
    await move(200, "scene", {"scene": "blink"})
    await move(200, "close", {"disposition": "genuine", "text": "인계"})
    await move(409, "scene", {"scene": "bright"})
    await move(409, "instruct", {"text": "x"})
    await move(200, "unlink", {"incident_id": other_id})
    await move(409, "unlink", {"incident_id": other_id})
    await move(409, "close", {"disposition": "false"})
    await move(200, "reopen")
    await move(200, "close", {"disposition": "test"})
    week = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    await move(200, "hold", {"until": week, "text": "수사 협조"})
    await move(409, "erase", {"text": "본인 요청"})
    await move(409, "hold", {"until": "2126-01-01T00:00:00Z", "text": "수사 협조"})
    await move(200, "release", {"text": "수사 종결"})
    await move(409, "release", {"text": "수사 종결"})
    await move(200, "erase", {"text": "본인 요청"})


async def every_move_that_makes_no_sense(house: House, incident_id: str) -> None:
    bodies: dict[str, Any] = {
        "assign": {"unit": "순21"},
        "note": {"text": "x"},
        "scene": {"scene": "bright"},
        "close": {"disposition": "false"},
        "instruct": {"text": "x"},
        "link": {"incident_id": "none"},
        "unlink": {"incident_id": "none"},
        "hold": {"until": "2126-01-01T00:00:00Z", "text": "x"},
        "release": {"text": "x"},
        "erase": {"text": "x"},
    }
    for name in get_args(Move):
        body = bodies.get(name, {})
        path = f"/v1/incidents/{incident_id}/{name}"
        await send(house, 404, "POST", f"/v1/incidents/none/{name}", json=body)
        await send(house, 422, "POST", path, json=body | {"unknown": 1})
        await send(house, 400, "POST", path, **UNREADABLE)


async def the_lists(house: House, incident_id: str) -> None:
    for query in ("", "?state=open", "?state=closed", "?state=all&limit=500"):
        await send(house, 200, "GET", f"/v1/incidents{query}")
    page = await send(house, 200, "GET", "/v1/incidents?state=all&limit=2")
    assert page["next"] == page["incidents"][1]["incident_id"]
    await send(house, 200, "GET", f"/v1/incidents?state=all&limit=2&after={page['next']}")
    await send(house, 404, "GET", "/v1/incidents?after=none")
    words = "state=all&q=%EC%8C%8D%EB%AC%B8&since=2026-01-01T00:00:00Z&until=2126-01-01T00:00:00Z"
    await send(house, 200, "GET", f"/v1/incidents?{words}&kind=sos&disposition=test&drill=false")
    await send(
        house,
        200,
        "GET",
        "/v1/incidents?jurisdiction=%EC%8C%8D%EB%AC%B8%ED%8C%8C%EC%B6%9C%EC%86%8C",
    )
    bad = (
        "since=yesterday",
        "until=2026-01-01",
        "disposition=boring",
        "drill=so",
        "jurisdiction=x",
    )
    for query in ("state=lost", "limit=0", "limit=many", "after=%00", *bad):
        await send(house, 422, "GET", f"/v1/incidents?{query}")
    for tail in ("", "/journal", "/replay"):
        await send(house, 200, "GET", f"/v1/incidents/{incident_id}{tail}")
        await send(house, 404, "GET", f"/v1/incidents/none{tail}")
        await send(house, 422, "GET", f"/v1/incidents/{'x' * 41}{tail}")


async def in_cap(house: House, incident_id: str) -> None:
    """The newest message, an Ack of it said twice, and what is no Ack."""
    path = f"/v1/incidents/{incident_id}.cap"
    newest = await send(house, 200, "GET", path)
    told = ElementTree.fromstring(newest)
    names = {name: told.findtext(f"{{{NAMESPACE}}}{name}") for name in ("identifier", "sent")}
    reference = f"lamplighter,{names['identifier']},{names['sent']}"
    ack = {"content": ack_of(reference), "headers": {"Content-Type": MEDIA_TYPE}}
    for _ in range(2):
        await send(house, 204, "POST", path, **ack)
    assert (await house.journal(incident_id)).count("taken_by") == 1
    await send(house, 404, "GET", "/v1/incidents/none.cap")
    await send(house, 404, "POST", "/v1/incidents/none.cap", **ack)
    await send(house, 422, "GET", f"/v1/incidents/{'x' * 41}.cap")
    await send(house, 422, "POST", path, **ack | {"content": newest})
    await send(house, 422, "POST", path, **ack | {"content": b"<alert"})
    await send(house, 413, "POST", path, **ack | {"content": b" " * 70_000})
    other = ack_of(f"lamplighter,{incident_id}.1,{names['sent']}")
    await send(house, 409, "POST", path, **ack | {"content": other})


async def the_outbox(house: House) -> None:
    """What nobody has taken: listed, sent again, told otherwise."""
    page = await send(house, 200, "GET", "/v1/outbox?limit=1")
    letter_id = page["letters"][0]["outbox_id"]
    assert page["next"] == letter_id
    await send(house, 200, "GET", f"/v1/outbox?state=waiting&after={letter_id}")
    assert (await send(house, 200, "GET", "/v1/outbox?state=dead"))["letters"] == []
    await send(house, 404, "GET", "/v1/outbox?after=none")
    await send(house, 422, "GET", "/v1/outbox?state=taken")
    path = f"/v1/outbox/{letter_id}"
    words = {"text": "전화로 알림"}
    for name, body in (("retry", {}), ("told", words)):
        await send(house, 404, "POST", f"/v1/outbox/none/{name}", json=body)
        await send(house, 422, "POST", f"{path}/{name}", json=body | {"unknown": 1})
        await send(house, 400, "POST", f"{path}/{name}", **UNREADABLE)
    assert (await send(house, 200, "POST", f"{path}/retry"))["state"] == "waiting"
    told = await send(house, 200, "POST", f"{path}/told", json=words)
    assert (told["state"], told["told"]) == ("taken", "전화로 알림")
    await send(house, 409, "POST", f"{path}/retry")
    await send(house, 409, "POST", f"{path}/told", json=words)


async def the_lamps_and_the_rest(house: House) -> None:
    found = await send(house, 200, "GET", "/v1/lamps?bbox=127.0,37.6,127.1,37.7&limit=5")
    assert len(found["features"]) == 5
    await send(house, 200, "GET", "/v1/lamps")
    assert found["next"] == "L0004"
    rest = await send(house, 200, "GET", "/v1/lamps?after=L0004&status=online&status=silent")
    assert rest["features"][0]["id"] == "L0005"
    for ending in ("csv", "geojson"):
        await send(house, 200, "GET", f"/v1/lamps.{ending}?status=faulty")
        await send(house, 422, "GET", f"/v1/lamps.{ending}?status=bad")
    await send(house, 422, "GET", "/v1/lamps?bbox=1,2,3")
    await send(house, 422, "GET", "/v1/lamps?limit=0")
    faulty = await send(house, 200, "GET", "/v1/lamps/L0003")
    assert faulty["properties"]["faults"] == ["dimming_failure", "high_temperature"]
    await send(house, 404, "GET", "/v1/lamps/none")
    await send(house, 422, "GET", "/v1/lamps/a.b")
    areas = await send(house, 200, "GET", "/v1/areas")
    assert {one["properties"]["kind"] for one in areas["features"]} == {
        "district",
        "neighbourhood",
        "jurisdiction",
    }
    for path in ("/v1/settings", "/healthz", "/readyz", "/metrics"):
        await send(house, 200, "GET", path)
