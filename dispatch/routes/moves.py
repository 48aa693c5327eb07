"""Come here for the moves of operators and units over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Header

from dispatch import incident as life
from dispatch.asker import actor
from dispatch.fields import IncidentId
from dispatch.incident import Event
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import REFUSALS, Rooms
from dispatch.schemas.common import Nothing
from dispatch.schemas.incident import AssignIn, CloseIn, IncidentOut, NoteIn, SceneIn
from dispatch.view import incident_json

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


def move_routes(rooms: Rooms) -> APIRouter:
    """One call a move; each answers with the incident afterwards."""
    router = APIRouter(prefix="/v1/incidents/{incident_id}", tags=["desk"])

    async def moved(incident_id: str, event: Event, key: str | None) -> Json:
        after, same = await rooms.desk.move(incident_id, event, actor(), key)
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
            responses=REFUSALS,
            summary=words,
            operation_id=f"move{path.replace('/', '_')}",
        )

    bare("/acknowledge", life.Acknowledged(), "Somebody has seen it")
    bare("/en-route", life.SetOut(), "The unit is on its way")
    bare("/arrive", life.Arrived(), "The unit is there: blinking becomes steady light")
    bare("/reopen", life.Reopened(), "It was not over")

    @router.post("/assign", response_model=IncidentOut, responses=REFUSALS)
    async def assign(incident_id: IncidentId, body: AssignIn, key: Key = None) -> Json:
        """Give it to a unit."""
        return await moved(incident_id, life.Assigned(body.unit), key)

    @router.post("/note", response_model=IncidentOut, responses=REFUSALS)
    async def note(incident_id: IncidentId, body: NoteIn, key: Key = None) -> Json:
        """Write something down."""
        return await moved(incident_id, life.Noted(body.text), key)

    @router.post("/scene", response_model=IncidentOut, responses=REFUSALS)
    async def scene(incident_id: IncidentId, body: SceneIn, key: Key = None) -> Json:
        """Change the light."""
        return await moved(incident_id, life.SceneChanged(body.scene), key)

    @router.post("/close", response_model=IncidentOut, responses=REFUSALS)
    async def close(incident_id: IncidentId, body: CloseIn, key: Key = None) -> Json:
        """It is over; the lamps go back to their programme."""
        return await moved(incident_id, life.Closed(body.disposition, body.text), key)

    return router
