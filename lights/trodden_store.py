"""Come here for how often walks wanted each lamp, as it is kept over restarts.

Each function takes an open connection and leaves the transaction to its caller.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lights.schema import trodden
from lights.trodden import Wanted


async def save_trodden(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep these counters in the place of what was kept of the same lamps."""
    if rows:
        keys = [{"of": row["lamp_id"]} for row in rows]
        await connection.execute(delete(trodden).where(trodden.c.lamp_id == bindparam("of")), keys)
        await connection.execute(insert(trodden), list(rows))


async def load_trodden(connection: AsyncConnection) -> list[tuple[str, Wanted]]:
    """Every counter that was kept."""
    rows = await connection.execute(select(trodden))
    return [(row.lamp_id, Wanted(row.walked, row.walked_on)) for row in rows]
