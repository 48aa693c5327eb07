"""Come here for a night of the fleet's shell: lamps, what they say, and what they are told."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from lights.answers import Answer
from lights.claims import Claim
from lights.fleet import Fleet
from lights.lamp import BLINK, Scene
from lights.mqtt_client import Message
from lights.watch import LampChange
from tests.lights.hours import NIGHT, Hours

SECOND = timedelta(seconds=1)
AT_ONCE_S = 0.05


class Counter:
    """What the database remembers of order numbers; `left` is how many it can still give."""

    def __init__(self) -> None:
        self.value = 0
        self.left: asyncio.Queue[int] | None = None

    async def reserve(self, size: int) -> int:
        self.value += size if self.left is None else await self.left.get()
        return self.value


class Night:
    """A fleet and everything that it says, to lamps whose ids begin with L."""

    def __init__(self, hours: Hours, counter: Counter | None = None) -> None:
        self.hours = hours
        self.counter = counter or Counter()
        self.said: list[tuple[float, str, dict[str, Any]]] = []
        self.rounds: list[list[Message]] = []
        self.answers: list[Answer] = []
        self.changes: list[Sequence[LampChange]] = []
        self.obedient: set[str] = set()
        self.looks = 0
        self.fleet = Fleet(
            clock=self._clock,
            say=self._say,
            reserve_seqs=self.counter.reserve,
            serves=lambda lamp_id: lamp_id.startswith("L"),
            answered=self.answers.append,
            changed=self.changes.append,
        )

    def begin(self) -> None:
        self.life = self.hours.start(self.fleet.run())
        self.fleet.broker_is(True)
        self.hours.wait()

    def seconds(self) -> float:
        """Since the evening began."""
        return (self.hours.now() - NIGHT) / SECOND

    def _clock(self) -> datetime:
        self.looks += 1
        return self.hours.now()

    async def _say(self, messages: Iterable[Message]) -> int:
        spoken = list(messages)
        self.rounds.append(spoken)
        for message in spoken:
            lamps, lamp_id, order = message.topic.split("/")
            assert (lamps, order) == ("lamps", "order")
            body = json.loads(message.payload)
            self.said.append((self.seconds(), lamp_id, body))
            if lamp_id in self.obedient:
                self.hours.later(0.001, partial(self.sees, lamp_id, **body))
        return len(spoken)

    def claim(self, owner: str, *lamp_ids: str, **more: Any) -> None:
        """The owner now wants exactly these lamps."""
        self.fleet.claims_are(owner, [self.wants(owner, key, **more) for key in lamp_ids])
        self.hours.wait()

    def wants(
        self, owner: str, lamp_id: str, rank: int = 80, scene: Scene = BLINK, lasts: float = 7200
    ) -> Claim:
        now = self.hours.now()
        return Claim(lamp_id, owner, rank, scene, now, now + lasts * SECOND)

    def sees(self, lamp_id: str, **fields: Any) -> None:
        """A lamp says what it shows."""
        body = {"level": 80, "faults": []} | fields
        self.fleet.heard(f"lamps/{lamp_id}/sighting", json.dumps(body).encode())

    def sees_programme(self, lamp_id: str, seq: int = 0) -> None:
        self.sees(lamp_id, v=1, seq=seq, scene="schedule")
        self.hours.wait()

    def obeys(self, lamp_id: str) -> None:
        """A lamp says that it shows what it was told last."""
        self.sees(lamp_id, **self.told(lamp_id)[-1])
        self.hours.wait()

    def told(self, lamp_id: str = "L1") -> list[dict[str, Any]]:
        return [body for _, key, body in self.said if key == lamp_id]

    def scenes(self, lamp_id: str = "L1") -> list[str]:
        return [body["scene"] for body in self.told(lamp_id)]

    def times(self, lamp_id: str = "L1") -> list[float]:
        return [at for at, key, _ in self.said if key == lamp_id]


def until_s(order: dict[str, Any]) -> float:
    """When an order ends, in seconds since the evening began."""
    return (datetime.fromisoformat(order["until"]) - NIGHT) / SECOND
