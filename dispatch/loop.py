"""Come here for the loop that the dispatcher runs on, and how seldom its garbage is collected."""

import gc
from collections.abc import Callable
from datetime import datetime
from typing import Final

import uvloop

from dispatch.clock import now
from dispatch.names import Loop
from dispatch.plan import DEFAULT, Plan
from dispatch.serve import Dispatcher
from dispatch.settings import Settings

_COLLECT_AFTER: Final = (50_000, 20, 50)
"""Python's 700 looks through a hundred thousand lamps many times a second for nothing."""


def run(
    settings: Settings,
    announce: Callable[[Dispatcher, int], None] | None = None,
    plan: Plan = DEFAULT,
    wall: Callable[[], datetime] = now,
) -> None:
    """Serve on a loop of its own until stopped."""

    def settled(dispatcher: Dispatcher, port: int) -> None:
        # What start-up made stays for ever: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        if announce is not None:
            announce(dispatcher, port)

    gc.set_threshold(*_COLLECT_AFTER)
    uvloop.run(Dispatcher(settings, plan, wall).serve(settled), loop_factory=Loop)
