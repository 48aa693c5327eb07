"""A dispatcher's end of the wire, made of another library than the street's."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import aiomqtt
import orjson

from tests.patience import DEADLINE_S

PATIENCE_S = DEADLINE_S


class Desk:
    """Says orders and keeps every message of the street in the order in which it came."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        # By topic: NATS lets a QoS 0 sighting overtake the QoS 1 status that was said before it.
        self._heard: defaultdict[str, list[bytes]] = defaultdict(list)
        self._read: Counter[str] = Counter()
        self._news = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def at(cls, host: str, port: int) -> AsyncIterator[Self]:
        async with aiomqtt.Client(host, port) as client:
            client.pending_calls_threshold = 100_000
            await client.subscribe([("lamps/+/sighting", 0), ("lamps/+/status", 1)])
            desk = cls(client)
            listening = asyncio.create_task(desk._listen())
            try:
                yield desk
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening

    async def _listen(self) -> None:
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            self._heard[message.topic.value].append(message.payload)
            self._news.set()

    async def order(self, lamp_id: str, payload: bytes) -> None:
        await self._client.publish(f"lamps/{lamp_id}/order", payload, qos=0)

    async def hears(self, topic: str, fits: Callable[[bytes], bool] = lambda _: True) -> bytes:
        """The next message on the topic that fits; what came before it there is forgotten."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for payload in self._heard[topic][self._read[topic] :]:
                    self._read[topic] += 1
                    if fits(payload):
                        return payload
                self._news.clear()
                await self._news.wait()

    async def sees(self, lamp_id: str, **fields: object) -> dict[str, Any]:
        """The next sighting of the lamp that has these fields."""
        found: dict[str, Any] = {}

        def fits(payload: bytes) -> bool:
            found.clear()
            with suppress(orjson.JSONDecodeError):
                found.update(orjson.loads(payload))
            return found.items() >= fields.items()

        await self.hears(f"lamps/{lamp_id}/sighting", fits)
        return found

    async def is_told(self, lamp_id: str, status: bytes) -> None:
        await self.hears(f"lamps/{lamp_id}/status", lambda payload: payload == status)

    async def are_told(self, lamp_ids: Iterable[str], status: bytes) -> None:
        """Wait until each lamp's status has been this one, in whatever order."""
        topics = [f"lamps/{lamp_id}/status" for lamp_id in lamp_ids]
        async with asyncio.timeout(PATIENCE_S):
            while not all(status in self._heard[topic] for topic in topics):
                self._news.clear()
                await self._news.wait()


def order(seq: int, scene: str = "blink", seconds: float = 300, **more: object) -> bytes:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    body: dict[str, object] = {"v": 1, "seq": seq, "scene": scene, "level": 100}
    if scene == "blink":
        body |= {"low": 30, "period_ms": 1000, "lit_ms": 600}
    return orjson.dumps(body | {"until": until} | more)
