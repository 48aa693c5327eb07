"""Come here for the MQTT client: aiomqtt, made to carry a street's orders and sightings.

The one import of aiomqtt and of paho beneath it.
"""

import asyncio
import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import aiomqtt
from paho.mqtt.client import MQTT_ERR_SUCCESS, MQTTMessage, MQTTMessageInfo, error_string
from paho.mqtt.enums import MessageType, MQTTErrorCode
from paho.mqtt.matcher import MQTTMatcher
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lights.broker_address import BrokerAddress

_PUBLISH_TIMEOUT_S: Final = 1.0
"""aiomqtt's own 10 s would keep a street dark that long after a broker has died."""
_KEEPALIVE_S: Final = 10
"""A broker that vanished without a word is noticed within one and a half of this."""
_READ_AT_ONCE: Final = 20
"""Sightings between two looks at everything else: a millisecond or two; people come first."""
_TURNS: Final = 20
"""Turns of the loop in which a socket that is not full has long taken a batch."""
_SOCKET_PAUSE_S: Final = 0.005
"""A full socket empties in about this; paho has no event for it that costs nothing a message."""
_UNANSWERED: Final = "Operation timed out"
"""aiomqtt's words for a broker that was there but did not answer the greeting."""

MqttError = aiomqtt.MqttError
Heard = Callable[[str, bytes], None]


class Message(NamedTuple):
    """One message for the street; useless after `expires_s` seconds."""

    topic: str
    payload: bytes
    expires_s: int


class Client(aiomqtt.Client):
    """aiomqtt, which gives every publish a task and a callback of its own to wait for the socket.

    At QoS 0 nothing comes back that would be worth waiting for: a batch is queued at once, and
    only until the last of it has left for the socket is waited. And it reads one message a turn of
    the loop: where turns are long a street's sightings would queue up until the broker drops them.
    """

    def __init__(self, address: BrokerAddress, newest: bool, heard: Heard) -> None:
        """`newest`: greet with MQTT 5, else with 3.1.1. `heard` is called on the loop."""
        super().__init__(
            address.host,
            address.port,
            username=address.username,
            password=address.password,
            protocol=aiomqtt.ProtocolVersion.V5 if newest else aiomqtt.ProtocolVersion.V311,
            keepalive=_KEEPALIVE_S,
            timeout=5,
            tls_context=address.tls_context(),
        )
        self.pending_calls_threshold = 100_000  # one warning a publish would drown the log
        self._newest = newest
        self._heard = heard
        self._read_one = self._client.loop_read
        self._client.loop_read = self._read_what_came  # type: ignore[method-assign]
        self._messages_read = 0
        self._loop_thread = threading.get_ident()
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
        self._heard(message.topic, bytes(message.payload))

    @property
    def hears(self) -> bool:
        """Whether anything came lately: while nothing else does, paho pings and is answered."""
        return time.monotonic() - self._client._last_bytes_received < 2 * _KEEPALIVE_S

    async def listen(self) -> None:
        """Ends with the MqttError that ends the connection; no message comes this way."""
        async for _ in self.messages:
            pass

    async def publish_all(self, messages: Sequence[Message], qos: int) -> None:
        """Publish a batch; raises MqttError where the broker does not take it in time."""
        if qos:
            await asyncio.gather(*(self._publish(one, qos) for one in messages))
            return
        self._client.on_publish = None
        sent = self._queue_all(messages)
        self._write()
        await self._written(sent)

    def _queue_all(self, messages: Sequence[Message]) -> MQTTMessageInfo:
        """Queue a batch as one packet: paho would write each by itself, a system call each.

        What `publish` adds to `_send_publish` is a number and a lock to wait for, one a message.
        """
        packets: list[bytes | bytearray] = []
        queue = self._client._packet_queue
        self._client._packet_queue = _into(packets)  # type: ignore[method-assign]
        try:
            for one in messages:
                topic, expiry = one.topic.encode(), self._expiry(one)
                code = self._client._send_publish(0, topic, one.payload, properties=expiry)
                if code != MQTT_ERR_SUCCESS:
                    raise aiomqtt.MqttError(f"not sent: {error_string(code)}")
        finally:
            self._client._packet_queue = queue  # type: ignore[method-assign]
        sent = MQTTMessageInfo(0)
        queue(MessageType.PUBLISH, b"".join(packets), 0, 0, sent)
        return sent

    async def _publish(self, one: Message, qos: int) -> None:
        expiry = self._expiry(one)
        await self.publish(
            one.topic, one.payload, qos, properties=expiry, timeout=_PUBLISH_TIMEOUT_S
        )

    def _expiry(self, one: Message) -> Properties | None:
        return _expires(max(1, one.expires_s)) if self._newest else None

    def _on_socket_register_write(self, client: Any, userdata: Any, sock: Any) -> None:
        # aiomqtt does it a turn of the loop later, for the thread that it connects in. A socket
        # that has been written to by then would never be taken off again.
        if threading.get_ident() == self._loop_thread:
            self._loop.add_writer(sock.fileno(), self._write)
        else:
            super()._on_socket_register_write(client, userdata, sock)

    def _write(self) -> None:
        """What is queued, as far as the socket takes it; the loop writes the rest."""
        try:
            self._client.loop_write()
        except Exception as error:
            if not self._disconnected.done():
                self._disconnected.set_exception(error)

    async def _written(self, sent: MQTTMessageInfo) -> None:
        end = asyncio.get_running_loop().time() + _PUBLISH_TIMEOUT_S
        turns = 0
        while not _has_left(sent):
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


def _into(packets: list[bytes | bytearray]) -> Callable[..., MQTTErrorCode]:
    """Stands for paho's queue."""

    def keep(_command: int, packet: bytes | bytearray, *_rest: Any) -> MQTTErrorCode:
        packets.append(packet)
        return MQTT_ERR_SUCCESS

    return keep


def _has_left(sent: MQTTMessageInfo) -> bool:
    try:
        return sent.is_published()
    except (RuntimeError, ValueError) as error:  # paho's words for a connection that is gone
        raise aiomqtt.MqttError(str(error)) from None


def is_about_version(error: MqttError) -> bool:
    """Whether a broker that speaks only the other MQTT would have refused a greeting like this."""
    return str(error) == _UNANSWERED or "protocol version" in str(error).lower()


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
