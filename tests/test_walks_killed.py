"""What holds when the dispatcher is killed in the middle of hundreds of walks home.

Some pause, take longer, are asked, have called for help or are home already; dozens are about to
begin, and everybody's phone goes on saying where it is. Afterwards every walk that was answered is
there, with its clock and its escalation, and every lamp shows what somebody wants of it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import httpx

from firmware_sim.street import Street
from geo.place import Place
from tests.conftest import Pair
from tests.dispatch.test_walks_live import tracks_are_written
from tests.dispatch.walking import Phone, east, fix, walk_body
from tests.house import (
    DispatcherProcess,
    caller,
    environment_for,
    fill,
    settings_for,
    specs_of,
    street_of,
)
from tests.parts import free_port
from tests.patience import DEADLINE_S, eventually

UNDER_WAY: Final = 270
ABOUT_TO_BEGIN: Final = 30
AT_ONCE: Final = 20
"""Calls under way at the same time: what a laptop's sockets bear without a thought."""
LAMPS: Final = street_of(20)
_AWAY_M: Final = 5_000.0
"""Where most walk there are no lamps: only some are to be looked at lamp by lamp."""
_SPEAKING: Final = 4
_PAUSE: Final = 0.05
"""Between two tries, and two words of who walks on: the phones are not what is tried here."""


class Insistent(Phone):
    """A phone that says it again when the connection was closed beneath it, as phones do."""

    async def post(self, call: str, **body: Any) -> httpx.Response:
        """Make a call of the walk."""
        return await insist(lambda: super(Insistent, self).post(call, **body))

    async def shown(self) -> dict[str, Any]:
        """What the phone must show."""
        answer = await insist(lambda: self.client.get(self.path, headers=self.headers))
        shown: dict[str, Any] = answer.json()
        return shown


@dataclass
class Walker:
    """A walker, what they do, and what the phone was answered last before the kill."""

    number: int
    phone: Phone
    shown: dict[str, Any]
    fixes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def does(self) -> str:
        """What this one does; most of them just walk."""
        if self.number % 100 == 50 and self.number < UNDER_WAY:
            return "help"
        is_busy = self.number % 10 < 4 and self.number < UNDER_WAY
        return ("pause", "extend", "is_asked", "end")[self.number % 10] if is_busy else "walk"

    @property
    def place(self) -> Place:
        """Some are between the lamps."""
        near = self.number % 20 >= 15 or self.does == "help"
        return east(10.0 * (self.number % 30) + (0.0 if near else _AWAY_M))


async def insist(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Ask until somebody answers."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                answer = await ask()
            except httpx.TransportError:
                await asyncio.sleep(_PAUSE)
                continue
            if answer.status_code < 500:
                assert answer.is_success, answer.text
                return answer
            await asyncio.sleep(_PAUSE)


async def all_at_once(work: Iterable[Awaitable[Any]]) -> list[Any]:
    """Everybody's, so many at a time."""
    door = asyncio.Semaphore(AT_ONCE)

    async def one(waiting: Awaitable[Any]) -> Any:
        async with door:
            return await waiting

    return list(await asyncio.gather(*map(one, work)))


async def begins(client: httpx.AsyncClient, number: int) -> Walker:
    """A walk begins, as often as it takes."""
    body = walk_body(watched=number % 90 == 7)
    answer = await insist(lambda: client.post("/v1/walks", json=body))
    return Walker(number, Insistent(client, answer.json()), answer.json())


async def lives(client: httpx.AsyncClient, number: int) -> Walker:
    """A walk begins, says where it has been, and does what it does."""
    walker = await begins(client, number)
    phone, at = walker.phone, walker.place
    walker.fixes = [fix(at, seconds) for seconds in (9, 6, 3)]
    walker.shown = await phone.moves(*walker.fixes)
    match walker.does:
        case "pause":
            walker.shown = await phone.does("pause", minutes=30)
        case "extend":
            walker.shown = await phone.does("extend", minutes=15)
        case "is_asked":
            await phone.moves(battery=2)
            walker.shown = await phone.until("asking")
        case "end":
            walker.shown = await phone.does("end")
        case "help":
            walker.shown = await phone.does("answer", answer="help")
    return walker


@asynccontextmanager
async def still_walking(walkers: list[Walker]) -> AsyncIterator[None]:
    """Their phones go on saying where they are, whoever listens."""
    turn = cycle([one for one in walkers if one.does in ("walk", "extend", "help")])

    async def speak() -> None:
        while True:
            walker = next(turn)
            await walker.phone.post("positions", positions=[fix(walker.place)])
            await asyncio.sleep(_PAUSE)

    speaking = [asyncio.create_task(speak()) for _ in range(_SPEAKING)]
    try:
        yield
    finally:
        for task in speaking:
            task.cancel()
        await asyncio.gather(*speaking, return_exceptions=True)


async def test_kill_9_in_the_middle_of_hundreds_of_walks_loses_none_of_them(
    pair: Pair, tmp_path: Path
) -> None:
    await fill(settings_for(pair, tmp_path), LAMPS)
    port = int(pair.mqtt.rpartition(":")[2]) if pair.mqtt else free_port()
    own = {} if pair.mqtt else {"LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{port}"}
    process = DispatcherProcess(environment_for(pair, tmp_path) | own, free_port())
    process.start()
    client = caller(process.url)
    try:
        await process.ready()
        async with Street(specs_of(LAMPS), "127.0.0.1", port) as street:
            walkers = await all_at_once(lives(client, number) for number in range(UNDER_WAY))
            has_track = [one for one in walkers if one.does != "end"]
            await tracks_are_written(pair, len(has_track))
            async with still_walking(walkers):
                last = range(UNDER_WAY, UNDER_WAY + ABOUT_TO_BEGIN)
                beginning = asyncio.create_task(all_at_once(begins(client, n) for n in last))
                process.kill()
                process.start()
                await process.ready()
                fresh: list[Walker] = await beginning
                await every_walk_is_there([*walkers, *fresh])
                await help_is_called_once(client, walkers)
            await the_lamps_come_to_rest(client, street, walkers)
    finally:
        process.kill()
        await client.aclose()


async def every_walk_is_there(walkers: list[Walker]) -> None:
    """With its clock and its escalation; of tracks at most the last seconds are gone."""
    found = await all_at_once(one.phone.shown() for one in walkers)
    for walker, now in zip(walkers, found, strict=True):
        promised = walker.shown
        assert now["due_at"] == promised["due_at"], walker.does
        assert now["paused_until"] == promised["paused_until"]
        if walker.does == "is_asked":
            assert promised["state"] == "asking"
            if now["state"] == "asking":  # else its time has come meanwhile, as it was said
                assert now["question"]["help_at"] == promised["question"]["help_at"]
            assert now["state"] in ("asking", "alarmed")
        elif walker.does in ("pause", "end", "help"):
            assert now["state"] == promised["state"]
        else:
            assert now["state"] in ("walking", "asking")  # a slow machine may have been silent
    for walker in walkers:
        if walker.shown["watched"] and walker.fixes:
            path = f"{walker.phone.path}/desk"
            seen = (await walker.phone.client.get(path)).json()
            places = [(crumb["lon"], crumb["lat"]) for crumb in seen["track"]]
            assert len(places) >= len(walker.fixes)


async def help_is_called_once(client: httpx.AsyncClient, walkers: list[Walker]) -> None:
    """For everybody who has asked for it, whichever side of the kill that was."""
    helped = {one.phone.walk["walk_id"] for one in walkers if one.does == "help"}
    called: Counter[str] = Counter()
    async with asyncio.timeout(DEADLINE_S):
        while not helped <= set(called):
            page = (await client.get("/v1/incidents?limit=500")).json()["incidents"]
            called = Counter(one["walk_id"] for one in page)
    assert {called[walk_id] for walk_id in helped} == {1}


async def the_lamps_come_to_rest(
    client: httpx.AsyncClient, street: Street, walkers: list[Walker]
) -> None:
    """They blink where somebody needs help; when all is over each is back on its programme."""

    def scenes() -> set[str]:
        return {street.shows(lamp.lamp_id).scene.name for lamp in LAMPS}

    await eventually(lambda: "blink" in scenes(), "a lamp that blinks for somebody")
    near = [one for one in walkers if one.place.lon < east(_AWAY_M).lon and one.does != "end"]
    await all_at_once(one.phone.does("end") for one in near)
    page = (await client.get("/v1/incidents?limit=500")).json()["incidents"]
    for one in page:
        body = {"disposition": "test", "text": ""}
        await client.post(f"/v1/incidents/{one['incident_id']}/close", json=body)
    await eventually(lambda: scenes() == {"schedule"}, "every lamp on its programme")
