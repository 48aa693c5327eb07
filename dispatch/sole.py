"""Come here for why two dispatchers do not serve with one PostgreSQL: they would fight over lamps.

Whoever serves holds a lock there, in a session of its own, in which it beats. Laws: refused is
only who sees another one beat; a silent session that holds the lock is ended, so that what a dead
machine has left there keeps nobody from helping. Who loses the lock with the database takes it
again; who finds another one at work then ends. Where a pooler shares sessions out, a lock says
nothing: there is an alarm instead, and nobody is refused.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import sole_lock
from dispatch.database import Database, UnusableDatabase
from dispatch.outages import TROUBLES, in_short, is_outage
from dispatch.settings import BadSetting
from dispatch.sole_lock import Holder, Watched
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_BEAT_EVERY_S: Final = 1.0
_LOOK_EVERY_S: Final = 0.1
"""The lock of a process that was killed is free within milliseconds."""
_ASK_AGAIN_S: Final = 30.0
"""Who cannot tell whether another one serves may be able to later."""
_SAID_AFTER: Final = 10
"""Looks: a restart after a kill needs no words."""
_ALIVE_AFTER: Final = 2
"""Beats that were waited for: one may have been on its way when its dispatcher was killed."""
_SILENT_AFTER: Final = 100
"""Looks, of ten seconds or more. A busy machine delays those who look as well."""
_GIVEN_UP_AFTER: Final = 150
"""Looks: a session that was ended is gone by then, or nobody here may end it."""
_GOODBYE_S: Final = 1.0
"""Whoever comes next need not wait; a database that does not answer frees the lock by itself."""

_POOLED: Final = (
    "whether another dispatcher serves is not known: a pooler shares the database's sessions out. "
    "Let LAMPLIGHTER_DATABASE_URL name PostgreSQL itself, or pool by session"
)


class _CannotTell(Exception):
    """Whether another dispatcher serves; the message says why."""


class Sole:
    """`name` is that of this dispatcher's life; another start has another one."""

    def __init__(self, database: Database, name: Callable[[], str]) -> None:
        self._database = database
        self._name = sole_lock.session_name(name())
        self._session: AsyncConnection | None = None
        self._pid = 0
        self._beats = 0
        self._unsure: str | None = None
        self._keeping: asyncio.Task[None] | None = None

    def trouble(self) -> list[str]:
        """In words for whoever is woken."""
        return [self._unsure] if self._unsure is not None else []

    async def begin(self) -> None:
        """Return once nobody else serves, and beat from then on: a start may take long.

        Raises BadSetting where another one does.
        """
        try:
            await self._turn()
        except Exception as error:
            if is_outage(error):
                words = f"the database {self._database.named} cannot be opened: {error}"
                raise UnusableDatabase(words) from error
            raise
        self._keeping = asyncio.create_task(self._keep())

    async def run(self) -> None:
        """Keep what was begun, for ever. Raises BadSetting where another one has come between."""
        if self._keeping is not None:
            await asyncio.shield(self._keeping)  # `end` ends it

    async def _keep(self) -> None:
        pulse = beginning("sole", WITH_DATABASE_S)
        while pulse.turns():
            await asyncio.sleep(_BEAT_EVERY_S if self._unsure is None else _ASK_AGAIN_S)
            try:
                await self._turn()
            except Exception as error:
                if not is_outage(error):
                    raise
                await self._lost(error)

    async def end(self) -> None:
        """Let whoever comes next serve at once."""
        if self._keeping is not None:
            await _cancelled(self._keeping)
        if self._session is None:
            return
        with contextlib.suppress(*TROUBLES):
            async with asyncio.timeout(_GOODBYE_S):
                await sole_lock.release(self._session)
        await self._leave()

    async def _turn(self) -> None:
        if self._database.is_sqlite:  # a file that is held says it (`alone.py`)
            return
        try:
            if self._session is None:
                await self._take()
            else:
                await self._beat(self._session)
        except _CannotTell as error:
            if self._unsure is None:
                log.error("%s", error)
            self._unsure = str(error)
            await self._leave()

    async def _beat(self, session: AsyncConnection) -> None:
        self._beats += 1
        if await sole_lock.say(session, self._name(self._beats)) != self._pid:
            raise _CannotTell(_POOLED)

    async def _take(self) -> None:
        self._session = session = await self._database.own_session()
        try:
            await self._look_for_pooler(session)
            self._pid = await sole_lock.say(session, self._name(self._beats))
            await self._wait_for_lock(session)
        except BaseException:
            await self._leave()
            raise
        if self._unsure is not None:
            log.warning("no other dispatcher serves this database")
        self._unsure = None

    async def _look_for_pooler(self, session: AsyncConnection) -> None:
        other = await self._database.own_session()
        try:
            if await sole_lock.are_shared_out(session, other):
                raise _CannotTell(_POOLED)
        finally:
            await _drop(other)

    async def _wait_for_lock(self, session: AsyncConnection) -> None:
        watched = Watched()
        while not await sole_lock.take(session):
            holder = await sole_lock.holder(session)
            if holder is not None:
                watched.see(holder)
                await self._judge(session, holder, watched)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _judge(self, session: AsyncConnection, holder: Holder, watched: Watched) -> None:
        if not holder.is_dispatcher:
            raise _CannotTell(_POOLED)
        if watched.beats >= _ALIVE_AFTER:
            raise BadSetting(
                f"another dispatcher ({holder}) serves with the database {self._database.named}, "
                "and two would put out each other's light: stop it first. Another district needs "
                "a folder, a database and a broker of its own"
            )
        if watched.silent == _SAID_AFTER:
            log.warning("another dispatcher (%s) holds the database: is it alive?", holder)
        if holder.is_of(self._name) or watched.silent == _SILENT_AFTER:
            await self._end(session, holder)
        if watched.silent >= _GIVEN_UP_AFTER:
            raise _CannotTell(
                f"another dispatcher ({holder}) is silent, but still holds the database, and its "
                f"session {holder.pid} could not be ended: end it (pg_terminate_backend)"
            )

    async def _end(self, session: AsyncConnection, holder: Holder) -> None:
        log.warning("the silent session of a dispatcher (%s) is ended, to serve instead", holder)
        try:
            await sole_lock.end_session(session, holder)
        except DBAPIError as error:
            if is_outage(error):
                raise
            log.warning("it could not be ended: %s", in_short(error))

    async def _lost(self, error: Exception) -> None:
        if self._session is not None:
            log.warning("the hold on the database was lost with it: %s", in_short(error))
        await self._leave()

    async def _leave(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await _drop(session)


async def _drop(session: AsyncConnection) -> None:
    """Close it, also where the database does not answer."""
    with contextlib.suppress(*TROUBLES):
        await session.invalidate()
    await session.close()


async def _cancelled(task: asyncio.Task[None]) -> None:
    """A word of the database that comes at the very moment can drown a cancellation: said again."""
    while not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=_GOODBYE_S)
