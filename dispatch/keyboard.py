"""Come here for what every command of `lamplighter` does first: settings, and the database.

Law: only what brings something into a district makes its database; whoever reads or changes what
is there is refused where nothing is, and is told which database it was.
"""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import click

from dispatch.database import Database, UnusableDatabase
from dispatch.settings import Settings
from dispatch.standing import NoDatabase, must_be_there

T = TypeVar("T")
Work = Callable[[Database], Awaitable[T]]


def with_database(work: Work[T]) -> T:
    """What comes of work on the district's database, which must be there. Raises ClickException."""

    async def whole(database: Database) -> T:
        await must_be_there(database)
        _say(database)
        return await work(database)

    return _run(Settings.read(os.environ), whole)


def making_database(work: Work[T]) -> T:
    """The same on a database that is made, or brought up to date, where need be."""
    settings = Settings.read(os.environ)

    async def whole(database: Database) -> T:
        settings.make_data_dir()
        await database.bring_up_to_date()
        _say(database)
        return await work(database)

    return _run(settings, whole)


def trying_on_database(work: Work[T]) -> T:
    """What would come of it; where there is no database yet, of an empty one that is not kept."""

    async def whole(database: Database) -> T:
        try:
            await must_be_there(database)
        except NoDatabase:
            click.echo(
                f"There is no database at {database.named} yet: as on an empty one", err=True
            )
            return await _on_an_empty_one(work)
        _say(database)
        return await work(database)

    return _run(Settings.read(os.environ), whole)


def local(moment: datetime) -> str:
    """A time as whoever sits here reads it on the wall, with the name of the zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def _run(settings: Settings, whole: Work[T]) -> T:
    async def opened() -> T:
        database = Database(settings.database_url)
        try:
            return await whole(database)
        finally:
            await database.close()

    try:
        return asyncio.run(opened())
    except UnusableDatabase as error:
        raise click.ClickException(str(error)) from None


async def _on_an_empty_one(work: Work[T]) -> T:
    with tempfile.TemporaryDirectory(prefix="lamplighter-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/empty.sqlite3")
        try:
            await database.bring_up_to_date()
            return await work(database)
        finally:
            await database.close()


def _say(database: Database) -> None:
    """Not among what was asked for, which may go into a file."""
    click.echo(f"Database: {database.named}", err=True)
