"""The connection to the MQTT broker: on both brokers, to an older one, to one that comes late."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from lights.broker import Broker
from lights.broker_address import BrokerAddress
from lights.embedded import EmbeddedBroker
from lights.mqtt_client import Message
from tests.conftest import Broker as RunningBroker
from tests.parts import MosquittoServer
from tests.parts.processes import free_port

PATIENCE_S = 30.0
ORDER = Message("lamps/L1/order", b'{"v":1,"seq":1,"scene":"schedule"}', 600)


class Ears:
    """What a broker's connection has told, and waiting for it."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.turns: list[bool] = []
        self._news = asyncio.Event()

    def hear(self, topic: str, payload: bytes) -> None:
        self.heard.append((topic, payload))
        self._news.set()

    def turn(self, connected: bool) -> None:
        self.turns.append(connected)
        self._news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def connected(
    host: str, port: int, ears: Ears, qos: int = 0
) -> AsyncIterator[tuple[Broker, "asyncio.Task[None]"]]:
    """A connection that is up; it ends with the block."""
    broker = Broker(BrokerAddress(host, port), ears.hear, ears.turn, qos)
    assert not broker.is_connected
    life = asyncio.create_task(broker.run())
    try:
        await ears.until(lambda: ears.turns == [True])
        assert broker.is_connected
        yield broker, life
    finally:
        life.cancel()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(life, return_exceptions=True)


def speaker(broker: RunningBroker) -> aiomqtt.Client:
    """A client of another hand, with the newest MQTT that the broker speaks."""
    newest = broker.kind == "production"
    version = aiomqtt.ProtocolVersion.V5 if newest else aiomqtt.ProtocolVersion.V311
    return aiomqtt.Client(broker.host, broker.port, protocol=version)


async def next_message(client: aiomqtt.Client) -> aiomqtt.Message:
    async with asyncio.timeout(PATIENCE_S):
        return await anext(aiter(client.messages))


async def test_it_hears_what_lamps_say_and_nothing_else(broker: RunningBroker) -> None:
    ears = Ears()
    async with connected(broker.host, broker.port, ears), speaker(broker) as lamp:
        await lamp.publish("lamps/L1/order", b"not for us")
        await lamp.publish("lamps/L1/door/status", b"not for us")
        await lamp.publish("lamps/L1/sighting", b"", qos=0)
        await lamp.publish("lamps/L1/sighting", b"\xff\x00", qos=1)
        await lamp.publish("lamps/쌍문/sighting", b"x" * 10_000)
        await lamp.publish("lamps/L2/status", b"online", qos=1, retain=True)
        await ears.until(lambda: len(set(ears.heard)) >= 4)
    assert set(ears.heard) == {
        ("lamps/L1/sighting", b""),
        ("lamps/L1/sighting", b"\xff\x00"),
        ("lamps/쌍문/sighting", b"x" * 10_000),
        ("lamps/L2/status", b"online"),
    }


async def test_what_is_heard_leaves_no_work_for_the_garbage_collector(
    broker: RunningBroker,
) -> None:
    many = 500
    ears = Ears()
    async with connected(broker.host, broker.port, ears), speaker(broker) as lamp:
        gc.collect()
        gc.disable()
        try:
            for number in range(many):
                await lamp.publish("lamps/L1/sighting", b"%d" % number, qos=0)
            await ears.until(lambda: ears.heard[-1:] == [("lamps/L1/sighting", b"%d" % (many - 1))])
            left = gc.collect()
        finally:
            gc.enable()
    assert len(ears.heard) == many
    assert left < many


async def test_it_hears_the_status_that_was_said_before_it_came(broker: RunningBroker) -> None:
    async with speaker(broker) as lamp:
        await lamp.publish("lamps/L1/status", b"offline", qos=1, retain=True)
    ears = Ears()
    async with connected(broker.host, broker.port, ears):
        await ears.until(lambda: ("lamps/L1/status", b"offline") in ears.heard)


@pytest.mark.parametrize("qos", [0, 1])
async def test_it_says_orders_in_turn_not_retained_and_with_their_expiry(
    broker: RunningBroker, qos: int
) -> None:
    orders = [Message("lamps/L1/order", b"%d" % number, 300 - number) for number in range(120)]
    async with (
        speaker(broker) as lamp,
        connected(broker.host, broker.port, Ears(), qos) as (ours, _),
    ):
        await lamp.subscribe("lamps/+/order", qos=1)
        assert await ours.say(iter(orders)) == 120
        assert await ours.say([]) == 0
        came = [await next_message(lamp) for _ in orders]
    assert [message.payload for message in came] == [order.payload for order in orders]
    assert {message.qos for message in came} == {qos}
    assert not any(message.retain for message in came)
    if broker.kind == "production":  # MQTT 5
        expiries = [message.properties.MessageExpiryInterval for message in came]
        assert expiries == pytest.approx([order.expires_s for order in orders], abs=5)


async def test_an_order_that_nobody_hears_is_kept_for_nobody(broker: RunningBroker) -> None:
    async with connected(broker.host, broker.port, Ears(), qos=1) as (ours, _):
        assert await ours.say([ORDER]) == 1
        async with speaker(broker) as lamp:
            await lamp.subscribe("lamps/+/order", qos=1)
            await ours.say([Message("lamps/L1/order", b"the next", 600)])
            assert (await next_message(lamp)).payload == b"the next"


class Mortal:
    """A broker to kill, and to start again on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.host, self.port = "127.0.0.1", 0

    async def start(self) -> None:
        raise NotImplementedError

    async def kill(self) -> None:
        raise NotImplementedError


class MortalNats(Mortal):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._broker = EmbeddedBroker(self.host, 0, folder)

    async def start(self) -> None:
        self._broker = EmbeddedBroker(self.host, self.port, self._folder)
        await self._broker.start()
        self.port = self._broker.port

    async def kill(self) -> None:
        if self._broker.pid is not None:
            os.kill(self._broker.pid, signal.SIGKILL)
        await self._broker.stop()


class MortalMosquitto(Mortal):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._server = MosquittoServer()
        self.port = self._server.port

    async def start(self) -> None:
        self._server.start()

    async def kill(self) -> None:
        self._server.kill()


@pytest.fixture(params=[MortalNats, MortalMosquitto])
async def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Mortal]:
    broker: Mortal = request.param(tmp_path / "broker")
    await broker.start()
    yield broker
    await broker.kill()


async def test_a_broker_that_was_killed_is_found_again_when_it_is_back(mortal: Mortal) -> None:
    ears = Ears()
    async with connected(mortal.host, mortal.port, ears) as (ours, _):
        await mortal.kill()
        await ears.until(lambda: ears.turns == [True, False])
        assert not ours.is_connected
        assert await ours.say([ORDER]) == 0
        await mortal.start()
        await ears.until(lambda: ears.turns == [True, False, True])
        async with aiomqtt.Client(mortal.host, mortal.port) as lamp:
            await lamp.subscribe("lamps/+/order")
            assert await ours.say([ORDER]) == 1
            assert (await next_message(lamp)).payload == ORDER.payload
            await lamp.publish("lamps/L1/sighting", b"here I am")
            await ears.until(lambda: ("lamps/L1/sighting", b"here I am") in ears.heard)


async def test_an_order_that_a_dying_broker_did_not_take_is_not_counted_as_given(
    mosquitto: MosquittoServer,
) -> None:
    ears = Ears()
    async with connected(mosquitto.host, mosquitto.port, ears, qos=1) as (ours, _):
        mosquitto.kill()
        assert await ours.say([ORDER] * 200) < 200
        await ears.until(lambda: ears.turns == [True, False])


async def test_it_moves_to_another_broker_from_the_next_time_on(
    mosquitto: MosquittoServer, broker: RunningBroker
) -> None:
    ears = Ears()
    async with connected(mosquitto.host, mosquitto.port, ears) as (ours, _):
        ours.move_to(BrokerAddress(broker.host, broker.port))
        assert ears.turns == [True]
        mosquitto.kill()
        await ears.until(lambda: ears.turns == [True, False, True])
        async with speaker(broker) as lamp:
            await lamp.publish("lamps/L1/sighting", b"here")
            await ears.until(lambda: ("lamps/L1/sighting", b"here") in ears.heard)


class Broken(Exception):
    pass


def unbearable(topic: str, payload: bytes) -> None:
    raise Broken


async def end_of(life: "asyncio.Task[None]") -> object:
    """How a connection has ended by itself."""
    async with asyncio.timeout(PATIENCE_S):
        (end,) = await asyncio.gather(life, return_exceptions=True)
    return end


async def test_whoever_cannot_bear_what_it_hears_ends_the_connection_for_good(
    mosquitto: MosquittoServer,
) -> None:
    ears = Ears()
    ours = Broker(BrokerAddress(mosquitto.host, mosquitto.port), unbearable, ears.turn)
    life = asyncio.create_task(ours.run())
    await ears.until(lambda: ears.turns == [True])
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as lamp:
        await lamp.publish("lamps/L1/sighting", b"unbearable")
        end = await end_of(life)
    assert isinstance(end, ExceptionGroup)
    assert end.subgroup(Broken) is not None


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
    old = LeastBroker(4, lambda: turns_before.extend(ears.turns) or b"")
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


# ---- addresses


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", BrokerAddress("broker", 1883)),
        ("mqtt://127.0.0.1:2883", BrokerAddress("127.0.0.1", 2883)),
        ("mqtt://[::1]:2883", BrokerAddress("::1", 2883)),
        ("mqtts://broker.seoul.kr", BrokerAddress("broker.seoul.kr", 8883, tls=True)),
        ("mqtts://u@broker:1", BrokerAddress("broker", 1, "u", tls=True)),
        ("mqtt://u:p%40%3A%2F@broker", BrokerAddress("broker", 1883, "u", "p@:/")),
    ],
)
def test_an_address_is_read_from_a_url(url: str, address: BrokerAddress) -> None:
    assert BrokerAddress.parse(url) == address


@pytest.mark.parametrize(
    "url", ["", "broker", "broker:1883", "http://broker", "mqtt://", "mqtt:broker", "mqtt://:1883"]
)
def test_what_is_no_address_is_refused_with_words_that_help(url: str) -> None:
    with pytest.raises(ValueError, match="mqtt://user:password@host:1883"):
        BrokerAddress.parse(url)


@pytest.mark.parametrize("url", ["mqtt://broker:0x50", "mqtt://broker:99999", "mqtt://[::1"])
def test_an_address_with_an_impossible_port_or_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        BrokerAddress.parse(url)


async def test_a_broker_that_goes_in_the_middle_of_a_round_ends_nothing(
    mosquitto: MosquittoServer,
) -> None:
    ears = Ears()
    async with connected(mosquitto.host, mosquitto.port, ears) as (broker, life):
        saying = asyncio.create_task(broker.say([ORDER] * 20_000))
        await asyncio.sleep(0)  # the round has begun and looks up between two batches
        await asyncio.to_thread(mosquitto.kill)
        assert await saying <= 20_000
        await ears.until(lambda: ears.turns == [True, False])
        assert await broker.say([ORDER]) == 0
        assert not life.done()
        await asyncio.to_thread(mosquitto.start)
        await ears.until(lambda: ears.turns[-1])
        assert await broker.say([ORDER]) == 1
