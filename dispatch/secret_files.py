"""Come here for the files that hold a deployment's secrets: who may read them, and who change them.

Law: a secret that somebody else can put there is refused, for they would know it and we should not;
one that others can merely read is taken, since whoever waits for help is worth more, and the log
says so at every start, with what to do.
"""

import logging
import os
import shlex
import stat
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_ROOT: Final = 0
"""Whoever administers the machine may put files there for us."""


def read_secret_file(setting: str, path: Path) -> str:
    """Its text; raises ValueError with words that help."""
    look_at(setting, path)
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{setting} is {path}, which cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{setting} is {path}, which cannot be read: it is not UTF-8") from None


def look_at(setting: str, path: Path) -> None:
    """Refuse a file that others can change (ValueError), and warn of one that they can read."""
    try:
        found = path.stat()
    except OSError as error:
        raise ValueError(f"{setting} is {path}, which cannot be read: {error.strerror}") from None
    if refused := _why_refused(found, path):
        raise ValueError(f"{setting} is {path}: {refused}")
    if _readable_by_others(found):
        log.warning(
            "%s: other accounts of this machine can read the secret in %s. Close it to them: %s",
            setting,
            path,
            _close(found, path),
        )


def _why_refused(found: os.stat_result, path: Path) -> str | None:
    if found.st_uid not in (os.geteuid(), _ROOT):
        return (
            f"it belongs to another account (number {found.st_uid}), which knows the secret and "
            f"can change it. Take it over: {_close(found, path)}"
        )
    if found.st_mode & stat.S_IWOTH:
        return (
            "every account of this machine can change it, so that the secret may be anybody's. "
            f"Close it, and make a new secret: {_close(found, path)}"
        )
    return None


def _readable_by_others(found: os.stat_result) -> bool:
    """Root's file may be shared with a group: that is how an account of ours is let in."""
    group = stat.S_IRGRP if found.st_uid != _ROOT else 0
    return bool(found.st_mode & (stat.S_IROTH | group))


def _close(found: os.stat_result, path: Path) -> str:
    """What to type, also where it is somebody else's to type it."""
    name = shlex.quote(str(path))
    if found.st_uid == os.geteuid():
        return f"chmod 600 {name}"
    return f"sudo chown {os.geteuid()} {name} && sudo chmod 600 {name}"
