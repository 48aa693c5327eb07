"""Come here for people with accounts in a test, signed in as their browsers would be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, get_args

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from dispatch.access import StaffRole
from dispatch.sign_in.people import Account
from dispatch.sign_in.sessions import Sessions, rights_of
from tests.feed_client import FeedClient
from tests.house import House
from tests.patience import DEADLINE_S

PAGE = {"X-Lamplighter": "1"}
"""What every page of ours sends with whatever writes."""
LOCAL = {"LAMPLIGHTER_SIGN_IN": "local"}


def account_of(name: str, *roles: str, jurisdictions: tuple[str, ...] = ()) -> Account:
    """Somebody who has chosen a password long ago (nobody knows which)."""
    able = frozenset(role for role in get_args(StaffRole) if role in roles)
    assert len(able) == len(roles)
    return Account(name, "", False, able, frozenset(jurisdictions), datetime.now(UTC), None)


async def take_in(sessions: Sessions, account: Account) -> None:
    """Give somebody an account, and write it down as the dispatcher does."""
    added = sessions.entry("account_added", account.name, **rights_of(account.person))
    await sessions.put_account(account, added)


@asynccontextmanager
async def signed_in(
    house: House, name: str, *roles: str, jurisdictions: tuple[str, ...] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of somebody who may be this."""
    assert house.dispatcher is not None
    sessions = house.dispatcher.sessions
    account = account_of(name, *roles, jurisdictions=jurisdictions)
    await take_in(sessions, account)
    token, _ = await sessions.open(account.person, "local", "127.0.0.1")
    async with httpx.AsyncClient(
        base_url=house.url,
        timeout=DEADLINE_S,
        headers=PAGE,
        cookies={"lamplighter": token},
        limits=httpx.Limits(keepalive_expiry=1.0),  # as in `tests/house.py`
        verify=False,
    ) as browser:
        yield browser


async def ticket(browser: httpx.AsyncClient) -> str:
    """A word for one feed."""
    answer = await browser.post("/v1/feed/ticket")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["ticket"])


@asynccontextmanager
async def feed_of(
    house: House, browser: httpx.AsyncClient, query: str = "", **how: Any
) -> AsyncIterator[FeedClient]:
    """The feed as a page of theirs opens it."""
    word = await ticket(browser)
    async with connect(house, f"?ticket={word}{query}", **how) as socket:
        feed = FeedClient(socket)
        await feed.begun()
        yield feed


def connect(house: House, query: str, **how: Any) -> Any:
    """A feed, whoever asks for it."""
    address = house.url.replace("http://", "ws://") + "/v1/feed" + query
    return websockets.connect(
        address, max_size=None, ping_interval=None, open_timeout=DEADLINE_S, **how
    )


async def closing(socket: ClientConnection) -> int | None:
    """How the dispatcher closes it; what is still said before is not heard."""
    async with asyncio.timeout(DEADLINE_S):
        try:
            while True:
                await socket.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
