"""Come here for the SQL about who serves with a PostgreSQL database: the lock, and who holds it.

A session's `application_name` says whose it is and counts its beats, for every other one to see.
"""

import re
import socket
from collections.abc import Callable
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_LOCK: Final = "6715, 18253794"
"""Any two numbers that no other program locks in this database; the pair is a lock of its own."""
_LONGEST_NAME: Final = 63
"""PostgreSQL cuts what is longer (NAMEDATALEN)."""
_NAME: Final = re.compile(r"lamplighter (\w+) (\d+) (.*)")

_TAKE: Final = text(f"SELECT pg_try_advisory_lock({_LOCK})")
_RELEASE: Final = text(f"SELECT pg_advisory_unlock({_LOCK})")
_SAY: Final = text("SELECT pg_backend_pid() FROM set_config('application_name', :name, false)")
_PID: Final = text("SELECT pg_backend_pid()")
_HOLDER: Final = text(
    "SELECT pid, application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND (classid, objid, objsubid) = (6715, 18253794, 2) AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_END: Final = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid = :pid AND application_name = :name"
)


def session_name(life: str) -> Callable[[int], str]:
    """What the session of one life of a dispatcher is called at each of its beats."""
    host = socket.gethostname().encode("ascii", "replace").decode()
    return lambda beats: f"lamplighter {life} {beats} {host}"[:_LONGEST_NAME]


class Holder(NamedTuple):
    """The session that holds the lock."""

    pid: int
    name: str

    @property
    def is_dispatcher(self) -> bool:
        """Or else a pooler has given the session to somebody else since."""
        return _NAME.fullmatch(self.name) is not None

    def is_of(self, name: Callable[[int], str]) -> bool:
        """Whether it was a session of this very life."""
        return self._parts[0] == Holder(0, name(0))._parts[0]

    @property
    def _parts(self) -> tuple[str, str]:
        """Whose life it is, and on which host."""
        found = _NAME.fullmatch(self.name)
        return (found[1], found[3]) if found else ("", "")

    def __str__(self) -> str:
        return f"on {self._parts[1]}, session {self.pid}"


class Watched:
    """Who holds the lock, seen again and again."""

    def __init__(self) -> None:
        self._last: Holder | None = None
        self.beats = 0
        self.silent = 0

    def see(self, holder: Holder) -> None:
        """One look."""
        if self._last is None or self._last.pid != holder.pid:
            self.beats = self.silent = 0
        elif self._last.name != holder.name:
            self.beats, self.silent = self.beats + 1, 0
        else:
            self.silent += 1
        self._last = holder


async def take(session: AsyncConnection) -> bool:
    """Whether the lock is this session's now."""
    return bool(await session.scalar(_TAKE))


async def release(session: AsyncConnection) -> None:
    """Give the lock back."""
    await session.execute(_RELEASE)


async def say(session: AsyncConnection, name: str) -> int:
    """Be called so; the session's number, which stays the same unless a pooler is between."""
    return int(await session.scalar(_SAY, {"name": name}) or 0)


async def holder(session: AsyncConnection) -> Holder | None:
    """Who holds the lock; None where it has just become free."""
    row = (await session.execute(_HOLDER)).first()
    return Holder(*row) if row is not None else None


async def end_session(session: AsyncConnection, one: Holder) -> None:
    """End it, if it has said nothing more. DBAPIError where that is not allowed."""
    await session.execute(_END, {"pid": one.pid, "name": one.name})


async def are_shared_out(one: AsyncConnection, other: AsyncConnection) -> bool:
    """Whether two connections have one session, or one has several: a pooler is between."""
    mine, others, mine_again = [await held.scalar(_PID) for held in (one, other, one)]
    return bool(mine == others or mine != mine_again)
