"""Come here for a WebSocket client that costs next to nothing, written by hand. RFC 6455."""

import asyncio
import base64
import os
from typing import Final, Protocol

_TEXT: Final = 1
_CLOSE: Final = 8
_PING: Final = 9
_NO_MASK: Final = b"\x00\x00\x00\x00"
"""A client must mask what it says; with this key nothing changes."""


class Listener(Protocol):
    """Whoever is told of each text message, and of the end."""

    def heard(self, body: bytes) -> None:
        """A text message."""

    def hung_up(self) -> None:
        """The connection is over."""


class WebSocketClient(asyncio.Protocol):
    """One connection: reads frames, answers pings, tells its listener."""

    def __init__(self, path: str, listener: Listener) -> None:
        self._path = path
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when messages may be said."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        self._write(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.hung_up()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self.opened.done():
            head, gap, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not gap:
                self._buffer = head
                return
            assert b" 101 " in head.partition(b"\r\n")[0], head
            self.opened.set_result(None)
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
            self._listener.heard(body)
        elif kind == _PING:
            self._write(bytes((0x8A, 0x80 | len(body))) + _NO_MASK + body)
        elif kind == _CLOSE:
            self.close()

    def say(self, body: bytes) -> None:
        """Send one text message of less than 64 KiB."""
        long = len(body) > 125
        head = bytes((0x81, 0x80 | (126 if long else len(body))))
        self._write(head + (len(body).to_bytes(2, "big") if long else b"") + _NO_MASK + body)

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
