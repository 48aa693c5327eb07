"""Come here for the moves of operators and units over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Header

from dispatch import events
from dispatch.asker import actor
from dispatch.events import Event
from dispatch.fields import IncidentId
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.common import Nothing
from dispatch.schemas.incident import (
    AssignIn,
    CloseIn,
    HoldIn,
    IncidentOut,
    InstructIn,
    LinkIn,
    NoteIn,
    SceneIn,
    WordsIn,
)
from dispatch.view import incident_json

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="Made by the caller; the same move with the same key again at this incident "
        "changes nothing, another move with it is refused",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


def move_routes(rooms: Rooms) -> APIRouter:
    """One call a move; each answers with the incident afterwards."""
    router = APIRouter(prefix="/v1/incidents/{incident_id}", tags=["desk"])

    async def moved(incident_id: str, event: Event, key: str | None) -> Json:
        after, same = await rooms.desk.move(incident_id, event, actor(), key)
        rooms.showings.incidents_to_asker(after)
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
            summary=words,
            operation_id=f"move{path.replace('/', '_')}",
        )

    bare("/acknowledge", events.Acknowledged(), "Somebody has seen it")
    bare("/en-route", events.SetOut(), "The unit is on its way")
    bare("/arrive", events.Arrived(), "The unit is there: blinking becomes steady light")
    bare("/reopen", events.Reopened(), "It was not over")

    @router.post("/assign", response_model=IncidentOut)
    async def assign(incident_id: IncidentId, body: AssignIn, key: Key = None) -> Json:
        """Give it to a unit."""
        whose = rooms.district.jurisdiction_of_unit(body.unit)
        return await moved(incident_id, events.Assigned(body.unit, whose), key)

    @router.post("/note", response_model=IncidentOut)
    async def note(incident_id: IncidentId, body: NoteIn, key: Key = None) -> Json:
        """Write something down."""
        return await moved(incident_id, events.Noted(body.text), key)

    @router.post("/instruct", response_model=IncidentOut)
    async def instruct(incident_id: IncidentId, body: InstructIn, key: Key = None) -> Json:
        """Tell the responders what to mind."""
        return await moved(incident_id, events.Instructed(body.text), key)

    @router.post("/scene", response_model=IncidentOut)
    async def scene(incident_id: IncidentId, body: SceneIn, key: Key = None) -> Json:
        """Change the light."""
        return await moved(incident_id, events.SceneChanged(body.scene), key)

    @router.post("/close", response_model=IncidentOut)
    async def close(incident_id: IncidentId, body: CloseIn, key: Key = None) -> Json:
        """It is over; the lamps go back to their programme."""
        return await moved(incident_id, events.Closed(body.disposition, body.text), key)

    _link_routes(router, moved)
    _keeping_routes(router, moved)
    return router


def _link_routes(
    router: APIRouter, moved: Callable[[str, Event, str | None], Awaitable[Json]]
) -> None:
    @router.post("/link", response_model=IncidentOut)
    async def link(incident_id: IncidentId, body: LinkIn, key: Key = None) -> Json:
        """Say that two incidents are one event, for both."""
        return await moved(incident_id, events.Linked(body.incident_id), key)

    @router.post("/unlink", response_model=IncidentOut)
    async def unlink(incident_id: IncidentId, body: LinkIn, key: Key = None) -> Json:
        """Say that two incidents are not one event after all, for both."""
        return await moved(incident_id, events.Unlinked(body.incident_id), key)


def _keeping_routes(
    router: APIRouter, moved: Callable[[str, Event, str | None], Awaitable[Json]]
) -> None:
    @router.post("/hold", response_model=IncidentOut)
    async def hold(incident_id: IncidentId, body: HoldIn, key: Key = None) -> Json:
        """Keep everything as evidence, for a reason and until a day; again to renew it."""
        return await moved(incident_id, events.Held(body.until, body.text), key)

    @router.post("/release", response_model=IncidentOut)
    async def release(incident_id: IncidentId, body: WordsIn, key: Key = None) -> Json:
        """The evidence is needed no longer; its usual time counts again."""
        return await moved(incident_id, events.Released(body.text), key)

    @router.post("/erase", response_model=IncidentOut)
    async def erase(incident_id: IncidentId, body: WordsIn, key: Key = None) -> Json:
        """Destroy where it was and what was said, before its time; that it was remains.

        Whoever did anything at the incident cannot do it alone until a day later (409,
        `alone_after`): another supervisor can, and meanwhile any can hold it as evidence.
        """
        return await moved(incident_id, events.Erased(body.text), key)
