"""Come here for the HTTP server: uvicorn as one part among others, at a door bound before it."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dispatch.doorstep import SILENT_MOST, SILENT_S, Doorstep
from dispatch.errors import Problem
from dispatch.flood import source_of
from dispatch.sockets import FeedProtocol

_HEAD_WITHIN_S: Final = 20.0
"""A head is one packet, seldom two: this is many retransmissions on the worst radio."""
_PING_EVERY_S: Final = 20.0
"""A screen whose network is gone is known within twice this."""
_LARGEST_HEAD: Final = 65_536
"""Bytes; proxies take 8 KB."""
_NO_HTTP: Final = Problem(400, "Not HTTP", "this cannot be read as an HTTP request")
_NO_HTTP_HEAD: Final = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n"
)


class CannotListen(Exception):
    """The address for HTTP is not to be had; the message says what to do."""


class Stopped(Exception):
    """The server has been asked to stop, and did."""


class _Config(uvicorn.Config):
    """uvicorn's, with what all connections of a server share."""

    def __init__(self, app: Any, **chosen: Any) -> None:
        super().__init__(app, **chosen)
        self.doorstep = Doorstep(SILENT_MOST, SILENT_S)


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, which would wait for the end of a request's head for ever, however large."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The other end has so long to say what it wants."""
        super().connection_made(transport)
        self._head_due: asyncio.TimerHandle | None = None
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._has_head()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """And so long for each request, from its first byte."""
        self._expect_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The body's time and size are the application's to limit."""
        self._has_head()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Hang up on a head that does not end."""
        super().data_received(data)
        if self._head_due is not None:
            self._head_bytes += len(data)
            if self._head_bytes > _LARGEST_HEAD:
                self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is refused as everything else is; `msg` says no more than this."""
        body = bytes(_NO_HTTP.response().body)
        self.transport.write(_NO_HTTP_HEAD % len(body) + body)
        self.transport.close()

    def _expect_head(self) -> None:
        self._has_head()
        self._head_bytes = 0
        self._head_due = self.loop.call_later(_HEAD_WITHIN_S, self.transport.abort)
        now = self.loop.time()
        self._doorstep.comes(self, self._source(), now, self.transport.abort)

    @property
    def _doorstep(self) -> Doorstep:
        assert isinstance(self.config, _Config)  # noqa: S101 - for mypy: `Server` makes no other
        return self.config.doorstep

    def _source(self) -> str:
        """Over a proxy all come from one, which sends whole heads."""
        return source_of(self.client[0] if self.client else "") or ""

    def _has_head(self) -> None:
        self._doorstep.has_spoken(self, self._source())
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None


class Server(uvicorn.Server):
    """uvicorn inside our TaskGroup: signals end it, and it does not re-raise them afterwards."""

    def __init__(self, app: Any, proxies: Sequence[str]) -> None:
        super().__init__(
            _Config(
                app,
                lifespan="off",
                http=HttpProtocol,
                ws=FeedProtocol,
                ws_ping_interval=_PING_EVERY_S,
                ws_ping_timeout=_PING_EVERY_S,
                ws_max_size=65_536,
                ws_per_message_deflate=False,
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=2,
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


async def until_stopped(server: uvicorn.Server, door: socket.socket) -> None:
    """Serve at a bound door; raises Stopped once that is over."""
    try:
        await server.serve(sockets=[door])
    finally:
        for listener in server.servers:  # before the door's descriptor is free for another
            listener.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()  # who still waits asks again; a 500 would say "do not"
    raise Stopped


def bind(host: str, port: int) -> socket.socket:
    """A door that listens; raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(2048)
    except OSError as error:
        door.close()
        raise CannotListen(
            f"{host}:{port} cannot be listened on ({error.strerror}): stop what uses it, or set "
            "LAMPLIGHTER_HTTP_LISTEN to another address:port"
        ) from error
    return door
