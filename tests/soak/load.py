"""Come here for the load of a soak: people who press, people who walk, screens that watch."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import websockets

from geo.place import Metres, Place, place_at
from tests.house import HERE, as_caller, report
from tests.patience import DEADLINE_S

_FIXES: Final = 3
_BETWEEN_S: Final = 2.0
"""Between two things that happen to an incident: a night in a hurry, but in its order."""
_FIX_EVERY_S: Final = 3.0
_WALK_FIXES: Final = 40
"""Two minutes; then somebody else walks."""
_STEP_M: Final = 4.0


@dataclass(frozen=True)
class Load:
    """What is stated."""

    cries_a_minute: float = 30.0
    walkers: int = 20
    lamps: int = 200
    screens: int = 20

    def __str__(self) -> str:
        return (
            f"{self.cries_a_minute:g} SOS a minute (each followed, acknowledged, driven to and "
            f"closed), {self.walkers} walkers, {self.lamps} lamps, {self.screens} screens"
        )


@dataclass
class Night:
    """One house under load; whatever is not answered as it should be is counted."""

    client: httpx.AsyncClient
    load: Load
    dice: random.Random = field(default_factory=lambda: random.Random(5))
    cries: int = 0
    walks: int = 0
    frames: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """The load, for as long as the caller stays inside."""
        people = [self._cries(), *(self._walks() for _ in range(self.load.walkers))]
        screens = [self._watch() for _ in range(self.load.screens)]
        tasks = [asyncio.create_task(one) for one in (*people, *screens)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception):
                    self.faults[repr(ended)] += 1

    def somewhere(self) -> Place:
        """Along the street."""
        start = HERE.metres
        return place_at(Metres(start.east + self.dice.uniform(0, 3000), start.north), 10.0)

    async def _ask(self, asked: Awaitable[httpx.Response]) -> dict[str, Any]:
        answer = await asked
        if not answer.is_success:
            self.faults[f"{answer.request.method} {answer.status_code}"] += 1
        body: dict[str, Any] = answer.json()
        return body

    async def _cries(self) -> None:
        async with asyncio.TaskGroup() as lives:
            while True:
                lives.create_task(self._live())
                await asyncio.sleep(self.dice.expovariate(self.load.cries_a_minute / 60.0))

    async def _live(self) -> None:
        """One incident from the press to its end."""
        taken = await self._ask(self.client.post("/v1/reports", json=report(self.somewhere())))
        self.cries += 1
        path, headers = f"/v1/reports/{taken['report_id']}", as_caller(taken)
        for _ in range(_FIXES):
            await asyncio.sleep(_BETWEEN_S)
            fixes = {"positions": [_fix(self.somewhere())]}
            await self._ask(self.client.post(f"{path}/positions", json=fixes, headers=headers))
        incident = f"/v1/incidents/{taken['incident_id']}"
        for move in ("acknowledge", "en-route", "arrive"):
            await self._ask(self.client.post(f"{incident}/{move}", json={}))
            await asyncio.sleep(_BETWEEN_S)
        end = {"disposition": "test"}
        await self._ask(self.client.post(f"{incident}/close", json=end))

    async def _walks(self) -> None:
        """One walker after the other."""
        await asyncio.sleep(self.dice.uniform(0, _FIX_EVERY_S))
        while True:
            body = {"walk_id": str(uuid.uuid4()), "expected_minutes": 30}
            walk = await self._ask(self.client.post("/v1/walks", json=body))
            self.walks += 1
            headers = {"Authorization": f"Bearer {walk['walker_token']}"}
            at = self.somewhere().metres
            for step in range(self.dice.randint(_WALK_FIXES // 4, _WALK_FIXES)):
                place = place_at(Metres(at.east + step * _STEP_M, at.north), 8.0)
                path, fixes = f"/v1/walks/{walk['walk_id']}", {"positions": [_fix(place)]}
                await self._ask(self.client.post(f"{path}/positions", json=fixes, headers=headers))
                await asyncio.sleep(_FIX_EVERY_S)
            await self._ask(self.client.post(f"{path}/arrive", json={}, headers=headers))

    async def _watch(self) -> None:
        url = str(self.client.base_url).replace("http://", "ws://").rstrip("/") + "/v1/feed?tick=1"
        async with websockets.connect(url, max_size=None, open_timeout=DEADLINE_S) as socket:
            async for _ in socket:
                self.frames += 1


def _fix(place: Place) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"lon": place.lon, "lat": place.lat, "accuracy_m": place.accuracy_m, "fixed_at": at}
