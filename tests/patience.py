"""Come here to wait in a test: for what sends no event, and for how long at the most."""

import asyncio
from collections.abc import Callable

DEADLINE_S = 60.0
"""Far beyond anything that works; only what is broken waits for it."""


async def eventually(true: Callable[[], bool], what: str = "it") -> None:
    """Wait until something that sends no event of its own has come true."""
    async with asyncio.timeout(DEADLINE_S):
        while not true():  # noqa: ASYNC110 - what is waited for sends no event
            await asyncio.sleep(0.01)
