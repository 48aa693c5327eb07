"""Come here for which of a caller's fixes are believed: nobody is here, and then across the city.

Laws: a fix that the caller can have come to since the last one, in a car or with the worst of
phones, is believed at once. Any other is a leap: it moves nothing, is written nowhere and shown to
nobody, but is remembered, and once a later one that is heard after `leap_after` agrees with it,
that one is believed: then the earlier place was the wrong one. So a wrong first fix costs a caller
seconds, and whoever makes up places gets one of them believed in as long.
"""

from datetime import datetime
from typing import Final, NamedTuple

from dispatch.plan import Plan
from dispatch.signs import Fix
from geo.place import metres_between

_WORST_M: Final = 2_000.0
"""A phone that knows only its mast. Whoever says worse says nothing: it must not allow any leap."""


class Leap(NamedTuple):
    """A fix that is not believed yet, and when it was heard: phones say any time of a fix."""

    fix: Fix
    heard_at: datetime


def is_leap(before: Fix, after: Fix, plan: Plan) -> bool:
    """Whether nobody gets from one place to the other in the time between."""
    error = sum(
        min(fix.place.accuracy_m or plan.rough_within_m, _WORST_M) for fix in (before, after)
    )
    seconds = abs((after.at - before.at).total_seconds())
    furthest = plan.leap_m + error + plan.fastest_m_s * seconds
    return metres_between(before.place, after.place) > furthest


def doubted(
    last: Fix | None, leapt: Leap | None, fix: Fix, now: datetime, plan: Plan
) -> Leap | None:
    """None: the fix is believed. Else the leap to remember, which is `leapt` as long as it stands.

    `last` is where the caller was believed to be; None: that is not known.
    """
    if last is None or not is_leap(last, fix, plan):
        return None
    if leapt is None or is_leap(leapt.fix, fix, plan):
        return Leap(fix, now)
    is_later = fix.at > leapt.fix.at  # the same one again says nothing new
    return None if is_later and now - leapt.heard_at >= plan.leap_after else leapt
