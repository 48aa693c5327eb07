"""Come here for what takes lamps out of service: their rows stay, and an import brings them back.

Law: one transaction, all of them or none; a lamp that is not known is named and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch.database import Database
from dispatch.district import INVENTORY
from lights.store import raise_counter, retire_lamps, retired_among


@dataclass(frozen=True, slots=True)
class Retirement:
    """Which lamps would be or were retired, were so before, and are not known at all."""

    retired: list[str]
    already: list[str]
    unknown: list[str]


async def retire(
    database: Database, lamp_ids: Iterable[str], now: datetime, *, dry_run: bool
) -> Retirement:
    """Take lamps out of service; with `dry_run` only say which."""
    wanted = sorted(set(lamp_ids))
    async with database.writing() as connection:
        known = await retired_among(connection, wanted)
        found = Retirement(
            [key for key in wanted if known.get(key) is False],
            [key for key in wanted if known.get(key) is True],
            [key for key in wanted if key not in known],
        )
        if not dry_run and found.retired and not found.unknown:
            await retire_lamps(connection, found.retired, now)
            await raise_counter(connection, INVENTORY, 1)
    return found
