"""Come here for a dispatcher under attack: a process of its own, its street, and people in need.

All the while somebody presses SOS. Nothing here depends on how quick a machine is: whatever must
happen is waited for, for long.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from dispatch.database import Database
from dispatch.settings import Settings
from firmware_sim.street import Street
from lights.keyring import Keyring
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL
from tests.fuzz.roles import JURISDICTION, Staff
from tests.fuzz.tally import Tally
from tests.house import (
    DispatcherProcess,
    environment_for,
    fill,
    report,
    settings_for,
    specs_of,
    street_of,
)
from tests.parts import free_port
from tests.patience import FOR_LONG_S, eventually
from tests.wire.test_traffic import AREAS

LAMPS: Final = 300
ENDED: Final = "the dispatcher has ended"
_PRESS_EVERY_S: Final = 0.5
_AGAIN_S: Final = 0.2
_LOOK_EVERY_S: Final = 0.1
_MOST_GROWTH: Final = 250e6
"""Bytes of memory that one attack may leave behind or hold: a fifth of a small machine."""


@dataclass
class Row:
    """One attack with what it cost the dispatcher."""

    tally: Tally
    seconds: float
    before: int
    most: int


@dataclass
class Found:
    """What came of it all: attack by attack, every SOS that was answered, and what was amiss."""

    rows: dict[str, Row] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class House(Found):
    """One dispatcher under attack, and the people who need it meanwhile."""

    dispatcher: DispatcherProcess
    environment: dict[str, str]
    client: httpx.AsyncClient
    street: Street
    broker: int
    passwords: dict[str, str]
    staff: Staff

    @property
    def url(self) -> str:
        return self.dispatcher.url

    @property
    def lamps(self) -> list[str]:
        return [spec.lamp_id for spec in specs_of(street_of(LAMPS))]

    @property
    def has_ended(self) -> bool:
        """A crash: nobody has asked it to stop."""
        return self.dispatcher.process is None or self.dispatcher.process.poll() is not None

    def memory(self) -> int:
        """Bytes that the dispatcher's process holds now; none where it has ended."""
        assert self.dispatcher.process is not None
        if self.has_ended:
            return 0
        return int(psutil.Process(self.dispatcher.process.pid).memory_info().rss)

    async def press(self) -> None:
        """Somebody presses SOS, and is answered in the end."""
        answer = await self._insist(report())
        if answer.status_code in (200, 201):
            self.taken.append(answer.json())
        else:
            self.faults.append(f"an SOS was answered with {answer.status_code}")

    async def press_on(self) -> None:
        """One after the other, whatever else happens."""
        while True:
            await self.press()
            await asyncio.sleep(_PRESS_EVERY_S)

    async def _insist(self, body: dict[str, Any]) -> httpx.Response:
        """As a phone does: hung up on or put off (the fuzz comes from here too), the same again."""
        while not self.has_ended:
            wait = _AGAIN_S
            try:
                answer = await self.client.post("/v1/reports", json=body)
                if answer.status_code != 429:
                    return answer
                wait = float(answer.headers["retry-after"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(wait)
        raise RuntimeError(ENDED)

    async def taken_more(self, count: int) -> None:
        """Return when so many more have been answered."""
        for _ in range(count):
            await self._taken_one_more(len(self.taken))

    async def _taken_one_more(self, count: int) -> None:
        await eventually(lambda: len(self.taken) > count, "another SOS is taken", FOR_LONG_S)

    async def suffer(self, what: str, attack: Awaitable[Tally]) -> None:
        """One attack, with the memory before and at the most; what breaks it is a fault."""
        before, began = self.memory(), time.monotonic()
        most = [before]
        looking = asyncio.create_task(self._look(most))
        try:
            tally = await attack
        except Exception as error:  # whatever it is, the rest is tried, and the table printed
            tally = Tally(what, faults=[f"{what}: {error!r}"])
        finally:
            looking.cancel()
        if max(most) - before > _MOST_GROWTH:
            tally.faults.append(f"memory grew by {(max(most) - before) / 1e6:.0f} MB")
        self.rows[what] = Row(tally, time.monotonic() - began, before, max(most))

    async def _look(self, most: list[int]) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            with suppress(psutil.Error):
                most.append(self.memory())


@asynccontextmanager
async def under_attack(pair: Pair, folder: Path, *, asks: bool) -> AsyncIterator[House]:
    """A dispatcher with a street. It `asks` everybody to sign in, or lets all do everything.

    Where it brings its own broker, every lamp has a password.
    """
    lamps, settings = street_of(LAMPS), settings_for(pair, folder)
    await fill(settings, lamps, AREAS)
    broker = int(pair.mqtt.rpartition(":")[2]) if pair.mqtt else free_port()
    listen = {"LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{broker}"}
    environment = environment_for(pair, folder) | listen | (LOCAL if asks else {})
    passwords = {} if pair.mqtt else _passwords(settings, [lamp.lamp_id for lamp in lamps])
    dispatcher = DispatcherProcess(environment, free_port())
    dispatcher.start()
    database = Database(pair.database_url)
    try:
        await dispatcher.ready(FOR_LONG_S)
        soon = httpx.Limits(keepalive_expiry=1.0)  # as `tests.house.caller`
        async with (
            httpx.AsyncClient(base_url=dispatcher.url, timeout=FOR_LONG_S, limits=soon) as client,
            Street(specs_of(lamps), "127.0.0.1", broker, passwords=passwords or None) as street,
        ):
            await eventually(lambda: street.connected == LAMPS, "all lamps", FOR_LONG_S)
            staff = Staff(dispatcher.url, database, JURISDICTION, settings)
            yield House(
                dispatcher=dispatcher,
                environment=environment,
                client=client,
                street=street,
                broker=broker,
                passwords=passwords,
                staff=staff,
            )
    finally:
        await database.close()
        dispatcher.stop()


def _passwords(settings: Settings, lamp_ids: list[str]) -> dict[str, str]:
    made = Keyring(settings.credentials).make(lamp_ids)
    return {one.user: one.password for one in made}
