"""Come here for what strangers can make the log say as often as they like: it is told in few lines.

Law: of each kind of such lines the first of a minute are written as they are; the rest is one line
with their number, when the minute is over. Gathered is what says so (`extra={"stranger": True}`)
and what libraries say of connections; nothing else ever is.
"""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MINUTE_S: Final = 60.0
_FIRST: Final = 5
"""Enough to see whether it is one source or many."""
_LIBRARIES: Final = ("uvicorn", "websockets", "asyncio")
"""They tell of whoever connects, and not of us."""
_KINDS: Final = 100
"""There are some twenty; what a library puts into its words must not fill the memory."""
_FIELD: Final = re.compile(r"%[-#0 +]*[\d.]*[a-z]")

_Kind = tuple[str, str]


@dataclass(slots=True)
class _Minute:
    began: float
    count: int = 0


class Gathering(logging.Filter):
    """Of one handler, which says the numbers too; `clock` in seconds."""

    def __init__(
        self, handler: logging.Handler, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._handler = handler
        self._clock = clock
        self._minutes: dict[_Kind, _Minute] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is written as it is."""
        if not _is_strangers(record):
            return True
        self.tell()
        kind = record.name, str(record.msg)
        if kind not in self._minutes and len(self._minutes) >= _KINDS:
            kind = record.name, "and others"
        minute = self._minutes.setdefault(kind, _Minute(self._clock()))
        minute.count += 1
        if minute.count == _FIRST + 1:
            self._tell_later()
        return minute.count <= _FIRST

    def tell(self) -> None:
        """Say how many there were, of every kind whose minute is over."""
        now = self._clock()
        over = [kind for kind, one in self._minutes.items() if now - one.began >= _MINUTE_S]
        for kind in over:
            more = self._minutes.pop(kind).count - _FIRST
            if more > 0:
                self._handler.handle(_number(kind, more))

    def _tell_later(self) -> None:
        """Also where nothing else is logged; outside of a loop whatever comes next tells of it."""
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().call_later(_MINUTE_S, self.tell)


def _is_strangers(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _LIBRARIES or getattr(record, "stranger", False)


def _number(kind: _Kind, more: int) -> logging.LogRecord:
    """Of the house, so that it is not gathered itself."""
    _, words = kind
    said = "%d more within a minute: %s"
    about = _FIELD.sub("…", words)
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, said, (more, about), None)
