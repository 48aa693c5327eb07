"""Come here for a street that costs next to nothing: lamps that obey and say so, and no more.

python -m tests.bench.raw_street PORT FILE LAMPS_A_CONNECTION TOPIC: the file is a JSON list of ids.
It answers each order with its sighting at once; it has no clock, no programme and no beat.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop

from tests.bench.mqtt import MqttClient


def sighting(order: bytes) -> bytes:
    """What a lamp says that has obeyed."""
    shown = orjson.loads(order)
    shown.setdefault("level", 40)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return orjson.dumps(shown | {"faults": [], "at": at})


async def gateway(port: int, name: str, prefix: str, lamp_ids: Sequence[str]) -> MqttClient:
    """One connection that speaks for its lamps; each says at once what it shows."""

    def heard(topic: str, payload: bytes) -> None:
        client.publish([(f"{topic[:-5]}sighting", sighting(payload))])

    client = await MqttClient.connect(port, name, heard)
    await client.subscribe([f"{prefix}/{lamp_id}/order" for lamp_id in lamp_ids])
    first = sighting(b'{"v":1,"seq":0,"scene":"schedule"}')
    client.publish((f"{prefix}/{lamp_id}/sighting", first) for lamp_id in lamp_ids)
    return client


async def street(port: int, ids: Sequence[str], lamps_each: int, prefix: str) -> None:
    """Stay connected until ended."""
    clients = [
        await gateway(port, f"{prefix}-gateway-{start}", prefix, ids[start : start + lamps_each])
        for start in range(0, len(ids), lamps_each)
    ]
    print("connected", len(clients), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    _, broker_port, file, lamps_each, prefix = sys.argv
    lamp_ids: list[str] = orjson.loads(Path(file).read_bytes())
    uvloop.run(street(int(broker_port), lamp_ids, int(lamps_each), prefix))
