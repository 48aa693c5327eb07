"""Come here for all that is sent to a dispatcher, in order: a name for the table, and the doing."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from dispatch.access import Role
from tests.fuzz.bodies import dawdle, send_all, send_huge
from tests.fuzz.calls import call_all
from tests.fuzz.feeds import Crowd, Socket, babble, busy_night, crowd, quieten
from tests.fuzz.heads import send_heads
from tests.fuzz.lives import live
from tests.fuzz.roles import EVERYBODY, call_as
from tests.fuzz.stage import LAMPS, House
from tests.fuzz.tally import Tally
from tests.fuzz.topics import shout
from tests.patience import FOR_LONG_S, eventually

STORMS: Final = 5
SCREENS, SLEEPERS = 1_000, 100
OPEN: Final = 200
"""Incidents that a crowd of screens begins with: more than any night has had."""
_NEWS: Final = 15
"""Cries before all screens are cut off, and after."""
DAWDLERS: Final = 200
_DEEP: Final = 100_000
_HUGE: Final = 100_000_000


@dataclass(frozen=True)
class Size:
    """How much: calls of each operation and mode by anybody and by each role, lives, messages."""

    examples: int
    by_role: int
    lives: int
    messages: int


Attack = Callable[[House, Size], Awaitable[Tally]]


async def _calls(house: House, size: Size) -> Tally:
    return await asyncio.to_thread(call_all, house.url, size.examples, house.lamps[1])


async def _lives(house: House, size: Size) -> Tally:
    return await asyncio.to_thread(live, house.url, size.lives)


async def _messages(house: House, size: Size) -> Tally:
    """As one of the lamps where lamps have passwords, else as whoever is in the network."""
    user = house.lamps[0] if house.passwords else None
    password = house.passwords.get(house.lamps[0])
    broker = ("127.0.0.1", house.broker)
    return await shout(*broker, house.lamps, size.messages, user=user, password=password)


async def _sockets(house: House, size: Size) -> Tally:
    await quieten(house.client, OPEN)  # who opens a feed is told of all that are open
    sockets = await sockets_of(house.client)
    return await babble(house.url, sockets, size.messages // 40, dice=1)


async def sockets_of(client: Any) -> list[Socket]:
    """The feed, and a walk's talk: by its phone, its guardian, another walk's phone, nobody."""
    guardian = {"contact": "010-1234-5678", "consent": True, "consent_version": "2026-11"}
    asked = {"expected_minutes": 30, "guardians": [guardian]}
    one, other = [
        (await client.post("/v1/walks", json={"walk_id": str(uuid.uuid4()), **asked})).json()
        for _ in range(2)
    ]
    live = f"/v1/walks/{one['walk_id']}/live"
    shared = one["guardians"][0]["link"].partition("#")[2]
    return [
        Socket("/v1/feed"),
        Socket("/v1/feed?after=0&tick=1"),
        Socket(live, json.dumps({"token": one["walker_token"]}), is_own=True),
        Socket(live, json.dumps({"token": shared})),
        Socket(live, json.dumps({"token": other["walker_token"]})),
        Socket(live),
        Socket(f"/v1/walks/{uuid.uuid4()}/live"),
    ]


async def _storms(house: House, _: Size) -> Tally:
    tally, street = Tally("storms"), house.street
    for _storm in range(STORMS):
        street.drop(house.lamps)
        await eventually(lambda: street.connected < LAMPS, "a lamp is gone", FOR_LONG_S)
        await eventually(lambda: street.connected == LAMPS, "all lamps back", FOR_LONG_S)
        tally.tried += LAMPS
    return tally


async def _crowd(house: House, _: Size) -> Tally:
    tally = Tally("screens")
    await busy_night(house.client, house.press, OPEN)
    async with crowd(house.url, SCREENS, SLEEPERS) as found:
        await house.taken_more(_NEWS)
        found.cut()  # all come back at once, each to where it was
        await house.taken_more(_NEWS)
        await _all_have_read_on(found)
        tally.tried = SCREENS + found.resumed
        tally.faults += ["a screen had a gap"] * sum(not one.is_whole for one in found.reading)
    return tally


async def _all_have_read_on(found: Crowd) -> None:
    last = max(one.last for one in found.reading)
    await eventually(
        lambda: all(one.last >= last for one in found.reading), "all have the news", FOR_LONG_S
    )


async def _as_role(role: Role, house: House, size: Size) -> Tally:
    return await call_as(house.staff, role, house.url, size.by_role, house.lamps[1])


OPEN_DESK: Final[Mapping[str, Attack]] = {
    "calls of the OpenAPI document, right and wrong": _calls,
    "steps in lives of reports and walks, in any order": _lives,
    "heads of requests that are none": lambda house, _: send_heads(house.url),
    "bodies: deep, broken, no text": lambda house, _: send_all(house.url, _DEEP),
    f"bodies of {_HUGE / 1e6:g} MB: whole, in parts, packed": (
        lambda house, _: send_huge(house.url, _HUGE)
    ),
    "clients that say a byte a second": lambda house, _: dawdle(house.url, DAWDLERS),
    "MQTT messages on topics of lamps and of nobody": _messages,
    "junk on the feed and on talks of walks": _sockets,
    f"lamps that reconnect, {LAMPS} at once": _storms,
    f"screens, {SCREENS:,} at once, {SLEEPERS} never read": _crowd,
}
"""Where everybody may do everything."""

ROLES: Final[Mapping[str, Attack]] = {
    f"calls of the OpenAPI document as {role}": partial(_as_role, role) for role in EVERYBODY
}
"""Where everybody has to sign in."""
