"""Come here for what tests of the connection to a broker hear with."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiomqtt

from lights.broker import Broker
from lights.broker_address import BrokerAddress
from tests.conftest import Broker as RunningBroker
from tests.patience import DEADLINE_S

PATIENCE_S = DEADLINE_S


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


class Broken(Exception):
    pass


def unbearable(topic: str, payload: bytes) -> None:
    raise Broken


async def end_of(life: "asyncio.Task[None]") -> object:
    """How a connection has ended by itself."""
    async with asyncio.timeout(PATIENCE_S):
        (end,) = await asyncio.gather(life, return_exceptions=True)
    return end
