"""Brokers of several ages are greeted in their own version of MQTT."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from lights.broker import Broker
from lights.broker_address import BrokerAddress
from lights.mqtt_client import Message
from tests.lights.brokers import (
    Broken,
    Ears,
    end_of,
    unbearable,
)
from tests.parts.processes import free_port

ORDER = Message("lamps/L1/order", b'{"v":1,"seq":1,"scene":"schedule"}', 600)


# ---- brokers that a test alone can be


class LeastBroker:
    """The least of a broker that takes orders, of MQTT 3.1.1 or of 5; alone on a port.

    It hangs up on a greeting in another version, as old ones do. `grants` is what it sends
    together with its first leave to listen.
    """

    def __init__(self, version: int, grants: Callable[[], bytes] = bytes) -> None:
        self._version = version
        self._grants = grants
        self.greetings: list[bytes] = []
        self.published = asyncio.Queue[bytes]()

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[tuple[str, int]]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", port)
        yield server.sockets[0].getsockname()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                kind, length = await reader.readexactly(2)
                self._answer(kind, await reader.readexactly(length), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, kind: int, body: bytes, writer: asyncio.StreamWriter) -> None:
        no_properties = b"\0" if self._version == 5 else b""
        if kind >> 4 == 1:  # CONNECT
            self.greetings.append(body)
            if body[6] != self._version:
                raise ConnectionAbortedError
            writer.write(packet(0x20, b"\0\0" + no_properties))
        elif kind >> 4 == 8:  # SUBSCRIBE
            granted = bytes(body.count(b"lamps/"))
            grants, self._grants = self._grants, bytes
            writer.write(packet(0x90, body[:2] + no_properties + granted) + grants())
        elif kind >> 4 == 3:  # PUBLISH
            self.published.put_nowait(packet(kind, body))

    def versions(self) -> list[int]:
        """In which it was greeted."""
        return [greeting[6] for greeting in self.greetings]


def packet(kind: int, body: bytes) -> bytes:
    return bytes([kind, len(body)]) + body


async def test_a_broker_that_hangs_up_on_mqtt_5_is_greeted_with_3_1_1() -> None:
    ears, turns_before = Ears(), list[bool]()

    def answer() -> bytes:
        turns_before.extend(ears.turns)
        return b""

    old = LeastBroker(4, answer)
    async with old.listening() as (host, port):
        ours = Broker(BrokerAddress(host, port, "lights", "p@ss"), ears.hear, ears.turn)
        life = asyncio.create_task(ours.run())
        await ears.until(lambda: ears.turns == [True])
        assert turns_before == []  # connected means subscribed, not less
        assert old.versions() == [5, 4]
        assert old.greetings[1] == (
            b"\x00\x04MQTT\x04\xc2\x00\x0a\x00\x00\x00\x06lights\x00\x04p@ss"
        )
        assert await ours.say([ORDER]) == 1
        assert await old.published.get() == packet(0x30, b"\x00\x0elamps/L1/order" + ORDER[1])
        life.cancel()
        await end_of(life)


async def test_a_broker_that_was_not_there_yet_is_greeted_with_mqtt_5(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ears, port, refused = Ears(), free_port(), asyncio.Event()
    log, telling = logging.getLogger("lights.broker"), Telling(refused.set)
    log.addHandler(telling)
    with caplog.at_level(logging.INFO, log.name):
        life = asyncio.create_task(
            Broker(BrokerAddress("127.0.0.1", port), ears.hear, ears.turn).run()
        )
        await refused.wait()
    log.removeHandler(telling)
    late = LeastBroker(5)
    async with late.listening(port):
        await ears.until(lambda: ears.turns == [True])
        assert late.versions() == [5]
        life.cancel()
        await end_of(life)


class Telling(logging.Handler):
    """Tells that something was logged: a refused connection can be seen nowhere else."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell()


async def test_whoever_cannot_bear_the_very_first_word_ends_the_connection_too() -> None:
    ears = Ears()
    at_once = packet(0x30, b"\x00\x0flamps/L1/status\x00online")
    async with LeastBroker(5, lambda: at_once).listening() as (host, port):
        ours = Broker(BrokerAddress(host, port), unbearable, ears.turn)
        end = await end_of(asyncio.create_task(ours.run()))
    assert isinstance(end, ExceptionGroup)
    assert end.subgroup(Broken) is not None
