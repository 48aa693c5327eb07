"""Come here to fuzz for minutes: `.venv/bin/python -m tests.fuzz` on both pairs, with a table.

All the while people press SOS. At the end every report that was answered is there once, screens
that read had no gap, the journal verifies, all lamps are back, and every part is at work.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from dispatch.settings import Settings
from firmware_sim.street import Street
from lights.keyring import Keyring
from tests.bench.stage import make_room
from tests.conftest import Pair
from tests.fuzz.bodies import dawdle, send_all, send_huge
from tests.fuzz.calls import call_all
from tests.fuzz.feeds import babble, crowd, quieten
from tests.fuzz.roles import as_everybody
from tests.fuzz.tally import Tally
from tests.fuzz.topics import shout
from tests.house import (
    DispatcherProcess,
    as_caller,
    environment_for,
    fill,
    report,
    settings_for,
    specs_of,
    street_of,
)
from tests.parts import MosquittoServer, PostgresServer, free_port
from tests.parts.processes import temporary_folder
from tests.patience import DEADLINE_S, eventually

LAMPS: Final = 300
STORMS: Final = 5
SCREENS, SLEEPERS = 1_000, 100
OPEN: Final = 200
"""Incidents that a crowd of screens begins with: more than any night has had."""
DAWDLERS: Final = 200
_PRESS_EVERY_S: Final = 0.5
_AGAIN_S: Final = 0.2
_MOST_GROWTH: Final = 250e6
"""Bytes of memory that one attack may leave behind or hold: a fifth of a small machine."""


@dataclass
class Row:
    """One attack with what it cost the dispatcher."""

    tally: Tally
    seconds: float
    before: int
    after: int
    most: int


@dataclass
class House:
    """One dispatcher under attack, and the people who need it meanwhile."""

    kind: str
    dispatcher: DispatcherProcess
    environment: dict[str, str]
    client: httpx.AsyncClient
    street: Street
    broker: int
    passwords: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def process(self) -> psutil.Process:
        assert self.dispatcher.process is not None
        return psutil.Process(self.dispatcher.process.pid)

    def memory(self) -> int:
        return int(self.process.memory_info().rss)

    async def press_on(self) -> None:
        """People press SOS, whatever else happens; each is answered in the end."""
        while True:
            answer = await self._insist(report())
            if answer.status_code in (200, 201):
                self.taken.append(answer.json())
            else:
                self.faults.append(f"an SOS was answered with {answer.status_code}")
            await asyncio.sleep(_PRESS_EVERY_S)

    async def _insist(self, body: dict[str, Any]) -> httpx.Response:
        """As a phone does: hung up on or put off (the fuzz comes from here too), the same again."""
        while True:
            wait = _AGAIN_S
            try:
                answer = await self.client.post("/v1/reports", json=body)
                if answer.status_code != 429:
                    return answer
                wait = float(answer.headers["retry-after"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(wait)

    async def suffer(self, attack: Awaitable[Tally]) -> Tally:
        """One attack, with the memory before, at the most and after."""
        before, began = self.memory(), time.monotonic()
        most = [before]
        looking = asyncio.create_task(self._look(most))
        tally = await attack
        looking.cancel()
        self.rows.append(Row(tally, time.monotonic() - began, before, self.memory(), max(most)))
        print(f"  {_row(self.rows[-1])}", flush=True)
        if max(most) - before > _MOST_GROWTH:
            tally.faults.append(f"memory grew by {(max(most) - before) / 1e6:.0f} MB")
        return tally

    async def _look(self, most: list[int]) -> None:
        while True:
            await asyncio.sleep(0.1)
            most.append(self.memory())


async def attack(house: House, examples: int, messages: int) -> None:
    """Everything, one after the other."""
    url, lamps = house.dispatcher.url, [f"L{number:04d}" for number in range(LAMPS)]
    pressing = asyncio.create_task(house.press_on())
    await house.suffer(asyncio.to_thread(call_all, url, examples, lamps[1]))
    await house.suffer(send_all(url, 100_000))
    await house.suffer(send_huge(url, 100_000_000))
    await house.suffer(dawdle(url, DAWDLERS, 40.0))
    user = lamps[0] if house.passwords else None
    said = shout(
        *("127.0.0.1", house.broker, lamps, messages),
        user=user,
        password=house.passwords.get(lamps[0]),
    )
    await house.suffer(said)
    await house.suffer(babble(url, await _sockets(house), messages // 20, dice=1))
    await house.suffer(_storms(house, lamps))
    await house.suffer(_crowd(house))
    pressing.cancel()
    await asyncio.gather(pressing, return_exceptions=True)


async def _sockets(house: House) -> list[tuple[str, str | None]]:
    body = {"walk_id": str(uuid.uuid4()), "expected_minutes": 30}
    walk = (await house.client.post("/v1/walks", json=body)).json()
    live = f"/v1/walks/{walk['walk_id']}/live"
    hello = json.dumps({"token": walk["walker_token"]})
    return [("/v1/feed", None), (live, hello), (live, None), ("/v1/feed?after=0&tick=1", None)]


async def _storms(house: House, lamps: list[str]) -> Tally:
    tally = Tally(f"lamps that all reconnect at once ({STORMS} storms)")
    for _ in range(STORMS):
        house.street.drop(lamps)
        await eventually(lambda: house.street.connected < LAMPS)
        await eventually(lambda: house.street.connected == LAMPS, "all lamps back")
        tally.tried += LAMPS
    return tally


async def _another_sos(house: House) -> None:
    count = len(house.taken)
    await eventually(lambda: len(house.taken) > count, "another SOS is taken")


async def _crowd(house: House) -> Tally:
    tally = Tally(f"{SCREENS} screens, {SLEEPERS} of which never read")
    await quieten(house.client, OPEN)
    async with crowd(house.dispatcher.url, SCREENS, SLEEPERS) as found:
        for _ in range(60):
            await _another_sos(house)
        tally.tried = SCREENS
        last = max(max(seqs, default=0) for seqs in found.reading)
        await eventually(lambda: all(seqs and seqs[-1] >= last for seqs in found.reading))
        for seqs in found.reading:
            if seqs != list(range(seqs[0], seqs[-1] + 1)):
                tally.faults.append("a screen had a gap")
    return tally


async def judge(house: House) -> None:
    """What has to be true after everything."""
    for one in house.taken:
        answer = await house.client.get(f"/v1/reports/{one['report_id']}", headers=as_caller(one))
        if answer.status_code != 200 or answer.json()["incident_id"] != one["incident_id"]:
            house.faults.append(f"report {one['report_id']} was lost: {answer.status_code}")
    if len({one["incident_id"] for one in house.taken}) != len(house.taken):
        house.faults.append("two reports share an incident")
    health = await house.client.get("/healthz")
    if health.status_code != 200:
        house.faults.append(f"/healthz: {health.json()['trouble']}")
    words = [sys.executable, "-m", "dispatch", "journal", "verify"]
    verified = await asyncio.to_thread(
        subprocess.run, words, env=os.environ | house.environment, capture_output=True, check=False
    )
    if verified.returncode:
        house.faults.append(f"journal: {verified.stdout.decode()[-300:]}")


@asynccontextmanager
async def under_attack(pair: Pair, folder: Path) -> AsyncIterator[House]:
    """A dispatcher in a process of its own, its street, and, where it brings its own broker, a
    password for every lamp."""
    lamps, settings = street_of(LAMPS), settings_for(pair, folder)
    await fill(settings, lamps)
    broker = int(pair.mqtt.rpartition(":")[2]) if pair.mqtt else free_port()
    listen = {"LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{broker}"}
    environment = environment_for(pair, folder) | listen
    passwords = {} if pair.mqtt else _passwords(settings, [lamp.lamp_id for lamp in lamps])
    dispatcher = DispatcherProcess(environment, free_port())
    dispatcher.start()
    try:
        await dispatcher.ready()
        async with (
            httpx.AsyncClient(base_url=dispatcher.url, timeout=DEADLINE_S) as client,
            Street(specs_of(lamps), "127.0.0.1", broker, passwords=passwords or None) as street,
        ):
            await street.all_connected()
            yield House(pair.kind, dispatcher, environment, client, street, broker, passwords)
        if dispatcher.process is not None and dispatcher.process.poll() is not None:
            raise RuntimeError("the dispatcher has ended")
    finally:
        dispatcher.stop()


def _passwords(settings: Settings, lamp_ids: list[str]) -> dict[str, str]:
    made = Keyring(settings.credentials).make(lamp_ids)
    return {one.user: one.password for one in made}


def _row(row: Row) -> str:
    tally = row.tally
    return (
        f"{tally.kind:<58} {tally.tried:>7} {tally.server_errors:>4} {len(tally.faults):>6} "
        f"{row.before / 1e6:>6.0f} {row.most / 1e6:>5.0f} {row.after / 1e6:>6.0f} MB "
        f"{row.seconds:>5.0f} s"
    )


def _fresh(pair: Pair, folder: Path, postgres: PostgresServer) -> str:
    """Another database, for people who sign in."""
    if pair.kind == "production":
        return postgres.create_database()
    return f"sqlite+aiosqlite:///{folder}/signed-in.sqlite3"


async def _on_both(examples: int, messages: int, by_role: int) -> int:
    folder, found = temporary_folder("fuzz"), 0
    with PostgresServer() as postgres, MosquittoServer() as mosquitto:
        for pair in (
            Pair("embedded", f"sqlite+aiosqlite:///{folder}/lamplighter.sqlite3", None),
            Pair("production", postgres.create_database(), mosquitto.url),
        ):
            head = f"{'on ' + pair.kind:<60} {'tried':>7} {'5xx':>4} {'faults':>6}"
            print(f"\n{head} {'before':>6} {'most':>5} {'after':>6}", flush=True)
            async with under_attack(pair, folder / pair.kind) as house:
                await attack(house, examples, messages)
                await judge(house)
            theirs = Pair(pair.kind, _fresh(pair, folder, postgres), pair.mqtt)
            as_roles = await as_everybody(theirs, folder / f"{pair.kind}-roles", by_role)
            tallies = [*(row.tally for row in house.rows), *as_roles]
            faults = house.faults + [one for tally in tallies for one in tally.faults]
            print(f"  {sum(one.tried for one in tallies)} inputs in all")
            print(f"  {len(house.taken)} SOS pressed meanwhile; crashes: 0; faults: {len(faults)}")
            for one in dict.fromkeys(faults):
                print(f"    {one}")
            found += len(faults)
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Fuzz both pairs; 1 where anything gave way."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=40, help="calls of each operation and mode")
    parser.add_argument("--by-role", type=int, default=5, help="the same, by each role")
    parser.add_argument("--messages", type=int, default=20_000, help="over MQTT")
    given = parser.parse_args(words)
    make_room()
    return 1 if asyncio.run(_on_both(given.examples, given.messages, given.by_role)) else 0


if __name__ == "__main__":
    sys.exit(main())
