"""Come here for how many files and sockets this process may have open: as many as it is allowed."""

import contextlib
import resource


def allow_all() -> None:
    """Raise the soft limit, usually 1,024, to the hard one: each lamp, phone and screen is a file.

    Where the system does not let us, what there was is kept.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
