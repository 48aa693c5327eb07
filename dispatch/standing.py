"""Come here for whether a database is there to be read: found, not made, and of this version."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from alembic.runtime.migration import MigrationContext

from dispatch.database import Database, UnusableDatabase, revisions
from dispatch.outages import is_outage

_NAME_IT = (
    "Nothing was read, and nothing was made. Name the database of the dispatcher as it was named "
    "for `lamplighter serve`: by LAMPLIGHTER_DATABASE_URL, or by LAMPLIGHTER_DATA_DIR, the folder "
    "of its SQLite file. A new district begins with `lamplighter lamps import` or `serve`"
)


class NoDatabase(UnusableDatabase):
    """There is none at that address."""


async def must_be_there(database: Database) -> None:
    """Raises UnusableDatabase, and changes nothing, unless its tables are those of this program."""
    found = await _revision(database)
    if found is None:
        raise NoDatabase(f"there is no database of Lamplighter at {database.named}. {_NAME_IT}")
    known, newest = revisions()
    if found == newest:
        return
    older = "an older" if found in known else "a newer"
    remedy = "start `lamplighter serve` once" if found in known else "use that one"
    raise UnusableDatabase(
        f"the database {database.named} was last used by {older} Lamplighter (its tables are at "
        f"{found}): {remedy}. Nothing was changed."
    )


async def _revision(database: Database) -> str | None:
    if database.file is not None:
        return await asyncio.to_thread(_revision_in, database.file)
    try:
        async with database.reading() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    except Exception as error:
        if is_outage(error):
            raise UnusableDatabase(f"{database.named} cannot be opened: {error}") from error
        raise


def _revision_in(file: Path) -> str | None:
    """Opened to be read alone: another program's file stays as it is, and none is made."""
    if not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise UnusableDatabase(f"{file} cannot be read: {error}") from error
    except sqlite3.DatabaseError:
        raise UnusableDatabase(f"{file} is not a SQLite database. {_NAME_IT}") from None
    return str(row[0]) if row else None
