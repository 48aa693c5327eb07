"""Come here for the connection to the MQTT broker: connected for ever, saying and listening.

The one import of aiomqtt. Orders go out at QoS 0: the sighting is the acknowledgement, and what
a broker has taken but not delivered would only come late.
"""

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lights.wire import SIGHTINGS, STATUSES

log = logging.getLogger(__name__)

_PUBLISH_TIMEOUT_S: Final = 1.0
"""aiomqtt's own 10 s would keep a street dark that long after a broker has died."""
_LONGEST_PAUSE_S: Final = 2.0
"""Reconnect at least this often: relighting waits for it."""
_KEEPALIVE_S: Final = 10
"""A broker that vanished without a word is noticed within one and a half of this."""


class Message(NamedTuple):
    """One message for the street; useless after `expires_s` seconds."""

    topic: str
    payload: bytes
    expires_s: int


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is. Made from `mqtt://user:password@host:1883` or `mqtts://…`."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        """Raises ValueError with words that help."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("an MQTT address looks like mqtt://user:password@host:1883 (or mqtts)")
        tls = parts.scheme == "mqtts"
        return cls(
            parts.hostname,
            parts.port or (8883 if tls else 1883),
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            tls,
        )


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
        self._client: aiomqtt.Client | None = None
        self._version = aiomqtt.ProtocolVersion.V5

    @property
    def is_connected(self) -> bool:
        """Whether the broker has taken our subscriptions and not gone since."""
        return self._client is not None

    def move_to(self, address: BrokerAddress) -> None:
        """Connect there from the next time on."""
        self.address = address

    async def run(self) -> None:
        """Connect, listen, and when the broker goes, connect again; returns never."""
        attempts = 0
        while True:
            try:
                async with self._new_client() as client:
                    await client.subscribe([(SIGHTINGS, 0), (STATUSES, 0)], timeout=5)
                    attempts = 0
                    await self._listen(client)
            except aiomqtt.MqttError as error:
                self._fall_back(error)
                log.warning("broker: %s", error)
            attempts += 1
            pause = min(0.05 * 2.0 ** min(attempts, 10), _LONGEST_PAUSE_S)
            await asyncio.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311

    async def say(self, messages: Iterable[Message]) -> int:
        """Hand messages to the broker, all at once; returns how many it was given."""
        client = self._client
        given = 0
        if client is None:
            return given
        with contextlib.suppress(aiomqtt.MqttError):
            for message in messages:
                await client.publish(
                    message.topic,
                    message.payload,
                    self._qos,
                    properties=self._expiry(message.expires_s),
                    timeout=_PUBLISH_TIMEOUT_S,
                )
                given += 1
        return given

    def _new_client(self) -> aiomqtt.Client:
        address = self.address
        client = aiomqtt.Client(
            address.host,
            address.port,
            username=address.username,
            password=address.password,
            protocol=self._version,
            keepalive=_KEEPALIVE_S,
            timeout=5,
            tls_context=ssl.create_default_context() if address.tls else None,
        )
        client.pending_calls_threshold = 100_000  # one warning a publish would drown the log
        return client

    async def _listen(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._connected(True)
        try:
            async for message in client.messages:
                payload = message.payload
                self._heard(message.topic.value, payload if isinstance(payload, bytes) else b"")
        finally:
            self._client = None
            self._connected(False)

    def _fall_back(self, error: aiomqtt.MqttError) -> None:
        """A broker that speaks only MQTT 3.1.1 says so, or hangs up on the newer greeting."""
        if self._version == aiomqtt.ProtocolVersion.V5 and self._client is None:
            refused = "protocol version" in str(error).lower()
            if refused:
                self._version = aiomqtt.ProtocolVersion.V311

    def _expiry(self, seconds: int) -> Properties | None:
        if self._version != aiomqtt.ProtocolVersion.V5:
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = max(1, seconds)
        return properties
