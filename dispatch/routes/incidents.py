"""Come here for reading incidents over HTTP: lists, one, its journal."""

from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch import store
from dispatch.access import SEES_PLACES
from dispatch.asker import asker
from dispatch.audit_rows import LEFT_OUT, shows_place, while_open, without_place
from dispatch.errors import Problem
from dispatch.events import Disposition
from dispatch.fields import IncidentId, Moment, Words
from dispatch.incident import LIVE, Incident, NotFound, State
from dispatch.replies import Json, json_body
from dispatch.responding import jurisdictions_of
from dispatch.routes.rooms import Rooms
from dispatch.schemas.incident import IncidentOut, IncidentsOut, JournalOut, ReplayOut
from dispatch.search import Search, find_incidents
from dispatch.view import entry_json, incident_json

_STATES: Final[dict[str, tuple[str, ...]]] = {
    "open": LIVE,
    "closed": ("closed",),
    "all": get_args(State),
}
_Q: Final = (
    "Words that are all found, in any case, in the place, the unit, the notes or the journal"
)


def incident_routes(rooms: Rooms) -> APIRouter:
    """What screens ask about incidents."""
    router = APIRouter(prefix="/v1/incidents", tags=["desk"])

    @router.get("", response_model=IncidentsOut)
    async def incidents(
        state: Literal["open", "closed", "all"] = "open",
        q: Annotated[Words, Query(max_length=100, description=_Q)] = "",
        since: Annotated[Moment | None, Query(description="Opened at or after this")] = None,
        until: Annotated[Moment | None, Query(description="Opened before this")] = None,
        kind: Annotated[Words | None, Query(max_length=32)] = None,
        disposition: Disposition | None = None,
        jurisdiction: Annotated[Words | None, Query(max_length=200)] = None,
        drill: bool | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        after: IncidentId | None = None,
    ) -> Json:
        """Newest first. `after`: the last incident of the page before."""
        if jurisdiction is not None and not rooms.district.has_jurisdiction(jurisdiction):
            raise _unknown_jurisdiction(jurisdiction)
        search = Search(
            *(_STATES[state], q.split(), since, until, kind, disposition, jurisdiction, drill)
        )
        async with rooms.database.reading() as connection:
            found = await find_incidents(connection, search, limit, after)
            same = await store.resemblances(connection, [one.incident_id for one in found])
        rooms.showings.incidents_to_asker(*found)
        page = [incident_json(one, same.get(one.incident_id, []), rooms.seen) for one in found]
        following = found[-1].incident_id if len(found) == limit else None
        return json_body({"incidents": page, "next": following})

    @router.get("/{incident_id}", response_model=IncidentOut)
    async def one(incident_id: IncidentId) -> Json:
        """One incident with its lamps: asked, seen lit, faults."""
        async with rooms.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
            same = await store.resemblances(connection, [incident_id])
        if found is None:
            raise NotFound(f"there is no incident {incident_id}")
        rooms.showings.incidents_to_asker(found)
        return json_body(incident_json(found, same.get(incident_id, []), rooms.seen))

    @router.get("/{incident_id}/journal", response_model=JournalOut)
    async def journal(incident_id: IncidentId) -> Json:
        """Everything that happened to it, in order; to auditors of an open one, no place."""
        async with rooms.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
            entries = await store.read_journal(connection, incident_id)
        if found is None:
            raise NotFound(f"there is no incident {incident_id}")
        return json_body(_journal_json(rooms, found, entries))

    @router.get("/{incident_id}/replay", response_model=ReplayOut)
    async def replay(incident_id: IncidentId) -> Response:
        """What the screens were told of it, in order, until 30 days after its end."""
        async with rooms.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
            frames = await store.frames_of(connection, incident_id)
        if found is None:
            raise NotFound(f"there is no incident {incident_id}")
        if frames:
            rooms.showings.incidents_to_asker(found)
        return Response(f'{{"frames":[{",".join(frames)}]}}', media_type="application/json")

    return router


def _journal_json(rooms: Rooms, incident: Incident, entries: list[store.Entry]) -> dict[str, Any]:
    left_out = LEFT_OUT if incident.is_live and not _sees_place_of(incident) else None
    told = _for_asker(entries, incident)
    if shows_place(told):
        rooms.showings.incidents_to_asker(incident)
    return {"entries": [entry_json(one) for one in told], "left_out": left_out}


def _sees_place_of(incident: Incident) -> bool:
    """Police who are auditors too read places of their jurisdictions alone."""
    person = asker().person
    if person is None or SEES_PLACES.isdisjoint(person.roles):
        return False
    kept_to = person.kept_to(SEES_PLACES)
    return kept_to is None or not kept_to.isdisjoint(jurisdictions_of(incident))


def _for_asker(entries: list[store.Entry], incident: Incident) -> list[store.Entry]:
    """An auditor reads what happened, not where."""
    if _sees_place_of(incident):
        return entries
    return [while_open(one) if incident.is_live else without_place(one) for one in entries]


def _unknown_jurisdiction(name: str) -> Problem:
    reason = f"there is no jurisdiction {name}; /v1/areas lists them"
    errors = [{"field": "jurisdiction", "reason": reason}]
    return Problem(422, "Invalid request", reason, errors=errors)
