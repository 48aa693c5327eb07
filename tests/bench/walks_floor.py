"""Come here for the least that a door for positions can do in Python: nothing is kept or decided.

python -m tests.bench.walks_floor HTTP_PORT MQTT_PORT FILE PREFIX: reads a request, tells those of
the eight lamps nearest to its newest position that the walk has not told yet, answers.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import orjson
import uvloop

from geo.index import PointIndex
from geo.place import to_metres
from tests.bench.mqtt import MqttClient

_NEAREST: Final = 8
_WITHIN_M: Final = 200.0
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Door(asyncio.Protocol):
    """One connection; `told` is shared by all: who has told which lamps."""

    def __init__(
        self, index: PointIndex, client: MqttClient, prefix: str, told: dict[bytes, set[int]]
    ) -> None:
        self._index, self._client, self._prefix, self._told = index, client, prefix, told
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        length = head.lower().rpartition(b"content-length:")[2]
        if not gap or len(body) < int(length):
            return
        self._buffer = b""
        if body:
            self._light(head.split(b"/")[3], orjson.loads(body)["positions"][-1])
        assert self._transport is not None
        self._transport.write(_ANSWER)

    def _light(self, walk: bytes, fix: dict[str, float]) -> None:
        here = to_metres(np.array([fix["lon"]]), np.array([fix["lat"]]))
        rows = [
            row for row in self._index.rows_near(here, _NEAREST, _WITHIN_M)[0].tolist() if row >= 0
        ]
        fresh = [row for row in rows if row not in self._told.get(walk, ())]
        self._told[walk] = set(rows)
        until = (datetime.now(UTC) + timedelta(minutes=2)).isoformat(timespec="milliseconds")
        order = orjson.dumps({"v": 1, "seq": 1, "scene": "bright", "level": 100, "until": until})
        keys = self._index.keys
        self._client.publish((f"{self._prefix}/{keys[row]}/order", order) for row in fresh)


async def live(http_port: int, mqtt_port: int, index: PointIndex, prefix: str) -> None:
    """Until ended."""
    client = await MqttClient.connect(mqtt_port, "floor")
    told: dict[bytes, set[int]] = {}
    server = await asyncio.get_running_loop().create_server(
        lambda: Door(index, client, prefix, told), "127.0.0.1", http_port
    )
    print("listening", flush=True)
    await server.serve_forever()


def main() -> None:
    """The command."""
    _, http_port, mqtt_port, file, prefix = sys.argv
    keys, lon, lat = zip(*orjson.loads(Path(file).read_bytes()), strict=True)
    index = PointIndex(keys, np.array(lon), np.array(lat))
    uvloop.run(live(int(http_port), int(mqtt_port), index, prefix))


if __name__ == "__main__":
    main()
