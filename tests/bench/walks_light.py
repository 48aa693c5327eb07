"""Come here for the light that goes with walkers at scale: 10,000 of them on 100,000 lamps.

Everything shares the machine: Mosquitto, the house, a street that answers every order, the walkers
and the ear. The walkers go along streets made of the lamps, with the error of real phones, a fix
every 3 s. Beside the crowd, probes: now and then somebody begins a walk at a corner that nobody
else comes near, so that each order heard there is known to be that position's. Node-RED gets the
same positions through the same broker in its turn: each walker's nearest 8, told when they change.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import psutil

from geo.place import Place
from tests.bench import node_red, node_red_walks
from tests.bench.mqtt import MqttClient
from tests.bench.reference import RIVALS
from tests.bench.stage import Program, Stage, stage
from tests.bench.table import Row, quantile
from tests.bench.walks_crowd import EVERY_S, Crowd, Ear, Ground, ground, position
from tests.parts.processes import temporary_folder

PART: Final = "light that goes with walkers: position -> order on the broker, a fix every 3 s"
_LAMPS_A_GATEWAY: Final = 500
SETTLED_S: Final = 110.0
"""Walkers begin over this time, and with them the ends of their lamps' claims spread evenly."""
_PROBE_EVERY_S: Final = 0.1
_ORDERS_WITHIN_S: Final = 5.0
_WARM_S: Final = 10.0
"""Node-RED renews nothing: it is as settled as it will ever be once it runs at full speed."""
_READY: Final = {"lamps": "listening", RIVALS: "Connected to broker"}
"""What each side prints when it hears positions."""
_AFTERWARDS_S: Final = 3.0


@dataclass
class Figures:
    """Of one crowd."""

    walkers: int
    firsts: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)
    unanswered: int = 0
    sent_a_second: float = 0.0
    orders_a_minute: float = 0.0
    most_orders: float = 0.0
    lit: float = 0.0
    cpu: float = 0.0


async def run(
    sizes: Sequence[int], lamps: int, seconds: float, settled_s: float, rival: bool
) -> list[Row]:
    """The rows of this part. With `rival`, Node-RED is installed and takes its turn."""
    probes = len(sizes) * round(seconds / _PROBE_EVERY_S)
    here = ground(lamps, max(sizes), probes, seconds + settled_s)
    theirs: list[Figures] = []
    version = ""
    with stage() as parts:
        file = here.file(parts.folder)
        port = parts.mosquitto.port
        house = parts.program(["tests.bench.walks_house", str(port), str(file)])
        ours = await _turn(parts, here, sizes, (settled_s, seconds), house, "lamps")
        if rival:
            folder = temporary_folder("node-red")
            version = await asyncio.to_thread(node_red.install, folder)
            red = node_red_walks.running(parts, folder, here.lamps)
            theirs = await _turn(parts, here, sizes, (_WARM_S, seconds), red, RIVALS)
    return _rows(ours, theirs, version, len(here.lamps))


async def _turn(
    parts: Stage,
    here: Ground,
    sizes: Sequence[int],
    times: tuple[float, float],
    side: AbstractContextManager[Program],
    prefix: str,
) -> list[Figures]:
    """One side with its own street, crowd after crowd."""
    ids = [key for key, _, _ in here.lamps]
    ear = Ear(prefix)
    with side as program:
        await asyncio.to_thread(parts.wait_for_word, program, _READY[prefix])
        with parts.raw_street(ids, _LAMPS_A_GATEWAY, prefix):
            hearing = await MqttClient.connect(parts.mosquitto.port, "bench-ear", ear.heard)
            await hearing.subscribe([f"{prefix}/+/order", "house/stats"])
            saying = await MqttClient.connect(parts.mosquitto.port, "bench-walkers")
            probes = iter(here.probes)
            cpu = psutil.Process(program.process.pid)
            found = []
            for walkers in sizes:
                crowd = Crowd(saying, here.paths, walkers, times[0])
                found.append(await _one_size(ear, crowd, probes, times[1], cpu))
            hearing.close()
            saying.close()
    return found


async def _one_size(
    ear: Ear,
    crowd: Crowd,
    probes: Iterator[tuple[Place, tuple[str, ...]]],
    seconds: float,
    cpu: psutil.Process,
) -> Figures:
    figures = Figures(crowd.walkers)
    walking = asyncio.create_task(crowd.walk())
    await asyncio.sleep(crowd.settled_s + 2 * EVERY_S)
    ear.orders.clear()
    ear.stats.clear()
    spent, sent, begun = _cpu_s(cpu), crowd.sent, time.perf_counter()
    some = islice(probes, round(seconds / _PROBE_EVERY_S))
    await _probe(ear, crowd.client, some, figures, begun + seconds)
    passed = time.perf_counter() - begun
    figures.cpu = (_cpu_s(cpu) - spent) / passed
    figures.sent_a_second = (crowd.sent - sent) / passed
    told = {key: count for key, count in ear.orders.items() if key[0] != "C"}
    figures.orders_a_minute = sum(told.values()) / crowd.walkers / passed * 60
    figures.most_orders = max(told.values(), default=0) / passed * 60
    lit = [one["lit"] for one in ear.stats]
    figures.lit = sum(lit) / max(1, len(lit)) / crowd.walkers
    walking.cancel()
    crowd.client.publish(
        (f"walkers/w{crowd.walkers}-{n}/position", b"") for n in range(crowd.walkers)
    )
    await asyncio.sleep(_AFTERWARDS_S)
    return figures


def _cpu_s(process: psutil.Process) -> float:
    """Seconds of processor time, with those of its children."""
    all_of_it = [process, *process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in all_of_it)


async def _probe(
    ear: Ear,
    client: MqttClient,
    probes: Iterable[tuple[Place, tuple[str, ...]]],
    figures: Figures,
    until: float,
) -> None:
    """Begin walks at corners, at an even pace, and see when their lamps are told."""
    begun: list[tuple[float, tuple[str, ...]]] = []
    for number, (place, lamp_ids) in enumerate(probes):
        name = f"probe{figures.walkers}-{number}"
        message = position(name, place.lon, place.lat, place.accuracy_m)
        begun.append((time.perf_counter(), lamp_ids))
        client.publish([message])
        await asyncio.sleep(_PROBE_EVERY_S)
        if time.perf_counter() > until:
            break
    await asyncio.sleep(_ORDERS_WITHIN_S)
    for at, lamp_ids in begun:
        heard = [ear.first[key] - at for key in lamp_ids if key in ear.first]
        if heard:
            figures.firsts.append(1_000 * min(heard))
            figures.lasts.append(1_000 * max(heard))
        else:
            figures.unanswered += 1


def _rows(ours: list[Figures], theirs: list[Figures], version: str, lamps: int) -> list[Row]:
    rows = []
    for at, one in enumerate(ours):
        red = theirs[at] if theirs else None
        title = f"{one.walkers:,} walkers on {lamps:,} lamps"
        beside = f"Node-RED {version} + kdbush" if red else ""
        note = f"{one.sent_a_second:,.0f} positions/s, house {one.cpu:.0%} of a core"
        note += f", {one.unanswered} of {one.unanswered + len(one.lasts)} probes unanswered"
        if red:
            note += (
                f"; theirs {red.sent_a_second:,.0f}/s, {red.cpu:.0%}, {red.unanswered} unanswered"
            )
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            pair = [quantile(each.lasts, share) for each in (one, red) if each]
            rows.append(
                Row(
                    PART,
                    f"{title}: last lamp told, {name}",
                    pair[0],
                    "ms",
                    pair[1] if red else None,
                    beside,
                    note=note if share == 0.5 else "",
                )
            )
        rows += [
            Row(PART, "  orders a walker and minute", one.orders_a_minute, "", _of(red), beside),
            Row(PART, "  most orders of one lamp a minute", one.most_orders, ""),
            Row(PART, "  lamps bright a walker", one.lit, ""),
        ]
    return rows


def _of(red: Figures | None) -> float | None:
    return None if red is None else red.orders_a_minute
