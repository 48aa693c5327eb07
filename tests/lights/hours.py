"""Come here for hours that pass in an instant: an event loop that never waits.

Where nothing is left to do but to wait, its clock jumps to the next timer. So code that waits,
pauses and looks again runs as it is, and a night of it takes a moment.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

NIGHT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""21:00 in Seoul, when these hours begin."""


class NothingWillEverHappen(Exception):
    """Everybody waits and nobody has set a timer."""


class _Jumping(selectors.SelectSelector):
    """In these hours nothing comes from outside; what would wait for it lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.passed_s = 0.0

    def select(self, timeout: float | None = None) -> Sequence[tuple[selectors.SelectorKey, int]]:  # type: ignore[override]
        if timeout is None:
            raise NothingWillEverHappen
        self.passed_s += max(timeout, 0.0)
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, jumping: _Jumping) -> None:
        super().__init__(jumping)
        self._jumping = jumping

    def time(self) -> float:
        return self._jumping.passed_s


class Hours:
    """A loop and its clock. `end` leaves nothing behind."""

    def __init__(self, begin: datetime = NIGHT) -> None:
        self.loop = _Loop(_Jumping())
        self.loop.set_exception_handler(self._note)
        self._begin = begin
        self._failures: list[BaseException] = []

    def now(self) -> datetime:
        """What time it is."""
        return self._begin + timedelta(seconds=self.loop.time())

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Have something done beside everything else."""
        task = self.loop.create_task(work)
        task.add_done_callback(self._note_end)
        return task

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Have something done after that time."""
        self.loop.call_later(seconds, do)

    def wait(self, seconds: float = 0.01) -> None:
        """Let time pass, and everything be done that is due in it. Raises what went wrong."""
        self.loop.run_until_complete(asyncio.sleep(seconds))
        if self._failures:
            raise self._failures[0]

    def stop(self, task: "asyncio.Task[None]") -> None:
        """End a piece of work where it stands."""
        task.cancel()
        self.loop.run_until_complete(asyncio.wait([task]))

    def end(self) -> None:
        """End all that is still at work."""
        while tasks := asyncio.all_tasks(self.loop):
            for task in tasks:
                task.cancel()
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.close()

    def _note(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._failures.append(context.get("exception") or RuntimeError(context["message"]))

    def _note_end(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)
