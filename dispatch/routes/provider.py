"""Come here for signing in with the district's account over HTTP: off to its provider, and back."""

import logging
from typing import Annotated, Final
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.pages import landing
from dispatch.routes.let_in import let_in, provider_of
from dispatch.routes.rooms import Rooms
from dispatch.sign_in import trip as trips
from dispatch.sign_in.belief import NotSignedIn, Trouble
from dispatch.sign_in.keys import new_token
from dispatch.sign_in.provider import Provider
from dispatch.sign_in.rechecks import whom
from dispatch.sign_in.record import PROVIDER
from dispatch.sign_in.trip import Trip

log = logging.getLogger(__name__)

_SEE_OTHER: Final = 303
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_LONGEST_FAREWELL: Final = 20_000
"""Ten times a token with a long key."""
_REFUSALS: Final = frozenset({"temporarily_unavailable", "server_error"})
"""What a provider says that is down behind its own door (RFC 6749, 4.1.2.1)."""
_FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["logout_token"],
                    "properties": {"logout_token": {"type": "string"}},
                }
            }
        },
    }
}
Said = Annotated[str, Query(max_length=4_000)]


def provider_routes(rooms: Rooms) -> APIRouter:
    """Two addresses that a browser opens, one away and one back; and the provider's own."""
    router = APIRouter(prefix="/v1/sign-in/oidc", tags=["sign-in"])
    door, clock = rooms.doorkeeper, rooms.clock
    secret = rooms.accounts.secret

    @router.get("", status_code=_SEE_OTHER, response_class=RedirectResponse)
    async def begin(then: Said = "/") -> Response:
        """Off to the provider."""
        trip = trips.set_out(secret(), new_token(), then, clock())
        try:
            answer = _to(await provider_of(rooms).address(trip))
        except NotSignedIn as problem:
            return _in_vain(problem, trip.then)
        door.keep_trip(answer, trip.kept, int(trips.LASTS.total_seconds()))
        return answer

    @router.get("/callback", status_code=_SEE_OTHER, response_class=RedirectResponse)
    async def arrive(
        request: Request, state: Said = "", code: Said = "", error: Said = "", iss: Said = ""
    ) -> Response:
        """Back from it; the session that the browser had before is over."""
        provider = provider_of(rooms)
        trip = trips.arrive(secret(), door.trip(request.headers), state, clock())
        try:
            _check(provider, trip, error, iss)
            assert trip is not None  # noqa: S101 - for mypy: checked
            arrival = await provider.arrived(code, trip)
            answer = _to(trip.then)
            session = await let_in(rooms, arrival, request.headers, answer)
            there = landing(trip.then, session.person.roles, rooms.screens)
            answer.headers["location"] = _to(there).headers["location"]
        except NotSignedIn as problem:
            return _in_vain(problem, trip.then if trip else "/")
        door.keep_trip(answer, "", 0)
        return answer

    @router.post("/farewell", response_class=Response, openapi_extra=_FORM)
    async def farewell(request: Request) -> Response:
        """The provider says that somebody is out (OpenID Connect Back-Channel Logout 1.0)."""
        provider = provider_of(rooms)
        try:
            said = await provider.farewell(await _logout_token(request))
        except NotSignedIn as problem:
            words = "a farewell was not believed, from %s: %s"
            log.warning(words, asker().source, problem, extra={"stranger": True})
            status = 503 if problem.trouble == "provider_down" else 400
            raise Problem(
                status, "Not believed", "that is no logout token of our provider's"
            ) from None
        out = whom(said, rooms.sessions.all())
        await rooms.sessions.end_all(out, "signed_out", PROVIDER)
        return Response(headers=dict(_NOT_KEPT))

    return router


async def _logout_token(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FAREWELL:
            raise NotSignedIn("not_believed", "it is too long")
    said = parse_qs(body.decode("latin-1")).get("logout_token", [])
    return said[0] if len(said) == 1 else ""


def _check(provider: Provider, trip: Trip | None, error: str, issuer: str) -> None:
    if trip is None:
        raise NotSignedIn("begin_again", "it was not begun in this browser, or too long ago")
    if issuer and issuer != provider.choice.issuer:
        raise NotSignedIn("not_believed", "another provider has answered")  # RFC 9207
    if error:
        down: Trouble = "provider_down" if error in _REFUSALS else "provider_refused"
        raise NotSignedIn(down, "it has let nobody in")


def _in_vain(problem: NotSignedIn, then: str) -> Response:
    """It is a person who looks at the answer: the sign-in page has the words."""
    words = "a sign-in was refused, from %s: %s"
    log.warning(words, asker().source, problem, extra={"stranger": True})
    return _to(f"/sign-in?{urlencode({'trouble': problem.trouble, 'then': then})}")


def _to(address: str) -> Response:
    return RedirectResponse(address, _SEE_OTHER, dict(_NOT_KEPT))
