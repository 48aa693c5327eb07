"""Come here for what time it was by our clock when a phone took a fix by its own.

Laws: what a phone says it can only have said before it is heard, so that the least delay seen
bounds how far its clock is behind, and a message that comes late moves nothing. The newest place
is the one that the phone took last, in whatever order its messages come.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

_SECOND: Final = timedelta(seconds=1)
_DELAY: Final = 30 * _SECOND
"""No network takes longer: what is more, is the phone's clock, or a message that had to wait."""
_UNTOLD: Final = 300 * _SECOND
"""Without `sent_at`: a thrifty phone's fix is this old when it goes out; more, is its clock."""
_JITTER: Final = 2 * _SECOND
"""A clock that is kept right is no further ahead; and delays differ by this."""
_LATE: Final = 1_200 * _SECOND
"""Nothing but late messages for so long: the phone's clock was set back meanwhile..."""
_NEVER_LATE: Final = 43_200 * _SECOND
"""...and so it was where one is later than any walk lasts."""
_STEP: Final = timedelta(milliseconds=1)
_RIGHT: Final = timedelta(0)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PhoneClock:
    """`behind`: how far it is behind ours, once that is known; `newest`: its time of the newest
    fix; since `late_since` every message was late, by `late_by` at the least, and told of nothing
    newer than `late_newest`."""

    behind: timedelta | None = None
    newest: datetime | None = None
    late_since: datetime | None = None
    late_by: timedelta = _RIGHT
    late_newest: datetime | None = None

    def heard(self, now: datetime, sent_at: datetime | None, fixed_at: datetime) -> "PhoneClock":
        """The phone has spoken; `fixed_at`: its time of the newest fix in what it said."""
        least = now - (sent_at or fixed_at)
        slack = _DELAY if sent_at is not None else _UNTOLD
        if self.behind is None or least < self.behind - _JITTER:
            is_off = least > slack or least < -_JITTER
            return replace(self, behind=least if is_off else _RIGHT, late_since=None)
        if least <= self.behind + slack:
            return replace(self, late_since=None)
        return self._late(now, least, fixed_at)

    def _late(self, now: datetime, least: timedelta, fixed_at: datetime) -> "PhoneClock":
        if least - (self.behind or _RIGHT) >= _NEVER_LATE:
            return PhoneClock(least)
        if self.late_since is None or self.late_newest is None:
            return replace(self, late_since=now, late_by=least, late_newest=fixed_at)
        late_by = min(least, self.late_by)
        if now - self.late_since >= _LATE and fixed_at > self.late_newest:
            return PhoneClock(late_by)
        return replace(self, late_by=late_by, late_newest=max(fixed_at, self.late_newest))

    def took(
        self, fixed_at: datetime, now: datetime, last: datetime | None
    ) -> tuple["PhoneClock", datetime]:
        """When that was by our clock: after `last`, our time of the newest fix so far, exactly if
        this one is newer."""
        behind = self.behind or _RIGHT
        ours = min(_shifted(fixed_at, behind), now)
        theirs = min(fixed_at, _shifted(now, 2 * _JITTER - behind))  # nobody was in the future
        if self.newest is None or last is None:
            return replace(self, newest=theirs), ours
        if theirs <= self.newest:
            return self, min(ours, last)
        return replace(self, newest=theirs), max(ours, last + _STEP)


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """So much later, or the end of time: a broken clock may show any year that can be written."""
    try:
        return moment + by
    except OverflowError:
        return _FIRST if by < _RIGHT else _LAST
