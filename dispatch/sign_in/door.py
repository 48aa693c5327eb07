"""Come here for how somebody is known again by what a request carries: cookie, ticket, token."""

import asyncio
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from dispatch.access import OPEN_DESK, Person
from dispatch.sign_in.choice import Way
from dispatch.sign_in.sessions import LASTS, Session, Sessions


class Everybody:
    """Whoever reaches a desk that asks nobody; it never ends."""

    session_id = "everybody"
    must_choose_password = False

    def __init__(self) -> None:
        self.person: Person = OPEN_DESK
        self.ended = asyncio.Event()

    def listens(self, more: int) -> None:
        """Nobody counts."""


class Door:
    """`secure`: browsers reach us over TLS, so that the cookie never travels without it."""

    def __init__(self, way: Way, sessions: Sessions, *, secure: bool) -> None:
        self.way = way
        self.asks_nobody = way == "none"
        self._sessions = sessions
        self._everybody = Everybody()
        self.behind_tls = secure
        # A browser takes a __Host- cookie from this host alone, not from a neighbour of its name.
        self._name = "__Host-lamplighter" if secure else "lamplighter"
        self._trip = f"{self._name}-trip"
        self._wall = f"{self._name}-wall"

    def session(self, headers: Headers) -> Session | None:
        """The session of a request, by its cookie; whoever came another way comes again."""
        token = cookie(headers, self._name)
        found = self._sessions.find(token) if token else None
        return found if found is not None and found.kept.way == self.way else None

    def visit(self, headers: Headers) -> Session | Everybody | None:
        """Who it is that sends a request."""
        return self._everybody if self.asks_nobody else self.session(headers)

    def visit_of_ticket(self, ticket: str) -> Session | Everybody | None:
        """Who it is that opens a feed."""
        return self._everybody if self.asks_nobody else self._sessions.take_ticket(ticket)

    def app(self, headers: Headers) -> str | None:
        """The city app whose server sends a request."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return self._sessions.app(token.strip()) if scheme.lower() == "bearer" else None

    def give(self, answer: Response, token: str) -> None:
        """Let the browser keep a session."""
        self._set(answer, self._name, token, int(LASTS.total_seconds()))

    def take_back(self, answer: Response) -> None:
        """Let the browser forget it."""
        self._set(answer, self._name, "", 0)

    def mark(self, answer: Response, mark: str) -> None:
        """Let the browser keep that somebody has signed in from it, for a year."""
        self._set(answer, _DEVICE, mark, 365 * 86_400, path="/v1/sign-in")

    def marked(self, headers: Headers) -> str | None:
        """That mark."""
        return cookie(headers, _DEVICE)

    def keep_trip(self, answer: Response, kept: str, seconds: int) -> None:
        """Let the browser keep its way to the provider and back; 0 seconds: forget it."""
        self._set(answer, self._trip, kept, seconds)

    def trip(self, headers: Headers) -> str:
        """That way."""
        return cookie(headers, self._trip) or ""

    def keep_wall(self, answer: Response, kept: str, seconds: int) -> None:
        """Let a wall display keep the code that it shows, sealed; 0 seconds: forget it."""
        self._set(answer, self._wall, kept, seconds)

    def wall(self, headers: Headers) -> str:
        """That code, sealed."""
        return cookie(headers, self._wall) or ""

    def _set(self, answer: Response, name: str, value: str, age: int, path: str = "/") -> None:
        answer.set_cookie(
            *(name, value, age), path=path, secure=self.behind_tls, httponly=True, samesite="lax"
        )


_DEVICE: Final = "lamplighter_device"


def cookie(headers: Headers, name: str) -> str | None:
    """A cookie of a request."""
    for one in headers.getlist("cookie"):
        try:
            found = SimpleCookie(one).get(name)
        except CookieError:
            continue
        if found is not None and found.value:
            return found.value
    return None
