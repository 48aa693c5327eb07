"""Come here for what every source of cries for help must deliver."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from dispatch.words import Words
from geo.place import Place

LONGEST_NOTE: Final = 500
"""Characters. What a person can type in need, and read at a glance."""


LONGEST_TRACK: Final = 60
"""Fixes. Every frame of the incident carries them: some 5 kB."""


class Crumb(NamedTuple):
    """Where a walker was, and when."""

    place: Place
    at: datetime


class OtherPhone(Exception):
    """Somebody repeats an id without the secret of the phone that has made it."""


def same_phone(kept: str | None, sent: str | None, what: str) -> None:
    """Raises OtherPhone where a proof was left with an id, and this is not it."""
    if kept not in (None, sent):
        raise OtherPhone(
            f"there is a {what} with this id already, and its phone sent a phone_secret with it: "
            "send that one too, or make a new id"
        )


NOBODYS: Final = "nobody's"
"""The proof of a report that no phone has sent: no hash is like it, so that nobody repeats it."""


class Flood(NamedTuple):
    """How many the source of something has sent in the last minute, where that is a flood, and the
    id of the first that was marked: those of one group are shown as one."""

    size: int
    group: str | None


NO_FLOOD: Final = Flood(0, None)


@dataclass(frozen=True, slots=True)
class Report:
    """A cry for help. `report_id` is made by the caller and is the same when it is sent again.

    `place` is None where the caller does not know it. Times carry their offset.
    """

    report_id: str
    received_at: datetime
    kind: str = "sos"
    place: Place | None = None
    fixed_at: datetime | None = None
    sent_at: datetime | None = None
    silent: bool = False
    drill: bool = False
    note: str = ""
    """The caller's own words."""
    seen: Words | None = None
    """What a machine saw, where no caller has spoken."""
    walk_id: str | None = None
    source: str = "app"
    flood: Flood = NO_FLOOD
    proof: str | None = None
    """The hash of what only the phone knows that has made the id; None: it made nothing."""
    track: tuple[Crumb, ...] = ()
    """The way until here, oldest first; empty where nobody was followed."""

    def __post_init__(self) -> None:
        if len(self.note) > LONGEST_NOTE:
            raise ValueError(f"note has {len(self.note)} characters; at most {LONGEST_NOTE}")
        if len(self.track) > LONGEST_TRACK:
            raise ValueError(f"track has {len(self.track)} fixes; at most {LONGEST_TRACK}")


def latest(fixes: Sequence[tuple[Place, datetime]]) -> tuple[Place, datetime]:
    """The fix that was taken last, whatever order they came in."""
    return max(fixes, key=lambda fix: fix[1])


def with_fix_not_later(report: Report) -> Report:
    """A phone whose clock is ahead must not make every later fix look old."""
    if report.fixed_at is None or report.fixed_at <= report.received_at:
        return report
    return replace(report, fixed_at=report.received_at)
