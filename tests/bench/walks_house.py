"""Come here for the light that goes with walkers as a process: escort, fleet and broker, no more.

python -m tests.bench.walks_house PORT FILE: the file is a JSON list of [lamp id, lon, lat]. It
hears `walkers/{walk_id}/position` (an empty payload ends the walk) and says once a second on
`house/stats` how it is doing. The door that phones knock at is left out: it is measured apart.
"""

import asyncio
import gc
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop

from dispatch.plan import DEFAULT
from geo.place import Place
from lights.broker import Broker
from lights.broker_address import BrokerAddress
from lights.escort import Escort
from lights.fleet import Fleet
from lights.lamp import Lamp
from lights.register import Register
from tests.bench.mqtt import MqttClient


def clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


async def live(port: int, register: Register) -> None:
    """Until ended."""
    numbers = iter(range(10_000_000, 10**15, 1_000_000))

    async def reserve(size: int) -> int:
        return next(numbers)

    fleet = Fleet(
        clock=clock,
        say=lambda messages: broker.say(messages),
        reserve_seqs=reserve,
        serves=register.__contains__,
        answered=lambda answer: None,
        changed=lambda changes: escort.lamps_changed(changes),
    )
    broker = Broker(BrokerAddress("127.0.0.1", port), fleet.heard, fleet.broker_is)
    escort = Escort(
        clock=clock,
        fleet=fleet,
        register=lambda: register,
        rank=DEFAULT.ranks.walk,
        numbers=replace(DEFAULT.following, by_day=True),
    )
    heard = 0

    def position(topic: str, payload: bytes) -> None:
        nonlocal heard
        walk_id = topic.split("/", 2)[1]
        if not payload:
            escort.ended(walk_id)
            return
        heard += 1
        body = orjson.loads(payload)
        place = Place(body["lon"], body["lat"], body["accuracy_m"])
        escort.moved(walk_id, place, datetime.fromisoformat(body["fixed_at"]))

    async def tell() -> None:
        client = await MqttClient.connect(port, "house-stats")
        while True:
            await asyncio.sleep(1.0)
            stats = {
                "walkers": len(escort),
                "lit": escort.lit,
                "said": fleet.said,
                "heard": heard,
                "online": fleet.watch.totals.online,
                "cpu_s": time.process_time(),
                "at": time.monotonic(),
            }
            client.publish([("house/stats", orjson.dumps(stats))])

    ear = await MqttClient.connect(port, "house-positions", position)
    async with asyncio.TaskGroup() as group:
        for part in (broker.run(), fleet.run(), escort.run(), tell()):
            group.create_task(part)
        while not broker.is_connected:  # noqa: ASYNC110 - it sends no event
            await asyncio.sleep(0.01)
        await ear.subscribe(["walkers/+/position"])
        print("listening", os.getpid(), flush=True)


def main() -> None:
    """The command."""
    _, port, file = sys.argv
    rows = orjson.loads(Path(file).read_bytes())
    register = Register(Lamp(key, key, lon, lat) for key, lon, lat in rows)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(live(int(port), register))


if __name__ == "__main__":
    main()
