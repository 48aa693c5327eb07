"""Come here for what the log looks like: one line a record, to be read or as JSON, and about whom.

Law: no place, token, name or word of a caller goes into a log. Our own lines say none; of errors,
whose messages may quote what somebody has sent, only kinds and places in the code are written; and
what a library says goes through a sieve. Every line of an incident carries its id.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import extract_tb
from typing import Any, Final, Literal, TextIO

from dispatch.gathered import Gathering
from lights.wire import rfc3339

LogFormat = Literal["text", "json"]

_concerned: ContextVar[str | None] = ContextVar("concerned", default=None)
_ID: Final = re.compile(r"[a-z0-9-]{1,36}")
_OWNER: Final = "incident:"
"""How the claims of lamps name whose they are."""
_SIEVE: Final = (
    (re.compile(r"\b\d{2,3}\.\d{3,}"), "[number]"),
    (re.compile(r"(?i)((?:bearer|token|ticket|password|cookie)\W{1,3})\S+"), r"\1[secret]"),
    (re.compile(r"://[^/\s@]*@"), "://[secret]@"),
)
"""Degrees have three decimals or more; addresses and headers carry secrets after these words."""
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
"""A lamp's or a caller's line feed must not begin a line of the log."""
_DEEPEST: Final = 6
"""Errors behind an error; an outage seldom has more than four."""


@contextmanager
def concerning(incident_id: str) -> Iterator[None]:
    """Whatever is logged meanwhile in this task, and in those that it makes, is of the incident."""
    before = _concerned.set(incident_id)
    try:
        yield
    finally:
        _concerned.reset(before)


def concerns(incident_id: str) -> None:
    """The rest of this call is about an incident, where that is one's id and no other word."""
    if _ID.fullmatch(incident_id):
        _concerned.set(incident_id)


def set_up(form: LogFormat, *, verbose: bool, stream: TextIO | None = None) -> logging.Handler:
    """Log to a stream (standard error) from now on; the handler that does."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    handler.addFilter(Gathering(handler))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    # It would name every feed that opens, with its ticket.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return handler


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = _fields(record)
        about = f" [{line['incident']}]" if line["incident"] else ""
        head = f"{line['at']} {line['level']} {line['part']}{about}: {line['words']}"
        return "\n".join([head, *(f"    {one}" for one in line.get("trace", ()))])


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), ensure_ascii=False)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    line = {
        "at": rfc3339(datetime.fromtimestamp(record.created, UTC)),
        "level": record.levelname.lower(),
        "part": record.name,
        "incident": _incident_of(record),
        "words": _sieved(record.getMessage().translate(_CONTROL)),
    }
    error = record.exc_info[1] if record.exc_info else None
    return line if error is None else line | {"trace": list(_trace(error))}


def _incident_of(record: logging.LogRecord) -> str | None:
    """What the line says itself, or what its task is about."""
    owner = str(getattr(record, "owner", ""))
    return owner.removeprefix(_OWNER) if owner.startswith(_OWNER) else _concerned.get()


def _sieved(words: str) -> str:
    for pattern, instead in _SIEVE:
        words = pattern.sub(instead, words)
    return words


def _trace(error: BaseException, depth: int = 0) -> Iterator[str]:
    """What went wrong where, without what the errors say."""
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in extract_tb(error.__traceback__, limit=-12):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    behind = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in [*behind, *([cause] if cause else [])] if depth < _DEEPEST else []:
        yield from _trace(other, depth + 1)
