"""Come here for what may happen to an incident in which state, and what people may do with it now.

Law: the table is all there is. What it does not hold is refused, with the moves that are possible.
"""

from collections.abc import Mapping
from typing import Final

from dispatch.events import (
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Erased,
    Event,
    Held,
    Instructed,
    LampsAnswered,
    Linked,
    Moved,
    Noted,
    Released,
    Reopened,
    SceneChanged,
    SetOut,
    Unlinked,
    Withdrawn,
)
from dispatch.incident import LIVE, Incident, State
from dispatch.telling import NAMES as TELLINGS

_STAYS: Final[Mapping[State, State]] = {state: state for state in LIVE}
_ANYWHERE: Final[Mapping[State, State]] = {**_STAYS, "closed": "closed"}


def _up_to(goal: State, *, again: bool = False) -> Mapping[State, State]:
    """Every state before the goal leads to it; with `again` also the goal itself."""
    reached = LIVE.index(goal) + (1 if again else 0)
    return dict.fromkeys(LIVE[:reached], goal)


TABLE: Final[Mapping[type[Event], Mapping[State, State]]] = {
    Acknowledged: _up_to("acknowledged"),
    Assigned: _up_to("assigned", again=True),
    SetOut: _up_to("en_route"),
    Arrived: _up_to("on_scene"),
    Noted: _ANYWHERE,
    Instructed: _STAYS,
    SceneChanged: _STAYS,
    Linked: _ANYWHERE,
    Unlinked: _ANYWHERE,
    Closed: dict.fromkeys(LIVE, "closed"),
    Reopened: {"closed": "open"},
    Held: _ANYWHERE,
    Released: _ANYWHERE,
    Erased: {"closed": "closed"},
    Moved: _STAYS,
    Withdrawn: _STAYS,
    LampsAnswered: _STAYS,
    **dict.fromkeys(TELLINGS, _ANYWHERE),
}
"""Event by event: from which state into which. What is not here is not allowed."""

MOVES: Final[Mapping[str, type[Event]]] = {
    "acknowledge": Acknowledged,
    "assign": Assigned,
    "en-route": SetOut,
    "arrive": Arrived,
    "note": Noted,
    "scene": SceneChanged,
    "close": Closed,
    "reopen": Reopened,
    "instruct": Instructed,
    "link": Linked,
    "unlink": Unlinked,
    "hold": Held,
    "release": Released,
    "erase": Erased,
}
"""The moves of people at a desk or in a car, by their name on the wire."""


class NotAllowed(Exception):
    """The incident's state does not allow this; `allowed` names the moves that it does."""

    def __init__(self, incident: Incident, why: str) -> None:
        super().__init__(why)
        self.allowed = allowed(incident)


def allowed(incident: Incident) -> list[str]:
    """The moves that are possible now."""
    names = (name for name, event in MOVES.items() if incident.state in TABLE[event])
    return [name for name in names if _makes_sense(incident, name)]


def _makes_sense(incident: Incident, move: str) -> bool:
    """What the table alone cannot say."""
    held, erased = incident.hold_until is not None, incident.erased_at is not None
    match move:
        case "unlink":
            return bool(incident.linked)
        case "release":
            return held
        case "erase":
            return not held and not erased
        case "hold" | "reopen" | "note" | "link":
            return not erased
        case _:
            return True
