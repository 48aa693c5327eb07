"""Come here for the least that a door for positions can do in Python: nothing is kept or decided.

python -m tests.bench.walks_floor HTTP_PORT MQTT_PORT FILE PREFIX: reads a request or a message on a
WebSocket, tells those of the eight lamps nearest to its newest position that the walk has not told
yet, answers.
"""

import asyncio
import base64
import hashlib
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


_UPGRADE: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: %s\r\n\r\n"
)
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, 1.3."""
_STATE: Final = b"\x81\x02{}"


class Door(asyncio.Protocol):
    """One connection; `told` is shared by all: who has told which lamps."""

    def __init__(
        self, index: PointIndex, client: MqttClient, prefix: str, told: dict[bytes, set[int]]
    ) -> None:
        self._index, self._client, self._prefix, self._told = index, client, prefix, told
        self._buffer = b""
        self._walk: bytes | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._walk is None:
            self._ask()
        while self._walk is not None and len(self._buffer) >= 6:
            short = self._buffer[1] & 0x7F
            start = 8 if short == 126 else 6
            length = int.from_bytes(self._buffer[2:4], "big") if short == 126 else short
            if len(self._buffer) < start + length:
                return
            # The phones mask with zeros.
            said = orjson.loads(self._buffer[start : start + length])
            self._buffer = self._buffer[start + length :]
            if "positions" in said:
                self._light(self._walk, said["positions"][-1])
            self._say(_STATE)

    def _ask(self) -> None:
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        low = head.lower()
        if b"\r\nupgrade: websocket" in low:
            key = head[low.index(b"sec-websocket-key:") + 18 :].split(b"\r\n")[0].strip()
            accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
            self._walk, self._buffer = head.split(b"/")[3], body
            self._say(_UPGRADE % accept)
        elif len(body) >= int(low.rpartition(b"content-length:")[2]):
            self._buffer = b""
            if body:
                self._light(head.split(b"/")[3], orjson.loads(body)["positions"][-1])
            self._say(_ANSWER)

    def _say(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

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
