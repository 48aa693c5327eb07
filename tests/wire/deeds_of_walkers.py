"""Come here for all that walkers, guardians and strangers can do about a walk over HTTP."""

from typing import Any

from dispatch.walk_view import walk_token
from tests.dispatch.walking import Phone, fix, position, starts, walk_body
from tests.house import HERE, House
from tests.wire.deeds import NO_ID, UNREADABLE, away, send

_STEPS: dict[str, dict[str, Any]] = {
    "positions": {"positions": []},
    "answer": {"answer": "fine"},
    "pause": {"minutes": 5},
    "resume": {},
    "extend": {"minutes": 5},
    "consent/withdraw": {},
    "arrive": {},
    "end": {},
}


async def a_walk_home(house: House) -> Phone:
    """Two walks: one comes home; the phone of the other, which goes wrong and stays so."""
    body = walk_body(
        destination=position(away(400)),
        route=[position(HERE), position(away(400))],
        guardians=[
            {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "1"}
        ],
        pin="4821",
        duress_pin="1190",
        name="민지",
        app_version=3,
        phone_secret="mB0sQm2bq1hXyqk3Jt4XxA",
    )
    started = await send(house, 201, "POST", "/v1/walks", json=body)
    again = await send(house, 200, "POST", "/v1/walks", json=body)
    assert again["walker_token"] == started["walker_token"]
    await send(house, 409, "POST", "/v1/walks", json=body | {"phone_secret": None})
    link = started["guardians"][0]["link"]
    phone = Phone(house.client, started)
    await phone.moves(fix(HERE, 30), fix(away(20), 10), battery=50, sent_at=fix(HERE)["fixed_at"])
    await phone.shown()
    await phone.does("pause", minutes=5, pin="4821")
    await phone.does("resume")
    await phone.does("extend", minutes=5, pin="4821")
    await phone.does("answer", answer="fine", pin="1190")
    shared, guardian = "/v1/walks/shared", {"Authorization": f"Bearer {link.partition('#')[2]}"}
    await send(house, 200, "GET", shared, headers=guardian)
    await send(house, 401, "GET", shared, headers={"Authorization": f"Bearer {'x' * 43}"})
    await send(house, 401, "GET", shared)
    await phone.does("consent/withdraw", guardian=1, pin="4821")
    await phone.does("arrive", pin="4821")
    await phone.does("end", pin="4821")
    await send(house, 200, "GET", shared, headers=guardian)

    lost = await starts(house.client, watched=True)
    await lost.moves(fix(away(30), 1))
    await lost.does("answer", answer="help")
    await lost.reported()
    listed = await send(house, 200, "GET", "/v1/walks")
    assert listed["attention"][0]["walk_id"] == lost.walk["walk_id"]
    await send(house, 200, "GET", f"{lost.path}/desk")
    shown = await send(house, 200, "GET", f"{lost.path}/showings", headers=lost.headers)
    assert {one["path"] for one in shown["showings"]} >= {"GET /v1/walks"}
    await send(house, 404, "GET", f"/v1/walks/{NO_ID}/desk")
    await send(house, 422, "GET", "/v1/walks/none/desk")
    return lost


async def every_step_that_makes_no_sense(house: House) -> None:
    """By a stranger, after the end, and with words that nobody understands."""
    over, other = await starts(house.client), await starts(house.client)
    await over.does("end")
    for step, body in _STEPS.items():
        path = f"{over.path}/{step}"
        await send(house, 401, "POST", path, json=body)
        await send(house, 401, "POST", path, json=body, headers=other.headers)
        await send(house, 422, "POST", f"/v1/walks/none/{step}", json=body)
        if step != "resume":
            await send(
                house,
                400,
                "POST",
                path,
                content=UNREADABLE["content"],
                headers=over.headers | {"Content-Type": "application/json"},
            )
        if step in ("answer", "pause", "resume", "extend", "consent/withdraw"):
            await send(house, 409, "POST", path, json=body, headers=over.headers)
        await send(
            house, 404, "POST", f"/v1/walks/{NO_ID}/{step}", json=body, headers=nobody(house)
        )
    await send(house, 401, "GET", over.path)
    await send(house, 401, "GET", f"{over.path}/showings")
    await send(house, 404, "GET", f"/v1/walks/{NO_ID}/showings", headers=nobody(house))
    await send(house, 422, "GET", "/v1/walks/none/showings")
    await send(house, 404, "GET", f"/v1/walks/{NO_ID}", headers=nobody(house))
    await send(house, 422, "GET", "/v1/walks/none")
    for spoilt in ({"expected_minutes": 0}, {"pin": "1"}):
        await send(house, 422, "POST", "/v1/walks", json=walk_body(**spoilt))
    await send(house, 400, "POST", "/v1/walks", **UNREADABLE)


def nobody(house: House) -> dict[str, str]:
    """The header of a walk that there is not."""
    assert house.dispatcher is not None
    token = walk_token(house.dispatcher.settings.secret(), NO_ID)
    return {"Authorization": f"Bearer {token}"}
