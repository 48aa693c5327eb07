"""Come here for how a lamp is kept from taking another's place on the embedded broker.

NATS ends the connection of whoever has the same client id, and cannot tie that id to a user. So
where lamps have passwords, this stands before it: whoever connects is called there as they say
they are in the user name, which is then tried by its password. (Mosquitto does the same where it
is told `use_username_as_clientid`.) After that first packet, bytes are carried and not looked at.
"""

import asyncio
import contextlib
import logging
import struct
from typing import Final

from lights.open_files import allow_all

log = logging.getLogger(__name__)

_CONNECT: Final = 0x10
_LONGEST_CONNECT: Final = 8_192
"""Name, password and a will of one word: a fiftieth of this."""
_CONNECT_WITHIN_S: Final = 10.0
"""NATS gives as long; a slow radio link needs three."""
_CHUNK: Final = 65_536
_HAS_WILL, _HAS_PASSWORD, _HAS_USER = 0x04, 0x40, 0x80


class NoConnect(Exception):
    """What came first is no CONNECT that MQTT 3.1 or 3.1.1 knows."""


def named_after_user(packet: bytes) -> bytes:
    """The variable part of a CONNECT, its client id replaced by its user name. Raises NoConnect.

    Without a user name it stays as it is: the broker lets nobody in who has none.
    """
    try:
        return _renamed(packet)
    except (struct.error, IndexError) as error:
        raise NoConnect("it is cut short") from error


def _renamed(packet: bytes) -> bytes:
    protocol, at = _field(packet, 0)
    level, flags = packet[at], packet[at + 1]
    if (protocol, level) not in ((b"MQTT", 4), (b"MQIsdp", 3)):
        raise NoConnect("it speaks another protocol than MQTT 3.1.1")
    head = at + 4
    _, rest = _field(packet, head)
    at = rest
    for _ in range(2 if flags & _HAS_WILL else 0):
        _, at = _field(packet, at)
    if not flags & _HAS_USER:
        return packet
    user, _ = _field(packet, at)
    return packet[:head] + struct.pack("!H", len(user)) + user + packet[rest:]


def _field(packet: bytes, at: int) -> tuple[bytes, int]:
    """A field with its length before it, and where the next one begins."""
    (length,) = struct.unpack_from("!H", packet, at)
    end = at + 2 + length
    if end > len(packet):
        raise NoConnect("it is cut short")
    return packet[at + 2 : end], end


def framed(packet: bytes) -> bytes:
    """With the header of a CONNECT before it."""
    length, digits = len(packet), bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes([_CONNECT, *digits]) + packet


async def _connect_of(reader: asyncio.StreamReader) -> bytes:
    """The first packet's variable part. Raises NoConnect, IncompleteReadError, TimeoutError."""
    async with asyncio.timeout(_CONNECT_WITHIN_S):
        if (await reader.readexactly(1))[0] != _CONNECT:
            raise NoConnect("something else came first")
        length = 0
        for place in range(4):
            digit = (await reader.readexactly(1))[0]
            length |= (digit & 0x7F) << (7 * place)
            if not digit & 0x80:
                break
        if length > _LONGEST_CONNECT:
            raise NoConnect("it is too long")
        return await reader.readexactly(length)


class Namesakes:
    """Listens where lamps connect; `broker_port` is where NATS does, on the loopback address."""

    def __init__(self, host: str, port: int, broker_port: int) -> None:
        self.host = host
        self.port = port
        self._broker_port = broker_port
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """From now on lamps are taken; port 0 takes a free one. Raises OSError."""
        allow_all()  # two files a lamp
        self._server = await asyncio.start_server(self._take, self.host, self.port, backlog=1_024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody is taken any more, and whoever was is let go."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None  # noqa: S101 - start_server makes one for each
        self._talks.add(talk)
        try:
            first = framed(named_after_user(await _connect_of(reader)))
            await self._carry(reader, writer, first)
        except NoConnect as refused:
            words = "a stranger at the broker was refused: %s"
            log.warning(words, refused, extra={"stranger": True})
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # it is gone, or was never there
        except asyncio.CancelledError:
            pass  # by `stop`; asyncio would log each of a street's lamps as a fault of ours
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes
    ) -> None:
        answers, broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
        try:
            broker.write(first)
            ways = (_pipe(reader, broker), _pipe(answers, writer))
            await _first_of(*(asyncio.ensure_future(way) for way in ways))
        finally:
            broker.close()


async def _first_of(*ways: asyncio.Future[None]) -> None:
    """Until one side is gone; the other is let go too."""
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
