"""Come here for what the desk may see of walks home: their number, and those that need it."""

from uuid import UUID

from fastapi import APIRouter

from dispatch.replies import Json, json_body
from dispatch.schemas.walk_desk import DeskWalkWithTrackOut, WalksOut
from dispatch.showings import Showings
from dispatch.sights import sights_of_walks
from dispatch.walk_view import desk_json, may_be_seen, track_json, walks_json
from dispatch.walks import Walks


def desk_walk_routes(walks: Walks, showings: Showings) -> APIRouter:
    """What operators ask about walks."""
    router = APIRouter(prefix="/v1/walks", tags=["desk"])

    @router.get("", response_model=WalksOut)
    async def how_many() -> Json:
        """How many walk, and which of them need attention, the gravest first."""
        shown = walks_json(walks, walks.plan, walks.clock())
        showings.to_asker(sights_of_walks([*shown["attention"], *shown["watched"]]))
        return json_body(shown)

    @router.get("/{walk_id}/desk", response_model=DeskWalkWithTrackOut)
    async def one(walk_id: UUID) -> Json:
        """One walk; where it is only when it has gone wrong or the walker asked to be watched."""
        record = walks.get(str(walk_id))
        crumbs = record.track.crumbs() if may_be_seen(record.walk) else ()
        shown = {**desk_json(record, walks.plan), "track": track_json(crumbs)}
        showings.to_asker(sights_of_walks([shown]))
        return json_body(shown)

    return router
