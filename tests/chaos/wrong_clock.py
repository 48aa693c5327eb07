"""Come here for a clock that jumps: the time of day of one process, through libfaketime."""

import ctypes.util
from datetime import timedelta
from pathlib import Path

from tests.parts.processes import temporary_folder

_PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")


def no_wrong_clock() -> str | None:
    """Why no clock can be made to jump here; None where one can."""
    return None if _library() else "libfaketime not found (Debian: libfaketime)"


def _library() -> str | None:
    found = [str(path) for place in _PLACES for path in Path("/").glob(place[1:])]
    return found[0] if found else ctypes.util.find_library("faketimeMT")


class WrongClock:
    """What the wall says in a process that was started with this `environment`.

    Only the wall: its steady clock, by which timers run, goes on as the machine's does.
    """

    def __init__(self) -> None:
        folder = temporary_folder("clock")
        folder.chmod(0o755)  # PostgreSQL runs as somebody else than root, and reads it too
        self._file = folder / "clock"
        self.set(timedelta())
        self.environment = {
            "LD_PRELOAD": _library() or "",
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",  # its name in older versions
            "NO_FAKE_STAT": "1",
            # Its mending of timed waits is for older C libraries; here it makes threads hang.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }

    def set(self, off: timedelta) -> None:
        """The clock is so far ahead of the world's from now on."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{off.total_seconds():+.0f}")
        fresh.replace(self._file)
