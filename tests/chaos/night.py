"""Come here for the load: callers who press until answered, operators who close, screens that
come back with the number they had. Everybody writes down what was answered."""

import asyncio
import contextlib
import random
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from geo.place import Metres, Place, place_at
from tests.feed_client import FeedClient
from tests.house import HERE, report

LAMPS = 60
"""Of the street where callers walk."""
CALLERS = 6
SCREENS = 2
PATIENCE_S = 300.0
"""Far beyond anything that works, after the longest blow on any machine."""
AGAIN_S = 0.05
"""Between two tries of a caller: the pause of an impatient phone, not a wait for an event."""
_CLOSED = 0.67
"""This share; the others keep their lamps blinking."""
_THINKS_S = 0.2
"""At most so long between two presses of a caller: all together, about fifty a second."""
_PHONE_WAITS_S = 4.0
"""A phone that hears nothing asks again with the same id: that is what must not count twice."""
_SILENT_S = 6.0
"""A screen gets a tick each second; one that hears nothing for so long calls again."""


@dataclass(frozen=True)
class Door:
    """Where callers and screens find the dispatcher that listens on this port of its loopback."""

    port: int
    reached: tuple[str, int]

    @property
    def name(self) -> str:
        """The guard of a dispatcher that asks nobody for a password listens to this name only."""
        return f"127.0.0.1:{self.port}"

    def client(self) -> httpx.AsyncClient:
        """A phone or a desk."""
        return httpx.AsyncClient(
            base_url="http://{}:{}".format(*self.reached),
            headers={"Host": self.name},
            timeout=_PHONE_WAITS_S,
        )


@dataclass
class Night:
    """What happens around a dispatcher."""

    door: Door
    client: httpx.AsyncClient
    dice: random.Random
    screens_door: Door
    taken: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """Of people who were never answered, or in a way that they should not be."""
    screens: list["Screen"] = field(default_factory=list)
    patience_s: float = PATIENCE_S
    over: bool = False
    _at_work: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: int = 0
    _of_walks: list[str] = field(default_factory=list)

    async def insist(self, ask: Callable[[], Awaitable[httpx.Response]]) -> Any:
        """Ask again until there is an answer that is not "later"; what it says."""
        end = time.monotonic() + self.patience_s
        while time.monotonic() < end:
            try:
                answer = await ask()
                if answer.status_code != 503:
                    return answer
                self.refused["503"] += 1
            except httpx.TransportError as error:
                self.refused[type(error).__name__] += 1
            await asyncio.sleep(AGAIN_S)
        raise TimeoutError("a caller was never answered")

    async def press(self, place: Place) -> str:
        """Press until taken; the incident."""
        body = report(place)
        answer = await self.insist(lambda: self.client.post("/v1/reports", json=body))
        assert answer.status_code in (200, 201), answer.text
        incident_id: str = answer.json()["incident_id"]
        assert self.taken.setdefault(body["report_id"], incident_id) == incident_id
        return incident_id

    async def close(self, incident_id: str) -> None:
        """Close with a key, so that a lost answer closes nothing twice."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        url, body = f"/v1/incidents/{incident_id}/close", {"disposition": "test"}
        answer = await self.insist(lambda: self.client.post(url, json=body, headers=headers))
        assert answer.status_code == 200, answer.text
        self.closed.add(incident_id)

    async def call(self) -> None:
        """One person's night: press somewhere along the street; most are soon closed."""
        while not self.over:
            async with self.at_work():
                await self.blame("a caller", self._press_and_close())
            await asyncio.sleep(self.dice.uniform(0, _THINKS_S))

    async def _press_and_close(self) -> None:
        incident_id = await self.press(self.somewhere())
        if self.dice.random() < _CLOSED:
            await self.close(incident_id)
        if self._of_walks and self.dice.random() < _CLOSED:
            await self.close(self._of_walks.pop())

    def hears_of(self, report_id: str, incident_id: str) -> None:
        """A walk has called for help: operators close that, too."""
        self.taken[report_id] = incident_id
        self._of_walks.append(incident_id)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """What somebody does only while the night goes on, and what calm waits for."""
        await self._at_work.wait()
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    async def blame(self, who: str, does: Awaitable[None]) -> None:
        """Hold against the night what somebody should not have been answered."""
        try:
            await does
        except (AssertionError, TimeoutError) as error:
            self.faults.append(f"{who}: {error}")

    def somewhere(self) -> Place:
        start = HERE.metres
        east = start.east + self.dice.uniform(0, LAMPS * 15)
        return place_at(Metres(east, start.north), 10.0)

    def go_on(self) -> None:
        """Callers press."""
        self._at_work.set()

    async def calm(self) -> None:
        """Nobody presses any more; returns when the last has been answered."""
        self._at_work.clear()
        while self._busy:  # noqa: ASYNC110 - the callers send no event; each has its own deadline
            await asyncio.sleep(0.01)

    async def a_few_are_answered(self, count: int = 20) -> None:
        """Let the night go on for a while, measured in reports."""
        goal, end = len(self.taken) + count, time.monotonic() + self.patience_s
        while len(self.taken) < goal:
            if time.monotonic() > end:
                self.faults.append("hardly anybody is answered any more")
                return
            await asyncio.sleep(0.01)


@dataclass
class Screen:
    """One screen: read, come back with the last number, never see a snapshot again."""

    door: Door
    last: int = 0
    gaps: int = 0
    returns: int = 0

    async def watch(self) -> None:
        """For ever, whatever the dispatcher does."""
        gone = (OSError, TimeoutError, websockets.WebSocketException)
        while True:
            with contextlib.suppress(*gone):
                await self._read()
            self.returns += 1
            await asyncio.sleep(AGAIN_S)

    async def _read(self) -> None:
        url = f"ws://{self.door.name}/v1/feed?tick=1&after={self.last}"
        async with websockets.connect(
            url,
            host=self.door.reached[0],
            port=self.door.reached[1],
            max_size=None,
            open_timeout=_SILENT_S,
        ) as socket:
            feed = FeedClient(socket)
            while True:
                async with asyncio.timeout(_SILENT_S):
                    frame = await feed.next()
                self._take(frame)
                feed.frames.clear()

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":  # a screen that resumes was begun anew
            self.gaps += 1
            self.last = frame["seq"]
        elif frame["type"] == "incident":
            self.gaps += frame["seq"] != self.last + 1
            self.last = frame["seq"]


@asynccontextmanager
async def busy(night: Night, *more: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Callers and screens at work, and whoever else is; all are calm at the end."""
    async with asyncio.TaskGroup() as group:
        night.screens += [Screen(night.screens_door) for _ in range(SCREENS)]
        others = [group.create_task(screen.watch()) for screen in night.screens]
        others += [group.create_task(night.call()) for _ in range(CALLERS)]
        others += [group.create_task(one) for one in more]
        night.go_on()
        try:
            yield
        finally:
            night.over = True
            for one in others:
                one.cancel()
