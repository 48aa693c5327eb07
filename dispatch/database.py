"""Come here for the database itself: opening it, bringing its tables up to date, transactions.

SQLite (WAL, synchronous=FULL) and PostgreSQL behave alike from here on: one engine writes, one
reads, and a reading transaction sees one moment of the database.
"""

import asyncio
import contextlib
import functools
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from dispatch.leftovers import leave_nothing
from dispatch.outages import is_outage
from lights.custody import own_file

log = logging.getLogger(__name__)

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK_KEY: Final = 0x1A3B_11687E2
"""Any number that no other program on this database server is likely to lock."""
_TIMEOUTS: Final = {"command_timeout": 10, "timeout": 5}
"""Seconds. A database that does not answer for this long is down: better to say so than to wait."""

_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=1000", "secure_delete=ON")
_WITH_PEOPLE: Final = ("incident", "journal", "outbox", "walk", "showing")
"""Tables that hold places, words or names."""
_UPGRADE_PATIENCE_S: Final = 60
"""Somebody else is making the same tables; even a slow machine is done within this."""


class UnusableDatabase(Exception):
    """The database cannot be used as it is; the message says what to do."""


class Database:
    """One database. `writing` is for one task at a time; `reading` is for everybody."""

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError) as error:
            raise UnusableDatabase(
                f"LAMPLIGHTER_DATABASE_URL is not a database address: {error}"
            ) from None
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if self._url.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
            raise UnusableDatabase(
                f"LAMPLIGHTER_DATABASE_URL begins with {self._url.drivername}; it must begin with "
                "postgresql+asyncpg:// or sqlite+aiosqlite:///"
            )
        name = self._url.database
        self.file = Path(name).absolute() if self.is_sqlite and name else None
        self._writer = self._engine("BEGIN IMMEDIATE", pool_size=1, max_overflow=0)
        self._reader = self._engine("BEGIN", "REPEATABLE READ", pool_size=4, max_overflow=4)
        self._alone = self._engine("", "AUTOCOMMIT", poolclass=NullPool)
        self._inserter: AsyncConnection | None = None

    def _engine(self, begin: str, isolation: str | None = None, **options: Any) -> AsyncEngine:
        """`begin` is how SQLite begins a transaction, `isolation` how PostgreSQL does."""
        options["json_serializer"] = lambda value: orjson.dumps(value).decode()
        options["json_deserializer"] = orjson.loads
        options["hide_parameters"] = True  # an error would quote places and notes
        if self.is_sqlite:
            engine = create_async_engine(self._url, **options)
            event.listen(engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(engine.sync_engine, "invalidate", _let_go)
            event.listen(
                engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin)
            )
            return engine
        if isolation is not None:
            options["isolation_level"] = isolation
        return create_async_engine(self._url, connect_args=_TIMEOUTS, **options)

    @asynccontextmanager
    async def writing(self, *, at_once: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction that writes; committed on leaving, rolled back on any error.

        `at_once` promises a single writing statement, which on PostgreSQL is a transaction of its
        own: one round trip instead of three.
        """
        opened = self._inserting() if at_once and not self.is_sqlite else self._writer.begin()
        async with opened as connection:
            yield connection

    @asynccontextmanager
    async def _inserting(self) -> AsyncIterator[AsyncConnection]:
        """A connection that stays open: to borrow one takes longer than the inserting itself."""
        kept, self._inserter = self._inserter, None
        connection = kept or await self._alone.connect()
        try:
            yield connection
        except BaseException:
            await connection.close()
            raise
        self._inserter = connection

    async def own_session(self) -> AsyncConnection:
        """A connection that the caller keeps and closes; each statement is a transaction."""
        return await self._alone.connect()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that sees a single moment."""
        async with self._reader.begin() as connection:
            yield connection

    async def bring_up_to_date(self) -> None:
        """Make or upgrade the tables, under a lock; refuse a database newer than this program."""
        end = asyncio.get_running_loop().time() + _UPGRADE_PATIENCE_S
        while True:
            try:
                await self._bring_up_to_date()
                return
            except OperationalError as error:
                locked = self.is_sqlite and "locked" in str(error)
                if not locked or asyncio.get_running_loop().time() > end:
                    raise
            await asyncio.sleep(0.1)

    async def _bring_up_to_date(self) -> None:
        try:
            if self.file is not None:
                await asyncio.to_thread(own_file, self.file)
            async with self._writer.begin() as connection:
                if not self.is_sqlite:
                    await _lock(connection)
                await connection.run_sync(_upgrade)
        except Exception as error:
            if self.is_sqlite and "locked" in str(error):
                raise
            if self.is_sqlite and "not a database" in str(error):
                raise UnusableDatabase(
                    f"{self._url.database} is not a SQLite database: move it away, or name another "
                    "file in LAMPLIGHTER_DATABASE_URL. Nothing was changed."
                ) from error
            if is_outage(error):
                raise UnusableDatabase(
                    f"the database {self.named} cannot be opened: {error}"
                ) from error
            raise

    async def scrub(self) -> bool:
        """Destroy what deleted or overwritten rows leave behind; False where it must wait.

        SQLite overwrites at once (secure_delete), but not what it has moved from page to page: here
        it is packed anew, and lets go of its log. PostgreSQL frees the old rows' room for new ones;
        what a disk or a backup still has is for its keeper to destroy.
        """
        if self.is_sqlite:
            return await asyncio.to_thread(leave_nothing, self._url.database or "")
        async with self._alone.connect() as connection:
            for table in _WITH_PEOPLE:
                await connection.execute(text(f"VACUUM {table}"))
        return True

    async def answers(self) -> bool:
        """Whether the database can be read now."""
        try:
            async with self.reading() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception as error:
            if not is_outage(error):
                raise
            return False
        return True

    @property
    def named(self) -> str:
        """For people: its file, or its address without the password."""
        return str(self.file or self._url.render_as_string(hide_password=True))

    def another(self) -> "Database":
        """The same database with connections of its own, for another thread's loop."""
        return Database(self._url.render_as_string(hide_password=False))

    async def close(self) -> None:
        """Give every connection back."""
        if self._inserter is not None:
            await self._inserter.close()
        await self._writer.dispose()
        await self._reader.dispose()


async def _lock(connection: AsyncConnection) -> None:
    """Wait for whoever makes the same tables; asked again, for no single answer may take long."""
    end = asyncio.get_running_loop().time() + _UPGRADE_PATIENCE_S
    lock = text("SELECT pg_try_advisory_xact_lock(:key)")
    while not await connection.scalar(lock, {"key": _LOCK_KEY}):
        if asyncio.get_running_loop().time() > end:
            raise UnusableDatabase("somebody else has been changing the database for too long")
        await asyncio.sleep(0.1)


def _let_go(connection: Any, _record: object, _error: object) -> None:
    """Roll back what a cancelled task was at: SQLite closes a connection only when its last cursor
    is gone, which the collector finds at some time, and the file would be locked until then."""
    # A ValueError: it is closed already; one of SQLAlchemy's: nobody waits here for its thread.
    with contextlib.suppress(sqlite3.Error, SQLAlchemyError, ValueError):
        connection.rollback()


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours to say, so that it can be IMMEDIATE
    connection.create_function("lower", 1, _lower)  # SQLite's own knows only ASCII
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
    except Exception:
        connection.close()  # nobody else would: the pool never gets it
        raise
    cursor.close()


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@functools.cache
def revisions() -> tuple[frozenset[str], str | None]:
    """Every revision that this program knows, and the newest."""
    script = ScriptDirectory.from_config(_config())
    return frozenset(one.revision for one in script.walk_revisions()), script.get_current_head()


def _upgrade(connection: Connection) -> None:
    known, newest = revisions()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise UnusableDatabase(
            f"this database was last used by a newer Lamplighter (its tables are at {current}, "
            f"this program knows up to {newest}). Start that newer version, "
            "or restore a backup made before the upgrade. Nothing was changed."
        )
    if current != newest:
        log.info("bringing the database from %s to %s", current, newest)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
