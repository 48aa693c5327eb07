"""Come here for what the feed is measured beside: a server that only calls websockets.broadcast().

python -m tests.bench.loudspeaker PORT: every text that a client sends goes to all the others, and a
client is greeted with one frame. No database, no incident, no queue of its own.
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

_CLIENTS: set[ServerConnection] = set()


async def listen(client: ServerConnection) -> None:
    """One client, for as long as it stays."""
    await client.send("{}")
    if client.request is not None and client.request.path == "/say":
        async for text in client:
            broadcast(_CLIENTS, text)
        return
    _CLIENTS.add(client)
    try:
        await client.wait_closed()
    finally:
        _CLIENTS.discard(client)


async def main() -> None:
    """Serve until ended."""
    async with serve(listen, "127.0.0.1", int(sys.argv[1]), compression=None):
        print("listening", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
