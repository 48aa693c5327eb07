"""Come here for an MQTT 3.1.1 client that costs next to nothing, for floors and for listening."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

_CONNACK: Final = 2
_PUBLISH: Final = 3
_SUBACK: Final = 9
_SUBSCRIBE_AT_ONCE: Final = 500
"""A packet of this many topics stays far below every broker's limit."""

Heard = Callable[[str, bytes], None]


def publish_packet(topic: str, payload: bytes) -> bytes:
    """A message at QoS 0, not retained."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + payload
    return b"\x30" + _size(len(body)) + body


def _size(length: int) -> bytes:
    """MQTT 3.1.1, 2.2.3: seven bits a byte, the lowest first."""
    packed = bytearray()
    while True:
        length, low = divmod(length, 128)
        packed.append(low | (0x80 if length else 0))
        if not length:
            return bytes(packed)


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


class MqttClient(asyncio.Protocol):
    """A clean session without keepalive. `heard(topic, payload)` is called for each message."""

    def __init__(self, heard: Heard | None = None) -> None:
        self._heard = heard
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._packet_id = 0
        self._awaited: asyncio.Queue[int] = asyncio.Queue()

    @classmethod
    async def connect(cls, port: int, client_id: str, heard: Heard | None = None) -> Self:
        """Return when the broker has said yes."""
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(lambda: cls(heard), "127.0.0.1", port)
        body = _text("MQTT") + b"\x04\x02\x00\x00" + _text(client_id)
        client.write(b"\x10" + _size(len(body)) + body)
        assert await client._awaited.get() == _CONNACK
        return client

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Hear these topics at QoS 0; return when the broker has taken them all."""
        for start in range(0, len(topics), _SUBSCRIBE_AT_ONCE):
            some = topics[start : start + _SUBSCRIBE_AT_ONCE]
            self._packet_id += 1
            body = self._packet_id.to_bytes(2, "big")
            body += b"".join(_text(topic) + b"\x00" for topic in some)
            self.write(b"\x82" + _size(len(body)) + body)
            assert await self._awaited.get() == _SUBACK

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send messages in one write."""
        self.write(b"".join(publish_packet(*message) for message in messages))

    def write(self, packets: bytes) -> None:
        """Send packets."""
        assert self._transport is not None
        self._transport.write(packets)

    def close(self) -> None:
        """Leave politely."""
        if self._transport is not None:
            self._transport.write(b"\xe0\x00")
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        at, end = 0, len(buffer)
        while True:
            body, following = _body(buffer, at, end)
            if following > end or not body:
                break
            self._take(buffer[at] >> 4, buffer[at] & 6, buffer, body, following)
            at = following
        self._buffer = buffer[at:]

    def _take(self, kind: int, qos: int, buffer: bytes, start: int, end: int) -> None:
        if kind != _PUBLISH:
            self._awaited.put_nowait(kind)
        elif self._heard is not None:
            topic_end = start + 2 + int.from_bytes(buffer[start : start + 2], "big")
            payload = topic_end + (2 if qos else 0)
            self._heard(buffer[start + 2 : topic_end].decode(), buffer[payload:end])


def _body(buffer: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the body of the packet at `at` begins and ends; (0, _) where its size is not here."""
    length, shift, position = 0, 0, at + 1
    while position < end:
        byte = buffer[position]
        length |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return position, position + length
        shift += 7
    return 0, end
