"""Come here for the plainest durable way to the same job: FastAPI, PostGIS, a commit, then MQTT.

python -m tests.bench.reference PORT DSN BROKER_PORT. It keeps the report and who was asked, and
forgets everything else that a dispatcher does: nobody decides, nothing is said twice, nothing
ends, no screen hears of it. It is here to be measured, not to be used.
"""

import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, Response
from gmqtt import Client
from gmqtt.mqtt.constants import MQTTv311
from pydantic import BaseModel

NEAREST: Final = 8
RIVALS: Final = "rivals"
"""The first level of the topics of the street that is told by others than the dispatcher."""
TABLES: Final = """
CREATE TABLE reference_lamp (lamp_id text PRIMARY KEY, position geometry(Point, 5179));
CREATE TABLE reference_report (
    report_id text PRIMARY KEY, incident_id text, received_at timestamptz, lon float8, lat float8);
CREATE TABLE reference_asked (report_id text, lamp_id text, metres float8);
"""
_NEAREST: Final = """
SELECT lamp_id, position <-> here AS metres
FROM reference_lamp, ST_Transform(ST_SetSRID(ST_MakePoint($1, $2), 4326), 5179) AS here
ORDER BY position <-> here LIMIT $3
"""


class Position(BaseModel):
    """Degrees."""

    lon: float
    lat: float
    accuracy_m: float | None = None


class Report(BaseModel):
    """A cry for help."""

    report_id: uuid.UUID
    position: Position


class _Parts:
    pool: Any
    broker: Any
    seq = 0


_PARTS: Final = _Parts()


@asynccontextmanager
async def _life(_: FastAPI) -> AsyncIterator[None]:
    dsn, broker_port = sys.argv[2:]
    _PARTS.pool = await asyncpg.create_pool(dsn, min_size=8, max_size=8)
    _PARTS.broker = Client("reference")
    await _PARTS.broker.connect("127.0.0.1", int(broker_port), version=MQTTv311)
    yield
    await _PARTS.broker.disconnect()
    await _PARTS.pool.close()


app = FastAPI(lifespan=_life)


@app.post("/v1/reports")
async def take(report: Report) -> Response:
    """Find the lamps, write, commit, tell the lamps, answer."""
    incident_id = uuid.uuid4().hex
    near = await _write(report, incident_id)
    order = _order()
    for lamp in near:
        _PARTS.broker.publish(f"{RIVALS}/{lamp['lamp_id']}/order", order, qos=1)
    body = {"report_id": str(report.report_id), "incident_id": incident_id, "lamps": near}
    return Response(orjson.dumps(body), 201, media_type="application/json")


async def _write(report: Report, incident_id: str) -> list[dict[str, Any]]:
    where = report.position.lon, report.position.lat
    report_id = str(report.report_id)
    async with _PARTS.pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(_NEAREST, *where, NEAREST)
        near = [{"lamp_id": row["lamp_id"], "metres": round(row["metres"], 1)} for row in rows]
        await connection.execute(
            "INSERT INTO reference_report VALUES ($1, $2, $3, $4, $5)",
            *(report_id, incident_id, datetime.now(UTC), *where),
        )
        asked = [(report_id, lamp["lamp_id"], lamp["metres"]) for lamp in near]
        await connection.executemany("INSERT INTO reference_asked VALUES ($1, $2, $3)", asked)
    return near


def _order() -> bytes:
    _PARTS.seq += 1
    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="milliseconds")
    order = {"v": 1, "seq": _PARTS.seq, "scene": "blink", "level": 100, "low": 30}
    return orjson.dumps(order | {"period_ms": 1000, "lit_ms": 600, "until": until})


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """It answers, so it is ready."""
    return {"status": "ok"}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
