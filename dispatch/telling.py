"""Come here for whom an incident has not reached: what may happen to its letters, and what follows.

Law: a target is untold from the alarm until it has taken what it was sent, or a person has told it
otherwise. Giving up ends the attempts, never the alarm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Untold:
    """A target that has not taken what it was sent `since` then; the error in words."""

    target: str
    since: datetime
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A target has not taken a letter for too long: somebody has to telephone."""

    untold: Untold
    waited: timedelta

    @property
    def text(self) -> str:
        """The journal's reason."""
        seconds = round(self.waited.total_seconds())
        return f"{self.untold.target} has not taken this for {seconds} s: telephone"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A letter's time is over: it is on the list of dead letters."""

    untold: Untold

    @property
    def text(self) -> str:
        """The journal's reason."""
        return f"{self.untold.target} has not taken this in its time: no more attempts"


@dataclass(frozen=True, slots=True)
class Taken:
    """A target has taken everything after all."""

    target: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Retried:
    """Somebody has a letter sent again."""

    target: str


@dataclass(frozen=True, slots=True)
class ToldByVoice:
    """Somebody has told the target otherwise; `settled`: nothing else waits for it."""

    target: str
    text: str
    settled: bool = True


@dataclass(frozen=True, slots=True)
class TakenBy:
    """A target has confirmed a CAP message by an Ack."""

    target: str
    message: str


Telling = NotTaken | GivenUp | Taken | Retried | ToldByVoice | TakenBy

NAMES: Final[Mapping[type[Any], str]] = {
    NotTaken: "untold",
    GivenUp: "given_up",
    Taken: "taken",
    Retried: "retried",
    ToldByVoice: "told_by_voice",
    TakenBy: "taken_by",
}


def tell_of(event: Telling) -> Mapping[str, Any]:
    """The journal's details."""
    match event:
        case NotTaken(untold, _) | GivenUp(untold):
            return {
                "target": untold.target,
                "attempts": untold.attempts,
                "last_error": untold.last_error,
            }
        case Taken(target, after):
            return {"target": target, "after_s": round(after.total_seconds())}
        case Retried(target) | ToldByVoice(target, _, _):
            return {"target": target}
        case TakenBy(target, message):
            return {"target": target, "message": message}


def untold_after(untold: tuple[Untold, ...], event: Telling) -> tuple[Untold, ...]:
    """Whom an incident has not reached, now that this has happened; ordered by target."""
    match event:
        case NotTaken(new, _) | GivenUp(new):
            others = [one for one in untold if one.target != new.target]
            return tuple(sorted([*others, new], key=lambda one: one.target))
        case Taken(target, _) | ToldByVoice(target, _, True):
            return tuple(one for one in untold if one.target != target)
        case _:
            return untold
