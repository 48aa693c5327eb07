"""Come here for a desk that asks nobody to sign in: one machine, one room, a demonstration."""

import asyncio

from starlette.datastructures import Headers

from dispatch.access import OPEN_DESK, Person


class _Everybody:
    """Whoever reaches us; it never ends."""

    def __init__(self) -> None:
        self.person: Person = OPEN_DESK
        self.ended = asyncio.Event()


class OpenDoor:
    """A doorkeeper who knows nobody and lets everybody at the desk."""

    asks_nobody = True

    def __init__(self) -> None:
        self._everybody = _Everybody()

    def visit(self, headers: Headers) -> _Everybody:
        """The desk's own."""
        return self._everybody

    def visit_of_ticket(self, ticket: str) -> _Everybody:
        """The desk's own."""
        return self._everybody

    def app(self, headers: Headers) -> str | None:
        """No app is known."""
        return None
