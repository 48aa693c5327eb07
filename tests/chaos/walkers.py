"""Come here for people who walk home through the night, and what their phones were promised.

Each is on a stretch of lamps of their own. Some get home, some rest, some are asked, some call for
help, and some are asked and never answer. All they do stops while it is judged; their phones alone
go on saying where they are.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from geo.place import Metres, Place, place_at
from tests.chaos.night import AGAIN_S, Night
from tests.dispatch.walking import walk_body
from tests.house import HERE

STRETCH: Final = 6
"""Lamps of one walker."""
_THINKS_S: Final = 0.3
_SPEAKS_S: Final = 0.5
_WAVERS_M: Final = 10.0
_CLOCKS_OFF: Final = (timedelta(), timedelta(), timedelta(hours=1), -timedelta(hours=1))
"""Phones' clocks are set by hand, too."""
_LIVES: Final = (
    ("extend", "arrive"),
    ("pause", "resume", "end"),
    ("is_asked", "fine", "extend", "arrive"),
    ("help",),
    ("is_asked",),
)
_WITH_GUARDIAN: Final = 0.3
_BODIES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "extend": ("extend", {"minutes": 15}),
    "arrive": ("arrive", {}),
    "pause": ("pause", {"minutes": 50}),
    "resume": ("resume", {}),
    "end": ("end", {}),
    "fine": ("answer", {"answer": "fine"}),
    "help": ("answer", {"answer": "help"}),
}


@dataclass
class Promise:
    """One walk, and what its phone was answered last."""

    walk_id: str
    token: str
    shown: dict[str, Any]
    heard_at: datetime
    incident_id: str | None = None
    """That was found to be about it."""

    @property
    def state(self) -> str:
        return str(self.shown["state"])

    @property
    def asked_at(self) -> datetime | None:
        """Since when it waits for an answer."""
        return _time(self.shown["question"] and self.shown["question"]["asked_at"])

    @property
    def help_at(self) -> datetime | None:
        """When a question that nobody answers becomes help."""
        return _time(self.shown["question"] and self.shown["question"]["help_at"])

    def time(self, what: str) -> datetime | None:
        """A time that the phone was shown."""
        return _time(self.shown[what])

    def hears(self, shown: dict[str, Any]) -> None:
        """The phone was answered."""
        self.shown, self.heard_at = shown, datetime.now(UTC)

    @property
    def clock_was_behind(self) -> timedelta:
        """By how much the clock of whoever answered was behind ours."""
        return self.heard_at - datetime.fromisoformat(self.shown["at"])


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@dataclass
class Walker:
    """One person after the other on one stretch, which begins `metres` to the east."""

    night: Night
    client: httpx.AsyncClient
    dice: random.Random
    metres: float
    clock_off: timedelta
    promises: dict[str, Promise]
    now: Promise | None = None
    daylight: bool | None = None
    """As its phone was told last: no lamp is lit for walkers. None: it has not said where it is."""

    async def walk(self) -> None:
        """One walk after the other."""
        while not self.night.over:
            await self._step(self._begin)
            for what in self.dice.choice(_LIVES):
                await asyncio.sleep(self.dice.uniform(0, _THINKS_S))
                await self._step(lambda what=what: self._does(what))  # type: ignore[misc]
            self.now = None

    async def speak(self) -> None:
        """Say where it is, whatever else happens."""
        while True:
            if (walk := self.now) is not None and walk.state != "paused":
                await self.night.blame("a walker", self._says_where_it_is(walk))
            await asyncio.sleep(_SPEAKS_S)

    async def _step(self, step: Callable[[], Awaitable[None]]) -> None:
        async with self.night.at_work():
            await self.night.blame("a walker", step())

    async def _begin(self) -> None:
        more: dict[str, Any] = {}
        if self.dice.random() < _WITH_GUARDIAN:
            contact = f"010-{self.dice.randrange(10**8):08d}"
            more["guardians"] = [{"name": "엄마", "contact": contact}]
        body = walk_body(expected_minutes=60, **more)
        answer = await self.night.insist(lambda: self.client.post("/v1/walks", json=body))
        assert answer.status_code in (200, 201), answer.text
        shown = answer.json()
        self.now = Promise(body["walk_id"], shown["walker_token"], shown, datetime.now(UTC))
        self.daylight = None
        self.promises[self.now.walk_id] = self.now

    async def _does(self, what: str) -> None:
        if self.now is None:  # it never began; somebody has been blamed for it
            return
        if what == "is_asked":
            await self._until_asked(self.now)
            return
        call, body = _BODIES[what]
        self.now.hears(await self._call(self.now, call, body))

    async def _until_asked(self, walk: Promise) -> None:
        """Say that the battery dies, until somebody asks."""
        while walk.state == "walking" and not self.night.over:
            walk.hears(await self._call(walk, "positions", self._fix() | {"battery": 2}))
            await asyncio.sleep(AGAIN_S)

    async def _says_where_it_is(self, walk: Promise) -> None:
        """What it is answered is no promise: it may be older than one that was given meanwhile."""
        shown = await self._call(walk, "positions", self._fix())
        self.daylight = shown["daylight"]

    def _fix(self) -> dict[str, Any]:
        place = self._place()
        at = (datetime.now(UTC) + self.clock_off).isoformat()
        fix = {"lon": place.lon, "lat": place.lat, "accuracy_m": 8.0, "fixed_at": at}
        return {"positions": [fix], "sent_at": at}

    async def _call(self, walk: Promise, call: str, body: dict[str, Any]) -> dict[str, Any]:
        path, headers = f"/v1/walks/{walk.walk_id}", {"Authorization": f"Bearer {walk.token}"}
        url = f"{path}/{call}"
        answer = await self.night.insist(lambda: self.client.post(url, json=body, headers=headers))
        if answer.status_code == 409:  # time was faster than the walker
            answer = await self.night.insist(lambda: self.client.get(path, headers=headers))
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def _place(self) -> Place:
        start, off = HERE.metres, self.dice.uniform(-_WAVERS_M, _WAVERS_M)
        east = start.east + self.metres + STRETCH * 15 / 2 + off
        return place_at(Metres(east, start.north), 8.0)


def walkers(
    night: Night, client: httpx.AsyncClient, dice: random.Random, stretches: Sequence[float]
) -> list[Walker]:
    """One for each stretch, by the metres at which it begins."""
    promises: dict[str, Promise] = {}
    return [
        Walker(night, client, dice, metres, clock_off, promises)
        for metres, clock_off in zip(stretches, _CLOCKS_OFF, strict=True)
    ]
