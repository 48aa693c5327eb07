"""Come here for how a loop shows that it goes on: it beats at every turn, and somebody listens.

Law: a loop that works longer than its limit without a beat is stuck, and so is one that has ended
without a word. Who waits for something that may never come says so (`resting`) and is not judged.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

WITH_DATABASE_S: Final = 90.0
"""A database that hangs keeps a turn for 40 s (a connection and an answer), and that is an outage
which /readyz tells of; twice as long is our own fault."""
IN_MEMORY_S: Final = 20.0
"""Turns of a millisecond, after pauses of ten seconds at most."""


class Pulse:
    """One loop's. `part` is its name, as in "walks: clock"."""

    def __init__(self, part: str, within_s: float) -> None:
        self.part = part
        self.within_s = within_s
        self._last = time.monotonic()
        self._rests = False

    def beat(self) -> None:
        """The loop goes on."""
        self._last = time.monotonic()

    def turns(self) -> bool:
        """What a loop that never ends asks at every turn; always so."""
        self.beat()
        return True

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While the loop waits for an event, however long that takes."""
        self._rests = True
        try:
            yield
        finally:
            self._rests = False
            self.beat()

    def silent_s(self) -> float:
        """For how long nothing was heard of a loop that should be at work."""
        return 0.0 if self._rests else time.monotonic() - self._last

    @property
    def is_stuck(self) -> bool:
        """Whether it has been silent for longer than it may."""
        return self.silent_s() > self.within_s


_heard_here: ContextVar[list[Pulse] | None] = ContextVar("pulses", default=None)


def listen() -> list[Pulse]:
    """Every pulse that begins from now on in this task and the tasks that it makes."""
    pulses: list[Pulse] = []
    _heard_here.set(pulses)
    return pulses


def beginning(part: str, within_s: float) -> Pulse:
    """The pulse of a loop that begins now; heard by whoever listens around it."""
    pulse = Pulse(part, within_s)
    pulses = _heard_here.get()
    if pulses is not None:
        pulses.append(pulse)
    return pulse
