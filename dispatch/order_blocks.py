"""Come here for blocks of order numbers: reserved on disk before one of them is used."""

import asyncio
import logging
from typing import Final

from dispatch.database import Database
from dispatch.outages import outage_goes_by
from lights.store import raise_counter

log = logging.getLogger(__name__)

_AGAIN_AFTER_S: Final = 1.0
"""The block in use lasts for hours of orders."""


async def reserve_order_numbers(database: Database, size: int) -> int:
    """The last number of a block that nobody else has; waits for the database."""
    while True:
        with outage_goes_by(log, "no order numbers could be reserved"):
            async with database.writing() as connection:
                return await raise_counter(connection, "order_seq", size)
        await asyncio.sleep(_AGAIN_AFTER_S)
