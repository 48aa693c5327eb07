"""Come here for the connection to the MQTT broker: connected for ever, saying and listening.

The one import of aiomqtt. Orders go out at QoS 0: the sighting is the acknowledgement, and what
a broker has taken but not delivered would only come late.
"""

import asyncio
import contextlib
import functools
import itertools
import logging
import random
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

import aiomqtt
from paho.mqtt.client import MQTT_ERR_SUCCESS, MQTTMessage, MQTTMessageInfo, error_string
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.matcher import MQTTMatcher
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
_BATCH: Final = 50
"""Orders between two looks at everything else: a few milliseconds, so that people come first."""
_READ_AT_ONCE: Final = 20
"""Sightings between two looks at everything else: a millisecond or two; people come first."""
_SUBSCRIBE_AGAIN_S: Final = 0.5
_TURNS: Final = 20
"""Turns of the loop in which a socket that is not full has long taken a batch."""
_SOCKET_PAUSE_S: Final = 0.005
"""A full socket empties in about this; paho has no event for it that costs nothing a message."""
_UNANSWERED: Final = "Operation timed out"
"""aiomqtt's words for a broker that was there but did not answer the greeting."""


class Message(NamedTuple):
    """One message for the street; useless after `expires_s` seconds."""

    topic: str
    payload: bytes
    expires_s: int


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is. Made from `mqtt://user:password@host:1883` or `mqtts://…`.

    For mqtts: `authority` is the file of the certificates that are trusted besides the machine's
    own, `certificate` and `key` are ours where the broker asks for one.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False
    authority: str | None = None
    certificate: str | None = None
    key: str | None = None

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

    def tls_context(self) -> ssl.SSLContext | None:
        """What to speak TLS with; raises OSError where a file is missing or is none."""
        if not self.tls:
            return None
        context = ssl.create_default_context(cafile=self.authority)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context


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
        self._client: _Client | None = None
        self._fault: asyncio.Future[None]
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
            greeted = False
            try:
                async with self._new_client() as client:
                    greeted = True
                    self._fault = asyncio.get_running_loop().create_future()
                    await self._subscribe(client)
                    attempts = 0
                    await self._listen(client)
            except aiomqtt.MqttError as error:
                if not greeted:
                    self._greet_otherwise(str(error))
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
        with contextlib.suppress(aiomqtt.MqttError):
            for some in _batches(messages):
                await client.publish_all(some, self._qos, self._expiry)
                given += len(some)
                if len(some) == _BATCH:
                    await asyncio.sleep(0)
        _go_if_cancelled()  # before Python 3.12 asyncio.wait_for may lose a cancellation
        return given

    def _new_client(self) -> "_Client":
        address = self.address
        client = _Client(
            address.host,
            address.port,
            username=address.username,
            password=address.password,
            protocol=self._version,
            keepalive=_KEEPALIVE_S,
            timeout=5,
            tls_context=address.tls_context(),
            queue_type=_straight_to(self._hear),
        )
        client.pending_calls_threshold = 100_000  # one warning a publish would drown the log
        return client

    def _hear(self, message: aiomqtt.Message) -> None:
        payload = message.payload
        try:
            self._heard(message.topic.value, payload if isinstance(payload, bytes) else b"")
        except Exception as error:
            # paho would only log it; a part of ours that is broken has to end the process.
            if not self._fault.done():
                self._fault.set_exception(error)

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        await client.subscribe([(SIGHTINGS, 0), (STATUSES, 0)], timeout=5)

    async def _listen(self, client: "_Client") -> None:
        self._client = client
        self._connected(True)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._subscribe_again(client))
                group.create_task(_until_disconnected(client))
                await self._fault
        except* aiomqtt.MqttError as errors:
            raise errors.exceptions[0] from None
        finally:
            self._client = None
            self._connected(False)

    async def _subscribe_again(self, client: aiomqtt.Client) -> None:
        """NATS loads retained messages only after its first client is in, and missed some."""
        await asyncio.sleep(_SUBSCRIBE_AGAIN_S)
        await client.subscribe([(STATUSES, 0)], timeout=5)

    def _greet_otherwise(self, error: str) -> None:
        """A broker that speaks only MQTT 3.1.1 refuses the newer greeting, or just hangs up."""
        if error == _UNANSWERED or "protocol version" in error.lower():
            newer = self._version == aiomqtt.ProtocolVersion.V5
            self._version = aiomqtt.ProtocolVersion.V311 if newer else aiomqtt.ProtocolVersion.V5

    def _expiry(self, seconds: int) -> Properties | None:
        return _expires(max(1, seconds)) if self._version == aiomqtt.ProtocolVersion.V5 else None


class _Client(aiomqtt.Client):
    """aiomqtt, which gives every publish a task and a callback of its own to wait for the socket.

    At QoS 0 nothing comes back that would be worth waiting for: a batch is queued at once, and
    only until the last of it has left for the socket is waited. And it reads one message a turn of
    the loop: where turns are long a street's sightings would queue up until the broker drops them.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._read_one = self._client.loop_read
        self._client.loop_read = self._read_what_came  # type: ignore[method-assign]
        self._messages_read = 0
        self._client._on_message_filtered = _NoFilters()  # type: ignore[no-untyped-call]

    def _read_what_came(self, max_packets: int = 1) -> MQTTErrorCode:
        for _ in range(_READ_AT_ONCE):
            before = self._messages_read
            code = self._read_one(max_packets)
            if code != MQTT_ERR_SUCCESS or self._messages_read == before:
                break
        return code

    def _on_message(self, client: Any, userdata: Any, message: MQTTMessage) -> None:
        self._messages_read += 1
        super()._on_message(client, userdata, message)

    async def publish_all(
        self,
        messages: Sequence[Message],
        qos: int,
        expiry: Callable[[int], Properties | None],
    ) -> None:
        """Publish a batch; raises MqttError where the broker does not take it in time."""
        if qos:
            await asyncio.gather(*(self._publish(one, qos, expiry) for one in messages))
            return
        self._client.on_publish = None
        for one in messages:
            last = self._client.publish(one.topic, one.payload, 0, False, expiry(one.expires_s))
            if last.rc != MQTT_ERR_SUCCESS:
                raise aiomqtt.MqttError(f"not sent: {error_string(last.rc)}")
        await self._written(last)

    async def _publish(
        self, one: Message, qos: int, expiry: Callable[[int], Properties | None]
    ) -> None:
        properties = expiry(one.expires_s)
        await self.publish(
            one.topic, one.payload, qos, properties=properties, timeout=_PUBLISH_TIMEOUT_S
        )

    async def _written(self, last: MQTTMessageInfo) -> None:
        # Writing is left to aiomqtt's own callback: it registers the socket a turn of the loop
        # later, and a socket that were closed by then would take another one's place with it.
        end = asyncio.get_running_loop().time() + _PUBLISH_TIMEOUT_S
        turns = 0
        while not _has_left(last):
            if self._disconnected.done() or asyncio.get_running_loop().time() > end:
                raise aiomqtt.MqttError("the broker does not take orders")
            turns += 1
            await asyncio.sleep(0 if turns < _TURNS else _SOCKET_PAUSE_S)


class _NoFilters(MQTTMatcher):
    """paho looks for a callback of each topic, and leaves a cycle of objects with every message.

    A third of a busy dispatcher's time went into collecting them, in pauses of 200 ms.
    """

    def iter_match(self, topic: str) -> Iterator[Any]:
        return iter(())


def _has_left(last: MQTTMessageInfo) -> bool:
    try:
        return last.is_published()
    except (RuntimeError, ValueError) as error:  # paho's words for a connection that is gone
        raise aiomqtt.MqttError(str(error)) from None


def _straight_to(hear: Callable[[aiomqtt.Message], None]) -> type[asyncio.Queue[aiomqtt.Message]]:
    """A queue that keeps nothing: what is put in is heard at once, without a task a message."""

    class StraightThrough(asyncio.Queue[aiomqtt.Message]):
        def put_nowait(self, item: aiomqtt.Message) -> None:
            hear(item)

    return StraightThrough


async def _until_disconnected(client: aiomqtt.Client) -> None:
    """Ends with the MqttError that ends the connection; messages take the way above."""
    async for _ in client.messages:
        pass


def _batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    waiting = iter(messages)
    while batch := list(itertools.islice(waiting, _BATCH)):
        yield batch


def _go_if_cancelled() -> None:
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class _Expiry(Properties):
    """A message expiry, packed once: paho packs properties anew with every publish."""

    def __init__(self, seconds: int) -> None:
        super().__init__(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        self.MessageExpiryInterval = seconds
        self.__dict__["packed"] = super().pack()  # type: ignore[no-untyped-call]

    def pack(self) -> bytes:
        packed: bytes = self.__dict__["packed"]
        return packed


_expires = functools.lru_cache(maxsize=1024)(_Expiry)
