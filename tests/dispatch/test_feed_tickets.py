"""How a feed is opened with a ticket, and ends with the right to listen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from dispatch.database import Database
from dispatch.sign_in import people
from tests.conftest import Pair
from tests.dispatch.staff import (
    LOCAL,
    account_of,
    closing,
    connect,
    feed_of,
    signed_in,
    ticket,
)
from tests.house import House, running

INCIDENTS = "/v1/incidents"


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL) as house:
        yield house


async def test_a_ticket_opens_one_feed(house: House) -> None:
    async with signed_in(house, "kim", "operator") as kim:
        word = await ticket(kim)
        async with connect(house, f"?ticket={word}"):
            pass
        for used in (word, "guess", ""):
            with pytest.raises(InvalidStatus):
                await connect(house, f"?ticket={used}")
        for elsewhere in ("https://evil.example", "null", "http://["):
            with pytest.raises(InvalidStatus) as refused:
                await connect(house, f"?ticket={await ticket(kim)}", origin=elsewhere)
            assert refused.value.response.status_code == 403
        with pytest.raises(InvalidStatus):  # nor does what is in the cookie, in the address
            await connect(house, f"?ticket={kim.cookies['lamplighter']}")


@pytest.mark.parametrize("what", ["revoked", "role taken", "signed out", "account revoked"])
async def test_whoever_may_no_longer_listen_is_hung_up_on_at_once(house: House, what: str) -> None:
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    await sessions.put_account(account_of("boss", "administrator"))
    async with (
        signed_in(house, "boss", "administrator") as boss,
        signed_in(house, "kim", "operator") as kim,
        feed_of(house, kim) as feed,
    ):
        present = (await boss.get("/v1/sessions")).json()["sessions"]
        kims = next(one["session_id"] for one in present if one["name"] == "kim")
        await {
            "revoked": lambda: boss.post(f"/v1/sessions/{kims}/revoke"),
            "role taken": lambda: boss.post("/v1/accounts/kim/roles", json={"roles": []}),
            "signed out": lambda: kim.post("/v1/sign-out"),
            "account revoked": lambda: boss.post("/v1/accounts/kim/revoke"),
        }[what]()
        assert await closing(feed.socket) == 1008
        assert (await kim.get(INCIDENTS)).status_code in (401, 403)


async def test_what_another_process_takes_away_ends_the_feed_too(house: House) -> None:
    assert house.dispatcher is not None
    async with signed_in(house, "kim", "operator") as kim, feed_of(house, kim) as feed:
        elsewhere = Database(house.dispatcher.settings.database_url)
        try:
            async with elsewhere.writing() as connection:
                await people.put_account(connection, account_of("kim", "crew"))
        finally:
            await elsewhere.close()
        assert await closing(feed.socket) == 1008
