"""Come here for what becomes of the fixes that a phone sends: taken, late, or dropped.

Law: of a walk that is over, of one that its walker has stopped for a while, and of the time for
which it was stopped, nothing is collected, whichever way and whenever it comes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from dispatch.signs import Fix, moved, spoke
from dispatch.walk_counts import WalkCounts
from dispatch.walk_plan import WalkPlan
from dispatch.walk_record import Record
from geo.place import Place

_BEFORE_START: Final = timedelta(minutes=5)
"""Older fixes belong to what was before the walk, and that is nobody's business."""


class Hearing:
    """`nobody_lives` tells lonely places; `counts` what has become of fixes."""

    def __init__(
        self, plan: WalkPlan, nobody_lives: Callable[[Place], bool], counts: WalkCounts
    ) -> None:
        self._plan = plan
        self._nobody_lives = nobody_lives
        self._counts = counts

    def take(
        self,
        record: Record,
        fixes: Sequence[Fix],
        now: datetime,
        battery: int | None,
        sent_at: datetime | None,
    ) -> None:
        """Track and signs after the phone has spoken; `sent_at` is by its own clock."""
        record.signs = spoke(record.signs, now, battery)
        in_order = sorted(fixes, key=lambda fix: fix.at)
        if in_order:
            record.phone = record.phone.heard(now, sent_at, in_order[-1].at)
        for place, theirs in in_order:
            phone, at = record.phone.took(theirs, now, record.signs.fixed_at)
            if is_wanted(record, at):
                record.phone = phone
                self.add(record, Fix(place, at))
            else:
                self._counts.dropped += 1

    def add(self, record: Record, fix: Fix) -> None:
        """A fix becomes part of the track, and says what it says."""
        signs = record.signs
        is_late = signs.fixed_at is not None and fix.at <= signs.fixed_at
        self._counts.late += is_late
        self._counts.taken += not is_late
        record.track.add(fix)
        record.signs = moved(signs, fix, record.aims, self._plan, self._nobody_lives)
        record.kept = False

    def remember(self, record: Record) -> None:
        """What the track says that another process has left."""
        for fix in record.track.crumbs():
            record.signs = moved(
                record.signs, Fix(*fix), record.aims, self._plan, self._nobody_lives
            )


def is_wanted(record: Record, at: datetime) -> bool:
    """Whether the walker lets us know where they were at that time."""
    if record.walk.is_stopped or at < record.walk.started_at - _BEFORE_START:
        return False
    return record.stopped is None or not record.stopped[0] <= at <= record.stopped[1]
