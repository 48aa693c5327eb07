"""Come here for all that one night needs: a pair, a dispatcher that is kept up, a street, a police
desk, and callers' way to them."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import psutil
from sqlalchemy import make_url

from firmware_sim.street import Street
from firmware_sim.trouble import NO_TROUBLE, Trouble
from tests.chaos.ground import CALLERS, DESK, SCREENS, WALKERS
from tests.chaos.night import LAMPS as CALLED_FROM
from tests.chaos.night import Door, Night
from tests.chaos.walkers import STRETCH, Walker, walkers
from tests.chaos.ways import Laid, Ways
from tests.conftest import Kind, Pair
from tests.dispatch.receiver import Answer, Receiver
from tests.house import DispatcherProcess, environment_for, fill, settings_for, specs_of, street_of
from tests.parts import MosquittoServer, PostgresServer, free_port
from tests.parts.processes import kill_tree, spawn, temporary_folder

_SPACING_M = 15.0
_FAR = 16
"""Lamps away from everybody else: further than any choice looks for lamps."""
_STARTS = [CALLED_FROM + _FAR + (STRETCH + _FAR) * walker for walker in range(4)]
"""Where the stretches of the walkers begin."""
_STREET = street_of(_STARTS[-1] + STRETCH, _SPACING_M)
STRETCHES = {start * _SPACING_M: _STREET[start : start + STRETCH] for start in _STARTS}
"""The lamps of the walkers, by the metres at which they begin."""
LAMPS = [*_STREET[:CALLED_FROM], *(lamp for some in STRETCHES.values() for lamp in some)]
_REFUSED = 0.03
"""So many of its letters the desk refuses at first, and has to be told again."""
_LOOK_S = 0.05
_MANY = 2**32
_KEEPALIVE_S = 10
"""A lamp that hears nothing more over a connection that seems whole finds out by it: with the usual
minute nights would be spent in waiting for it."""
_AHEAD = Trouble(clock_off=timedelta(seconds=285))
"""An order of five minutes is over a quarter of a minute after it came."""


class KeptUp(DispatcherProcess):
    """A dispatcher that a supervisor starts again whenever it has ended."""

    def __init__(self, environment: dict[str, str], inside: Sequence[str], log: Path) -> None:
        super().__init__(environment, free_port())
        self.log = log
        self.rests = False
        self.starts = 0
        self._inside = inside

    def start(self) -> None:
        listen = {"LAMPLIGHTER_HTTP_LISTEN": f"127.0.0.1:{self.port}"}
        command = [*self._inside, sys.executable, "-m", "tests.any_hour"]
        self.process = spawn(command, self.log, os.environ | self.environment | listen)
        self.starts += 1

    async def supervise(self) -> None:
        """For ever: what has ended is started anew, but while it `rests`."""
        while True:
            if not self.rests and (self.process is None or self.process.poll() is not None):
                self.start()
            await asyncio.sleep(_LOOK_S)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            kill_tree(self.process.pid)


@dataclass
class Stage:
    """Everything of one night, up and running. `database_url` is how the judges find it."""

    ways: Ways
    dice: Random
    database_url: str
    mosquitto: MosquittoServer | None
    postgres: PostgresServer | None
    desk: Receiver
    dispatcher: KeptUp
    supervisor: asyncio.Task[None]
    night: Night
    street: Street
    walkers: list[Walker]
    outlived: set[str] = field(default_factory=set)
    """Lamps that showed an order beyond its end."""

    @property
    def kind(self) -> Kind:
        return self.ways.kind

    @property
    def database_file(self) -> str:
        """Of a SQLite database."""
        return make_url(self.database_url).database or ""

    async def ready(self) -> None:
        """Wait until database and broker answer, however often it has to be started."""
        async with asyncio.timeout(self.night.patience_s):
            while not await self._is_ready():  # noqa: ASYNC110 - it sends no event
                await asyncio.sleep(_LOOK_S)

    async def _is_ready(self) -> bool:
        try:
            return (await self.night.client.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def up_again(self) -> None:
        """What has given up by itself is started, as its supervisor does."""
        for server in (self.postgres, self.mosquitto):
            if server is not None and not server.is_running:
                await asyncio.to_thread(server.start)

    def broker_pid(self) -> int:
        """The broker's process, wherever it runs."""
        if self.mosquitto is not None:
            assert self.mosquitto.pid is not None
            return self.mosquitto.pid
        children = psutil.Process(self.dispatcher.pid).children(recursive=True)
        return next(one.pid for one in children if "nats" in one.name())


@asynccontextmanager
async def staged(kind: Kind, laid: Laid, dice: Random) -> AsyncIterator[Stage]:
    """A night's stage; nothing is left of it afterwards."""
    async with AsyncExitStack() as stack:
        folder = temporary_folder("night")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stage = await _Carpenter(stack, Ways(kind, laid, stack, folder), folder, dice).lay()
        await stage.ready()
        await stack.enter_async_context(stage.street)
        await stage.street.all_connected()
        yield stage


class _Carpenter:
    """Lays one stage; what it has made ends with the stack."""

    def __init__(self, stack: AsyncExitStack, ways: Ways, folder: Path, dice: Random) -> None:
        self._stack = stack
        self._ways = ways
        self._folder = folder
        self._dice = dice
        self._mosquitto: MosquittoServer | None = None
        self._postgres: PostgresServer | None = None
        self._mqtt_port = free_port()

    async def lay(self) -> Stage:
        if self._ways.kind == "production":
            await asyncio.to_thread(self._start_servers)
        desk = Receiver(_refusing_at_times(self._own_dice()), host=self._ways.host(DESK))
        await self._stack.enter_async_context(desk.open())
        environment = await self._environment(desk)
        url = self._database_url
        await fill(settings_for(Pair(self._ways.kind, url, None), self._folder), LAMPS)
        dispatcher, supervisor = self._dispatcher(environment)
        doors = {
            side: Door(dispatcher.port, there)
            for side, there in (await self._ways.doors(dispatcher.port)).items()
        }
        night, street = await self._night(doors), await self._street()
        phones = await self._stack.enter_async_context(doors[WALKERS].client())
        people = walkers(night, phones, self._own_dice(), list(STRETCHES))
        parts = (desk, dispatcher, supervisor, night, street, people)
        return Stage(self._ways, self._dice, url, self._mosquitto, self._postgres, *parts)

    def _start_servers(self) -> None:
        ways = self._ways
        self._mosquitto = MosquittoServer(
            host=ways.host("broker"),
            inside=[*ways.inside("broker"), *ways.by_its_clock("broker")],
            store=ways.keep("broker") if "broker" in ways.disks else None,
        )
        self._postgres = PostgresServer(
            ways.host("database"),
            ways.inside("database"),
            ways.keep("database") / "cluster" if "database" in ways.disks else None,
            beneath=ways.by_its_clock("database"),
        )
        for server in (self._mosquitto, self._postgres):
            self._stack.enter_context(server)
        self._postgres_url = self._postgres.create_database()

    @property
    def _database_url(self) -> str:
        if self._postgres is not None:
            return self._postgres_url
        return f"sqlite+aiosqlite:///{self._ways.keep('database')}/lamplighter.sqlite3"

    async def _environment(self, desk: Receiver) -> dict[str, str]:
        url = make_url(self._database_url)
        mqtt, broker = None, ("", 0)
        if self._postgres is not None and self._mosquitto is not None:
            host, port = await self._ways.lead("database", (url.host or "", url.port or 0))
            url = url.set(host=host, port=port)
            broker = await self._ways.lead("broker", (self._mosquitto.host, self._mosquitto.port))
            mqtt = "mqtt://{}:{}".format(*broker)
        told = make_url(desk.url)
        host, port = await self._ways.lead("desk", (desk.host, desk.port))
        address = told.set(host=host, port=port).render_as_string()
        pair = Pair(self._ways.kind, url.render_as_string(), mqtt)
        return environment_for(pair, self._ways.keep("dispatcher")) | {
            "LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{self._mqtt_port}",
            "LAMPLIGHTER_WEBHOOKS": f"control_room={address};control_room=cap+{address};"
            f"guardian={address}",
            "LAMPLIGHTER_WEBHOOKS_UNPROTECTED": "control_room;guardian",
            "LAMPLIGHTER_MQTT_UNPROTECTED": broker[0],
        }

    def _dispatcher(self, environment: dict[str, str]) -> tuple[KeptUp, asyncio.Task[None]]:
        inside = [*self._ways.inside("dispatcher"), *self._ways.by_its_clock("dispatcher")]
        dispatcher = KeptUp(environment, inside, self._folder / "dispatcher.log")
        self._stack.callback(dispatcher.kill)
        supervisor = asyncio.create_task(dispatcher.supervise())
        self._stack.callback(supervisor.cancel)
        return dispatcher, supervisor

    async def _night(self, doors: dict[str, Door]) -> Night:
        client = await self._stack.enter_async_context(doors[CALLERS].client())
        return Night(doors[CALLERS], client, self._own_dice(), doors[SCREENS])

    def _own_dice(self) -> Random:
        """For those whose turns depend on the machine: the blows' dice fall as the seed says."""
        return Random(self._dice.randrange(_MANY))

    async def _street(self) -> Street:
        if self._mosquitto is not None:
            there = self._mosquitto.host, self._mosquitto.port
            host, port = await self._ways.lead("lamps", there)
        else:
            host, port = await self._ways.door_to_lamps(self._mqtt_port)
        trouble = _AHEAD if self._ways.laid is Laid.SILENCE else NO_TROUBLE
        seed = self._dice.randrange(_MANY)
        return Street(
            specs_of(LAMPS), host, port, trouble=trouble, keepalive_s=_KEEPALIVE_S, seed=seed
        )


def _refusing_at_times(dice: Random) -> Answer:
    """A desk that has to be told some letters again."""
    return lambda _: 503 if dice.random() < _REFUSED else 204
