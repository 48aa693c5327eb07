"""Come here for a whole dispatcher in a test: inside this process, or as one that can be killed.

async with running(pair, tmp_path, lamps=street_of(20)) as house:
    async with house.street() as street, house.feed() as feed: ...
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import websockets

from dispatch.clock import now
from dispatch.database import Database
from dispatch.imports import import_areas, import_lamps
from dispatch.plan import Plan
from dispatch.serve import Dispatcher
from dispatch.settings import Settings
from firmware_sim.places import LampSpec
from firmware_sim.street import Street
from firmware_sim.trouble import NO_TROUBLE, Trouble
from geo.area import Area
from geo.place import Metres, Place, place_at
from lights.broker_address import BrokerAddress
from lights.inventory import Inventory, InventoryLamp
from tests.any_hour import AT_ANY_HOUR
from tests.conftest import Pair
from tests.feed_client import FeedClient
from tests.patience import DEADLINE_S, eventually

HERE = Place(127.0165, 37.6512, 10.0)
"""Duksung Women's University, Dobong-gu."""


def street_of(count: int, spacing_m: float = 15.0, origin: Place = HERE) -> list[InventoryLamp]:
    """Lamps in a row to the east of a place: L0000 on it, L0001 `spacing_m` further, and so on."""
    start = origin.metres
    return [
        InventoryLamp(
            lamp_id=f"L{number:04d}",
            label=f"쌍문-{number:04d}",
            place=place_at(Metres(start.east + number * spacing_m, start.north)),
            address="서울특별시 도봉구 쌍문동",
            fixtures=1,
            installed_year=2022,
            keeper="서울특별시 도봉구",
            kind="security_light",
        )
        for number in range(count)
    ]


def specs_of(lamps: Sequence[InventoryLamp]) -> list[LampSpec]:
    """The same lamps for a simulated street."""
    return [LampSpec(lamp.lamp_id, lamp.place.lon, lamp.place.lat) for lamp in lamps]


def report(place: Place | None = HERE, **more: Any) -> dict[str, Any]:
    """The body of a cry for help at a place."""
    position = place and {"lon": place.lon, "lat": place.lat, "accuracy_m": place.accuracy_m}
    return {"report_id": str(uuid.uuid4()), "position": position, **more}


def caller(url: str, connections: int | None = 100) -> httpx.AsyncClient:
    """Somebody who calls a dispatcher, however busy the machine; None: over any number at once.

    It hangs up on who was idle for five seconds: a call must not be on its way just then. Over
    plain HTTP, for reading the machine's certificates would take a tenth of a start.
    """
    soon = httpx.Limits(max_connections=connections, keepalive_expiry=1.0)
    return httpx.AsyncClient(base_url=url, timeout=DEADLINE_S, limits=soon, verify=False)


def as_caller(taken: dict[str, Any]) -> dict[str, str]:
    """The headers of the caller whose report was taken."""
    return {"Authorization": f"Bearer {taken['reporter_token']}"}


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The answer is a refusal of RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith("urn:lamplighter:problem:")
    return problem


@dataclass
class House:
    """A running dispatcher, from outside."""

    url: str
    broker: BrokerAddress
    lamps: Sequence[InventoryLamp]
    client: httpx.AsyncClient
    dispatcher: Dispatcher | None = None

    async def press(self, place: Place | None = HERE, **more: Any) -> dict[str, Any]:
        """Press SOS; the answer of a 201."""
        answer = await self.client.post("/v1/reports", json=report(place, **more))
        assert answer.status_code == 201, answer.text
        taken: dict[str, Any] = answer.json()
        return taken

    async def move(self, incident_id: str, move: str, /, **body: Any) -> dict[str, Any]:
        """Make a move; the incident of a 200."""
        answer = await self.client.post(f"/v1/incidents/{incident_id}/{move}", json=body)
        assert answer.status_code == 200, answer.text
        incident: dict[str, Any] = answer.json()
        return incident

    async def state(self, taken: dict[str, Any]) -> dict[str, Any]:
        """What the caller of a report is told."""
        answer = await self.client.get(
            f"/v1/reports/{taken['report_id']}", headers=as_caller(taken)
        )
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    async def incident(self, incident_id: str) -> dict[str, Any]:
        """An incident as it is now."""
        incident: dict[str, Any] = (await self.client.get(f"/v1/incidents/{incident_id}")).json()
        return incident

    async def journal(self, incident_id: str) -> list[str]:
        """The events of an incident, in order."""
        answer = (await self.client.get(f"/v1/incidents/{incident_id}/journal")).json()
        return [entry["event"] for entry in answer["entries"]]

    @asynccontextmanager
    async def street(
        self, trouble: Trouble = NO_TROUBLE, lamps: Sequence[InventoryLamp] | None = None
    ) -> AsyncIterator[Street]:
        """Simulated lamps for every lamp of the inventory, connected and heard of."""
        chosen = self.lamps if lamps is None else lamps
        async with Street(
            specs_of(chosen), self.broker.host, self.broker.port, trouble=trouble
        ) as street:
            await street.all_connected()
            if self.dispatcher is not None:
                watch = self.dispatcher.fleet.watch
                await eventually(
                    lambda: all(watch.view(lamp.lamp_id).scene is not None for lamp in chosen)
                )
            yield street

    @asynccontextmanager
    async def feed(
        self,
        after: int | str | None = None,
        ticks: bool = False,
        jurisdiction: str | None = None,
    ) -> AsyncIterator[FeedClient]:
        """A screen."""
        url = self.url.replace("http://", "ws://") + "/v1/feed?"
        asked = {"after": after, "tick": 1 if ticks else None, "jurisdiction": jurisdiction}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        # No pings: on a busy machine the answer to one may come later than any sensible patience.
        async with websockets.connect(
            url + query, max_size=None, open_timeout=DEADLINE_S, ping_interval=None
        ) as socket:
            feed = FeedClient(socket)
            await feed.begun()
            yield feed


def settings_for(
    pair: Pair, folder: Path, environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings on a pair of database and broker, on free ports."""
    return Settings.read({**environment_for(pair, folder), **(environment or {})})


def environment_for(pair: Pair, folder: Path) -> dict[str, str]:
    """The environment of a dispatcher on a pair."""
    chosen = {
        "LAMPLIGHTER_DATA_DIR": str(folder / "data"),
        "LAMPLIGHTER_DATABASE_URL": pair.database_url,
        "LAMPLIGHTER_HTTP_LISTEN": "127.0.0.1:0",
        "LAMPLIGHTER_MQTT_LISTEN": "127.0.0.1:0",
        "LAMPLIGHTER_SIGN_IN": "none",
    }
    return chosen | ({"LAMPLIGHTER_MQTT_URL": pair.mqtt} if pair.mqtt else {})


async def fill(
    settings: Settings, lamps: Sequence[InventoryLamp], areas: Sequence[Area] = ()
) -> None:
    """Write an inventory into the database."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    try:
        await database.bring_up_to_date()
        await import_areas(database, list(areas), dry_run=False)
        await import_lamps(database, Inventory("test", (), tuple(lamps), (), ()), dry_run=False)
    finally:
        await database.close()


@asynccontextmanager
async def running(
    pair: Pair,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    lamps: Sequence[InventoryLamp] = (),
    areas: Sequence[Area] = (),
    plan: Plan = AT_ANY_HOUR,
    wall: Callable[[], datetime] = now,
    **more: str,
) -> AsyncIterator[House]:
    """A dispatcher inside this process, filled, connected and answering.

    Its settings: those of a whole `environment`, and single ones by their names.
    """
    settings = settings_for(pair, folder, {**(environment or {}), **more})
    await fill(settings, lamps, areas)
    dispatcher = Dispatcher(settings, plan, wall)
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def answers_on(_: Dispatcher, number: int) -> None:
        if not port.done():
            port.set_result(number)

    serving = asyncio.create_task(dispatcher.serve(answers_on))
    await asyncio.wait((serving, port), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    url = f"http://127.0.0.1:{port.result()}"
    try:
        async with caller(url) as client:
            await eventually(lambda: dispatcher.broker.is_connected)
            yield House(url, dispatcher.broker.address, lamps, client, dispatcher)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@dataclass
class DispatcherProcess:
    """A dispatcher in a process of its own: it can be killed, and started on what it left."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; `ready` tells when it answers."""
        listen = {"LAMPLIGHTER_HTTP_LISTEN": f"127.0.0.1:{self.port}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dispatch", "serve"],
            env=os.environ | {"LAMPLIGHTER_SIGN_IN": "none"} | self.environment | listen,
            stdout=subprocess.DEVNULL,
        )

    async def ready(self, within_s: float = DEADLINE_S) -> None:
        """Wait until database and broker answer."""
        end = time.monotonic() + within_s
        async with httpx.AsyncClient(base_url=self.url) as client:
            while time.monotonic() < end:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert self.process is None or self.process.poll() is None, "it ended"
                await asyncio.sleep(0.02)
        raise TimeoutError("the dispatcher did not get ready")

    def kill(self) -> None:
        """kill -9, wherever it is."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self.process.wait(DEADLINE_S)
