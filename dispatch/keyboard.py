"""Come here for what every command of `lamplighter` does first: settings, and the database."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from dispatch.database import Database
from dispatch.settings import Settings

T = TypeVar("T")


def with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """What comes of work on the district's database, brought up to date before."""
    settings = Settings.read(os.environ)

    async def whole() -> T:
        settings.make_data_dir()
        database = Database(settings.database_url)
        try:
            await database.bring_up_to_date()
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(whole())
