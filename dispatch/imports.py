"""Come here for what an import of lamps or areas does to the database, and its preview.

Law: one transaction; the same file twice changes nothing the second time. Lamps that are not in
the file are left alone: a file is one keeper's list, not the district's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.database import Database
from dispatch.district import INVENTORY
from geo.area import Area
from lights.inventory import Inventory
from lights.store import (
    INVENTORY_COLUMNS,
    add_lamps,
    change_lamps,
    inventory_row,
    load_inventory,
    raise_counter,
    read_counter,
)

_SAME_DEGREES = 1e-9
"""A tenth of a millimetre: how exactly a position comes back from a database."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would do, or has done."""

    added: int
    changed: int
    unchanged: int


async def import_lamps(database: Database, inventory: Inventory, *, dry_run: bool) -> Change:
    """Write the lamps of a file; with `dry_run` only say what would be written."""
    rows = {lamp.lamp_id: inventory_row(lamp) for lamp in inventory.lamps}
    while True:
        async with database.reading() as connection:  # comparing must not hold up a cry for help
            version = await read_counter(connection, INVENTORY)
            known = await load_inventory(connection)
        new = [row for key, row in rows.items() if key not in known]
        other = [row for key, row in rows.items() if key in known and _differs(row, known[key])]
        change = Change(len(new), len(other), len(rows) - len(new) - len(other))
        if dry_run or not (new or other):
            return change
        async with database.writing() as connection:
            if await raise_counter(connection, INVENTORY, 1) == version + 1:
                await add_lamps(connection, new)
                await change_lamps(connection, sorted(other, key=lambda row: str(row["lamp_id"])))
                return change


def _differs(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    if known["retired_at"] is not None:
        return True
    if not row["position"].equals_exact(known["position"], _SAME_DEGREES):
        return True
    return any(row[name] != known[name] for name in INVENTORY_COLUMNS if name != "position")


async def import_areas(database: Database, areas: list[Area], *, dry_run: bool) -> Change:
    """Write areas over those of the same kind and name; with `dry_run` only say what would be."""
    async with database.writing() as connection:
        known = {(one.kind, one.name): one for one in await store.load_areas(connection)}
        new = [one for one in areas if (one.kind, one.name) not in known]
        other = [one for one in areas if _area_differs(one, known.get((one.kind, one.name)))]
        if not dry_run and (new or other):
            await _write_areas(connection, new + other)
    return Change(len(new), len(other), len(areas) - len(new) - len(other))


def _area_differs(area: Area, known: Area | None) -> bool:
    if known is None:
        return False
    same_shape = area.shape.normalize().equals_exact(known.shape.normalize(), _SAME_DEGREES)
    return area.unit != known.unit or not (same_shape or area.shape.equals(known.shape))


async def _write_areas(connection: AsyncConnection, areas: list[Area]) -> None:
    await store.replace_areas(connection, areas)
    await raise_counter(connection, INVENTORY, 1)
