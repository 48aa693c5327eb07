"""Come here for a phone that costs next to nothing: one kept HTTP/1.1 connection, by hand.

A client library takes longer for a request than the server does, and would hide what is measured.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """What came back, and when its last byte was here (`time.perf_counter`)."""

    status: int
    body: bytes
    at: float

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


def request(method: str, path: str, body: bytes = b"") -> bytes:
    """The bytes of a request with a JSON body, or with none."""
    kind = "Content-Type: application/json\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{kind}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Caller(asyncio.Protocol):
    """One connection; one request at a time. A server that hung up while idle is called again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[Answer] | None = None

    @classmethod
    async def connect(cls, port: int) -> Self:
        """Raises OSError where nobody listens."""
        caller = cls(port)
        await caller._dial()
        return caller

    async def _dial(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self._port)

    async def ask(self, wanted: bytes) -> Answer:
        """Send a whole request and wait for its answer."""
        if self._transport is None or self._transport.is_closing():
            await self._dial()
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(wanted)
        return await self._answer

    async def post(self, path: str, body: object) -> Answer:
        """Send JSON."""
        return await self.ask(request("POST", path, json.dumps(body).encode()))

    async def get(self, path: str) -> Answer:
        """Ask for a path."""
        return await self.ask(request("GET", path))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap or self._answer is None or len(body) < _length(head):
            return
        self._buffer = b""
        answer = Answer(int(head[9:12]), body, time.perf_counter())
        if not self._answer.done():
            self._answer.set_result(answer)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


@contextmanager
def hanging_up(*callers: Caller) -> Iterator[None]:
    """Close the connections afterwards."""
    try:
        yield
    finally:
        for caller in callers:
            caller.close()
