"""Come here for what is counted of walks in this process, for `/metrics`: of nobody in particular.

`/metrics` is open to whoever reaches it: nothing here tells one walk from another, nor a duress PIN
from any other call for help.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch.walk import Walk
from dispatch.walk_plan import WalkPlan
from dispatch.walk_record import Record


@dataclass(slots=True)
class WalkCounts:
    """Since this process began. Of positions: taken, `late` (older than one that is known, so that
    they only fill the track), and `dropped` (of before the walk, of a pause, or of one that is
    over)."""

    started: int = 0
    asked: int = 0
    alarmed: int = 0
    taken: int = 0
    late: int = 0
    dropped: int = 0

    def changed(self, before: Walk, after: Walk) -> None:
        """What is written of a walk has become true."""
        self.asked += before.question is None and after.question is not None
        self.alarmed += max(0, after.alarm_count - before.alarm_count)


def live_by_state(records: Iterable[Record]) -> Counter[str]:
    """How many walks are under way, by their state."""
    return Counter(record.walk.state for record in records if record.walk.is_live)


def unheard(records: Iterable[Record], plan: WalkPlan, now: datetime) -> int:
    """Of how many walks that go on the phone is silent; `now` is by the walks' clock."""
    since = now - plan.unheard_after
    return sum(
        record.walk.is_live and not record.walk.is_stopped and record.signs.heard_at < since
        for record in records
    )
