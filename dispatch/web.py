"""Come here for the routes of the control room and the police desk, and the whole HTTP door."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, FastAPI, Header, Query, WebSocket
from prometheus_client import CollectorRegistry, generate_latest
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from dispatch import documents, errors, store
from dispatch import incident as life
from dispatch.database import Database
from dispatch.desk import Desk
from dispatch.district import District
from dispatch.errors import Problem
from dispatch.feed import Feed
from dispatch.fields import IncidentId, LampId
from dispatch.incident import Event, NotFound
from dispatch.replies import Json, json_body
from dispatch.schemas import (
    AssignIn,
    CloseIn,
    FeatureCollectionOut,
    HealthOut,
    IncidentOut,
    IncidentsOut,
    JournalOut,
    LampOut,
    LampsOut,
    NoteIn,
    Nothing,
    ProblemOut,
    SceneIn,
)
from dispatch.view import Seen, collection_json, entry_json, incident_json, lamp_json
from lights.fleet import Fleet
from lights.wire import rfc3339

_REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemOut} for code in (404, 409, 422, 503)
}
_GEOJSON = "application/geo+json"
_STATES: dict[str, tuple[str, ...]] = {
    "open": life.LIVE,
    "closed": ("closed",),
    "all": get_args(life.State),
}


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the door leads to."""

    database: Database
    district: District
    desk: Desk
    fleet: Fleet
    feed: Feed
    seen: Seen
    broker_answers: Callable[[], bool]
    alive: Callable[[], dict[str, bool]]
    metrics: CollectorRegistry
    reports: APIRouter
    screens: Path


def application(rooms: Rooms) -> FastAPI:
    """Every route, the error table, and the screens at `/`."""
    app = FastAPI(
        title="Lamplighter",
        version="1",
        description="Reports, incidents and lamps of a district. Errors are RFC 9457 documents. "
        "Later versions may add fields. The feed and the lamps: /v1/asyncapi.yaml.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    errors.install(app)
    documents.install(app)
    app.include_router(rooms.reports)
    app.include_router(_incident_routes(rooms))
    app.include_router(_move_routes(rooms))
    app.include_router(_lamp_routes(rooms))
    app.include_router(_health_routes(rooms))

    @app.websocket("/v1/feed")
    async def feed(websocket: WebSocket, after: str | None = None, tick: bool = False) -> None:
        await rooms.feed.serve(websocket, _seq(after), tick)

    if rooms.screens.is_dir():
        app.mount("/", StaticFiles(directory=rooms.screens, html=True))
    else:
        app.add_api_route("/", _no_screens, include_in_schema=False)
    return app


def _seq(after: str | None) -> int | None:
    """A frame's number; None where it is none, or has more digits than any number of ours."""
    return int(after) if after is not None and after.isdecimal() and len(after) < 20 else None


async def _no_screens() -> Response:
    return PlainTextResponse("The screens are not built yet: run `make setup`.", 404)


def _incident_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/v1/incidents", tags=["desk"])

    @router.get("", response_model=IncidentsOut, responses=_REFUSALS)
    async def incidents(
        state: Literal["open", "closed", "all"] = "open",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        after: IncidentId | None = None,
    ) -> Json:
        """Newest first. `after`: the last incident of the page before."""
        async with rooms.database.reading() as connection:
            found = await store.list_incidents(connection, _STATES[state], limit, after)
            same = await store.resemblances(connection, [one.incident_id for one in found])
        page = [incident_json(one, same.get(one.incident_id, []), rooms.seen) for one in found]
        following = found[-1].incident_id if len(found) == limit else None
        return json_body({"incidents": page, "next": following})

    @router.get("/{incident_id}", response_model=IncidentOut, responses=_REFUSALS)
    async def one(incident_id: IncidentId) -> Json:
        """One incident with its lamps: asked, seen lit, faults."""
        async with rooms.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
            same = await store.resemblances(connection, [incident_id])
        if found is None:
            raise NotFound(f"there is no incident {incident_id}")
        return json_body(incident_json(found, same.get(incident_id, []), rooms.seen))

    @router.get("/{incident_id}/journal", response_model=JournalOut, responses=_REFUSALS)
    async def journal(incident_id: IncidentId) -> Json:
        """Everything that happened to it, in order."""
        async with rooms.database.reading() as connection:
            entries = await store.read_journal(connection, incident_id)
        if not entries:
            raise NotFound(f"there is no incident {incident_id}")
        return json_body({"entries": [entry_json(entry) for entry in entries]})

    return router


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="Made by the caller; the same key again at this incident changes nothing",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


def _move_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/v1/incidents/{incident_id}", tags=["desk"])

    async def moved(incident_id: str, event: Event, key: str | None) -> Json:
        after, same = await rooms.desk.move(incident_id, event, "operator", key)
        return json_body(incident_json(after, same, rooms.seen))

    def bare(path: str, event: Event, words: str) -> None:
        async def move(
            incident_id: IncidentId, body: Nothing | None = None, key: Key = None
        ) -> Json:
            return await moved(incident_id, event, key)

        router.add_api_route(
            path,
            move,
            methods=["POST"],
            response_model=IncidentOut,
            responses=_REFUSALS,
            summary=words,
            operation_id=f"move{path.replace('/', '_')}",
        )

    bare("/acknowledge", life.Acknowledged(), "Somebody has seen it")
    bare("/en-route", life.SetOut(), "The unit is on its way")
    bare("/arrive", life.Arrived(), "The unit is there: blinking becomes steady light")
    bare("/reopen", life.Reopened(), "It was not over")

    @router.post("/assign", response_model=IncidentOut, responses=_REFUSALS)
    async def assign(incident_id: IncidentId, body: AssignIn, key: Key = None) -> Json:
        """Give it to a unit."""
        return await moved(incident_id, life.Assigned(body.unit), key)

    @router.post("/note", response_model=IncidentOut, responses=_REFUSALS)
    async def note(incident_id: IncidentId, body: NoteIn, key: Key = None) -> Json:
        """Write something down."""
        return await moved(incident_id, life.Noted(body.text), key)

    @router.post("/scene", response_model=IncidentOut, responses=_REFUSALS)
    async def scene(incident_id: IncidentId, body: SceneIn, key: Key = None) -> Json:
        """Change the light."""
        return await moved(incident_id, life.SceneChanged(body.scene), key)

    @router.post("/close", response_model=IncidentOut, responses=_REFUSALS)
    async def close(incident_id: IncidentId, body: CloseIn, key: Key = None) -> Json:
        """It is over; the lamps go back to their programme."""
        return await moved(incident_id, life.Closed(body.disposition, body.text), key)

    return router


def _lamp_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["lamps"])
    watch = rooms.fleet.watch

    def feature(lamp_id: str) -> dict[str, Any]:
        lamp = rooms.district.register.get(lamp_id)
        if lamp is None:
            raise NotFound(f"there is no lamp {lamp_id}")
        seen_at = watch.seen_at(lamp_id)
        return lamp_json(lamp, watch.view(lamp_id), rfc3339(seen_at) if seen_at else None)

    @router.get("/lamps", response_model=LampsOut, responses=_REFUSALS)
    async def lamps(
        bbox: Annotated[
            str, Query(description="minlon,minlat,maxlon,maxlat in degrees")
        ] = "-180,-90,180,90",
        limit: Annotated[int, Query(ge=1, le=100_000)] = 5_000,
    ) -> Json:
        """Lamps within a box of degrees."""
        box = _box(bbox)
        found = rooms.district.register.in_box(*box, limit)
        return json_body(
            collection_json(feature(lamp.lamp_id) for lamp in found), media_type=_GEOJSON
        )

    @router.get("/lamps/{lamp_id}", response_model=LampOut, responses=_REFUSALS)
    async def lamp(lamp_id: LampId) -> Json:
        """One lamp."""
        return json_body(feature(lamp_id), media_type=_GEOJSON)

    @router.get("/areas", response_model=FeatureCollectionOut)
    async def areas() -> Json:
        """The district's outline, neighbourhoods and jurisdictions."""
        return json_body(rooms.district.areas_geojson(), media_type=_GEOJSON)

    return router


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if west <= east and south <= north:
            return west, south, east, north
    except ValueError:
        pass
    reason = "must be minlon,minlat,maxlon,maxlat in degrees, such as 127.01,37.63,127.05,37.69"
    raise Problem(
        422, "Invalid request", f"bbox: {reason}", errors=[{"field": "bbox", "reason": reason}]
    )


def _health_routes(rooms: Rooms) -> APIRouter:
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
