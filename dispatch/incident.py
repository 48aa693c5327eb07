"""Come here for what an incident is: one cry for help and everything people have made of it.

What may happen to it is in `moves.py`, what becomes of it then in `life.py`, the light that it
wants in `incident_light.py`, and how long it is kept in `keeping.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from dispatch.chain import NOT_SAID, Chain
from dispatch.events import (
    Disposition,
    SceneWish,
)
from dispatch.report import Report
from dispatch.spot import Spot
from dispatch.telling import Untold
from lights.choose import Chosen, Shortfall

State = Literal["open", "acknowledged", "assigned", "en_route", "on_scene", "closed"]
LIVE: Final[tuple[State, ...]] = get_args(State)[:-1]


@dataclass(frozen=True, slots=True)
class Incident:
    """One cry for help and everything that people have made of it."""

    incident_id: str
    report: Report
    opened_at: datetime
    updated_at: datetime
    spot: Spot
    lamps: tuple[Chosen, ...] = ()
    shortfall: Shortfall | None = None
    state: State = "open"
    scene: SceneWish = "blink"
    withdrawn: bool = False
    daylight: bool = False
    escalation: int = 0
    unit: str | None = None
    responding: tuple[str, ...] = ()
    instructions: str = ""
    linked: tuple[str, ...] = ()
    disposition: Disposition | None = None
    closed_at: datetime | None = None
    kept_until: datetime | None = None
    hold_until: datetime | None = None
    hold_reason: str = ""
    erased_at: datetime | None = None
    unacknowledged_since: datetime | None = None
    idle_since: datetime | None = None
    reminders: int = 0
    light_until: datetime | None = None
    untold: tuple[Untold, ...] = ()
    chain: Chain = NOT_SAID

    @property
    def silent(self) -> bool:
        """The caller hides: no blinking, no sound."""
        return self.report.silent

    @property
    def drill(self) -> bool:
        """An exercise, marked as such wherever it appears."""
        return self.report.drill

    @property
    def is_in_the_crowd(self) -> bool:
        """One of a flood, and not its first, which is escalated for all at first."""
        group = self.report.flood.group
        return group is not None and group != self.report.report_id

    @property
    def is_live(self) -> bool:
        """Not closed."""
        return self.state != "closed"

    @property
    def erased_from(self) -> datetime | None:
        """When its place and its words are to be destroyed; None while it is open, or after."""
        if self.kept_until is None or self.hold_until is None:
            return self.kept_until
        return max(self.kept_until, self.hold_until)


class NotFound(Exception):
    """There is no such incident."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Somebody is to be told: "control_room", "supervisor" or "unit:<its name>"."""

    target: str
    urgency: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """The incident afterwards, the journal's line, and who is to be told."""

    incident: Incident
    event: str
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    tells: tuple[Tell, ...] = ()
