"""Come here for how a wall display without a keyboard comes in: somebody types its code elsewhere.

The device flow of RFC 8628. The display's browser keeps the provider's word sealed, so that nobody
else can come in with it and nothing has to be remembered here but when it may ask again.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.flood import source_of
from dispatch.replies import json_body
from dispatch.routes.let_in import let_in, provider_of
from dispatch.routes.rooms import Rooms
from dispatch.routes.sign_in import here_json
from dispatch.schemas.sign_in import WallAnswerOut, WallOut
from dispatch.sign_in.belief import NotSignedIn, Trouble
from dispatch.sign_in.keys import digest
from dispatch.sign_in.provider_wire import WallCode
from dispatch.sign_in.throttle import Throttle, Try
from lights.wire import rfc3339

log = logging.getLogger(__name__)

_PURPOSE: Final = "wall"
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_STATUS: Final[dict[Trouble, int]] = {"provider_down": 503, "not_yours": 403}
"""Of a refusal; what is not named here is 409."""
_MOST_WAITING: Final = 1_000


class _Pace:
    """When each display may ask the provider again; who asks earlier is told to wait."""

    def __init__(self) -> None:
        self._next: dict[str, datetime] = {}

    def may_ask(self, code: str, interval: timedelta, now: datetime) -> bool:
        key = digest(code)
        if now < self._next.get(key, now):
            return False
        self._next.pop(key, None)
        while len(self._next) >= _MOST_WAITING:
            self._next.pop(next(iter(self._next)))
        self._next[key] = now + interval
        return True


def wall_routes(rooms: Rooms) -> APIRouter:
    """A code to show, and asking whether somebody has typed it."""
    router = APIRouter(prefix="/v1/sign-in/oidc/wall", tags=["sign-in"])
    door, clock, vault = rooms.doorkeeper, rooms.clock, rooms.vault
    throttle, pace = Throttle(), _Pace()

    @router.post("", response_model=WallOut)
    async def begin() -> Response:
        """A code for this browser; somebody types it at the provider, with any other device."""
        provider = provider_of(rooms)
        _check_flood(throttle, clock())
        try:
            code = await provider.wall_code()
        except NotSignedIn as problem:
            raise _refusal(problem) from None
        answer = json_body(_shown(code, clock()))
        answer.headers.update(_NOT_KEPT)
        kept = json.dumps([code.device_code, code.interval])
        door.keep_wall(answer, vault.seal(_PURPOSE, kept), code.expires_in)
        return answer

    @router.post("/answer", response_model=WallAnswerOut)
    async def ask(request: Request) -> Response:
        """Whether somebody has; then this browser is signed in as they are."""
        provider = provider_of(rooms)
        kept = vault.open(_PURPOSE, door.wall(request.headers))
        if kept is None:
            raise Problem(409, "Begin again", "this browser shows no code", trouble="begin_again")
        code, interval = json.loads(kept)
        if not pace.may_ask(code, timedelta(seconds=interval), clock()):
            return _waiting()
        try:
            arrival = await provider.arrived_elsewhere(code)
            if arrival is None:
                return _waiting()
            answer = Response(media_type="application/json")
            session = await let_in(rooms, arrival, request.headers, answer)
        except NotSignedIn as problem:
            raise _refusal(problem) from None
        door.keep_wall(answer, "", 0)
        return _with_body(answer, {"state": "here", "me": here_json(session, rooms.screens)})

    return router


def _check_flood(throttle: Throttle, now: datetime) -> None:
    """Strangers must not make us ask the provider for codes without end."""
    source = asker().source
    one = Try("a wall display", source_of(source) or source)
    wait = throttle.wait(one, now)
    if wait > timedelta(0):
        seconds = str(max(1, round(wait.total_seconds() + 0.5)))
        words = f"wait {seconds} seconds, then try again"
        raise Problem(429, "Too many tries", words, headers={"Retry-After": seconds})
    throttle.charge(one, now)


def _shown(code: WallCode, now: datetime) -> dict[str, Any]:
    return {
        "user_code": code.user_code,
        "verification_uri": code.verification_uri,
        "verification_uri_complete": code.verification_uri_complete,
        "interval_s": code.interval,
        "ends_at": rfc3339(now + timedelta(seconds=code.expires_in)),
    }


def _waiting() -> Response:
    answer = json_body({"state": "waiting", "me": None})
    answer.headers.update(_NOT_KEPT)
    return answer


def _with_body(answer: Response, body: dict[str, Any]) -> Response:
    """The cookies are in the answer's headers already."""
    whole = json_body(body)
    whole.headers.update(_NOT_KEPT)
    for cookie in answer.headers.getlist("set-cookie"):
        whole.headers.append("set-cookie", cookie)
    return whole


def _refusal(problem: NotSignedIn) -> Problem:
    words = "a wall display was refused, from %s: %s"
    log.warning(words, asker().source, problem, extra={"stranger": True})
    status = _STATUS.get(problem.trouble, 409)
    return Problem(status, "Not signed in", _WORDS[problem.trouble], trouble=problem.trouble)


_WORDS: Final[dict[Trouble, str]] = {
    "provider_down": "the district's provider does not answer",
    "provider_refused": "the district's provider lets this display in no more: begin again",
    "not_believed": "what the district's provider answered could not be verified",
    "not_yours": "whoever typed the code has no role here",
    "begin_again": "this browser shows no code",
}
