"""Come here for every SQL statement about lamps, their health, and counters.

Each function takes an open connection and leaves the transaction to its caller.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import shapely
from sqlalchemy import (
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lights.inventory import InventoryLamp
from lights.lamp import Lamp
from lights.schema import counter, lamp

INVENTORY_COLUMNS: Final = (
    "label",
    "position",
    "address",
    "keeper",
    "kind",
    "fixtures",
    "installed_year",
)


_IDS_AT_ONCE: Final = 1_000
"""SQLite and PostgreSQL bind 32,766 values and more; a thousand are a short statement."""


async def load_lamps(connection: AsyncConnection) -> list[Lamp]:
    """Every lamp in service, ordered by id."""
    columns = (lamp.c.lamp_id, lamp.c.label, lamp.c.position, lamp.c.address)
    rows = (
        await connection.execute(
            select(*columns).where(lamp.c.retired_at.is_(None)).order_by(lamp.c.lamp_id)
        )
    ).all()
    lon, lat = shapely.get_coordinates([row.position for row in rows]).T if rows else ([], [])
    return [
        Lamp(row.lamp_id, row.label, float(x), float(y), row.address)
        for row, x, y in zip(rows, lon, lat, strict=True)
    ]


async def load_inventory(connection: AsyncConnection) -> dict[str, dict[str, Any]]:
    """What an import would change: the inventory's columns of every lamp, by id."""
    columns = [lamp.c.lamp_id, lamp.c.retired_at, *(lamp.c[name] for name in INVENTORY_COLUMNS)]
    rows = (await connection.execute(select(*columns))).mappings()
    return {row["lamp_id"]: dict(row) for row in rows}


def inventory_row(lamp: InventoryLamp) -> dict[str, Any]:
    """The columns of one lamp of an inventory file."""
    return {
        "lamp_id": lamp.lamp_id,
        "label": lamp.label,
        "position": shapely.Point(lamp.place.lon, lamp.place.lat),
        "address": lamp.address,
        "keeper": lamp.keeper,
        "kind": lamp.kind,
        "fixtures": lamp.fixtures,
        "installed_year": lamp.installed_year,
    }


async def add_lamps(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert lamps that are not there yet."""
    if rows:
        await connection.execute(insert(lamp), [{"faults": [], **row} for row in rows])


async def change_lamps(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Overwrite the inventory's columns of lamps that are there; puts retired ones back."""
    if not rows:
        return
    statement = (
        update(lamp)
        .where(lamp.c.lamp_id == bindparam("key"))
        .values(
            {name: bindparam("new_" + name) for name in INVENTORY_COLUMNS} | {"retired_at": None}
        )
    )
    changes = [
        {"key": row["lamp_id"]} | {"new_" + name: row[name] for name in INVENTORY_COLUMNS}
        for row in rows
    ]
    await connection.execute(statement, changes)


async def retire_lamps(connection: AsyncConnection, lamp_ids: Sequence[str], now: datetime) -> None:
    """Take lamps out of service; their rows stay."""
    if lamp_ids:
        statement = update(lamp).where(lamp.c.lamp_id == bindparam("key")).values(retired_at=now)
        await connection.execute(statement, [{"key": lamp_id} for lamp_id in lamp_ids])


async def retired_among(connection: AsyncConnection, lamp_ids: Sequence[str]) -> dict[str, bool]:
    """Whether they are out of service, of those lamps that are known at all."""
    found: dict[str, bool] = {}
    for start in range(0, len(lamp_ids), _IDS_AT_ONCE):
        some = lamp_ids[start : start + _IDS_AT_ONCE]
        query = select(lamp.c.lamp_id, lamp.c.retired_at).where(lamp.c.lamp_id.in_(some))
        rows = await connection.execute(query)
        found |= {row.lamp_id: row.retired_at is not None for row in rows}
    return found


async def save_health(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep `faults`, `faults_at` (since when) and `seen_at`; rows carry `lamp_id` and those."""
    if not rows:
        return
    statement = (
        update(lamp)
        .where(lamp.c.lamp_id == bindparam("key"))
        .values(
            faults=bindparam("new_faults", type_=lamp.c.faults.type),
            faults_at=bindparam("new_faults_at"),
            seen_at=bindparam("new_seen_at"),
        )
    )
    await connection.execute(
        statement,
        [
            {
                "key": row["lamp_id"],
                "new_faults": row["faults"],
                "new_faults_at": row["faults_at"],
                "new_seen_at": row["seen_at"],
            }
            for row in rows
        ],
    )


async def load_health(
    connection: AsyncConnection,
) -> list[tuple[str, tuple[str, ...], datetime | None, datetime | None]]:
    """(lamp id, faults, last seen, faulty since) of every lamp in service that was ever seen."""
    columns = (lamp.c.lamp_id, lamp.c.faults, lamp.c.seen_at, lamp.c.faults_at)
    in_service = lamp.c.seen_at.is_not(None) & lamp.c.retired_at.is_(None)
    rows = await connection.execute(select(*columns).where(in_service))
    return [(row.lamp_id, tuple(row.faults), row.seen_at, row.faults_at) for row in rows]


async def read_counter(connection: AsyncConnection, name: str) -> int:
    """The value of a counter; 0 before its first use."""
    value = await connection.scalar(select(counter.c.value).where(counter.c.name == name))
    return int(value or 0)


async def raise_counter(connection: AsyncConnection, name: str, by: int) -> int:
    """Add to a counter, which nobody else does until this transaction ends; its new value."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(counter).values(name=name, value=by)
    more = {"value": counter.c.value + by}
    raised = first.on_conflict_do_update(index_elements=["name"], set_=more)
    return int((await connection.execute(raised.returning(counter.c.value))).scalar_one())
