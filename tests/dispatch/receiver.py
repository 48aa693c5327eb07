"""Come here for a police desk's system in a test: a real HTTP server that takes what it is told.

What it makes of each letter is given: a status, a status after so many seconds, or never.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.patience import DEADLINE_S

PATH = "/told/a-token-in-the-address"


@dataclass(frozen=True)
class Received:
    """One attempt, as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def letter_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = orjson.loads(self.body)
        return told

    @property
    def incident_id(self) -> str:
        return str(self.json["incident"]["incident_id"])


Answer = Callable[[Received], int | float]
"""A status, or below 100 so many seconds before a 204; -1 is never."""


class Receiver:
    """`tried` has every attempt, `taken` those that were answered with 204."""

    def __init__(
        self, answer: Answer = lambda _: 204, port: int = 0, host: str = "127.0.0.1"
    ) -> None:
        self.answer = answer
        self.port = port
        self.host = host
        self.tried: list[Received] = []
        self.taken: list[Received] = []
        self.at_once = self.most_at_once = 0
        self._news = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}{PATH}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Receiver"]:
        """Listen for as long as this lasts."""
        routes = [Route(PATH, self._told, methods=["POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes),
            host=self.host,
            port=self.port,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=0,
        )
        server = uvicorn.Server(config)
        server.capture_signals = _no_signals  # type: ignore[method-assign, assignment]
        door = config.bind_socket()
        self.port = door.getsockname()[1]
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield self
        finally:
            server.should_exit = server.force_exit = True
            for connection in list(server.server_state.connections):
                connection.transport.abort()
            await serving
            door.close()

    async def _told(self, request: Request) -> Response:
        received = Received(dict(request.headers), await request.body())
        answer = self.answer(received)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await self._note(self.tried, received)
            if answer < 0:
                await asyncio.Event().wait()
            elif answer < 100:
                await asyncio.sleep(answer)  # a slow desk is what is tested
        finally:
            self.at_once -= 1
        status = int(answer) if answer >= 100 else 204
        if status == 204:
            await self._note(self.taken, received)
        return Response(status_code=status)

    async def _note(self, where: list[Received], received: Received) -> None:
        async with self._news:
            where.append(received)
            self._news.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until what came makes it true."""
        async with self._news, asyncio.timeout(DEADLINE_S):
            await self._news.wait_for(true)

    async def has_taken(self, count: int) -> list[Received]:
        """The first so many that it has taken."""
        await self.until(lambda: len(self.taken) >= count)
        return self.taken[:count]

    async def has_been_tried(self, count: int) -> None:
        """Wait for so many attempts."""
        await self.until(lambda: len(self.tried) >= count)


def _no_signals() -> nullcontext[None]:
    """The test's own handlers stay."""
    return nullcontext()
