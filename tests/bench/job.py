"""Come here for the job that floods and rivals are measured with: a cry, until its lamps are told.

One job: POST a fresh report at a corner, get the answer, and wait until the last of the lamps named
in it has its order on the broker, as an independent subscriber hears it.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from tests.bench.caller import Caller
from tests.bench.ground import Corner
from tests.bench.mqtt import MqttClient
from tests.bench.stage import cry

_PATIENCE_S: Final = 30.0


@dataclass(slots=True)
class _Wait:
    missing: set[str]
    done: asyncio.Future[None]


class Orders:
    """When each lamp last was told to blink."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._waits: dict[str, _Wait] = {}

    @classmethod
    async def listening(cls, stack: AsyncExitStack, port: int) -> "Orders":
        """Connected to the broker until the stack unwinds."""
        orders = cls()
        client = await MqttClient.connect(port, "bench-orders", orders.heard)
        stack.callback(client.close)
        await client.subscribe(["+/+/order"])
        return orders

    def heard(self, topic: str, payload: bytes) -> None:
        """An order goes by."""
        if b'"blink"' not in payload:
            return
        lamp_id = topic.split("/", 2)[1]
        self._at[lamp_id] = time.perf_counter()
        wait = self._waits.pop(lamp_id, None)
        if wait is not None:
            wait.missing.discard(lamp_id)
            if not wait.missing and not wait.done.done():
                wait.done.set_result(None)

    async def all_have(self, lamp_ids: list[str], since: float) -> float:
        """When the last of them had an order that is younger than `since`."""
        missing = {one for one in lamp_ids if self._at.get(one, 0.0) < since}
        if missing:
            wait = _Wait(missing, asyncio.get_running_loop().create_future())
            self._waits |= dict.fromkeys(missing, wait)
            async with asyncio.timeout(_PATIENCE_S):
                await wait.done
        return max((self._at[one] for one in lamp_ids), default=since)


@dataclass
class Done:
    """What was done: milliseconds a job, and what was promised in the answers."""

    whole: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    report_ids: list[str] = field(default_factory=list)
    incident_ids: list[str] = field(default_factory=list)
    lamps: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Jobs a second."""
        return len(self.whole) / self.seconds

    @property
    def lamps_each(self) -> float:
        """Lamps told a job, on average."""
        return self.lamps / len(self.whole)

    def __iadd__(self, other: "Done") -> "Done":
        self.whole += other.whole
        self.answered += other.answered
        self.report_ids += other.report_ids
        self.incident_ids += other.incident_ids
        self.lamps += other.lamps
        self.seconds += other.seconds
        return self


async def job(caller: Caller, orders: Orders, corner: Corner, done: Done) -> dict[str, Any]:
    """Do one; the answer of the server."""
    wanted = cry(corner.place)
    begun = time.perf_counter()
    answer = await caller.ask(wanted)
    if answer.status not in (200, 201):
        raise RuntimeError(f"a report was answered {answer.status}: {answer.body!r}")
    taken: dict[str, Any] = orjson.loads(answer.body)
    lamps = [lamp["lamp_id"] for lamp in taken["lamps"]]
    last = await orders.all_have(lamps, begun)
    done.whole.append((max(last, answer.at) - begun) * 1000)
    done.answered.append((answer.at - begun) * 1000)
    done.report_ids.append(taken["report_id"])
    done.incident_ids.append(taken["incident_id"])
    done.lamps += len(lamps)
    return taken


async def flood(
    port: int,
    orders: Orders,
    corners: Iterator[Corner],
    callers: int,
    seconds: float,
    *,
    closing: bool = False,
) -> Done:
    """Many callers at once, each doing job after job; with `closing` each closes what it opened."""
    lines = [await Caller.connect(port) for _ in range(callers)]
    done = Done()
    begun = time.perf_counter()

    async def one(caller: Caller) -> None:
        while time.perf_counter() - begun < seconds:
            corner = next(corners, None)
            if corner is None:
                return
            taken = await job(caller, orders, corner, done)
            if closing:
                await close(caller, taken["incident_id"])

    await asyncio.gather(*map(one, lines))
    done.seconds = time.perf_counter() - begun
    for line in lines:
        line.close()
    return done


async def close(caller: Caller, incident_id: str) -> None:
    """Make an end of an incident."""
    answer = await caller.post(f"/v1/incidents/{incident_id}/close", {"disposition": "test"})
    if answer.status != 200:
        raise RuntimeError(f"closing was answered {answer.status}: {answer.body!r}")


async def close_all(port: int, incident_ids: Iterable[str], callers: int = 16) -> None:
    """Make an end of many incidents, outside of what is measured."""
    lines = [await Caller.connect(port) for _ in range(callers)]
    left = iter(list(incident_ids))

    async def one(caller: Caller) -> None:
        for incident_id in left:
            await close(caller, incident_id)

    await asyncio.gather(*map(one, lines))
    for line in lines:
        line.close()
