"""Come here for how a connection is ended whose other end takes nothing any more.

A WebSocket's goodbye waits behind everything that was not read: a client that never reads would
keep its socket, and what is buffered for it, until TCP gives up.
"""

import socket
import struct
from typing import Final

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_PROTOCOL: Final = "lamplighter.protocol"
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: the kernel forgets what was not sent, instead of offering it for minutes."""


class FeedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which lets the application hang up."""

    async def run_asgi(self) -> None:
        """Hand the application what it is given, and this."""
        self.scope["state"][_PROTOCOL] = self
        await super().run_asgi()


def hang_up(websocket: WebSocket) -> None:
    """End the connection at once, with whatever is still to be sent; nothing where it has ended."""
    protocol = _protocol(websocket)
    if protocol is not None and not protocol.disconnected:
        line = protocol.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        protocol.transport.abort()


def is_over(websocket: WebSocket) -> bool:
    """Whether either side has said goodbye, as the server does to who answers no ping."""
    protocol = _protocol(websocket)
    return protocol is not None and (protocol.close_sent or protocol.disconnected)


def _protocol(websocket: WebSocket) -> FeedProtocol | None:
    found: FeedProtocol | None = websocket.scope.get("state", {}).get(_PROTOCOL)
    return found
