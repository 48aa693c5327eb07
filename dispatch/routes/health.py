"""Come here for whether the process is alive and ready, and for its numbers."""

from typing import Any

from fastapi import APIRouter
from prometheus_client import generate_latest
from starlette.responses import PlainTextResponse, Response

from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.health import HealthOut


def health_routes(rooms: Rooms) -> APIRouter:
    """For supervisors and for Prometheus."""
    router = APIRouter(tags=["health"])
    failing: dict[int | str, dict[str, Any]] = {503: {"model": HealthOut}}

    @router.get("/healthz", response_model=HealthOut, responses=failing)
    async def healthz() -> Json:
        """Whether every part of the process is alive."""
        return _health(rooms.alive())

    @router.get("/readyz", response_model=HealthOut, responses=failing)
    async def readyz() -> Json:
        """Whether database and broker answer."""
        database = await rooms.database.answers()
        return _health({"database": database, "broker": rooms.broker_answers()})

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Prometheus."""
        return Response(generate_latest(rooms.metrics), media_type="text/plain; version=0.0.4")

    return router


def _health(parts: dict[str, bool]) -> Json:
    fine = all(parts.values())
    return json_body({"status": "ok" if fine else "failing", "detail": parts}, 200 if fine else 503)
