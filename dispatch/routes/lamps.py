"""Come here for lamps and areas over HTTP: GeoJSON, and the same lamps as a file."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from dispatch.access import OPEN_DESK, ROUTES
from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.fields import LampId
from dispatch.incident import NotFound
from dispatch.lamp_list import Language, csv_pieces, geojson_pieces
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.lamp import FeatureCollectionOut, LampOut, LampsOut
from dispatch.slices import in_slices
from dispatch.view import lamp_json
from lights.health import Condition, Health
from lights.lamp import Lamp
from lights.watch import View

_GEOJSON = "application/geo+json"

Box = Annotated[str, Query(description="minlon,minlat,maxlon,maxlat in degrees")]
Wanted = Annotated[
    list[Condition] | None,
    Query(
        description="Only lamps in any of these conditions; may be said several times. `silent`: "
        "not heard for its time; `unknown`: never heard; `needs_ladder`: somebody must go there"
    ),
]
Words = Annotated[
    str,
    Query(max_length=100, description="Only lamps with each of these words in label, id, address"),
]


class CsvAnswer(StreamingResponse):
    """Rows of a file."""

    media_type = "text/csv"


def lamp_routes(rooms: Rooms) -> APIRouter:
    """What screens ask about lamps and areas."""
    router = APIRouter(prefix="/v1", tags=["lamps"])
    fleet = rooms.fleet

    def look(lamp_id: str) -> tuple[View, Health, int]:
        health = _by_the_minute(fleet.health(lamp_id), rooms.clock())
        person = asker().person or OPEN_DESK
        is_seen = rooms.lamps_shown.to(person.lights_of, lamp_id)
        view = (rooms.veil if is_seen else rooms.crew_veil).view(lamp_id)
        return view, health, rooms.often_walked(lamp_id)

    def within(bbox: str, after: str = "") -> Iterator[Lamp]:
        lamps, is_shown = rooms.district.register.in_box(*_box(bbox), after), _shown(rooms)
        return (lamp for lamp in lamps if is_shown(lamp.lamp_id))

    @router.get("/lamps", response_model=LampsOut)
    async def lamps(
        bbox: Box = "-180,-90,180,90",
        limit: Annotated[int, Query(ge=1, le=100_000)] = 5_000,
        after: LampId | None = None,
        status: Wanted = None,
    ) -> Json:
        """Lamps within a box of degrees, by id. `after`: the last lamp of the page before. To
        police those of their jurisdictions, and what lights for an incident that they may see."""
        pieces = geojson_pieces(within(bbox, after or ""), look, status or (), limit)
        return StreamingResponse(in_slices(pieces), media_type=_GEOJSON)

    @router.get("/lamps.geojson", response_model=LampsOut)
    async def lamps_geojson(
        bbox: Box = "-180,-90,180,90", status: Wanted = None, q: Words = ""
    ) -> Json:
        """All of these lamps as a GeoJSON file."""
        pieces = geojson_pieces(saying(q, within(bbox)), look, status or (), None)
        return _download(StreamingResponse(in_slices(pieces), media_type=_GEOJSON), "geojson")

    @router.get("/lamps.csv", response_class=CsvAnswer)
    async def lamps_csv(
        bbox: Box = "-180,-90,180,90",
        status: Wanted = None,
        language: Language = "en",
        q: Words = "",
    ) -> Json:
        """All of these lamps as a file for a spreadsheet. Times are the district's."""
        pieces = csv_pieces(saying(q, within(bbox)), look, status or (), language)
        return _download(CsvAnswer(in_slices(pieces)), "csv")

    @router.get("/lamps/{lamp_id}", response_model=LampOut)
    async def lamp(lamp_id: LampId) -> Json:
        """One lamp."""
        found = rooms.district.register.get(lamp_id)
        if found is None:
            raise NotFound(f"there is no lamp {lamp_id}")
        if not _shown(rooms)(lamp_id):
            raise Problem(403, "Not yours to do", "it is in no jurisdiction of yours")
        return json_body(lamp_json(found, *look(lamp_id)), media_type=_GEOJSON)

    @router.get("/areas", response_model=FeatureCollectionOut)
    async def areas() -> Json:
        """The district's outline, neighbourhoods and jurisdictions."""
        return json_body(rooms.district.areas_geojson(), media_type=_GEOJSON)

    return router


def _shown(rooms: Rooms) -> Callable[[str], bool]:
    """Which lamps whoever asks may see, by their ids."""
    asking = asker()
    person = asking.person or OPEN_DESK
    return partial(rooms.lamps_shown.to, person.kept_to(ROUTES[asking.action]))


def saying(query: str, lamps: Iterable[Lamp]) -> Iterator[Lamp]:
    """Those that the crew's list would show for these words."""
    words = normalize("NFC", query).lower().split()
    for lamp in lamps:
        text = f"{lamp.label} {lamp.lamp_id} {lamp.address}".lower()
        if all(word in text for word in words):
            yield lamp


def _by_the_minute(health: Health, now: datetime) -> Health:
    """A lamp in order speaks every minute, and whenever it changes: its last word is as good as
    now, and which second it was is nobody's business, for it may have changed for a walker."""
    if health.status != "online" or health.seen_at is None:
        return health
    return health._replace(seen_at=now.replace(second=0, microsecond=0))


def _download(answer: Json, ending: str) -> Json:
    answer.headers["Content-Disposition"] = f'attachment; filename="lamps.{ending}"'
    return answer


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
