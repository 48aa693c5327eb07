"""Come here for what screens are told of this deployment, and for the map that it brings along."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from dispatch.incident import NotFound
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.settings import SettingsOut

_STYLE = "/v1/map/style.json"
_TILES = "/v1/map/tiles.pmtiles"


def settings_routes(rooms: Rooms) -> APIRouter:
    """`/v1/settings`, and the district's own map files where it has some."""
    router = APIRouter(tags=["screens"])

    @router.get("/v1/settings", response_model=SettingsOut)
    async def settings() -> Json:
        """What screens must know of this deployment: what their map stands on."""
        ground = {
            "style": _address(rooms.map_style, _STYLE),
            "pmtiles": _address(rooms.map_pmtiles, _TILES),
        }
        pages = sorted(page.stem for page in rooms.screens.glob("*.html") if page.stem != "index")
        return json_body({"map": ground, "screens": pages})

    for path, source, media_type in (
        (_STYLE, rooms.map_style, "application/json"),
        (_TILES, rooms.map_pmtiles, "application/vnd.pmtiles"),
    ):
        router.add_api_route(
            *(path, _file(source, media_type)),
            response_class=Response,
            responses={200: {"content": {media_type: {}}}},
        )
    return router


def _address(source: str | Path | None, own: str) -> str | None:
    return own if isinstance(source, Path) else source


def _file(source: str | Path | None, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def serve() -> Response:
        """The district's own map. Range requests too: a screen reads the tiles that it shows."""
        if not isinstance(source, Path):
            raise NotFound("this district has no such file of its own")
        return FileResponse(source, media_type=media_type, headers={"Cache-Control": "no-cache"})

    return serve
