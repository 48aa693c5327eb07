"""Come here for the shell's time and chance: the clock, and ids that nobody has had before."""

import base64
import os
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The shell's clock."""
    return datetime.now(UTC)  # noqa: TID251


def new_id() -> str:
    """An id that sorts by its time: 6 bytes of milliseconds, 9 of chance, in base 32."""
    milliseconds = time.time_ns() // 1_000_000
    raw = milliseconds.to_bytes(6, "big") + os.urandom(9)
    return base64.b32hexencode(raw).decode().lower()
