"""What holds when dispatcher, broker and database are killed in turn, in the middle of the night.

Callers press and press again until they are answered, operators close, screens come back with the
number they had, lamps obey. Afterwards nothing that was answered is missing, no screen has a gap,
and every lamp shows its highest claim or its programme.
"""

import asyncio
import contextlib
import random
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import websockets

from dispatch import store, tables
from dispatch.database import Database
from firmware_sim.street import Street
from geo.place import Metres, Place, place_at
from lights.claim_store import load_claims
from lights.claims import Claim, winner
from tests.conftest import Pair
from tests.house import (
    DEADLINE_S,
    HERE,
    DispatcherProcess,
    FeedClient,
    environment_for,
    fill,
    report,
    settings_for,
    specs_of,
    street_of,
)
from tests.parts import MosquittoServer, PostgresServer, free_port

LAMPS = 60
"""Of the street where callers walk; the far end beyond it is for one caller alone."""
FAR_END = LAMPS + 16
"""Further from the others than any choice looks for lamps."""
CALLERS = 6
SCREENS = 2
ROUNDS = 2
AGAIN_S = 0.05
"""Between two tries of a caller: the pause of an impatient phone, not a wait for an event."""


@dataclass
class Night:
    """The dispatcher and what happens around it; everybody writes down what was answered."""

    dispatcher: DispatcherProcess
    client: httpx.AsyncClient
    dice: random.Random
    taken: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    frames: list[list[int]] = field(default_factory=list)
    returns: int = 0
    over: bool = False
    last: int | None = None
    """The number of the last frame, once the night is over."""

    async def insist(self, ask: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]) -> Any:
        """Ask again until there is an answer that is not "later"; what it says."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            try:
                answer = await ask(self.client)
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
        answer = await self.insist(lambda client: client.post("/v1/reports", json=body))
        assert answer.status_code in (200, 201), answer.text
        incident_id: str = answer.json()["incident_id"]
        assert self.taken.setdefault(body["report_id"], incident_id) == incident_id
        return incident_id

    async def close(self, incident_id: str) -> None:
        """Close with a key, so that a lost answer closes nothing twice."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        url, body = f"/v1/incidents/{incident_id}/close", {"disposition": "test"}
        answer = await self.insist(lambda client: client.post(url, json=body, headers=headers))
        assert answer.status_code == 200, answer.text
        self.closed.add(incident_id)

    async def call(self) -> None:
        """One person's night: press somewhere along the street; two of three are soon closed."""
        while not self.over:
            incident_id = await self.press(self.somewhere())
            if self.dice.random() < 0.67:
                await self.close(incident_id)

    def somewhere(self) -> Place:
        start = HERE.metres
        east = start.east + self.dice.uniform(0, LAMPS * 15)
        return place_at(Metres(east, start.north), 10.0)

    async def watch(self) -> None:
        """One screen: read, come back with the last number, never see a snapshot again."""
        seqs: list[int] = []
        self.frames.append(seqs)
        url = self.dispatcher.url.replace("http://", "ws://") + "/v1/feed?tick=1"
        while not self.has_all(seqs):
            gone = (OSError, websockets.WebSocketException)
            with contextlib.suppress(*gone):
                after = seqs[-1] if seqs else 0
                async with websockets.connect(f"{url}&after={after}", max_size=None) as socket:
                    self.returns += 1
                    await self._read(FeedClient(socket), seqs)
            await asyncio.sleep(AGAIN_S)

    async def _read(self, feed: FeedClient, seqs: list[int]) -> None:
        while not self.has_all(seqs):
            frame = await feed.next()  # a tick at the latest
            assert frame["type"] != "snapshot", "a screen that resumes was begun anew"
            if frame["type"] == "incident":
                seqs.append(frame["seq"])

    def has_all(self, seqs: list[int]) -> bool:
        """Whether a screen has come to the end of a night that is over."""
        return self.last is not None and bool(seqs) and seqs[-1] >= self.last


@asynccontextmanager
async def busy(night: Night) -> AsyncIterator[None]:
    """Callers and screens at work; leaves when all of them have come to their end."""
    async with asyncio.TaskGroup() as group:
        screens = [group.create_task(night.watch()) for _ in range(SCREENS)]
        async with asyncio.TaskGroup() as callers:
            for _ in range(CALLERS):
                callers.create_task(night.call())
            yield
            night.over = True
        night.last = await last_seq(night)
        async with asyncio.timeout(DEADLINE_S):
            await asyncio.gather(*screens)


async def last_seq(night: Night) -> int:
    async with read(night) as connection:
        return await store.last_seq(connection)


@asynccontextmanager
async def read(night: Night) -> AsyncIterator[Any]:
    """The database itself, whatever the dispatcher says of it."""
    database = Database(night.dispatcher.environment["LAMPLIGHTER_DATABASE_URL"])
    try:
        async with database.reading() as connection:
            yield connection
    finally:
        await database.close()


# ---- what must be true afterwards


async def lost(night: Night) -> list[str]:
    """Reports that were answered and are not there, or there as something else."""
    gone = []
    async with read(night) as connection:
        for report_id, incident_id in night.taken.items():
            found = await store.find_report(connection, report_id)
            right = found is not None and found.incident_id == incident_id
            if not right or (incident_id in night.closed) != (found.state == "closed"):
                gone.append(report_id)
    return gone


async def opened(night: Night) -> Counter[str]:
    """How often each incident was opened, by the journal."""
    async with read(night) as connection:
        query = tables.journal.select().where(tables.journal.c.event == "opened")
        return Counter(row.incident_id for row in await connection.execute(query))


async def wanted(night: Night) -> dict[str, str]:
    """What lamps should show by the claims that are written down; the others, their programme."""
    now = datetime.now(UTC)
    async with read(night) as connection:
        claims = await load_claims(connection, now)
    by_lamp: dict[str, list[Claim]] = {}
    for claim in claims:
        by_lamp.setdefault(claim.lamp_id, []).append(claim)
    winners = {lamp_id: winner(held, now) for lamp_id, held in by_lamp.items()}
    return {lamp_id: won.scene.name for lamp_id, won in winners.items() if won is not None}


async def in_step(night: Night, street: Street) -> float:
    """Wait until every lamp shows what is claimed; how long that took, in seconds."""
    begun, lamps = time.monotonic(), [lamp.lamp_id for lamp in street_of(FAR_END + 4)]
    while True:
        scenes = await wanted(night)
        wrong = [
            key for key in lamps if street.shows(key).scene.name != scenes.get(key, "schedule")
        ]
        if not wrong:
            return time.monotonic() - begun
        assert time.monotonic() < begun + DEADLINE_S, f"out of step: {wrong}"


# ---- the killing


Kill = Callable[[Night], Awaitable[None]]


async def kill_the_dispatcher(night: Night) -> None:
    night.dispatcher.kill()
    night.dispatcher.start()
    await night.dispatcher.ready()


async def kill_the_embedded_broker(night: Night) -> None:
    """It ends its dispatcher with it, on purpose; a supervisor starts both again."""
    process = night.dispatcher.process
    assert process is not None
    (broker,) = psutil.Process(process.pid).children()
    broker.kill()
    assert await asyncio.to_thread(process.wait, DEADLINE_S) != 0
    night.dispatcher.start()
    await night.dispatcher.ready()


def kill_the_broker(mosquitto: MosquittoServer) -> Kill:
    async def kill(night: Night) -> None:
        mosquitto.kill()
        await a_few_are_answered(night)
        mosquitto.start()
        await night.dispatcher.ready()

    return kill


def kill_the_database(postgres: PostgresServer) -> Kill:
    async def kill(night: Night) -> None:
        postgres.kill()  # before anybody presses again
        await asyncio.to_thread(postgres.start)
        await night.dispatcher.ready()

    return kill


async def a_few_are_answered(night: Night, count: int = 100) -> None:
    """Let the night go on for a while, measured in reports."""
    goal = len(night.taken) + count
    async with asyncio.timeout(DEADLINE_S):
        while len(night.taken) < goal:  # noqa: ASYNC110 - the callers send no event
            await asyncio.sleep(0.01)


async def relit(night: Night, street: Street) -> float:
    """Press at the far end of the street; seconds until the lamp there blinks."""
    begun, key = time.monotonic(), f"L{FAR_END:04d}"
    start = HERE.metres
    there = place_at(Metres(start.east + FAR_END * 15, start.north), 10.0)
    incident_id = await night.press(there)
    while street.shows(key).scene.name != "blink":
        assert time.monotonic() < begun + DEADLINE_S
        await asyncio.sleep(0.005)
    took = time.monotonic() - begun
    await night.close(incident_id)
    while street.shows(key).scene.name != "schedule":
        assert time.monotonic() < begun + DEADLINE_S
        await asyncio.sleep(0.005)
    return took


@pytest.fixture
def own_postgres() -> Any:
    with PostgresServer() as server:
        yield server


async def test_a_night_in_which_everything_embedded_is_killed_loses_nothing(
    tmp_path: Path, sqlite_url: str
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    kills = {
        "dispatcher": kill_the_dispatcher,
        "broker with its dispatcher": kill_the_embedded_broker,
    }
    await live_through(pair, tmp_path, kills)


async def test_a_night_in_which_every_part_of_production_is_killed_loses_nothing(
    tmp_path: Path, own_postgres: PostgresServer, mosquitto: MosquittoServer
) -> None:
    pair = Pair("production", own_postgres.create_database(), mosquitto.url)
    kills = {
        "dispatcher": kill_the_dispatcher,
        "broker": kill_the_broker(mosquitto),
        "database": kill_the_database(own_postgres),
    }
    await live_through(pair, tmp_path, kills)


async def live_through(pair: Pair, folder: Path, kills: dict[str, Kill]) -> None:
    """Kill each part in turn under load, then look at everything."""
    lamps = street_of(FAR_END + 4)
    await fill(settings_for(pair, folder), lamps)
    port = int(pair.mqtt.rpartition(":")[2]) if pair.mqtt else free_port()
    environment = environment_for(pair, folder) | (
        {} if pair.mqtt else {"LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{port}"}
    )
    dispatcher = DispatcherProcess(environment, free_port())
    client = httpx.AsyncClient(base_url=dispatcher.url, timeout=20)
    night = Night(dispatcher, client, random.Random(1))
    dispatcher.start()
    begun = time.monotonic()
    relights: dict[str, list[float]] = {}
    try:
        await night.dispatcher.ready()
        async with Street(specs_of(lamps), "127.0.0.1", port) as street:
            await street.all_connected()
            async with busy(night):
                await a_few_are_answered(night)
                for _ in range(ROUNDS):
                    for name, kill in kills.items():
                        killing = asyncio.create_task(kill(night))
                        relights.setdefault(name, []).append(await relit(night, street))
                        await killing
                        await a_few_are_answered(night)
            settled = await in_step(night, street)
            gone, births = await lost(night), await opened(night)
    finally:
        dispatcher.kill()
        await client.aclose()
    print(
        f"\n{pair.kind}: {ROUNDS * len(kills)} kills in {time.monotonic() - begun:.0f} s, "
        f"{len(night.taken)} reports answered, {len(gone)} lost; "
        f"{night.last} frames to {SCREENS} screens that came back "
        f"{night.returns - SCREENS} times; "
        f"callers were turned away {sum(night.refused.values())} times {dict(night.refused)}; "
        f"in step {settled:.2f} s after the last word. From the kill to light for a new report: "
        + ", ".join(
            f"{name} {' '.join(f'{took:.2f}' for took in times)} s"
            for name, times in relights.items()
        )
    )
    assert gone == []
    assert {births[incident_id] for incident_id in night.taken.values()} == {1}
    for seqs in night.frames:
        assert seqs == list(range(1, len(seqs) + 1))
