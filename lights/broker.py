"""Come here for the connection to the MQTT broker: connected for ever, saying and listening.

Orders go out at QoS 0: the sighting is the acknowledgement, and what a broker has taken but not
delivered would only come late.
"""

import asyncio
import contextlib
import itertools
import logging
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from lights.broker_address import BrokerAddress
from lights.mqtt_client import Client, Message, MqttError, is_about_version
from lights.pulse import IN_MEMORY_S, Pulse, beginning
from lights.wire import SIGHTINGS, STATUSES

log = logging.getLogger(__name__)

_LONGEST_PAUSE_S: Final = 2.0
"""Reconnect at least this often: relighting waits for it."""
_BATCH: Final = 50
"""Orders between two looks at everything else: a few milliseconds, so that people come first."""
_SUBSCRIBE_AGAIN_S: Final = 0.5
_FEEL_EVERY_S: Final = 1.0


class Broker:
    """`heard(topic, payload)` and `connected(bool)` are called on the loop; neither may wait."""

    def __init__(
        self,
        address: BrokerAddress,
        heard: Callable[[str, bytes], None],
        connected: Callable[[bool], None],
        qos: int = 0,
    ) -> None:
        self.address = address
        self._heard = heard
        self._connected = connected
        self._qos = qos
        self._client: Client | None = None
        self._fault: asyncio.Future[None]
        self._newest = True

    @property
    def is_connected(self) -> bool:
        """Whether the broker has taken our subscriptions and not gone since."""
        return self._client is not None

    def move_to(self, address: BrokerAddress, *, newest: bool = True) -> None:
        """Connect there from the next time on; greet with 3.1.1 what is known to speak no newer."""
        self.address = address
        self._newest = newest

    async def run(self) -> None:
        """Connect, listen, and when the broker goes, connect again; returns never."""
        attempts = 0
        pulse = beginning("broker", IN_MEMORY_S)
        while pulse.turns():
            greeted = False
            try:
                async with Client(self.address, self._newest, self._hear) as client:
                    greeted = True
                    self._fault = asyncio.get_running_loop().create_future()
                    await self._subscribe(client)
                    attempts = 0
                    await self._listen(client, pulse)
            except MqttError as error:
                if not greeted:
                    self._greet_otherwise(error)
                log.log(logging.WARNING if attempts else logging.INFO, "broker: %s", error)
            _go_if_cancelled()  # a failed farewell to the broker must not swallow our own end
            attempts += 1
            pause = min(0.05 * 2.0 ** min(attempts, 10), _LONGEST_PAUSE_S)
            await asyncio.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311

    async def say(self, messages: Iterable[Message]) -> int:
        """Hand messages to the broker, all at once; returns how many it was given."""
        client = self._client
        given = 0
        if client is None:
            return given
        with contextlib.suppress(MqttError):
            for some in _batches(messages):
                await client.publish_all(some, self._qos)
                given += len(some)
                if len(some) == _BATCH:
                    await asyncio.sleep(0)
        _go_if_cancelled()  # before Python 3.12 asyncio.wait_for may lose a cancellation
        return given

    def _hear(self, topic: str, payload: bytes) -> None:
        try:
            self._heard(topic, payload)
        except Exception as error:
            # paho would only log it; a part of ours that is broken has to end the process.
            if not self._fault.done():
                self._fault.set_exception(error)

    async def _subscribe(self, client: Client) -> None:
        await client.subscribe([(SIGHTINGS, 0), (STATUSES, 0)], timeout=5)

    async def _listen(self, client: Client, pulse: Pulse) -> None:
        self._client = client
        self._connected(True)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._subscribe_again(client))
                group.create_task(client.listen())
                group.create_task(_feel(client, pulse))
                await self._fault
        except* MqttError as errors:
            raise errors.exceptions[0] from None
        finally:
            self._client = None
            self._connected(False)

    async def _subscribe_again(self, client: Client) -> None:
        """NATS loads retained messages only after its first client is in, and missed some."""
        await asyncio.sleep(_SUBSCRIBE_AGAIN_S)
        await client.subscribe([(STATUSES, 0)], timeout=5)

    def _greet_otherwise(self, error: MqttError) -> None:
        """A broker that speaks only MQTT 3.1.1 refuses the newer greeting, or just hangs up."""
        if is_about_version(error):
            self._newest = not self._newest


async def _feel(client: Client, pulse: Pulse) -> None:
    """The pulse of a connection: it hears something, if only the answers to its own pings."""
    while True:
        await asyncio.sleep(_FEEL_EVERY_S)
        if client.hears:
            pulse.beat()


def _batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    waiting = iter(messages)
    while batch := list(itertools.islice(waiting, _BATCH)):
        yield batch


def _go_if_cancelled() -> None:
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
