"""Come here for how the table of `dispatch/access.py` is enforced: every request passes here.

Law: what a route does is done after this has let the request pass, and nothing else lets it pass.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.access import FRAMES, NARROWED, OF_NOBODY, ROUTES, Person, allows, frames_for
from dispatch.actions import Actions, Match
from dispatch.asker import Asker, set_asker
from dispatch.bodies import largest, whole
from dispatch.errors import Problem, not_signed_in
from dispatch.headers import Policy
from dispatch.log_lines import concerns

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY_VIOLATION: Final = 1008
_PAGE_HEADER: Final = "x-lamplighter"
"""A form on somebody else's page cannot send a header of its own."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Visit(Protocol):
    """Somebody who is signed in, for as long as that lasts."""

    @property
    def person(self) -> Person:
        """Who it is."""

    @property
    def ended(self) -> asyncio.Event:
        """Set when they are signed out, or may do something else than when they came."""

    def listens(self, more: int) -> None:
        """A feed of theirs was opened (1) or has ended (-1)."""


class Doorkeeper(Protocol):
    """Who knows people and apps by what they carry."""

    def visit(self, headers: Headers) -> Visit | None:
        """Of a request, by its cookie."""

    def visit_of_ticket(self, ticket: str) -> Visit | None:
        """Of the feed, by a ticket, which is good once."""

    def app(self, headers: Headers) -> str | None:
        """The city app that has sent a request, by its token."""

    @property
    def behind_tls(self) -> bool:
        """Browsers reach us over TLS alone."""

    @property
    def asks_nobody(self) -> bool:
        """Everybody who reaches us is at the desk, on this machine alone."""


class Guard:
    """`jurisdictions_of` awaits whose police may see an incident."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        actions: Actions,
        doorkeeper: Doorkeeper,
        jurisdictions_of: Callable[[str], Awaitable[frozenset[str]]],
        policy: Policy,
    ) -> None:
        self._app = app
        self._actions = actions
        self._keeper = doorkeeper
        self._jurisdictions_of = jurisdictions_of
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["type"] == "http":
                match = self._actions.match(scope["method"], scope["path"])
                send = self._policy.telling(send, secret=_is_secret(scope["path"], match))
                visit = await self._request(scope, match)
                most = largest(match.action if match is not None else None)
                with_body = await whole(scope, receive, most)
                if visit is not None and visit.ended.is_set():
                    raise not_signed_in()  # it was taken away while they were still talking
                if with_body is not None:
                    await self._app(scope, with_body, send)
            elif scope["type"] == "websocket":
                await self._feed(scope, receive, send)
        except Problem as problem:
            if scope["type"] == "websocket":
                await _refuse(send, problem)
            else:
                await problem.response()(scope, receive, send)

    # ---- requests

    async def _request(self, scope: Scope, match: Match | None) -> Visit | None:
        """Whose right it is done by, where it is somebody's who is signed in. Raises Problem."""
        headers = Headers(scope=scope)
        if match is None:
            if not self._actions.knows(scope["path"]):
                raise Problem(404, "Not found", f"there is nothing at {scope['path'][:200]}")
            return None  # 405 is the router's to say
        who = ROUTES[match.action]
        visit = self._keeper.visit(headers)
        person = visit.person if visit is not None else None
        app = self._keeper.app(headers)
        set_asker(Asker(person, match.action, app, _source(scope)))
        concerns(match.names.get("incident_id", ""))
        if "anybody" in who or "caller" in who:
            return None  # the caller's token is the route's to look at: it knows of which report
        self._check_host(headers)
        if scope["method"] not in _READS:
            self._check_page(headers, by_cookie=visit is not None)
        if "visitor" in who:
            return None
        await self._check(match, person, scope)
        return visit

    async def _check(self, match: Match, person: Person | None, scope: Scope) -> None:
        if person is None:
            raise not_signed_in()
        if not allows(match.action, person.roles):
            raise _forbidden(f"{_said(person)} may not do this")
        if person.only_as_police(match.action):
            await self._keep_to_own(match, person, scope)

    def _check_page(self, headers: Headers, *, by_cookie: bool) -> None:
        """A write must come from a page of ours: what a browser adds cannot be forged by a page."""
        site = headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") or not self._is_own(headers):
            raise _forbidden("this was sent by a page of another site")
        if by_cookie and not self._keeper.asks_nobody and _PAGE_HEADER not in headers:
            raise _forbidden("send the header X-Lamplighter: 1 with whatever writes")

    def _check_host(self, headers: Headers) -> None:
        """A desk that asks nobody is open under this machine's own names alone, to read as well.

        Whoever owns another name can let it lead here: their page would be of our site.
        """
        if self._keeper.asks_nobody and _named(headers.get("host", "")) not in _LOOPBACK:
            raise _forbidden(
                "this desk asks nobody to sign in, and opens under 127.0.0.1 and localhost alone"
            )

    def _is_own(self, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if origin is None:
            return True
        try:
            said = urlsplit(origin)
        except ValueError:
            return False
        # What came over http may have been written by whoever is on the way.
        is_safe = said.scheme == "https" or not self._keeper.behind_tls
        return is_safe and said.netloc.lower() == host.lower()

    async def _keep_to_own(self, match: Match, person: Person, scope: Scope) -> None:
        incident_id = match.names.get("incident_id")
        if incident_id is not None:
            if person.jurisdictions.isdisjoint(await self._jurisdictions_of(incident_id)):
                raise _forbidden(f"it is not in {_listed(person)}")
        elif match.action in NARROWED:
            _narrow(scope, person)

    # ---- the feed

    async def _feed(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = self._actions.match("WS", scope["path"])
        headers = Headers(scope=scope)
        if match is not None and "caller" in ROUTES[match.action]:
            await self._app(scope, receive, send)  # a phone says its token to the route
            return
        self._check_host(headers)
        if match is None or not self._is_own(headers):
            raise _forbidden("the feed is for pages of this server")
        ticket = _query(scope).get("ticket", "")
        keeper = self._keeper
        visit = keeper.visit(headers) if keeper.asks_nobody else keeper.visit_of_ticket(ticket)
        await self._check(match, visit.person if visit is not None else None, scope)
        assert visit is not None  # noqa: S101 - for mypy: _check has refused
        person = _as_whom(visit.person, scope)
        set_asker(Asker(person, match.action, None, _source(scope)))
        kinds = frames_for(person.roles)
        told = send if kinds == frozenset(FRAMES) else _only(kinds, send)
        visit.listens(1)
        try:
            await _until(visit.ended, self._app(scope, receive, told), told)
        finally:
            visit.listens(-1)


def _is_secret(path: str, match: Match | None) -> bool:
    """All but what is the same for everybody; refusals too, for they name what was asked."""
    return path.startswith("/v1/") and (match is None or match.action not in OF_NOBODY)


async def _until(ended: asyncio.Event, talk: Any, send: Send) -> None:
    """Talk until the client goes, or until it may not listen any more."""
    talking = asyncio.ensure_future(talk)
    end = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait((talking, end), return_when=asyncio.FIRST_COMPLETED)
        if not talking.done():
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
            goodbye = {"code": _POLICY_VIOLATION, "reason": "sign in again"}
            await send({"type": "websocket.close", **goodbye})
        else:
            talking.result()
    finally:
        talking.cancel()
        end.cancel()


def _only(kinds: frozenset[str], send: Send) -> Send:
    """Hand on frames of these kinds, and swallow the others."""

    async def hand_on(message: Message) -> None:
        if message["type"] != "websocket.send" or _kind(message) in kinds:
            await send(message)

    return hand_on


def _kind(message: Message) -> str:
    kind: str = orjson.loads(message["text"])["type"]
    return kind


async def _refuse(send: Send, problem: Problem) -> None:
    """Before a WebSocket is open, closing it is answered with 403."""
    reason = str(problem.body["detail"])[:120]
    await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})


def _narrow(scope: MutableMapping[str, Any], person: Person) -> None:
    """Police who have one jurisdiction need not say it; who has several says which."""
    query = _query(scope)
    asked = query.get("jurisdiction")
    if asked is None and len(person.jurisdictions) == 1:
        query["jurisdiction"] = next(iter(person.jurisdictions))
        scope["query_string"] = urlencode(query).encode()
    elif asked not in person.jurisdictions:
        raise _forbidden(f"say ?jurisdiction= with one of {_listed(person)}")


def _as_whom(person: Person, scope: MutableMapping[str, Any]) -> Person:
    """Who listens to a feed: police who are of the crew too, and do not say which of several
    jurisdictions they come for, come as the crew, which is told of no people."""
    if person.kept_to(FRAMES["incident"]) is None:
        return person
    if "jurisdiction" not in _query(scope) and len(person.jurisdictions) != 1:
        return person.unless_police()
    _narrow(scope, person)
    return person


def _query(scope: MutableMapping[str, Any]) -> dict[str, str]:
    text = scope["query_string"].decode("latin-1")
    return {name: said[-1] for name, said in parse_qs(text, keep_blank_values=True).items()}


def _named(host: str) -> str | None:
    """The name of a host without its port; None where it is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _source(scope: Scope) -> str:
    return str((scope.get("client") or ("",))[0])


def _said(person: Person) -> str:
    return f"{person.name} ({', '.join(sorted(person.roles)) or 'no role'})"


def _listed(person: Person) -> str:
    return ", ".join(sorted(person.jurisdictions)) or "any jurisdiction of yours"


def _forbidden(words: str) -> Problem:
    return Problem(403, "Not yours to do", words)
