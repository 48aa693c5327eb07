"""Come here for what crosses a dispatcher's wires in a test: kept, and judged at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiomqtt
import httpx
import orjson

from tests.conftest import Pair
from tests.house import House
from tests.patience import DEADLINE_S
from tests.wire.documents import Nonconforming, answer_conforms, message_conforms, request_conforms


def judge_answers(client: httpx.AsyncClient) -> Counter[tuple[str, str]]:
    """From now on a call fails whose answer does not conform; counts (operation, status)."""
    seen: Counter[tuple[str, str]] = Counter()

    async def judge(answer: httpx.Response) -> None:
        body, request = await answer.aread(), answer.request
        url = request.url.raw_path.decode()
        content_type = answer.headers.get("content-type", "")
        seen[answer_conforms(request.method, url, answer.status_code, content_type, body)] += 1
        if answer.is_success:
            request_conforms(request.method, url, request.content)

    client.event_hooks["response"].append(judge)
    return seen


@dataclass(frozen=True)
class Heard:
    """One message as a subscriber at QoS 1 got it; `expires_s` where broker and client say it."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    expires_s: int | None
    at: datetime

    @property
    def lamp_id(self) -> str:
        return self.topic.split("/")[1]

    @property
    def channel(self) -> str:
        return self.topic.split("/")[2]

    @property
    def body(self) -> Any:
        """The JSON of an order or a sighting."""
        return orjson.loads(self.payload)


@dataclass
class Ear:
    """A subscriber to all that lamps and dispatcher say to each other."""

    messages: list[Heard] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def of(self, channel: str) -> list[Heard]:
        """The messages of a channel, in order."""
        return [message for message in self.messages if message.channel == channel]

    def has_seen(self, scene: str) -> bool:
        """Whether any lamp has said that it shows the scene."""
        return any(heard.body["scene"] == scene for heard in self.of("sighting"))

    async def hears(self, true: Callable[["Ear"], bool]) -> None:
        """Wait until enough has been heard."""
        async with asyncio.timeout(DEADLINE_S):
            while not true(self):
                self._news.clear()
                await self._news.wait()

    def take(self, message: aiomqtt.Message) -> None:
        """Keep a message and judge it."""
        assert isinstance(message.payload, bytes)
        expires_s = getattr(message.properties, "MessageExpiryInterval", None)
        heard = Heard(
            message.topic.value,
            message.payload,
            message.qos,
            message.retain,
            expires_s,
            datetime.now(UTC),
        )
        self.messages.append(heard)
        try:
            message_conforms(heard.topic, heard.payload)
        except (Nonconforming, ValueError) as error:
            self.complaints.append(f"{heard.topic}: {heard.payload[:300]!r}: {error}")
        self._news.set()


@asynccontextmanager
async def listening(house: House, pair: Pair) -> AsyncIterator[Ear]:
    """An ear at the broker, from before the first word on."""
    version = aiomqtt.ProtocolVersion.V311 if pair.mqtt is None else aiomqtt.ProtocolVersion.V5
    ear = Ear()

    async def listen() -> None:
        async for message in client.messages:
            ear.take(message)

    async with aiomqtt.Client(house.broker.host, house.broker.port, protocol=version) as client:
        client.pending_calls_threshold = 100_000
        await client.subscribe("lamps/#", qos=1)
        task = asyncio.create_task(listen())
        try:
            yield ear
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
