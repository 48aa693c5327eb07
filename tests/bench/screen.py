"""Come here for a thousand screens that cost next to nothing, and say when a frame has come."""

import asyncio
import socket
import time
from contextlib import AsyncExitStack
from typing import Final

from tests.bench.web_socket import WebSocketClient

_PATIENCE_S: Final = 30.0
_SMALL_WINDOW: Final = 4_096
"""Bytes that the system keeps for a client that does not read, so that it soon is one."""
COUNTED: Final = b'{"type":"incident"'
"""How a frame begins that is waited for."""


class Hall:
    """All the screens, and when the frame of this round reached each."""

    def __init__(self) -> None:
        self._awaited = 0
        self._times: list[float] = []
        self._all: asyncio.Future[None] | None = None
        self.closed = 0

    def expect(self, screens: int) -> None:
        """A new round: so many screens will get one frame each."""
        self._awaited = screens
        self._times = []
        self._all = asyncio.get_running_loop().create_future()

    async def all_have_it(self) -> tuple[float, float]:
        """When the first and when the last had it (`time.perf_counter`)."""
        assert self._all is not None
        async with asyncio.timeout(_PATIENCE_S):
            await self._all
        return self._times[0], self._times[-1]

    def got(self) -> None:
        """One screen has the frame."""
        self._times.append(time.perf_counter())
        if len(self._times) == self._awaited and self._all and not self._all.done():
            self._all.set_result(None)


class Screen:
    """One client. `greeted` is done when the first frame has come."""

    def __init__(self, hall: Hall, path: str) -> None:
        self._hall = hall
        self.line = WebSocketClient(path, self)
        self.length = 0
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def heard(self, body: bytes) -> None:
        """A frame."""
        if body.startswith(COUNTED):
            self.length = len(body)
            self._hall.got()
        if not self.greeted.done():
            self.greeted.set_result(None)

    def hung_up(self) -> None:
        """It has gone."""
        self._hall.closed += 1


async def connect(hall: Hall, port: int, path: str, *, narrow: bool = False) -> Screen:
    """A screen that has had its first frame; a narrow one has no room to keep what comes."""
    loop = asyncio.get_running_loop()
    door = socket.socket()
    if narrow:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_WINDOW)
    door.setblocking(False)
    await loop.sock_connect(door, ("127.0.0.1", port))
    screen = Screen(hall, path)
    await loop.create_connection(lambda: screen.line, sock=door)
    async with asyncio.timeout(_PATIENCE_S):
        await screen.greeted
    return screen


async def many(stack: AsyncExitStack, hall: Hall, port: int, path: str, count: int) -> list[Screen]:
    """So many screens, connected until the stack unwinds."""
    screens: list[Screen] = []
    for start in range(0, count, 50):
        some = [connect(hall, port, path) for _ in range(min(50, count - start))]
        screens += await asyncio.gather(*some)
    for screen in screens:
        stack.callback(screen.line.close)
    return screens
