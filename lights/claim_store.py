"""Come here for every SQL statement about claims.

Each function takes an open connection and leaves the transaction to its caller.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lights.claims import Claim
from lights.lamp import Scene
from lights.schema import claim


def claim_row(one: Claim) -> dict[str, Any]:
    """The columns of one claim."""
    return {
        "lamp_id": one.lamp_id,
        "owner": one.owner,
        "rank": one.rank,
        "scene": one.scene.name,
        "level": one.scene.level,
        "low": one.scene.low,
        "period_ms": one.scene.period_ms,
        "lit_ms": one.scene.lit_ms,
        "made_at": one.made_at,
        "until": one.until,
    }


async def load_claims(connection: AsyncConnection, now: datetime) -> list[Claim]:
    """Every claim that has not ended."""
    rows = await connection.execute(select(claim).where(claim.c.until > now))
    return [
        Claim(
            row.lamp_id,
            row.owner,
            row.rank,
            Scene(row.scene, row.level, row.low, row.period_ms, row.lit_ms),
            row.made_at,
            row.until,
        )
        for row in rows
    ]


async def drop_claims(connection: AsyncConnection, owners: Sequence[str]) -> None:
    """Forget every claim of these owners."""
    if owners:
        await connection.execute(
            delete(claim).where(claim.c.owner == bindparam("of")), [{"of": one} for one in owners]
        )


async def add_claims(connection: AsyncConnection, claims: Iterable[Claim]) -> None:
    """Write claims of owners who have none for these lamps."""
    rows = [claim_row(one) for one in claims]
    if rows:
        await connection.execute(insert(claim), rows)


async def sweep_claims(connection: AsyncConnection, now: datetime) -> None:
    """Forget claims that have ended."""
    await connection.execute(delete(claim).where(claim.c.until <= now))
