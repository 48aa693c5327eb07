"""Come here for signing in with the district's account over HTTP: off to its provider, and back."""

import logging
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.routes.rooms import Rooms
from dispatch.sign_in import trip as trips
from dispatch.sign_in.claims import person_of
from dispatch.sign_in.keys import new_token
from dispatch.sign_in.provider import NotSignedIn, Provider, Trouble
from dispatch.sign_in.trip import Trip

log = logging.getLogger(__name__)

_SEE_OTHER: Final = 303
_REFUSALS: Final = frozenset({"temporarily_unavailable", "server_error"})
"""What a provider says that is down behind its own door (RFC 6749, 4.1.2.1)."""
Said = Annotated[str, Query(max_length=4_000)]


def provider_routes(rooms: Rooms) -> APIRouter:
    """Two addresses that a browser opens: the first leads away, the second is led to."""
    router = APIRouter(prefix="/v1/sign-in/oidc", include_in_schema=False)
    door, sessions, clock = rooms.doorkeeper, rooms.sessions, rooms.clock
    secret = rooms.accounts.secret

    @router.get("")
    async def begin(then: Said = "/") -> Response:
        """Off to the provider."""
        trip = trips.set_out(secret(), new_token(), then, clock())
        try:
            answer = _to(await _provider(rooms).address(trip))
        except NotSignedIn as problem:
            return _in_vain(problem, trip.then)
        door.keep_trip(answer, trip.kept, int(trips.LASTS.total_seconds()))
        return answer

    @router.get("/callback")
    async def arrive(
        request: Request, state: Said = "", code: Said = "", error: Said = "", iss: Said = ""
    ) -> Response:
        """Back from it; the session that the browser had before is over."""
        provider = _provider(rooms)
        trip = trips.arrive(secret(), door.trip(request.headers), state, clock())
        try:
            _check(provider, trip, error, iss)
            assert trip is not None  # noqa: S101 - for mypy: checked
            person = person_of(await provider.claims(code, trip), provider.choice)
            if not person.roles:
                raise NotSignedIn("not_yours", f"{person.name} has no role")
        except NotSignedIn as problem:
            return _in_vain(problem, trip.then if trip else "/")
        before = door.session(request.headers)
        token, _ = await sessions.open(person, "oidc", asker().source)
        if before is not None:
            await sessions.end(before)
        answer = _to(trip.then)
        door.keep_trip(answer, "", 0)
        door.give(answer, token)
        return answer

    return router


def _provider(rooms: Rooms) -> Provider:
    if rooms.provider is None:
        way = rooms.doorkeeper.way
        raise Problem(409, "Not that way", f"one signs in here by {way!r}")
    return rooms.provider


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
    log.warning("a sign-in was refused, from %s: %s", asker().source, problem)
    return _to(f"/sign-in?{urlencode({'trouble': problem.trouble, 'then': then})}")


def _to(address: str) -> Response:
    return RedirectResponse(address, _SEE_OTHER, {"Cache-Control": "no-store"})
