"""Come here for an embedded broker that writes no more, because its disk was full.

At the first write that fails NATS gives up what it was writing to, and takes it up only when it is
started anew. Until then, however much room there is again, no lamp that comes back is let in.
"""

import asyncio
import contextlib
import re
from pathlib import Path
from typing import Final

from lights.pulse import IN_MEMORY_S, beginning

_CANNOT_WRITE: Final = re.compile(
    rb'^[^\n"]*(?:"[^\n]*")?[^\n"]*'
    rb"(?:critical write error|no space left on device|disk quota exceeded)"
    rb'[^\n"]*$',
    re.IGNORECASE | re.MULTILINE,
)
"""After the last quotation mark of its line: between them is what a client calls itself."""
_ROOM: Final = bytes(1 << 20)
"""For what a start writes, and some more: it must not end on the same full disk at once."""
_LONGEST_LINE: Final = 1_000
_LOOK_EVERY_S: Final = 5.0
"""Soon for a lamp that is locked out; and a disk that fills again and again leaves the dispatcher
this long at the least."""


async def until_it_can_write_again(log: Path) -> None:
    """Return when a disk that was full has room again, and the broker does not see it."""
    disk = FullDisk(log)
    pulse = beginning("embedded broker: disk", IN_MEMORY_S)
    while pulse.turns():
        await asyncio.sleep(_LOOK_EVERY_S)
        if await asyncio.to_thread(disk.is_over):
            return


class FullDisk:
    """What the broker's log tells of its disk. The log may be lost where it lies on the same disk,
    but each lamp that is refused for it afterwards is a line of its own."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._read_to = 0
        self._gave_up = False

    def is_over(self) -> bool:
        """Whether the broker has given up writing, and could write now."""
        self._gave_up = self._gave_up or _CANNOT_WRITE.search(self._news()) is not None
        return self._gave_up and self._has_room()

    def _news(self) -> bytes:
        """What was added to the log, with the end of what was read before."""
        try:
            with self._log.open("rb") as log:
                size = log.seek(0, 2)
                start = self._read_to if self._read_to <= size else 0  # a new file was begun
                log.seek(max(0, start - _LONGEST_LINE))
                self._read_to = size
                return log.read()
        except FileNotFoundError:
            return b""

    def _has_room(self) -> bool:
        probe = self._log.with_name("room")
        try:
            probe.write_bytes(_ROOM)
        except OSError:
            return False
        finally:
            _remove(probe)
        return True


def _remove(probe: Path) -> None:
    with contextlib.suppress(OSError):
        probe.unlink()
