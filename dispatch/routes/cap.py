"""Come here for incidents as CAP 1.2 messages, and for the Acks of those who have taken them."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import Response

from dispatch import outbox_rows, store
from dispatch.asker import actor
from dispatch.cap import MEDIA_TYPE, message
from dispatch.cap_ack import LARGEST, Ack, NotAnAck, Unreadable, read_ack
from dispatch.errors import Problem
from dispatch.fields import IncidentId
from dispatch.incident import Incident, NotFound
from dispatch.push.signature import is_signed
from dispatch.routes.rooms import Rooms
from dispatch.telling import TakenBy

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

    async def told(incident_id: str, signers: Sequence[str]) -> tuple[str, Incident]:
        """Who of those who may have signed was told of it; nobody learns of other incidents."""
        async with rooms.database.reading() as connection:
            found = await outbox_rows.told_of(connection, incident_id, signers)
        if not found:
            raise NotFound(f"{signers[0]} was told of no incident {incident_id} within a day")
        return found[0], await find(incident_id)

    @router.post("/{incident_id}.cap", status_code=204, openapi_extra=_BODY)
    async def acknowledged(incident_id: IncidentId, request: Request) -> Response:
        """A receiver has taken a message: an alert with msgType Ack that refers to it.

        Who it is follows from the secret, and it must have been told of this incident. The answer
        says nothing: what there is to know was in the message.
        """
        body = await _body(request)
        signers = _signers(rooms, request.headers, body)
        if signers:
            target, found = await told(incident_id, signers)
        else:
            target, found = actor(), await find(incident_id)
        newest = found.chain.newest.number if found.chain.newest is not None else 1
        ack = _ack(body, incident_id, newest, rooms.cap_sender)
        event = TakenBy(target, ack.message)
        await rooms.desk.move(incident_id, event, target, _key(target, ack))
        return Response(status_code=204)

    return router


def _signers(rooms: Rooms, headers: Headers, body: bytes) -> list[str]:
    """The targets whose secret has signed it; none at the open desk, where no secret is set."""
    if headers.get("content-type", "").partition(";")[0].strip() not in _MEDIA_TYPES:
        raise Problem(415, "Not CAP", f"send it with Content-Type: {MEDIA_TYPE}")
    now, secrets = rooms.clock(), rooms.cap_secrets
    signers = [target for target in secrets if is_signed(headers, body, now, secrets[target])]
    if not signers and (secrets or not rooms.doorkeeper.asks_nobody):
        words = (
            "sign it as webhooks are signed (Standard Webhooks), with the secret you share"
            if secrets
            else "no secret is set for a CAP address: see LAMPLIGHTER_WEBHOOK_SECRETS"
        )
        challenge = {"WWW-Authenticate": "webhook-signature"}
        raise Problem(401, "Not signed", words, headers=challenge)
    return signers


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


def _key(target: str, ack: Ack) -> str:
    """The same Ack again is the same key, whatever its length."""
    name = f"{target},{ack.sender},{ack.identifier}"
    return "cap:" + hashlib.sha256(name.encode()).hexdigest()


async def _body(request: Request) -> bytes:
    """Raises Problem as soon as it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Problem(413, "Too large", f"an Ack has at most {LARGEST} bytes")
    return body
