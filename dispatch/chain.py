"""Come here for how the CAP messages about one incident follow each other.

Law: an Alert opens a chain, Updates continue it, a Cancel ends it; each refers to the Alert and to
the message before it. A reopened incident begins a new chain, and numbers are never used twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

MessageType = Literal["Alert", "Update", "Cancel"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its number within the incident, and when it was sent."""

    number: int
    kind: MessageType
    sent: datetime


@dataclass(frozen=True, slots=True)
class Chain:
    """The newest message, those it refers to, and the units that were ever concerned; `supervised`:
    from its Alert to its end, whether the supervisor was ever told."""

    newest: Message | None = None
    references: tuple[Message, ...] = ()
    units: tuple[str, ...] = ()
    supervised: bool = False

    def followed_by(self, kind: MessageType, now: datetime) -> "Chain":
        """The chain after one more message."""
        number = 1 if self.newest is None else self.newest.number + 1
        references: tuple[Message, ...] = ()
        if kind != "Alert" and self.newest is not None:
            references = (*self.references[:1], self.newest)
        supervised = self.supervised and kind != "Alert"
        newest = Message(number, kind, now)
        return replace(self, newest=newest, references=references, supervised=supervised)

    def concerning(self, *units: str | None) -> "Chain":
        """The same, with these units among those that are told from now on."""
        new = tuple(one for one in dict.fromkeys(units) if one and one not in self.units)
        return replace(self, units=self.units + new) if new else self


NOT_SAID: Final = Chain()
"""Nothing has been said yet."""
