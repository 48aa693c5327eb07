"""Come here for how a thousand who ask the same at once are answered with one reading.

Law: what somebody is given was read after they asked, so that nothing lies between it and the news
that they have heard since.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


class SharedReading(Generic[Question, Answer]):
    """`read` answers a question; at most `at_once` of them are being read."""

    def __init__(self, read: Callable[[Question], Awaitable[Answer]], at_once: int) -> None:
        self._read = read
        self._turns = asyncio.Semaphore(at_once)
        self._waiting: dict[Question, asyncio.Task[Answer]] = {}
        self._reading: set[asyncio.Task[Answer]] = set()

    async def answer(self, question: Question) -> Answer:
        """What `read` gives, or raises, to everybody who has asked before it began."""
        task = self._waiting.get(question)
        if task is None:
            task = asyncio.create_task(self._take_turn(question))
            self._waiting[question] = task
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
            task.add_done_callback(_heard)
        return await asyncio.shield(task)

    async def _take_turn(self, question: Question) -> Answer:
        async with self._turns:
            del self._waiting[question]  # whoever asks from now on waits for the next reading
            return await self._read(question)


def _heard(task: asyncio.Task[Answer]) -> None:
    """Everybody who waited may have gone: nobody then minds that it failed."""
    if not task.cancelled():
        task.exception()
