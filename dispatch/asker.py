"""Come here for who is asking in the call at hand: `dispatch/guard.py` says it, routes read it."""

from contextvars import ContextVar
from dataclasses import dataclass

from dispatch.access import OPEN_DESK, Person


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks (None: a caller, a city app or nobody we know), and for what action."""

    person: Person | None
    action: str
    app: str | None = None
    """The city app that reports, by its name."""
    source: str = ""
    """The network address that the call comes from."""


_NOBODY = Asker(None, "")
_asking: ContextVar[Asker] = ContextVar("asker", default=_NOBODY)


def set_asker(asker: Asker) -> None:
    """For the rest of this call."""
    _asking.set(asker)


def asker() -> Asker:
    """Who is asking."""
    return _asking.get()


def actor() -> str:
    """How the journal names them."""
    asking = _asking.get()
    return (asking.person or OPEN_DESK).actor(asking.action)
