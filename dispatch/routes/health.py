"""Come here for whether the process is alive and ready, and for its numbers."""

from typing import Any

from fastapi import APIRouter
from prometheus_client import generate_latest
from starlette.responses import PlainTextResponse, Response

from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.health import AliveOut, HealthOut


def health_routes(rooms: Rooms) -> APIRouter:
    """For supervisors and for Prometheus."""
    router = APIRouter(tags=["health"])
    dead: dict[int | str, dict[str, Any]] = {503: {"model": AliveOut}}
    failing: dict[int | str, dict[str, Any]] = {503: {"model": HealthOut}}

    @router.get("/healthz", response_model=AliveOut, responses=dead)
    async def healthz() -> Json:
        """Whether every part of the process is alive and at work, and if not, what is wrong."""
        watchdog, missing = rooms.watchdog, rooms.district.missing
        tampering = rooms.verifier.trouble()
        told = {"missing": missing, "unprotected": rooms.unprotected, "tampering": tampering}
        trouble = watchdog.trouble() + rooms.doubt() + rooms.sole()
        return _health(watchdog.parts(), trouble, **told)

    @router.get("/readyz", response_model=HealthOut, responses=failing)
    async def readyz() -> Json:
        """Whether database and broker answer."""
        database = await rooms.database.answers()
        answers = {"database": database, "broker": rooms.broker_answers()}
        return _health(
            answers, [f"the {name} does not answer" for name in answers if not answers[name]]
        )

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Prometheus."""
        rooms.night.clock_is_doubted(bool(rooms.doubt()))
        rooms.night.database_answers(await rooms.database.answers())
        return Response(generate_latest(rooms.metrics), media_type="text/plain; version=0.0.4")

    return router


def _health(parts: dict[str, bool], trouble: list[str], **more: list[str]) -> Json:
    fine = all(parts.values())
    body: dict[str, Any] = {
        "status": "ok" if fine else "failing",
        "detail": parts,
        "trouble": trouble,
        **more,
    }
    return json_body(body, 200 if fine else 503)
