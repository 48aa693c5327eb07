"""Come here for what every command of `lamplighter` does first: settings, and the database.

Law: only what brings something into a district makes its database; whoever reads or changes what
is there is refused where nothing is, and is told which database it was.
"""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import TypeVar

import click

from dispatch.database import Database, UnusableDatabase
from dispatch.ends import HEAD, begin, is_ours, keep_ends
from dispatch.heads import Chain, Heads
from dispatch.seals import START
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


def writing_record(work: Work[T]) -> T:
    """As `with_database`, for work that adds to the record of sign-ins and rights: with the secret
    that the record was chained with, and its end remembered before and after."""
    settings = Settings.read(os.environ)

    async def remembered(database: Database) -> T:
        await _must_be_ours(settings, database)
        heads = Heads(settings.heads_file)
        with able_to_remember():
            await begin(database, heads, settings.chain_key)
        done = await work(database)
        with able_to_remember():
            await keep_ends(database, heads)
        return done

    return with_database(remembered)


async def _must_be_ours(settings: Settings, database: Database) -> None:
    async with database.reading() as connection:
        is_new = await HEAD["record"](connection) == START
    if is_new:
        settings.make_data_dir()
    elif not await is_ours(database, "record", secret_key(settings, "record")):
        raise click.ClickException(
            f"the record of this database was not written with the secret in {settings.data_dir}. "
            "Name the data folder of the dispatcher in LAMPLIGHTER_DATA_DIR. Nothing was changed"
        )


def secret_key(settings: Settings, chain: Chain) -> bytes:
    """The key of a chain. Raises ClickException where the secret is not there; none is made."""
    if settings.known_secret() is None:
        raise click.ClickException(
            f"the file `secret` is not in {settings.data_dir}: with it journal and record were "
            "chained, and without it nobody can tell whether they are as they were written. Name "
            "the data folder of the dispatcher in LAMPLIGHTER_DATA_DIR, or restore the file from "
            "the backup. Nothing was changed"
        )
    return settings.chain_key(chain)


@contextlib.contextmanager
def able_to_remember() -> Iterator[None]:
    """Say it where the data folder cannot be written, and go on."""
    try:
        yield
    except OSError as error:
        click.echo(f"The data folder cannot remember this: {error.strerror}", err=True)


def making_database(work: Work[T]) -> T:
    """The same on a database that is made, or brought up to date, where need be."""
    settings = Settings.read(os.environ)

    async def whole(database: Database) -> T:
        settings.make_data_dir()
        await database.bring_up_to_date()
        with able_to_remember():
            await begin(database, Heads(settings.heads_file), settings.chain_key)
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
