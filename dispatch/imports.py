"""Come here for what an import of lamps or areas does to the database, and its preview.

Law: one transaction; the same file twice changes nothing the second time. Lamps that are not in
the file are left alone, and counted: a file is one keeper's list, not the district's. Whoever has
seen a preview may have exactly that written, or nothing (`version`).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.database import Database
from dispatch.district import INVENTORY
from geo.area import Area, RejectedArea, areas_from_geojson
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
from lights.tables import UnreadableFile

T = TypeVar("T")

_SAME_DEGREES = 1e-9
"""A tenth of a millimetre: how exactly a position comes back from a database."""


class InventoryChanged(Exception):
    """Somebody else has written lamps or areas since the preview; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "lamps or areas have been changed since this preview, so it may no longer be true: "
            "look at a new preview, then write"
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would do, or has done, to the inventory of that `version`.

    `absent`: ids of stored lamps in service, of a keeper that is in the file, that are not in it.
    """

    added: int
    changed: int
    unchanged: int
    version: int
    absent: tuple[str, ...] = ()


async def import_lamps(
    database: Database, inventory: Inventory, *, dry_run: bool, version: int | None = None
) -> Change:
    """Write the lamps of a file; with `dry_run` only say what would be written.

    Raises InventoryChanged where the inventory is no longer of the `version` of a preview.
    """
    rows = {lamp.lamp_id: inventory_row(lamp) for lamp in inventory.lamps}
    while True:
        async with database.reading() as connection:  # comparing must not hold up a cry for help
            present = await read_counter(connection, INVENTORY)
            known = await load_inventory(connection)
        if version is not None and version != present:
            raise InventoryChanged
        new = [row for key, row in rows.items() if key not in known]
        other = [row for key, row in rows.items() if key in known and _differs(row, known[key])]
        change = Change(
            len(new), len(other), len(rows) - len(new) - len(other), present, _absent(rows, known)
        )
        if dry_run or not (new or other):
            return change
        async with database.writing() as connection:
            if await raise_counter(connection, INVENTORY, 1) == present + 1:
                await add_lamps(connection, new)
                await change_lamps(connection, sorted(other, key=lambda row: str(row["lamp_id"])))
                return change


def _differs(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    if known["retired_at"] is not None:
        return True
    if not row["position"].equals_exact(known["position"], _SAME_DEGREES):
        return True
    return any(row[name] != known[name] for name in INVENTORY_COLUMNS if name != "position")


def _absent(
    rows: Mapping[str, Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    keepers = {row["keeper"] for row in rows.values()}
    return tuple(
        sorted(
            key
            for key, row in known.items()
            if key not in rows and row["retired_at"] is None and row["keeper"] in keepers
        )
    )


def read_areas(content: bytes) -> tuple[list[Area], list[RejectedArea]]:
    """The areas of a GeoJSON file, and the features refused. Raises UnreadableFile."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise UnreadableFile(
            "This is not GeoJSON: export the areas as a GeoJSON FeatureCollection of polygons in "
            "WGS84 (EPSG:4326)."
        ) from None
    try:
        return areas_from_geojson(document)
    except ValueError as error:
        raise UnreadableFile(str(error)) from None


async def import_areas(
    database: Database, areas: list[Area], *, dry_run: bool, version: int | None = None
) -> Change:
    """Write areas over those of the same kind and name; with `dry_run` only say what would be.

    Raises InventoryChanged as `import_lamps` does.
    """
    async with database.reading() if dry_run else database.writing() as connection:
        present = await _version(connection, held=not dry_run)
        if version is not None and version != present:
            raise InventoryChanged
        known = {(one.kind, one.name): one for one in await store.load_areas(connection)}
        new = [one for one in areas if (one.kind, one.name) not in known]
        other = [one for one in areas if _area_differs(one, known.get((one.kind, one.name)))]
        if not dry_run and (new or other):
            await _write_areas(connection, new + other)
    return Change(len(new), len(other), len(areas) - len(new) - len(other), present)


async def _version(connection: AsyncConnection, *, held: bool) -> int:
    """Of the inventory; where it is `held` nobody else changes it before this transaction ends."""
    if held:
        return await raise_counter(connection, INVENTORY, 0)
    return await read_counter(connection, INVENTORY)


def _area_differs(area: Area, known: Area | None) -> bool:
    if known is None:
        return False
    same_shape = area.shape.normalize().equals_exact(known.shape.normalize(), _SAME_DEGREES)
    return area.unit != known.unit or not (same_shape or area.shape.equals(known.shape))


async def _write_areas(connection: AsyncConnection, areas: list[Area]) -> None:
    await store.replace_areas(connection, areas)
    await raise_counter(connection, INVENTORY, 1)


async def apart(database: Database, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do heavy work on the database beside the loop, as a command line would: in a thread, with a
    loop and connections of its own."""

    async def whole() -> T:
        own = database.another()
        try:
            return await work(own)
        finally:
            await own.close()

    return await asyncio.to_thread(lambda: asyncio.run(whole()))
