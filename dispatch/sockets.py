"""Come here for how a connection is ended whose other end takes nothing any more.

A WebSocket's goodbye waits behind everything that was not read: a client that never reads would
keep its socket, and what is buffered for it, until TCP gives up.
"""

import socket
import struct
from typing import Final

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_TRANSPORT: Final = "lamplighter.transport"
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: the kernel forgets what was not sent, instead of offering it for minutes."""


class FeedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which lets the application hang up."""

    async def run_asgi(self) -> None:
        """Hand the application what it is given, and the transport."""
        self.scope["state"][_TRANSPORT] = self.transport
        await super().run_asgi()


def hang_up(websocket: WebSocket) -> None:
    """End the connection at once, with whatever is still to be sent."""
    transport = websocket.scope.get("state", {}).get(_TRANSPORT)
    if transport is not None:
        line = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
