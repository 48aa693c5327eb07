"""What a connection does when its broker dies, comes back, or is another one."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from lights.broker import Broker
from lights.broker_address import BrokerAddress
from lights.embedded import EmbeddedBroker
from lights.mqtt_client import Message
from tests.conftest import Broker as RunningBroker
from tests.lights.brokers import (
    Broken,
    Ears,
    connected,
    end_of,
    next_message,
    speaker,
    unbearable,
)
from tests.parts import MosquittoServer, free_port

ORDER = Message("lamps/L1/order", b'{"v":1,"seq":1,"scene":"schedule"}', 600)


class Mortal:
    """A broker to kill, and to start again on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.host, self.port = "127.0.0.1", free_port()

    async def start(self) -> None:
        raise NotImplementedError

    async def kill(self) -> None:
        raise NotImplementedError


class MortalNats(Mortal):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._broker = EmbeddedBroker(self.host, self.port, folder)

    async def start(self) -> None:
        self._broker = EmbeddedBroker(self.host, self.port, self._folder)
        await self._broker.start()

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
