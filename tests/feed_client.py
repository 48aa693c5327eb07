"""Come here for a screen's end of the feed in a test."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.patience import DEADLINE_S


class FeedClient:
    """A screen's end of the feed: every frame that came, and waiting for one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self._ahead: list[dict[str, Any]] = []

    @property
    def seqs(self) -> list[int]:
        """The numbers of the incident frames so far."""
        return [frame["seq"] for frame in self.frames if frame["type"] == "incident"]

    async def begun(self) -> None:
        """Wait for the first frame, and leave it to be read: what happens from now on is news."""
        self._ahead.append(await self._receive())

    async def next(self) -> dict[str, Any]:
        """The next frame."""
        frame = self._ahead.pop() if self._ahead else await self._receive()
        self.frames.append(frame)
        return frame

    async def _receive(self) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE_S):
            frame: dict[str, Any] = json.loads(await self.socket.recv())
        return frame

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next frame that is wanted, however many others come before it."""
        async with asyncio.timeout(DEADLINE_S):
            while not wanted(frame := await self.next()):
                pass
        return frame

    async def event(self, name: str) -> dict[str, Any]:
        """The next incident frame of that event."""
        return await self.until(lambda frame: frame.get("event") == name)
