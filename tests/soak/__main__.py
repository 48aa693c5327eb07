"""Come here to soak: `.venv/bin/python -m tests.soak --minutes 20`."""

import argparse
import asyncio
import functools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from firmware_sim.street import Street
from tests.bench.stage import make_room
from tests.conftest import Pair
from tests.house import (
    DispatcherProcess,
    caller,
    environment_for,
    fill,
    settings_for,
    specs_of,
    street_of,
)
from tests.parts import MosquittoServer, PostgresServer, free_port
from tests.parts.processes import temporary_folder
from tests.patience import eventually
from tests.soak.gauges import Line, Sample, lines_of, sample, size_of
from tests.soak.load import Load, Night

_LOOK_EVERY_S: Final = 10.0
_SHOWN: Final = {
    "memory": ("memory (RSS)", 1e6, "MB"),
    "handles": ("file handles", 1, ""),
    "database": ("database on disk", 1e6, "MB"),
    "incidents": ("incidents taken", 1, ""),
}


@dataclass(frozen=True)
class Soaked:
    """What one pair went through."""

    kind: str
    lines: list[Line]
    night: Night

    def table(self) -> str:
        """For people."""
        head = f"{'on ' + self.kind:<22} {'first':>9} {'last':>9} {'most':>9} {'an hour':>11}"
        return "\n".join([head, *map(_row, self.lines), *self._words()])

    def _words(self) -> list[str]:
        grown = {line.name: line.last - line.first for line in self.lines}
        taken = max(grown["incidents"], 1)
        night = self.night
        return [
            f"  each incident: {grown['database'] / taken / 1e3:.1f} KB of database, "
            f"{grown['memory'] / taken / 1e3:.1f} KB of memory (warm-up included)",
            f"  {night.cries} SOS, {night.walks} walks, {night.frames} frames read; "
            f"not as it should be: {dict(night.faults) or 'nothing'}",
        ]


def _row(line: Line) -> str:
    words, unit, name = _SHOWN[line.name]
    cells = [f"{value / unit:9.1f}" for value in (line.first, line.last, line.most)]
    return f"{words:<22} {' '.join(cells)} {line.an_hour / unit:+11.1f} {name}"


async def soak(pair: Pair, folder: Path, minutes: float, load: Load) -> Soaked:
    """One dispatcher in a process of its own, under load for so long."""
    lamps, port = street_of(load.lamps), free_port()
    broker = _broker(pair)
    listen = {"LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{broker}"}
    dispatcher = DispatcherProcess(environment_for(pair, folder) | listen, port)
    dispatcher.start()
    try:
        await dispatcher.ready()
        assert dispatcher.process is not None
        process = psutil.Process(dispatcher.process.pid)
        async with (
            caller(dispatcher.url, connections=None) as client,
            Street(specs_of(lamps), "127.0.0.1", broker) as street,
        ):
            await street.all_connected()
            night = Night(client, load)
            async with night.going_on():
                await eventually(lambda: night.cries > 0)
                samples = await _looks(process, pair, night, minutes)
    finally:
        dispatcher.stop()
    return Soaked(pair.kind, lines_of(samples), night)


async def _looks(process: psutil.Process, pair: Pair, night: Night, minutes: float) -> list[Sample]:
    look = functools.partial(
        sample, process, functools.partial(size_of, pair.database_url), lambda: night.cries
    )
    samples = [await look()]
    end = samples[0].at + minutes * 60
    while samples[-1].at < end:
        await asyncio.sleep(min(_LOOK_EVERY_S, minutes * 6))
        samples.append(await look())
    return samples


def _broker(pair: Pair) -> int:
    return int(pair.mqtt.rpartition(":")[2]) if pair.mqtt else free_port()


async def _both(minutes: float, load: Load) -> list[Soaked]:
    folder = temporary_folder("soak")
    with PostgresServer() as postgres, MosquittoServer() as mosquitto:
        pairs = [
            Pair("embedded", f"sqlite+aiosqlite:///{folder}/lamplighter.sqlite3", None),
            Pair("production", postgres.create_database(), mosquitto.url),
        ]
        folders = [folder / pair.kind for pair in pairs]
        for pair, own in zip(pairs, folders, strict=True):  # Alembic does one at a time
            await fill(settings_for(pair, own), street_of(load.lamps))
        return await asyncio.gather(
            *(soak(*both, minutes, load) for both in zip(pairs, folders, strict=True))
        )


def main(words: Sequence[str] | None = None) -> int:
    """Soak both pairs; 1 where anything was not answered as it should be."""
    usual = Load()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--cries", type=float, default=usual.cries_a_minute, help="a minute")
    parser.add_argument("--walkers", type=int, default=usual.walkers)
    parser.add_argument("--lamps", type=int, default=usual.lamps)
    parser.add_argument("--screens", type=int, default=usual.screens)
    given = parser.parse_args(words)
    load = Load(given.cries, given.walkers, given.lamps, given.screens)
    make_room()
    print(f"{given.minutes:g} minutes on each pair, both at once: {load}", flush=True)
    soaked = asyncio.run(_both(given.minutes, load))
    for one in soaked:
        print(f"\n{one.table()}")
    return 1 if any(one.night.faults for one in soaked) else 0


if __name__ == "__main__":
    sys.exit(main())
