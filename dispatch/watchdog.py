"""Come here for whether every part of the process is at work: alive, and not stuck in its work.

A part is a task of `dispatch/serve.py`; its loops beat (`lights/pulse.py`). One that has ended ends
the process, if it does so aloud; one that waits for what never comes, or whose inner task was lost,
is found here: /healthz names it, and the log does.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final

from lights.pulse import Pulse, listen

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0


class Watchdog:
    """`tasks` by the name of their part."""

    def __init__(self, tasks: Mapping[str, asyncio.Task[None]]) -> None:
        self._tasks = tasks
        self.pulses: Sequence[Pulse] = ()
        self._known: set[str] = set()

    def listen(self) -> None:
        """Hear every loop that the calling task and its tasks begin from now on."""
        self.pulses = listen()

    def parts(self) -> dict[str, bool]:
        """Each part and whether it is at work."""
        stuck = {_part(one) for one in self.pulses if one.is_stuck}
        return {name: not task.done() and name not in stuck for name, task in self._tasks.items()}

    def trouble(self) -> list[str]:
        """What is wrong, in words; empty where all is well."""
        dead = [f"{name} has ended" for name, task in self._tasks.items() if task.done()]
        return dead + [_words(one) for one in self.pulses if one.is_stuck]

    def stuck(self) -> int:
        """How many parts are not at work."""
        return sum(not fine for fine in self.parts().values())

    async def run(self) -> None:
        """Log what gets stuck and what goes on again; for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._tell({one.part for one in self.pulses if one.is_stuck})

    def _tell(self, stuck: set[str]) -> None:
        for part in sorted(stuck - self._known):
            log.error("%s is stuck", part)
        for part in sorted(self._known - stuck):
            log.warning("%s goes on again", part)
        self._known = stuck


def _part(pulse: Pulse) -> str:
    return pulse.part.partition(":")[0]


def _words(pulse: Pulse) -> str:
    return (
        f"{pulse.part} is stuck: nothing was heard of it for {pulse.silent_s():.0f} s, "
        f"and {pulse.within_s:.0f} s are its limit"
    )
