"""Come here for what auditors ask over HTTP: the chains, the record, incidents without a place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query

from dispatch import store
from dispatch.audit_rows import LEFT_OUT_IN_WORDS, Audited, Look, look_up, while_open, without_place
from dispatch.fields import IncidentId, Moment, Words
from dispatch.incident import NotFound
from dispatch.replies import Json, json_body
from dispatch.routes.lamps import CsvAnswer
from dispatch.routes.rooms import Rooms
from dispatch.schemas.audit import AuditedPageOut, ShownToPageOut, VerificationOut
from dispatch.schemas.sign_in import RecordOut
from dispatch.showing_rows import Count, Key
from dispatch.sign_in import record
from dispatch.sign_in.record import Entry, Search
from dispatch.sign_in.tables import NAME_LENGTH
from dispatch.slices import in_slices
from lights.tables import BYTE_ORDER_MARK, row_bytes
from lights.wire import rfc3339

_MOST: Final = 100_000
"""Entries of one file: what a spreadsheet opens."""

Person = Annotated[
    Words,
    Query(max_length=NAME_LENGTH, description="Of whoever did it or whom it is about, or a part"),
]
Since = Annotated[Moment | None, Query(description="At or after this")]
Until = Annotated[Moment | None, Query(description="Before this")]


def audit_routes(rooms: Rooms) -> APIRouter:
    """For auditors; the chains and the record for administrators too."""
    router = APIRouter(prefix="/v1", tags=["audit"])
    _chain_routes(router, rooms)
    _record_routes(router, rooms)
    _incident_routes(router, rooms)
    return router


def _chain_routes(router: APIRouter, rooms: Rooms) -> None:
    verifier = rooms.verifier

    @router.get("/audit/chains", response_model=VerificationOut)
    async def chains() -> Json:
        """How far journal and record were verified, when, and what was found."""
        return json_body(verifier.state() | {"ends": await verifier.ends()})

    @router.post("/audit/verify", response_model=VerificationOut, status_code=202)
    async def verify() -> Json:
        """Verify both from their beginning, now; /v1/audit/chains tells when it is done."""
        verifier.ask()
        return json_body(verifier.state() | {"ends": await verifier.ends()}, 202)


def _record_routes(router: APIRouter, rooms: Rooms) -> None:
    @router.get("/record", response_model=RecordOut)
    async def written(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        before: Annotated[Words | None, Query(max_length=40)] = None,
        person: Person = "",
        since: Since = None,
        until: Until = None,
    ) -> Json:
        """Who came in, and who gave whom which right; `next` leads to the page before."""
        found = await _entries(rooms, limit, before, Search(person, since, until))
        last = found[-1].entry_id if len(found) == limit else None
        return json_body({"entries": [_entry_json(one) for one in found], "next": last})

    @router.get("/record.json", response_model=RecordOut)
    async def as_json(person: Person = "", since: Since = None, until: Until = None) -> Json:
        """All of it as a file."""
        found = await _entries(rooms, _MOST, None, Search(person, since, until))
        whole = {"entries": [_entry_json(one) for one in found], "next": None}
        return _named(json_body(whole), "record.json")

    @router.get("/record.csv", response_class=CsvAnswer)
    async def as_csv(person: Person = "", since: Since = None, until: Until = None) -> Json:
        """All of it as a file for a spreadsheet."""
        found = await _entries(rooms, _MOST, None, Search(person, since, until))
        return _csv(Entry._fields, map(_entry_json, found), "record")


async def _entries(rooms: Rooms, limit: int, before: str | None, search: Search) -> Sequence[Entry]:
    async with rooms.database.reading() as connection:
        return await record.entries(connection, limit, before, search)


def _incident_routes(router: APIRouter, rooms: Rooms) -> None:
    @router.get("/audit/incidents", response_model=AuditedPageOut)
    async def incidents(
        key: Annotated[
            Words,
            Query(
                max_length=64,
                description="The id of an incident or of a report, or the number of a line of the "
                "journal",
            ),
        ] = "",
        since: Since = None,
        until: Until = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        after: IncidentId | None = None,
    ) -> Json:
        """Incidents by id, number or time of opening, without where they are."""
        async with rooms.database.reading() as connection:
            found = await look_up(connection, Look(key.strip(), since, until), limit, after)
        following = found[-1].incident_id if len(found) == limit else None
        page = [_audited_json(one) for one in found]
        return json_body({"incidents": page, "next": following})

    @router.get("/audit/incidents/{incident_id}/showings", response_model=ShownToPageOut)
    async def shown(incident_id: IncidentId) -> Json:
        """To whom its place was shown, by name."""
        return json_body({"showings": [*await _showings(rooms, incident_id)]})

    @router.get("/audit/incidents/{incident_id}/showings.csv", response_class=CsvAnswer)
    async def shown_csv(incident_id: IncidentId) -> Json:
        """The same as a file for a spreadsheet."""
        names = (*Key._fields[2:], *Count._fields)
        return _csv(names, await _showings(rooms, incident_id), "showings")

    @router.get("/audit/incidents/{incident_id}/journal.csv", response_class=CsvAnswer)
    async def journal_csv(incident_id: IncidentId) -> Json:
        """Everything that happened to it, as a file for a spreadsheet."""
        async with rooms.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
            lines = await store.read_journal(connection, incident_id)
        if found is None:
            raise NotFound(f"there is no incident {incident_id}")
        read = (
            while_open(line, LEFT_OUT_IN_WORDS) if found.is_live else without_place(line)
            for line in lines
        )
        rows = (line._asdict() | {"at": rfc3339(line.at)} for line in read)
        return _csv(store.Entry._fields, rows, "journal")


async def _showings(rooms: Rooms, incident_id: str) -> list[dict[str, Any]]:
    async with rooms.database.reading() as connection:
        if await store.read_incident(connection, incident_id) is None:
            raise NotFound(f"there is no incident {incident_id}")
    found = await rooms.showings.of("incident", incident_id)
    return [_showing_json(key, count) for key, count in found.items()]


def _showing_json(key: Key, count: Count) -> dict[str, Any]:
    times = {"first_at": rfc3339(count.first_at), "last_at": rfc3339(count.last_at)}
    who = {name: getattr(key, name) for name in Key._fields[2:]}
    return {**who, **times, "times": count.times}


def _audited_json(one: Audited) -> dict[str, Any]:
    times = ("opened_at", "closed_at", "erased_at")
    moments = {name: getattr(one, name) for name in times}
    said = {name: rfc3339(at) if at else None for name, at in moments.items()}
    return one._asdict() | said


def _entry_json(one: Entry) -> dict[str, Any]:
    return one._asdict() | {"at": rfc3339(one.at), "detail": dict(one.detail)}


def _csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]], name: str) -> Json:
    def pieces() -> Iterator[bytes]:
        yield BYTE_ORDER_MARK + row_bytes(names)
        for row in rows:
            yield row_bytes([_cell(row[one]) for one in names])

    return _named(CsvAnswer(in_slices(pieces())), f"{name}.csv")


def _cell(value: object) -> object:
    return orjson.dumps(value).decode() if isinstance(value, Mapping) else value


def _named(answer: Json, name: str) -> Json:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
