"""Come here for screens that misbehave: junk on the sockets, and a thousand, some deaf."""

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from tests.fuzz.tally import Tally
from tests.patience import DEADLINE_S

_LARGEST: Final = 65_536
"""What the dispatcher takes in one message."""
_FAULTS_OF_OURS: Final = frozenset({1011})
_NEWS: Final = '{"type":"incident"'
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


async def babble(url: str, paths: list[tuple[str, str | None]], sockets: int, dice: int) -> Tally:
    """So many sockets, each with ten words of junk; `paths` with what is to be said first."""
    tally, chance = Tally("junk on the feed and on walks"), random.Random(dice)
    for number in range(sockets):
        path, hello = paths[number % len(paths)]
        address, too_large = url.replace("http://", "ws://") + path, False
        try:
            async with websockets.connect(address, max_size=None, max_queue=None) as line:
                if hello is not None:
                    await line.send(hello)
                for _ in range(10):
                    tally.tried += 1
                    said = junk(chance)
                    too_large |= len(said) > _LARGEST
                    await line.send(said)
                async with asyncio.timeout(DEADLINE_S):
                    await (await line.ping())  # it has read all that and answers still
        except websockets.ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            # Who is hung up on amid a frame that is too large may not hear why.
            if code in _FAULTS_OF_OURS or (code is None and not too_large):
                tally.faults.append(f"{path.partition('?')[0]} ended with {code}")
        except TimeoutError:
            tally.faults.append(f"{path.partition('?')[0]} answers no more")
    return tally


@dataclass
class Crowd:
    """Screens that read, by their frames' numbers, and screens that never do."""

    reading: list[list[int]] = field(default_factory=list)
    sleeping: list[socket.socket] = field(default_factory=list)


@asynccontextmanager
async def crowd(url: str, screens: int, sleepers: int) -> AsyncIterator[Crowd]:
    """So many screens, of which some never read a byte after the greeting."""
    found = Crowd()
    address = url.replace("http://", "ws://") + "/v1/feed"
    async with AsyncExitStack() as stack:
        turn = asyncio.Semaphore(AT_ONCE)

        async def come() -> ClientConnection:
            async with turn:
                line = websockets.connect(address, max_size=None, open_timeout=DEADLINE_S)
                return await stack.enter_async_context(line)

        lines = await asyncio.gather(*(come() for _ in range(screens - sleepers)))
        for _ in range(sleepers):
            found.sleeping.append(stack.enter_context(await asyncio.to_thread(_sleeper, url)))
        readers = [asyncio.create_task(_read(line, found)) for line in lines]
        try:
            yield found
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)


async def quieten(client: httpx.AsyncClient, most_open: int) -> None:
    """The desk closes what is open beyond so many: no night has a thousand open incidents."""
    asked = {"state": "open", "limit": "500"}
    while True:
        page = (await client.get("/v1/incidents", params=asked)).json()["incidents"]
        if len(page) <= most_open:
            return
        for one in page[most_open:]:
            path = f"/v1/incidents/{one['incident_id']}/close"
            (await client.post(path, json={"disposition": "test"})).raise_for_status()


async def _read(line: ClientConnection, found: Crowd) -> None:
    seqs: list[int] = []
    found.reading.append(seqs)
    async for text in line:
        if str(text).startswith(_NEWS):  # to read a thousand snapshots would take us minutes
            seqs.append(json.loads(text)["seq"])  # noqa: PERF401 - others look on


def _sleeper(url: str) -> socket.socket:
    """A socket with the smallest ear, which asks for the feed and then does nothing."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    host, _, port = url.removeprefix("http://").rpartition(":")
    line.settimeout(DEADLINE_S)
    line.connect((host, int(port)))
    line.sendall(
        b"GET /v1/feed HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        % url.removeprefix("http://").encode()
    )
    line.recv(20)
    return line
