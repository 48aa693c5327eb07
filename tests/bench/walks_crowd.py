"""Come here for the bench of walking light: the ground, the walkers on it, and the ear."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import orjson

from firmware_sim.places import LampSpec
from firmware_sim.streets import Streets
from firmware_sim.walkers import Fix, a_walk
from geo.place import Metres, Place, place_at
from tests.bench.ground import corners, scattered_points
from tests.bench.mqtt import MqttClient

EVERY_S: Final = 3.0
_ASIDE_M: Final = 12_000.0
"""The crowd's district lies this far west of the corners."""
_WALK_M: Final = 250.0
"""Further than anybody comes while it is measured."""
_DIFFERENT_WALKS: Final = 2_500
"""Four walkers share a path, each at another time of it: the simulation is not what is measured."""


class Ground(NamedTuple):
    """Lamps as [id, lon, lat], fixes of walkers, and corners for probes with their lamps."""

    lamps: list[tuple[str, float, float]]
    paths: list[list[Fix]]
    probes: list[tuple[Place, tuple[str, ...]]]

    def file(self, folder: Path) -> Path:
        """The lamps as JSON."""
        file = folder / "ground.json"
        file.write_bytes(orjson.dumps(self.lamps))
        return file


def ground(lamps: int, walkers: int, probes: int, seconds: float) -> Ground:
    """A district of the crowd, and corners aside."""
    aside, found = corners(probes)
    points = [_aside(place) for place in scattered_points(lamps - len(aside), Random(1))]
    specs = [LampSpec(f"L{at:07d}", place.lon, place.lat) for at, place in enumerate(points)]
    streets = Streets(specs)
    paths = []
    for seed in range(min(walkers, _DIFFERENT_WALKS)):
        walk = a_walk(streets, seed, "home", _WALK_M)
        fixes = list(islice(walk.fixes(EVERY_S), round(seconds / EVERY_S)))
        paths.append(fixes)
    own = [(lamp.lamp_id, lamp.place.lon, lamp.place.lat) for lamp in aside]
    places = [(corner.place, corner.lamp_ids) for corner in found]
    return Ground([*map(tuple, specs), *own], paths, places)  # type: ignore[list-item]


def _aside(place: Place) -> Place:
    return place_at(Metres(place.metres.east - _ASIDE_M, place.metres.north))


@dataclass
class Ear:
    """When each probe's lamp was first told to be bright, how often each lamp was told anything."""

    prefix: str
    first: dict[str, float] = field(default_factory=dict)
    orders: Counter[str] = field(default_factory=Counter)
    stats: list[dict[str, Any]] = field(default_factory=list)

    def heard(self, topic: str, payload: bytes) -> None:
        """A message goes by."""
        now = time.perf_counter()
        prefix, name, _, *_ = (*topic.split("/"), "")
        if prefix == "house":
            self.stats.append(orjson.loads(payload))
        elif prefix == self.prefix:
            self.orders[name] += 1
            if name[0] == "C" and b'"bright"' in payload:
                self.first.setdefault(name, now)


@dataclass
class Crowd:
    """So many walkers who say where they are, evenly spread over the three seconds."""

    client: MqttClient
    paths: Sequence[list[Fix]]
    walkers: int
    settled_s: float
    sent: int = 0
    due: int = 0

    async def walk(self) -> None:
        """Say positions at their times, until cancelled."""
        begun = time.perf_counter()
        while True:
            passed = time.perf_counter() - begun
            before, self.due = self.due, round(passed / EVERY_S * self.walkers)
            messages = [
                self._message(*divmod(number, self.walkers))
                for number in range(before, self.due)
                if self._has_begun(*divmod(number, self.walkers))
            ]
            self.client.publish(messages)
            self.sent += len(messages)
            await asyncio.sleep(0.005)

    def _has_begun(self, turn: int, walker: int) -> bool:
        # By a stride, so that those of one path do not begin together.
        return turn * EVERY_S >= (walker * 7919 % self.walkers) / self.walkers * self.settled_s

    def _message(self, turn: int, walker: int) -> tuple[str, bytes]:
        path = self.paths[walker % len(self.paths)]
        # Back and forth, so that nobody who has come home leaps to the start.
        at = (turn + 7 * (walker // len(self.paths))) % max(1, 2 * len(path) - 2)
        fix = path[at if at < len(path) else 2 * len(path) - 2 - at]
        return position(f"w{self.walkers}-{walker}", fix.lon, fix.lat, fix.accuracy_m)


def position(walk_id: str, lon: float, lat: float, accuracy_m: float | None) -> tuple[str, bytes]:
    """A message with a fix of now."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    body = {"lon": lon, "lat": lat, "accuracy_m": accuracy_m, "fixed_at": at}
    return f"walkers/{walk_id}/position", orjson.dumps(body)
