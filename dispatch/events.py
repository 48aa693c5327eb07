"""Come here for what may happen to an incident: one frozen value an event, and its name.

Law: whatever a move says is in its journal line (`told_of`), so that a line tells whether the
same move was made before.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from dispatch.seals import ERASED
from dispatch.spot import Spot
from dispatch.telling import NAMES as TELLINGS
from dispatch.telling import Telling
from lights.choose import Choice
from lights.wire import rfc3339

SceneWish = Literal["blink", "bright", "none"]
Disposition = Literal["genuine", "accidental", "false", "test", "duplicate"]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody at the desk has seen it."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A unit was given the incident; its `jurisdiction` where the district knows it."""

    unit: str
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class SetOut:
    """The unit is on its way."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The unit is there."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Somebody wrote something down."""

    text: str


@dataclass(frozen=True, slots=True)
class Instructed:
    """Somebody at the desk tells the responders what to mind; empty takes it back."""

    text: str


@dataclass(frozen=True, slots=True)
class SceneChanged:
    """An operator wants other light, and for the plan's whole time again."""

    scene: SceneWish


@dataclass(frozen=True, slots=True)
class Linked:
    """A person says that this and another incident are one event in the world."""

    incident_id: str


@dataclass(frozen=True, slots=True)
class Unlinked:
    """They are not, after all."""

    incident_id: str


@dataclass(frozen=True, slots=True)
class Closed:
    """It is over."""

    disposition: Disposition
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    """It was not over."""


@dataclass(frozen=True, slots=True)
class Held:
    """A supervisor wants everything kept as evidence, for a reason and until a day."""

    until: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Released:
    """The evidence is needed no longer."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """Where it was and what was said is destroyed; that it was remains."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The caller is somewhere else now."""

    spot: Spot
    choice: Choice


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The caller says "false alarm"; whoever holds the phone may say so."""


@dataclass(frozen=True, slots=True)
class LampsAnswered:
    """The lamps have been seen, or their time is over; `choice` replaces the silent ones."""

    asked: int
    silent: tuple[str, ...]
    after: timedelta
    choice: Choice | None = None


Event = (
    Acknowledged
    | Assigned
    | SetOut
    | Arrived
    | Noted
    | Instructed
    | SceneChanged
    | Linked
    | Unlinked
    | Closed
    | Reopened
    | Held
    | Released
    | Erased
    | Moved
    | Withdrawn
    | LampsAnswered
    | Telling
)

NAMES: Final[Mapping[type[Event], str]] = {
    Acknowledged: "acknowledged",
    Assigned: "assigned",
    SetOut: "en_route",
    Arrived: "arrived",
    Noted: "noted",
    Instructed: "instructed",
    SceneChanged: "scene_changed",
    Linked: "linked",
    Unlinked: "unlinked",
    Closed: "closed",
    Reopened: "reopened",
    Held: "held",
    Released: "released",
    Erased: ERASED,
    Moved: "moved",
    Withdrawn: "withdrawn",
    LampsAnswered: "lamps_answered",
    **TELLINGS,
}
"""The events' names in the journal and on the feed."""


class KeyUsed(Exception):
    """The idempotency key belongs to another move at this incident."""


def told_of(move: Event) -> tuple[str, str, Mapping[str, Any]]:
    """A move's name, words and other fields, as its line of the journal has them at least."""
    fields = {
        name: rfc3339(value) if isinstance(value, datetime) else value
        for name, value in asdict(move).items()
        if value is not None
    }
    return NAMES[type(move)], fields.pop("text", ""), fields
