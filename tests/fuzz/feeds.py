"""Come here for screens that misbehave: junk on the sockets, and a thousand, some deaf."""

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from tests.fuzz.tally import Tally
from tests.patience import FOR_LONG_S, eventually

_LARGEST: Final = 65_536
"""What the dispatcher takes in one message."""
_OUR_FAULT: Final = 1011
"""Said also to who answers no ping in time."""
_WORDS: Final = 10
_NEWS: Final = '{"type":"incident"'
_SNAPSHOT: Final = '{"type":"snapshot"'
_AGAIN_S: Final = 0.1
AT_ONCE: Final = 50
"""Connections that begin together: fewer than wait at a door."""


def junk(dice: random.Random) -> str | bytes:
    """What no phone or screen says."""
    return dice.choice(
        (
            dice.randbytes(dice.randint(0, 500)),
            "[" * dice.randint(1, 60_000),
            '{"type":"positions","positions":[{"lon":1e999}]}',
            '{"type":"positions","positions":' + "[" * 5000 + "]" * 5000 + "}",
            '{"type":["answer"]}',
            '{"type":"pause","minutes":1e308}',
            '{"type":"answer","question_id":"\\u0000","pin":{"a":1}}',
            '{"token":null}',
            "null",
            "",
            "\ud7ff\0",
            "x" * 70_000,
        )
    )


class Socket(NamedTuple):
    """Where junk goes: a path, what is said first, and whether that opens the door."""

    path: str
    hello: str | None = None
    is_own: bool = False


async def babble(url: str, places: Sequence[Socket], sockets: int, dice: int) -> Tally:
    """So many sockets, each with ten words of junk."""
    tally, chance = Tally("junk on the feed and on walks"), random.Random(dice)
    for number in range(sockets):
        place = places[number % len(places)]
        name = place.path.partition("?")[0]
        words = [junk(chance) for _ in range(_WORDS)]
        tally.tried += _WORDS
        try:
            await _babble(url.replace("http://", "ws://") + place.path, place, words, tally)
        except websockets.ConnectionClosed as closed:
            heard = closed.rcvd
            too_large = any(len(said) > _LARGEST for said in words)
            # Who is hung up on amid a frame that is too large may not hear why.
            is_ours = heard is None or (heard.code == _OUR_FAULT and "ping" not in heard.reason)
            if is_ours and not (heard is None and too_large):
                tally.faults.append(f"{name} ended with {heard}")
        except TimeoutError:
            tally.faults.append(f"{name} answers no more")
    return tally


async def _babble(address: str, place: Socket, words: Sequence[str | bytes], tally: Tally) -> None:
    patience: Any = {"max_size": None, "max_queue": None, "ping_interval": None}
    async with (
        asyncio.timeout(FOR_LONG_S),
        websockets.connect(address, open_timeout=None, **patience) as line,
    ):
        for said in (place.hello, *words):
            if said is not None:
                await line.send(said)
        if place.is_own:  # each word is answered, and so was the first
            for _ in range(1 + len(words)):
                _read_answer(str(await line.recv()), tally)
        await (await line.ping())


def _read_answer(text: str, tally: Tally) -> None:
    problem = json.loads(text).get("problem", {"status": 200})
    tally.answered(problem["status"], "application/problem+json", f"junk over a socket: {text}")


@dataclass
class Screen:
    """One that reads, over however many connections: the numbers of what it was told."""

    seqs: list[int] = field(default_factory=list)
    line: ClientConnection | None = None

    @property
    def last(self) -> int:
        return self.seqs[-1] if self.seqs else 0

    @property
    def is_whole(self) -> bool:
        """Each once, and in order."""
        return self.seqs == list(range(self.seqs[0], self.seqs[-1] + 1))

    def hear(self, text: str) -> None:
        if text.startswith(_SNAPSHOT):
            self.seqs.clear()  # it was away for too long, or had nothing yet
        elif text.startswith(_NEWS):  # to read a thousand snapshots would take us minutes
            self.seqs.append(json.loads(text)["seq"])


@dataclass
class Crowd:
    """Screens that read, and screens that never do."""

    reading: list[Screen] = field(default_factory=list)
    sleeping: list[socket.socket] = field(default_factory=list)
    begun: int = 0
    resumed: int = 0

    def cut(self) -> None:
        """All that read lose their connections in one moment."""
        for one in self.reading:
            if one.line is not None:
                one.line.transport.abort()


@asynccontextmanager
async def crowd(url: str, screens: int, sleepers: int) -> AsyncIterator[Crowd]:
    """So many screens, of which some never read a byte after the greeting; all have begun."""
    found = Crowd([Screen() for _ in range(screens - sleepers)])
    turn = asyncio.Semaphore(AT_ONCE)
    address = url.replace("http://", "ws://") + "/v1/feed"
    readers = [asyncio.create_task(_read_on(address, one, turn, found)) for one in found.reading]
    try:
        for _ in range(sleepers):
            found.sleeping.append(await asyncio.to_thread(_sleeper, url))
        everybody = len(found.reading)
        await eventually(lambda: found.begun >= everybody, "all screens have begun", FOR_LONG_S)
        yield found
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        for line in found.sleeping:
            line.close()


async def _read_on(address: str, screen: Screen, turn: asyncio.Semaphore, found: Crowd) -> None:
    """As a screen does: hung up on, whoever's fault that is, it comes back to where it was."""
    began = False
    while True:
        after = f"?after={screen.last}" if screen.seqs else ""
        with suppress(OSError, websockets.WebSocketException):
            async with _line(address + after, turn) as screen.line:
                async for text in screen.line:
                    found.begun += not began
                    began = True
                    screen.hear(str(text))
        found.resumed += 1
        await asyncio.sleep(_AGAIN_S)


@asynccontextmanager
async def _line(address: str, turn: asyncio.Semaphore) -> AsyncIterator[ClientConnection]:
    async with turn:
        line = await websockets.connect(
            address, max_size=None, open_timeout=None, ping_interval=None
        )
    try:
        yield line
    finally:
        line.transport.abort()


async def busy_night(
    client: httpx.AsyncClient, press: Callable[[], Awaitable[None]], most: int
) -> None:
    """So many incidents are open: people press, and the desk closes what is beyond."""
    while len(page := await _open(client)) < most:
        for _ in range(most - len(page)):
            await press()
    await quieten(client, most)


async def quieten(client: httpx.AsyncClient, most: int) -> None:
    """The desk closes what is open beyond so many: no night has a thousand open incidents."""
    while len(page := await _open(client)) > most:
        for one in page[most:]:
            path = f"/v1/incidents/{one['incident_id']}/close"
            (await client.post(path, json={"disposition": "test"})).raise_for_status()


async def _open(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    page = await client.get("/v1/incidents", params={"state": "open", "limit": "500"})
    incidents: list[dict[str, Any]] = page.raise_for_status().json()["incidents"]
    return incidents


def _sleeper(url: str) -> socket.socket:
    """A socket with the smallest ear, which asks for the feed and then does nothing."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    host, _, port = url.removeprefix("http://").rpartition(":")
    line.settimeout(FOR_LONG_S)
    line.connect((host, int(port)))
    line.sendall(
        b"GET /v1/feed HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        % url.removeprefix("http://").encode()
    )
    line.recv(20)
    return line
