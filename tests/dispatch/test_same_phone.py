"""An id is no key: whoever sees one on its way gets nothing for saying it again."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest

from dispatch.report import OtherPhone, same_phone
from dispatch.tokens import proof_of
from tests.conftest import Pair
from tests.dispatch.walking import starts, walk_body
from tests.house import House, assert_problem, report, running

OURS = {"phone_secret": "mB0sQm2bq1hXyqk3Jt4XxA"}
NONE: dict[str, str] = {}
WRONG: list[dict[str, str]] = [NONE, {"phone_secret": "mB0sQm2bq1hXyqk3Jt4XxB"}]
GUARDIAN = {"contact": "010-1234-5678", "name": "엄마"}


@pytest.mark.parametrize(
    ("first", "again", "is_same"),
    [
        (None, None, True),
        (None, "a" * 22, True),
        ("a" * 22, "a" * 22, True),
        ("a" * 22, "b" * 22, False),
        ("a" * 22, None, False),
    ],
)
def test_a_secret_that_was_left_with_an_id_is_asked_for_ever_after(
    first: str | None, again: str | None, is_same: bool
) -> None:
    kept, sent = proof_of("an id", first), proof_of("an id", again)
    assert first is None or first not in (kept or "")
    if is_same:
        same_phone(kept, sent, "walk")
    else:
        with pytest.raises(OtherPhone, match="a walk with this id"):
            same_phone(kept, sent, "walk")


async def the_first_phone_alone_is_answered(house: House, path: str, body: dict[str, Any]) -> None:
    for wrong in WRONG:
        refused = await house.client.post(path, json=body | wrong)
        assert "phone_secret" in assert_problem(refused, 409)["detail"]
        for shown in ("token", "incident", "guardian", "link", "lamps"):
            assert shown not in refused.text
    own = await house.client.post(path, json=body | OURS)
    assert own.status_code == 200
    assert "_token" in own.text


async def test_whoever_repeats_an_id_without_the_phones_secret_is_shown_nothing(
    pair: Pair, tmp_path: Path
) -> None:
    bodies = {
        "/v1/reports": report(),
        "/v1/walks": walk_body(guardians=[GUARDIAN], pin="4821"),
    }
    async with running(pair, tmp_path) as house:
        for path, body in bodies.items():
            assert (await house.client.post(path, json=body | OURS)).status_code == 201
            await the_first_phone_alone_is_answered(house, path, body)
        everything = (await house.client.get("/v1/incidents")).text
        assert OURS["phone_secret"] not in everything
    async with running(pair, tmp_path) as house:  # it is known from the disk as well
        for path, body in bodies.items():
            await the_first_phone_alone_is_answered(house, path, body)


@pytest.mark.parametrize("secret", ["short", "m" * 129, "with a space in the middle", ""])
async def test_a_secret_that_can_be_guessed_is_refused_with_words(
    sqlite_url: str, tmp_path: Path, secret: str
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        for path, body in (("/v1/reports", report()), ("/v1/walks", walk_body())):
            refused = await house.client.post(path, json=body | {"phone_secret": secret})
            assert assert_problem(refused, 422)["errors"][0]["field"] == "phone_secret"


async def test_whoever_knows_a_walk_cannot_take_the_place_of_the_cry_that_it_becomes(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        phone = await starts(house.client)
        walk_id = UUID(phone.walk["walk_id"])
        for name in ("alarm 1", "alarm  1"):  # as it would follow from the walk's id alone
            await house.press(report_id=str(uuid5(walk_id, name)), drill=True)
        async with house.feed() as feed:
            await phone.does("answer", answer="help")
            opened = await feed.event("opened")
        assert opened["incident"]["walk_id"] == str(walk_id)
        assert not opened["incident"]["drill"]
        own = await reported(phone.client, phone.path, phone.headers)
        for wrong in (NONE, OURS, {"phone_secret": "nobodys-nobodys-nobodys"}):
            taken = await house.client.post("/v1/reports", json=report() | own | wrong)
            assert_problem(taken, 409)


async def reported(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> dict[str, str]:
    """The id of the report that a walk has become, as soon as its phone is told."""
    while (own := (await client.get(path, headers=headers)).json()["report"]) is None:
        pass
    return {"report_id": own["report_id"]}
