"""Come here for the real parts that are measured: each a process of its own, none left behind."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from dispatch.settings import Settings
from geo.place import Place
from lights.inventory import InventoryLamp
from tests.bench.caller import Caller, request
from tests.bench.ground import dobong, geojson
from tests.house import fill
from tests.parts import MosquittoServer, PostgresServer, free_port
from tests.parts.processes import end, spawn, temporary_folder

_DEADLINE_S: Final = 120.0
_LOOK_AGAIN_S: Final = 0.01
_ASK_AGAIN_S: Final = 0.1
_NEVER_SEEN: Final = "SELECT count(*) FROM lamp WHERE seen_at IS NULL"


def make_room() -> None:
    """Ten thousand lamps are ten thousand connections, in the broker too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@dataclass
class Program:
    """A process of ours that listens on a port of 127.0.0.1."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def said(self) -> str:
        """The end of what it has printed."""
        return self.log.read_text(errors="replace")[-2000:]


@dataclass
class Stage:
    """PostgreSQL and Mosquitto, running; what else is started on it ends with it."""

    postgres: PostgresServer
    mosquitto: MosquittoServer
    folder: Path

    def database(self) -> str:
        """The URL of a new, empty database."""
        return self.postgres.create_database()

    def dsn(self, url: str) -> str:
        """The same database for a raw client."""
        return url.replace("postgresql+asyncpg://", "postgresql://")

    def wait_for_word(self, program: Program, word: str) -> None:
        """Return when it has printed this word."""
        until = time.monotonic() + _DEADLINE_S
        while word not in program.said():
            if program.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"it did not say {word!r}: {program.said()}")
            time.sleep(_LOOK_AGAIN_S)

    @contextmanager
    def program(
        self, words: Sequence[str], environment: Mapping[str, str] | None = None, port: int = 0
    ) -> Iterator[Program]:
        """A Python module of this repository, in a process of its own."""
        with self.command([sys.executable, "-m", *words], environment or {}, port) as program:
            yield program

    @contextmanager
    def command(
        self, words: Sequence[str], environment: Mapping[str, str], port: int
    ) -> Iterator[Program]:
        """Any program, in a process of its own."""
        log = self.folder / f"{uuid.uuid4().hex}.log"
        given = [f"{name}={value}" for name, value in environment.items()]
        process = spawn(["env", *given, *words], log)
        try:
            yield Program(process, port, log)
        finally:
            end(process, signal.SIGTERM)

    @contextmanager
    def dispatcher(
        self, database_url: str, *, embedded: bool = False, **more: str
    ) -> Iterator[Program]:
        """The dispatcher as its users run it; wait with `ready`."""
        port = free_port()
        environment = {
            "LAMPLIGHTER_DATA_DIR": str(self.folder / f"data-{port}"),
            "LAMPLIGHTER_DATABASE_URL": database_url,
            "LAMPLIGHTER_HTTP_LISTEN": f"127.0.0.1:{port}",
            "LAMPLIGHTER_SIGN_IN": "none",
        }
        broker = {"LAMPLIGHTER_MQTT_URL": self.mosquitto.url}
        if embedded:
            broker = {"LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{free_port()}"}
        with self.program(["dispatch", "serve"], environment | broker | more, port) as program:
            yield program

    @contextmanager
    def street(self, lamps: Sequence[InventoryLamp]) -> Iterator[Program]:
        """The simulated street: every lamp an MQTT client with a connection of its own."""
        file = self.folder / f"street-{uuid.uuid4().hex}.geojson"
        file.write_text(json.dumps(geojson(list(lamps))))
        words = ["firmware_sim", "--mqtt", self.mosquitto.url, "--lamps", str(file)]
        with self.program(words) as program:
            yield program

    @contextmanager
    def raw_street(
        self, lamp_ids: Sequence[str], lamps_each: int, prefix: str = "lamps"
    ) -> Iterator[Program]:
        """Lamps that cost next to nothing; it prints `connected` when all hear orders."""
        file = self.folder / f"lamps-{uuid.uuid4().hex}.json"
        file.write_text(json.dumps(list(lamp_ids)))
        words = ["tests.bench.raw_street", str(self.mosquitto.port), str(file), str(lamps_each)]
        with self.program([*words, prefix]) as program:
            self.wait_for_word(program, "connected")
            yield program


@contextmanager
def stage() -> Iterator[Stage]:
    """The database and the broker of a city."""
    make_room()
    folder = temporary_folder("bench")
    with PostgresServer() as postgres, MosquittoServer() as mosquitto:
        yield Stage(postgres, mosquitto, folder)


async def inventory(database_url: str, lamps: Sequence[InventoryLamp], folder: Path) -> None:
    """Write lamps and the areas of Dobong-gu into a database."""
    environment = {
        "LAMPLIGHTER_DATA_DIR": str(folder / "data"),
        "LAMPLIGHTER_DATABASE_URL": database_url,
    }
    await fill(Settings.read(os.environ | environment), lamps, dobong())


async def ready(program: Program) -> Caller:
    """A connection to the dispatcher, once it says that database and broker answer."""
    wanted = request("GET", "/readyz")
    async with asyncio.timeout(_DEADLINE_S):
        while True:
            try:
                caller = await Caller.connect(program.port)
                if (await caller.ask(wanted)).status == 200:
                    return caller
                caller.close()
            except OSError:
                if program.process.poll() is not None:
                    raise RuntimeError(f"it has ended: {program.said()}") from None
            await asyncio.sleep(_LOOK_AGAIN_S)


async def gauge(caller: Caller, name: str) -> float:
    """A number of /metrics, by its name with its labels."""
    text = (await caller.get("/metrics")).body.decode()
    found = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(name + " ")]
    return float(found[0]) if found else 0.0


async def heard_of(caller: Caller, lamps: int, dsn: str) -> None:
    """Wait until the dispatcher has heard so many lamps, and has written down that it has."""
    database = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(_DEADLINE_S):
            while await gauge(caller, 'lamplighter_lamps{is="online"}') < lamps:  # noqa: ASYNC110
                await asyncio.sleep(_ASK_AGAIN_S)
            while await database.fetchval(_NEVER_SEEN):  # noqa: ASYNC110
                await asyncio.sleep(_ASK_AGAIN_S)
    finally:
        await database.close()


def cry(place: Place | None, **more: Any) -> bytes:
    """The whole request of a fresh report."""
    position = place and {"lon": place.lon, "lat": place.lat, "accuracy_m": place.accuracy_m}
    body = {"report_id": str(uuid.uuid4()), "position": position, **more}
    return request("POST", "/v1/reports", json.dumps(body).encode())
