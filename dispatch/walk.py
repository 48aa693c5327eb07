"""Come here for what a watched walk home is: who walks, whom they trust, what has gone wrong.

Law: nothing that a duress PIN does can be seen from the phone: it lives in `hidden` alone, and what
is shown never looks there. What becomes of a walk is in `walk_life.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, get_args

from dispatch.walk_events import (
    Cause,
    Signal,
)
from geo.place import Place

State = Literal["walking", "paused", "asking", "alarmed", "arrived", "ended"]
LIVE: Final[tuple[State, ...]] = get_args(State)[:4]
How = Literal["no_answer", "help", "duress", "wrong_pins", "sos"]
News = Literal["late", "alarmed", "well", "arrived"]
"""What guardians are told."""
Untold = Literal["no_guardian", "no_gateway", "too_many", "not_taken"]
"""Why no guardian has been told: the walker named none; the district has no way to any; each has
had as many letters as one telephone gets; the gateway has not taken the letter yet."""


class Agreed(NamedTuple):
    """Which text somebody has consented to, and in which language it was shown."""

    version: str = ""
    language: str = ""
    words: str = ""
    """The text itself, where the phone has sent it; empty: the one of ours of that version."""


NO_TEXT: Final = Agreed()


@dataclass(frozen=True, slots=True)
class Guardian:
    """Whom the walker trusts. `consent`: may be given the walker's position when it goes wrong."""

    contact: str
    name: str = ""
    consent: bool = False
    agreed: Agreed = NO_TEXT
    withdrawn_at: datetime | None = None
    """When the phone took the consent back. Said under duress, the consent stands all the same."""

    @property
    def consent_on_phone(self) -> bool:
        """Whether the phone that began the walk may still show the consent as given."""
        return self.consent and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Question:
    """ "Are you all right?", since when and why."""

    asked_at: datetime
    why: tuple[Cause, ...]
    called_at: datetime | None = None
    """When guardians were written to; whether that has reached anybody, the walk knows."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Help is wanted. The incident's id comes once the report has been taken."""

    report_id: str
    at: datetime
    how: How
    why: tuple[Cause, ...] = ()
    silent: bool = False
    incident_id: str | None = None
    withdrawn: bool = False
    """The walker has said that all is well; operators decide."""
    withdrawal_told: bool = False
    said_fine: bool = False
    """The phone has said that all is well, however it was made to: all that it may ever see."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One way home and everything that must survive the process. Positions are not among it."""

    walk_id: str
    started_at: datetime
    updated_at: datetime
    due_at: datetime
    expected: timedelta
    state: State = "walking"
    destination: Place | None = None
    route: tuple[Place, ...] = ()
    guardians: tuple[Guardian, ...] = ()
    reachable: bool = True
    """The district has a gateway to guardians."""
    seed: str = ""
    """From which the ids of its reports follow: whoever knows only the walk's id knows none."""
    proof: str | None = None
    """As that of a report."""
    enough_written: bool = False
    """Every guardian has had as many letters as one telephone gets for now."""
    flood: int = 0
    """As that of a report."""
    name: str = ""
    watched: bool = False
    """Asked to be seen all the way, by operators and by guardians with consent."""
    watch_agreed: Agreed = NO_TEXT
    watch_withdrawn_at: datetime | None = None
    """When the phone took that back. Said under duress, it stands all the same."""
    pin: str | None = None
    duress_pin: str | None = None
    wrong_pins: int = 0
    question: Question | None = None
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    calm: Mapping[Signal, datetime] = field(default_factory=dict)
    """Until when a signal is not asked about again."""
    alarm: Alarm | None = None
    """The newest; what the phone is shown."""
    earlier: tuple[Alarm, ...] = ()
    """Those before it whose incidents nobody has closed yet: each is followed until then."""
    hidden: Alarm | None = None
    alarm_count: int = 0
    said_fine: bool = False
    called: bool = False
    """Guardians were written to that something is wrong, and must hear how it goes on."""
    told_at: datetime | None = None
    """When the gateway took the first of these letters."""
    untold_at: datetime | None = None
    """When it should have taken one, and had not."""

    @property
    def is_live(self) -> bool:
        """Not over."""
        return self.state in LIVE

    @property
    def is_stopped(self) -> bool:
        """The walker wants nothing collected for a while; whoever was forced to say so does."""
        return self.state == "paused" and self.hidden is None

    @property
    def watched_on_phone(self) -> bool:
        """Whether the phone may still show the walk as watched."""
        return self.watched and self.watch_withdrawn_at is None

    @property
    def shown_alarms(self) -> tuple[Alarm, ...]:
        """Every alarm that the phone may know of, the newest last."""
        return self.earlier if self.alarm is None else (*self.earlier, self.alarm)

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm, shown or hidden."""
        return self.shown_alarms if self.hidden is None else (*self.shown_alarms, self.hidden)

    @property
    def has_gone_wrong(self) -> bool:
        """Whether others than the walker have been called, so that they may see where it is."""
        asked_in_vain = self.question is not None and self.question.called_at is not None
        return self.state == "alarmed" or asked_in_vain or self.hidden is not None

    @property
    def has_nobody(self) -> Untold | None:
        """Why there is no guardian who could be told; None: there is one."""
        if not self.guardians:
            return "no_guardian"
        if not self.reachable:
            return "no_gateway"
        is_called = self.question is not None and self.question.called_at is not None
        return "too_many" if self.enough_written and not is_called else None

    @property
    def untold(self) -> Untold | None:
        """Why no guardian has been told although somebody should be; None: told, or not due."""
        if self.state not in ("asking", "alarmed"):
            return None
        if self.called and self.has_nobody in (None, "too_many"):
            return "not_taken" if self.told_at is None else None
        return self.has_nobody

    @property
    def keeps_track(self) -> bool:
        """Whether positions may still be kept: it is not over, or help does not have them yet."""
        return self.is_live or any(one.incident_id is None for one in self.alarms)
