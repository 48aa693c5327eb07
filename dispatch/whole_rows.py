"""Come here for whole rows laid down at once: on PostgreSQL in one statement, however many."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.store import Rows
from dispatch.tables import incident

_INCIDENT_KEYS: Final = tuple(column.name for column in incident.columns)
_CHANGING: Final = tuple(key for key in _INCIDENT_KEYS if key not in ("incident_id", "report_id"))
_UPDATE_INCIDENT: Final = (
    update(incident)
    .where(incident.c.incident_id == bindparam("b_incident_id"))
    .values({key: bindparam("b_" + key, type_=incident.c[key].type) for key in _CHANGING})
)
_UPDATE_FROM_JSON: Final = (
    f"UPDATE incident SET {', '.join(f'{key} = new.{key}' for key in _CHANGING)} "  # noqa: S608
    "FROM jsonb_populate_recordset(NULL::incident, CAST($1 AS jsonb)) AS new "
    "WHERE incident.incident_id = new.incident_id"
)


async def update_incidents(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Overwrite incidents; on PostgreSQL all in one statement and round trip."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        values = (orjson.dumps(list(rows)).decode(),)
        await connection.exec_driver_sql(_UPDATE_FROM_JSON, values)
        return
    bound = [{"b_" + key: row[key] for key in _INCIDENT_KEYS} for row in rows]
    await connection.execute(_UPDATE_INCIDENT, bound)


async def insert_rows(connection: AsyncConnection, rows: Mapping[Table, Rows]) -> None:
    """Insert whole rows into several tables; on PostgreSQL in one statement and round trip."""
    filled = {table: some for table, some in rows.items() if some}
    if connection.dialect.name != "postgresql":
        for table, some in filled.items():
            await connection.execute(insert(table), list(some))
    elif filled:
        values = tuple(orjson.dumps(list(some)).decode() for some in filled.values())
        await connection.exec_driver_sql(_insert_from_json(tuple(filled)), values)


@functools.cache
def _insert_from_json(tables: tuple[Table, ...]) -> str:
    """One text whatever the number of rows, so that PostgreSQL and its driver know it again."""
    *first, last = (_insert_one_from_json(table, at) for at, table in enumerate(tables, 1))
    begin = ", ".join(f"part{number} AS ({sql})" for number, sql in enumerate(first))
    return f"WITH {begin} {last}" if first else last


def _insert_one_from_json(table: Table, number: int) -> str:
    columns = ", ".join(column.name for column in table.columns)
    rows = f"jsonb_populate_recordset(NULL::{table.name}, CAST(${number} AS jsonb))"
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608
