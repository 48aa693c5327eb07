"""Come here to wait in a test: for what sends no event, and for how long at the most."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Answer = TypeVar("Answer")

DEADLINE_S = 60.0
"""Far beyond anything that works; only what is broken waits for it."""
FOR_LONG_S = 600.0
"""The same for a run of its own that fills a machine which others use too."""


async def eventually(
    true: Callable[[], bool], what: str = "it", within_s: float = DEADLINE_S
) -> None:
    """Wait until something that sends no event of its own has come true."""
    try:
        async with asyncio.timeout(within_s):
            while not true():  # noqa: ASYNC110 - what is waited for sends no event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise TimeoutError(f"{what} did not come true") from None


async def ask_until(
    ask: Callable[[], Awaitable[Answer]], enough: Callable[[Answer], bool]
) -> Answer:
    """Ask again until the answer is enough; that answer."""
    async with asyncio.timeout(DEADLINE_S):
        while not enough(answer := await ask()):  # noqa: ASYNC110 - nor does this
            await asyncio.sleep(0.01)
    return answer
