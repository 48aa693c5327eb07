"""Come here for what SQLite keeps of rows that are gone, and how that is destroyed.

A row that is deleted is overwritten where it lies (`secure_delete`). But whenever rows were moved
from one page to another their old bytes stay in the first; and the log holds pages as they were.
"""

import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_MOST_PACKED: Final = 64 * 1024 * 1024
"""Bytes: a third of a second. Packing more would keep a cry from being written for longer than is
felt: of a larger file only the log is emptied, and what moved rows have left goes as its pages are
used again."""
_PATIENCE_S: Final = 1.0


def leave_nothing(file: str) -> bool:
    """Pack the file anew and empty its log; False where that must wait.

    A connection of its own: neither is possible inside of a transaction.
    """
    opened = sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)
    with contextlib.closing(opened) as connection:
        is_packed = _packed(connection, file)
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return is_packed and not busy


def _packed(connection: sqlite3.Connection, file: str) -> bool:
    """False where somebody writes, or the disk is full."""
    if Path(file).stat().st_size > _MOST_PACKED:
        return True
    for pragma in ("secure_delete=ON", "temp_store=MEMORY"):  # no copy of it all on the disk
        connection.execute(f"PRAGMA {pragma}")
    try:
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        log.info("the database could not be packed now: %s", error)
        return False
    return True
