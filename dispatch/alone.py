"""Come here for why two dispatchers do not serve with one data folder: they would fight over lamps.

Each releases a lamp that it has not claimed itself, so that two on one database put out each
other's light. Two with folders of their own are found out by their SQLite file here, or by their
PostgreSQL (`sole.py`).
"""

import logging
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from dispatch.settings import BadSetting
from lights.custody import close, held

log = logging.getLogger(__name__)


def alone_in(data_dir: Path) -> AbstractContextManager[Any]:
    """Hold the folder until left, or until the process ends, however it ends. Raises BadSetting."""
    return _alone(data_dir / "serving", f"LAMPLIGHTER_DATA_DIR {data_dir}")


def alone_on(database: Path | None, data_dir: Path) -> AbstractContextManager[Any]:
    """The same for a SQLite file that lies elsewhere."""
    if database is None or database.parent == data_dir.absolute():
        return nullcontext()
    return _alone(database.with_name(f"{database.name}-serving"), f"the database {database}")


def _alone(file: Path, what: str) -> AbstractContextManager[Any]:
    close([file])
    try:
        lock = held(file)
    except OSError as error:  # a share that knows no locks: people must be heard all the same
        log.warning("whether another dispatcher serves is not known: %s", error.strerror)
        return nullcontext()
    if lock is None:
        raise BadSetting(
            f"another dispatcher serves with {what}, and two would put out each other's light: "
            "stop it first. Another district needs a folder, a database and a broker of its own"
        )
    return lock
