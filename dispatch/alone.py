"""Come here for why two dispatchers do not serve with one data folder: they would fight over lamps.

Each releases a lamp that it has not claimed itself, so that two on one database put out each
other's light. Two with folders of their own are not found out here: the README says what to do.
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
    file = data_dir / "serving"
    close([file])
    try:
        lock = held(file)
    except OSError as error:  # a share that knows no locks: people must be heard all the same
        log.warning("whether another dispatcher serves is not known: %s", error.strerror)
        return nullcontext()
    if lock is None:
        raise BadSetting(
            f"another dispatcher serves with LAMPLIGHTER_DATA_DIR {data_dir}, and two would put "
            "out each other's light: stop it first. Another district needs a folder, a database "
            "and a broker of its own"
        )
    return lock
