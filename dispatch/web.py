"""Come here for the whole HTTP door: every route, the feed, the error table, the screens."""

from fastapi import FastAPI, WebSocket

from dispatch import documents, errors
from dispatch.actions import Actions
from dispatch.guard import Guard
from dispatch.headers import Policy
from dispatch.routes.accounts import account_routes
from dispatch.routes.audit import audit_routes
from dispatch.routes.cap import cap_routes
from dispatch.routes.health import health_routes
from dispatch.routes.imports import import_routes
from dispatch.routes.incidents import incident_routes
from dispatch.routes.lamp_tests import lamp_test_routes
from dispatch.routes.lamps import lamp_routes
from dispatch.routes.moves import move_routes
from dispatch.routes.outbox import outbox_routes
from dispatch.routes.provider import provider_routes
from dispatch.routes.rooms import Rooms
from dispatch.routes.screens import install_screens
from dispatch.routes.settings import settings_routes
from dispatch.routes.sign_in import own_routes, sign_in_routes
from dispatch.routes.walks import desk_walk_routes
from dispatch.routes.walls import wall_routes
from dispatch.sources.walks import walk_routes
from dispatch.sources.walks_live import talk


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
    _open_doors(app, rooms)
    _open_sockets(app, rooms)
    install_screens(app, rooms.screens)
    app.add_middleware(
        Guard,
        actions=Actions(app),
        doorkeeper=rooms.doorkeeper,
        jurisdictions_of=rooms.jurisdictions_of,
        policy=Policy(
            rooms.screens,
            anywhere=rooms.map_style is not None or isinstance(rooms.map_pmtiles, str),
            behind_tls=rooms.doorkeeper.behind_tls,
        ),
    )
    return app


def _open_doors(app: FastAPI, rooms: Rooms) -> None:
    for router in (
        rooms.reports,
        cap_routes(rooms),  # before {incident_id}, which would match it
        incident_routes(rooms),
        move_routes(rooms),
        outbox_routes(rooms),
        lamp_routes(rooms),
        lamp_test_routes(rooms),
        import_routes(rooms),
        settings_routes(rooms),
        walk_routes(rooms.door),
        desk_walk_routes(rooms.door.walks, rooms.showings),
        health_routes(rooms),
        sign_in_routes(rooms),
        provider_routes(rooms),
        wall_routes(rooms),
        own_routes(rooms),
        account_routes(rooms),
        audit_routes(rooms),
    ):
        # What `include_router` does as well, which builds every route a second time; a third of
        # the time to start went there.
        app.router.routes.extend(router.routes)


def _open_sockets(app: FastAPI, rooms: Rooms) -> None:
    @app.websocket("/v1/feed")
    async def feed(
        websocket: WebSocket,
        after: str | None = None,
        tick: bool = False,
        jurisdiction: str | None = None,
    ) -> None:
        await rooms.feed.serve(websocket, _seq(after), tick, jurisdiction)

    @app.websocket("/v1/walks/{walk_id}/live")
    async def live(websocket: WebSocket, walk_id: str) -> None:
        await talk(rooms.door, websocket, walk_id)


def _seq(after: str | None) -> int | None:
    """A frame's number; None where it is none, or has more digits than any number of ours."""
    return int(after) if after is not None and after.isdecimal() and len(after) < 20 else None
