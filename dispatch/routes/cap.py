"""Come here for incidents as CAP 1.2 messages, and for the Acks of those who have taken them."""

import hashlib
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import Response

from dispatch import store
from dispatch.cap import MEDIA_TYPE, message
from dispatch.cap_ack import LARGEST, Ack, NotAnAck, Unreadable, read_ack
from dispatch.errors import Problem
from dispatch.fields import IncidentId
from dispatch.incident import Incident, NotFound
from dispatch.push.signature import is_signed
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.incident import IncidentOut
from dispatch.telling import TakenBy
from dispatch.view import incident_json

_MEDIA_TYPES: Final = frozenset({MEDIA_TYPE, "application/xml", "text/xml"})
"""None of them can be sent by a form on somebody else's page."""
_XML: Final[dict[str, Any]] = {
    "schema": {"type": "string", "description": "An alert of CAP 1.2 (OASIS), UTF-8"}
}
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The newest message", "content": {MEDIA_TYPE: _XML}}
}
_BODY: Final = {"requestBody": {"required": True, "content": {MEDIA_TYPE: _XML}}}


def cap_routes(rooms: Rooms) -> APIRouter:
    """The newest message of an incident's chain, and Acks of it."""
    router = APIRouter(prefix="/v1/incidents", tags=["desk"])

    async def find(incident_id: str) -> Incident:
        async with rooms.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
        if found is None:
            raise NotFound(f"there is no incident {incident_id}")
        return found

    @router.get("/{incident_id}.cap", response_class=Response, responses=_ANSWER)
    async def newest(incident_id: IncidentId) -> Response:
        """The newest CAP message about an incident: Alert, Update or Cancel."""
        found = await find(incident_id)
        made = message(found, rooms.cap_sender)
        rooms.showings.incidents_to_asker(found)
        return Response(made, media_type=MEDIA_TYPE)

    @router.post(
        "/{incident_id}.cap",
        response_model=IncidentOut,
        openapi_extra=_BODY,
    )
    async def acknowledged(incident_id: IncidentId, request: Request) -> Json:
        """A receiver has taken a message: an alert with msgType Ack that refers to it."""
        body = await _body(request)
        _check_signature(rooms, request.headers, body)
        found = await find(incident_id)
        newest = found.chain.newest.number if found.chain.newest is not None else 1
        ack = _ack(body, incident_id, newest, rooms.cap_sender)
        event = TakenBy(ack.sender, ack.message)
        after, same = await rooms.desk.move(incident_id, event, ack.sender, _key(ack))
        rooms.showings.incidents_to_target(ack.sender, after)
        return json_body(incident_json(after, same, rooms.seen))

    return router


def _check_signature(rooms: Rooms, headers: Headers, body: bytes) -> None:
    """Whoever has a secret for CAP signs with it; without any, it is a matter of the open desk."""
    if headers.get("content-type", "").partition(";")[0].strip() not in _MEDIA_TYPES:
        raise Problem(415, "Not CAP", f"send it with Content-Type: {MEDIA_TYPE}")
    if rooms.cap_secrets:
        if not is_signed(headers, body, rooms.clock(), rooms.cap_secrets):
            raise Problem(
                401,
                "Not signed",
                "sign it as webhooks are signed (Standard Webhooks), with the secret you share",
                headers={"WWW-Authenticate": "webhook-signature"},
            )
    elif not rooms.doorkeeper.asks_nobody:
        raise Problem(
            401,
            "Not signed",
            "no secret is set for a CAP address: see LAMPLIGHTER_WEBHOOK_SECRETS",
            headers={"WWW-Authenticate": "webhook-signature"},
        )


def _ack(body: bytes, incident_id: str, newest: int, sender: str) -> Ack:
    try:
        return read_ack(body, incident_id, newest, sender)
    except (Unreadable, NotAnAck) as error:
        raise Problem(
            422,
            "Invalid request",
            str(error),
            errors=[{"field": "body", "reason": str(error)}],
        ) from None


def _key(ack: Ack) -> str:
    """The same Ack again is the same key, whatever its length."""
    return "cap:" + hashlib.sha256(f"{ack.sender},{ack.identifier}".encode()).hexdigest()


async def _body(request: Request) -> bytes:
    """Raises Problem as soon as it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Problem(413, "Too large", f"an Ack has at most {LARGEST} bytes")
    return body
