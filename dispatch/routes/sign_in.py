"""Come here for signing in and out over HTTP, and for the feed's tickets."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import Response

from dispatch.access import Person
from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.pages import pages_of
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.sign_in import MeOut, PasswordIn, SignedOutOut, SignInIn, TicketOut, WayOut
from dispatch.sign_in.door import Everybody
from dispatch.sign_in.keys import device_mark, new_token
from dispatch.sign_in.sessions import Session
from lights.wire import rfc3339

_NOT_KEPT: Final = {"Cache-Control": "no-store"}


def sign_in_routes(rooms: Rooms) -> APIRouter:
    """What the sign-in page asks, and every page of itself."""
    router = APIRouter(prefix="/v1", tags=["sign-in"])
    door, accounts, sessions = rooms.doorkeeper, rooms.accounts, rooms.sessions

    @router.get("/sign-in", response_model=WayOut)
    async def ways() -> Json:
        """How one signs in here."""
        return _fresh(json_body({"way": door.way}))

    @router.post("/sign-in", response_model=MeOut)
    async def sign_in(body: SignInIn, request: Request) -> Json:
        """With a local account; the session that the browser had before is over."""
        if door.way != "local":
            raise Problem(409, "Not that way", f"one signs in here by {door.way!r}")
        before = door.session(request.headers)
        mark = door.marked(request.headers)
        source = asker().source
        token, session = await accounts.sign_in(body.name, body.password, source, mark)
        if before is not None:
            await sessions.end(before, "signed_out")
        answer = _here(session, rooms.screens)
        door.give(answer, token)
        door.mark(answer, device_mark(accounts.secret(), session.person.name, new_token()))
        return answer

    @router.post("/sign-out", response_model=SignedOutOut)
    async def sign_out(request: Request) -> Json:
        """Whoever it was, nobody is no mistake; `provider`: where the page goes to be out there."""
        session = door.session(request.headers)
        if session is not None:
            await sessions.end(session, "signed_out")
        ask = session is not None and rooms.provider is not None
        way_out = await rooms.provider.way_out() if ask and rooms.provider else None
        answer = _fresh(json_body({"provider": way_out}))
        door.take_back(answer)
        return answer

    return router


def own_routes(rooms: Rooms) -> APIRouter:
    """What whoever is signed in asks for themselves."""
    router = APIRouter(prefix="/v1", tags=["sign-in"])
    door, accounts, sessions = rooms.doorkeeper, rooms.accounts, rooms.sessions

    @router.get("/me", response_model=MeOut)
    async def me(request: Request) -> Json:
        """Who is signed in, and what they may be."""
        return _here(_visit(request.headers), rooms.screens)

    @router.post("/me/password", response_model=MeOut)
    async def choose_password(body: PasswordIn, request: Request) -> Json:
        """A password of one's own; every other session is over."""
        session = door.session(request.headers)
        if session is None or session.kept.way != "local":
            raise Problem(409, "No password here", "there is no local account to change")
        token, session = await accounts.choose_password(
            session, body.password, body.new_password, asker().source
        )
        answer = _here(session, rooms.screens)
        door.give(answer, token)
        return answer

    @router.post("/feed/ticket", response_model=TicketOut)
    async def ticket(request: Request) -> Json:
        """A word that opens one feed within seconds."""
        visit = _visit(request.headers)
        if isinstance(visit, Everybody):
            return _fresh(json_body({"ticket": None, "ends_at": None}))
        word, end = sessions.ticket(visit)
        return _fresh(json_body({"ticket": word, "ends_at": rfc3339(end)}))

    def _visit(headers: Headers) -> Session | Everybody:
        visit = door.visit(headers)
        assert visit is not None  # noqa: S101 - the guard has refused
        return visit

    return router


def person_json(person: Person) -> dict[str, Any]:
    """A person as pages see them."""
    return {
        "name": person.name,
        "roles": sorted(person.roles),
        "jurisdictions": sorted(person.jurisdictions),
    }


def here_json(visit: Session | Everybody, screens: Path) -> dict[str, Any]:
    """Whoever is signed in, as pages see them, and which of the pages are theirs."""
    ends_at = rfc3339(visit.kept.ends_at) if isinstance(visit, Session) else None
    choose = visit.must_choose_password
    pages = pages_of(visit.person.roles, screens)
    return {
        **person_json(visit.person),
        "must_choose_password": choose,
        "ends_at": ends_at,
        "pages": pages,
        "home": pages[0] if pages else None,
    }


def _here(visit: Session | Everybody, screens: Path) -> Response:
    return _fresh(json_body(here_json(visit, screens)))


def _fresh(answer: Response) -> Response:
    answer.headers.update(_NOT_KEPT)
    return answer
