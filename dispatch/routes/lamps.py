"""Come here for lamps and areas over HTTP: GeoJSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from dispatch.errors import Problem
from dispatch.fields import LampId
from dispatch.incident import NotFound
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import REFUSALS, Rooms
from dispatch.schemas.lamp import FeatureCollectionOut, LampOut, LampsOut
from dispatch.view import collection_json, lamp_json
from lights.wire import rfc3339

_GEOJSON = "application/geo+json"


def lamp_routes(rooms: Rooms) -> APIRouter:
    """What screens ask about lamps and areas."""
    router = APIRouter(prefix="/v1", tags=["lamps"])
    watch = rooms.fleet.watch

    def feature(lamp_id: str) -> dict[str, Any]:
        lamp = rooms.district.register.get(lamp_id)
        if lamp is None:
            raise NotFound(f"there is no lamp {lamp_id}")
        seen_at = watch.seen_at(lamp_id)
        return lamp_json(lamp, watch.view(lamp_id), rfc3339(seen_at) if seen_at else None)

    @router.get("/lamps", response_model=LampsOut, responses=REFUSALS)
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

    @router.get("/lamps/{lamp_id}", response_model=LampOut, responses=REFUSALS)
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
