"""Come here for who may read the files that we keep: whoever runs the dispatcher, nobody else.

Law: what is made here is made closed, not closed afterwards; what an earlier version left open is
closed when it is used again, and the log says so. The process's umask is left alone: files that
people ask for (exports, refused rows) are theirs to share.
"""

import contextlib
import errno
import fcntl
import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

log = logging.getLogger(__name__)

_OTHERS: Final = 0o077


def own_folder(folder: Path) -> None:
    """Make it, or close it to other accounts. Raises OSError where there can be none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    close([folder])


def own_file(file: Path) -> None:
    """Make it, empty, or close it and what SQLite keeps beside it. Raises OSError."""
    if not file.exists():
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    close(file.with_name(file.name + end) for end in ("", "-wal", "-shm", "-journal"))


def own_everything(folder: Path) -> None:
    """The folder with all that is in it."""
    own_folder(folder)
    close(folder.rglob("*"))


def held(file: Path) -> IO[str] | None:
    """A file that this process holds until it closes it or ends, however it ends; None: another
    one does. Raises OSError."""
    lock = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return None
        raise
    return lock


def close(paths: Iterable[Path]) -> None:
    """Close what is there and open to other accounts, and say so."""
    open_to_others = [path for path in paths if _is_open(path)]
    closed = [path for path in open_to_others if _closed(path)]
    if closed:
        more = f" and {len(closed) - 1} more" if len(closed) > 1 else ""
        log.warning("%s%s could be read by other accounts: closed to them", closed[0], more)


def _is_open(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & _OTHERS)


def _closed(path: Path) -> bool:
    found = path.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:  # such as /tmp itself
        log.warning("%s can be read by other accounts, and is not ours to close", path)
        return False
    path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    return True


def write_whole(file: Path, text: str) -> None:
    """Replace a file for its owner only; whoever reads it sees the old one or the new one, also
    after a power cut. Raises OSError."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        fresh.replace(file)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
