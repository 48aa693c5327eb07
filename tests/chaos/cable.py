"""Come here for a cable between two parts: it carries bytes, holds them back or swallows them.

`python -m tests.chaos.cable LISTEN_HOST,… PORT HOST PORT` lays one in a process of its own.
"""

import asyncio
import contextlib
import sys
from typing import Literal, Self

Way = Literal["up", "down"]
"""Up: from whoever connects; down: back to them."""

_AT_ONCE = 65_536


class Cable:
    """A TCP door on `host`:`port` that leads to another. What it swallows it never brings back.
    `host` may be several, with commas between them.

    A connection that has lost bytes stays broken until its ends give it up, as behind a broker
    that accepts and drops; one that is only held goes on where it was, as behind a cut that is
    mended.
    """

    def __init__(self, there: tuple[str, int], host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._there = there
        self._swallows: frozenset[Way] = frozenset()
        self._links: set[_Link] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, self.host.split(","), self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for link in self._links:
            link.hang_up()

    def swallow(self, *ways: Way) -> None:
        """From now on these ways lead nowhere: for who is connected, and for who comes."""
        self._swallows = frozenset(ways)
        for link in self._links:
            link.swallows |= self._swallows

    def hold(self) -> None:
        """Cut it: nothing gets through, and nobody is told."""
        self._open.clear()

    def mend(self) -> None:
        """Carry again; what was held goes on, who comes now is served."""
        self._swallows = frozenset()
        self._open.set()

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        await self._open.wait()
        try:
            far, forth = await asyncio.open_connection(*self._there)
        except OSError:
            back.transport.abort()
            return
        link = _Link(back, forth, self._swallows)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pump(near, forth, link, "up"), self._pump(far, back, link, "down")
            )
        finally:
            self._links.discard(link)
            link.hang_up()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: "_Link", way: Way
    ) -> None:
        with contextlib.suppress(OSError):
            while some := await reader.read(_AT_ONCE):
                await self._open.wait()
                if way not in link.swallows:
                    writer.write(some)
                    await writer.drain()
        link.hang_up()


class _Link:
    """One connection and its two ends."""

    def __init__(
        self, back: asyncio.StreamWriter, forth: asyncio.StreamWriter, swallows: frozenset[Way]
    ) -> None:
        self.swallows = swallows
        self._ends = (back, forth)

    def hang_up(self) -> None:
        for end in self._ends:
            end.close()


async def _main(listen: str, port: str, there: str, there_port: str) -> None:
    async with Cable((there, int(there_port)), listen, int(port)):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
