"""Come here for a thousand screens that cost next to nothing: WebSocket clients by hand.

They read frames, answer pings and say when one that matters has come. RFC 6455.
"""

import asyncio
import base64
import os
import socket
import time
from contextlib import AsyncExitStack
from typing import Final

_TEXT: Final = 1
_CLOSE: Final = 8
_PING: Final = 9
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


class Screen(asyncio.Protocol):
    """One client. `greeted` is done when the first frame has come."""

    def __init__(self, hall: Hall, path: str) -> None:
        self._hall = hall
        self._path = path
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._is_open = False
        self.length = 0
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        self._write(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._hall.closed += 1

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._is_open:
            head, gap, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not gap:
                self._buffer = head
                return
            assert b" 101 " in head.partition(b"\r\n")[0], head
            self._is_open = True
        while self._take():
            pass

    def _take(self) -> bool:
        """One frame of the buffer; False where there is no whole one."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length or start > len(buffer):
            return False
        self._buffer = buffer[start + length :]
        self._frame(buffer[0] & 0xF, buffer[start : start + length])
        return True

    def _frame(self, kind: int, body: bytes) -> None:
        if kind == _TEXT:
            if body.startswith(COUNTED):
                self.length = len(body)
                self._hall.got()
            if not self.greeted.done():
                self.greeted.set_result(None)
        elif kind == _PING:
            self._write(bytes((0x8A, 0x80 | len(body))) + b"\x00\x00\x00\x00" + body)
        elif kind == _CLOSE:
            self.close()

    def stop_reading(self) -> None:
        """From now on be the one that everybody else must not suffer from."""
        assert self._transport is not None
        self._transport.pause_reading()

    def close(self) -> None:
        """Go."""
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)


async def connect(hall: Hall, port: int, path: str, *, narrow: bool = False) -> Screen:
    """A screen that has had its first frame; a narrow one has no room to keep what comes."""
    loop = asyncio.get_running_loop()
    door = socket.socket()
    if narrow:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_WINDOW)
    door.setblocking(False)
    await loop.sock_connect(door, ("127.0.0.1", port))
    _, screen = await loop.create_connection(lambda: Screen(hall, path), sock=door)
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
        stack.callback(screen.close)
    return screens
