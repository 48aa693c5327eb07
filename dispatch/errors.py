"""Come here for how an exception becomes an answer: one table, RFC 9457 problem documents."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dispatch.events import KeyUsed
from dispatch.four_eyes import NotAlone
from dispatch.imports import InventoryChanged
from dispatch.incident import NotFound
from dispatch.letters import AlreadyTaken
from dispatch.moves import NotAllowed
from dispatch.outages import TROUBLES, Unavailable, is_outage
from dispatch.report import OtherPhone
from dispatch.walk_life import NotPossible
from lights.tables import UnreadableFile
from lights.wire import rfc3339

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Exception):
    """A refusal in words, with its status."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.body: dict[str, Any] = {
            "type": f"urn:lamplighter:problem:{title.lower().replace(' ', '-')}",
            "title": title,
            "status": status,
            "detail": detail,
            **({"errors": list(errors)} if errors else {}),
            **more,
        }

    def response(self) -> Response:
        """The answer."""
        return Response(
            orjson.dumps(self.body), self.status, dict(self.headers or {}), media_type=MEDIA_TYPE
        )


def _not_allowed(error: NotAllowed) -> Problem:
    return Problem(409, "Not allowed now", str(error), allowed=error.allowed)


def _not_alone(error: NotAlone) -> Problem:
    after = rfc3339(error.alone_after)
    return Problem(409, "Another person needed", str(error), alone_after=after)


def _key_used(error: KeyUsed) -> Problem:
    return Problem(409, "Key used", str(error))


def _other_phone(error: OtherPhone) -> Problem:
    return Problem(409, "Another phone's", str(error))


def _already_taken(error: AlreadyTaken) -> Problem:
    return Problem(409, "Already taken", str(error))


def not_possible(error: NotPossible) -> Problem:
    """The state of a walk does not allow what its walker wants."""
    return Problem(409, "Not allowed now", str(error), possible=error.possible)


def not_signed_in() -> Problem:
    """Only for whoever is signed in."""
    return Problem(
        401,
        "Sign in",
        "nobody is signed in, or no longer: sign in at /sign-in",
        headers={"WWW-Authenticate": 'Lamplighter sign_in="/sign-in"'},
    )


def _not_found(error: NotFound) -> Problem:
    return Problem(404, "Not found", str(error))


def _unreadable(error: UnreadableFile) -> Problem:
    return Problem(422, "Unreadable file", str(error))


def _changed_since(error: InventoryChanged) -> Problem:
    return Problem(409, "Changed since the preview", str(error))


def _unavailable(_error: Exception) -> Problem:
    return Problem(
        503,
        "Not available",
        "the database does not answer, so it is not certain that this was taken: send it again",
        headers={"Retry-After": "1"},
    )


def _http(error: HTTPException) -> Problem:
    return Problem(error.status_code, "Refused", str(error.detail), headers=error.headers)


def _invalid(error: RequestValidationError) -> Problem:
    errors = [
        {"field": _field(one), "reason": one["msg"].removeprefix("Value error, ")}
        for one in error.errors()
    ]
    what = "; ".join(f"{one['field']}: {one['reason']}" for one in errors[:3])
    return Problem(422, "Invalid request", what, errors=errors)


def _field(error: Mapping[str, Any]) -> str:
    """`body.position.lon` as `position.lon`; the whole body, such as no JSON at all, as `body`."""
    location = error["loc"][:1] if error["type"] == "json_invalid" else error["loc"]
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _ours(error: Exception) -> Problem:
    if is_outage(error):
        return _unavailable(error)
    log.error("a fault of ours", exc_info=error)
    return Problem(500, "Our fault", "something broke here; it has been logged. Try again.")


TABLE: Final[Mapping[type[Exception], Any]] = {
    Problem: lambda problem: problem,
    NotAllowed: _not_allowed,
    NotAlone: _not_alone,
    KeyUsed: _key_used,
    OtherPhone: _other_phone,
    AlreadyTaken: _already_taken,
    NotPossible: not_possible,
    NotFound: _not_found,
    UnreadableFile: _unreadable,
    InventoryChanged: _changed_since,
    Unavailable: _unavailable,
    HTTPException: _http,
    RequestValidationError: _invalid,
    **dict.fromkeys(TROUBLES, _ours),  # named, or the server would log each as a crash
    Exception: _ours,
}


def install(app: FastAPI) -> None:
    """Make the table the application's answer to exceptions."""
    for kind, problem_of in TABLE.items():

        async def answer(_: Request, error: Exception, problem_of: Any = problem_of) -> Response:
            problem: Problem = problem_of(error)
            return problem.response()

        app.add_exception_handler(kind, answer)
