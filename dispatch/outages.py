"""Come here for what it is that the database is away, and for work that goes on after it.

Law: an outage passes, and is a line in the log; whatever else goes wrong is a fault of ours.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_PASSING: Final = ("08", "40", "53", "55", "57")
"""Classes of SQLSTATE that pass: connections, deadlocks, resources, locks, operators' stops."""
_LOST_AMID: Final = "InternalClientError"
"""What asyncpg says of the next operation on a connection that was lost amid one."""
TROUBLES: Final[tuple[type[Exception], ...]] = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
)
"""What a database that is away, or that is misused, raises; `is_outage` tells them apart."""


class Unavailable(Exception):
    """Nothing can be written now, or nobody knows whether it was: ask again with the same id."""


def is_outage(error: BaseException) -> bool:
    """Whether the database was away or went away, rather than that something was wrong."""
    if isinstance(error, DBAPIError) and not isinstance(error, InterfaceError):
        original = type(error.orig).__name__ if error.orig is not None else ""
        state = str(getattr(error.orig, "sqlstate", None))
        return (
            error.connection_invalidated
            or state[:2] in _PASSING
            or "OperationalError" in (type(error).__name__, original)
            or original == _LOST_AMID
        )
    driver = type(error).__module__.partition(".")[0] == "asyncpg"
    return driver or isinstance(error, OSError | TimeoutError | InterfaceError | NoConnectionFree)


def in_short(error: BaseException) -> str:
    """An outage for the log: its kind and code; what it says may quote rows, places and all."""
    original = getattr(error, "orig", None) or error
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return " ".join(filter(None, (type(original).__name__, code)))


@contextmanager
def outage_goes_by(log: logging.Logger, what: str) -> Iterator[None]:
    """Leave the work at an outage, with `what` in the log; its next round tries again."""
    try:
        yield
    except Unavailable as error:
        log.warning("%s: %s", what, error)
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("%s: %s", what, in_short(error))
