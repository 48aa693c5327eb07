"""Come here for all that may happen to a watched walk home, and the signs that a machine sees.

`duress` is true where it was said with the PIN that a walker types when somebody forces them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

Signal = Literal["overdue", "off_route", "away", "still", "silent", "battery"]


class Cause(NamedTuple):
    """What the machine saw: a signal, and its seconds (of a battery, its percent)."""

    signal: Signal
    value: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The machine has seen something."""

    why: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class HeardAgain:
    """All that was wrong was the phone's silence, and it speaks again."""


@dataclass(frozen=True, slots=True)
class GuardianCalled:
    """The walker has not answered in time: guardians are written to."""


@dataclass(frozen=True, slots=True)
class GuardianTold:
    """The gateway has taken a letter that says so."""


@dataclass(frozen=True, slots=True)
class GuardianUntold:
    """The gateway should have taken such a letter by now, and has not."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody has answered at all."""


@dataclass(frozen=True, slots=True)
class Fine:
    """ "I am fine.", or under duress the same."""

    duress: bool = False


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """The walker asks for help."""


@dataclass(frozen=True, slots=True)
class Cried:
    """A report was sent during the walk, and has opened this incident."""

    report_id: str
    incident_id: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class PinWrong:
    """Somebody has typed neither of the PINs."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The walker stays somewhere for a while."""

    wanted: timedelta
    duress: bool = False


@dataclass(frozen=True, slots=True)
class Resumed:
    """The walker goes on, or the pause is over."""


@dataclass(frozen=True, slots=True)
class Extended:
    """It will take longer."""

    by: timedelta
    duress: bool = False


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A guardian may not see the place any more. `number`: which one, from 1; None: all of them."""

    number: int | None = None
    duress: bool = False


@dataclass(frozen=True, slots=True)
class WatchWithdrawn:
    """Nobody may see the place any more while all is well."""

    duress: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """Home."""

    duress: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The walker does not want to be watched any longer."""

    duress: bool = False


@dataclass(frozen=True, slots=True)
class HelpOver:
    """An incident was closed; `walks_on` where the phone still speaks. `report_id`: that of which
    alarm; None: the newest."""

    walks_on: bool
    report_id: str | None = None


@dataclass(frozen=True, slots=True)
class HiddenHelpOver:
    """The incident that nobody may see on the phone was closed."""


Event = (
    Asked
    | HeardAgain
    | GuardianCalled
    | GuardianTold
    | GuardianUntold
    | Unanswered
    | Fine
    | HelpWanted
    | Cried
    | PinWrong
    | Paused
    | Resumed
    | Extended
    | ConsentWithdrawn
    | WatchWithdrawn
    | Arrived
    | Ended
    | HelpOver
    | HiddenHelpOver
)
