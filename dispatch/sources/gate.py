"""Come here for who is let through over HTTP with a cry or a walk, and what a plain flood is told.

Each door has a gate of its own: who floods us with walks has not silenced a cry.
"""

import math
from collections.abc import Callable
from datetime import datetime

from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.flood import Floods, Refused, source_of
from dispatch.plan import Plan
from dispatch.report import NO_FLOOD, Flood


class Gate:
    """Counts `what` by city app or, without one, by network address."""

    def __init__(self, plan: Plan, clock: Callable[[], datetime], what: str) -> None:
        self._what = what
        self._plan = plan
        self._clock = clock
        self._floods = Floods()

    def admit(self, own_id: str) -> Flood:
        """Whether it is one of a flood from the same source. Raises Problem: 429."""
        app, source = asker().app, source_of(asker().source)
        sender = f"app {app}" if app else source
        if sender is None:
            return NO_FLOOD
        limits = self._plan.flood_of_app if app else self._plan.flood
        verdict = self._floods.look(sender, own_id, self._clock(), limits)
        if isinstance(verdict, Refused):
            raise _too_many(self._what, verdict)
        return verdict.mark


def _too_many(what: str, refused: Refused) -> Problem:
    seconds = str(max(1, math.ceil(refused.wait.total_seconds())))
    return Problem(
        429,
        f"Too many {what}",
        f"more came from your address than people can send: send this again in {seconds} seconds",
        headers={"Retry-After": seconds},
    )
