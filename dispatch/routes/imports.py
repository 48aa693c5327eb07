"""Come here for imports over HTTP: a file as the body, a preview, then the write.

Reading and comparing are the command line's own (`lights/inventory.py`, `dispatch/imports.py`) and
run beside the loop, one file at a time.
"""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from dispatch.database import Database
from dispatch.errors import Problem
from dispatch.imports import Change, apart, import_areas, import_lamps, read_areas
from dispatch.replies import Json, json_body
from dispatch.routes.lamps import CsvAnswer
from dispatch.routes.rooms import Rooms
from dispatch.schemas.imports import AreaImportOut, LampImportOut, Version
from geo.area import Area, RejectedArea
from lights.inventory import Inventory, read_inventory, rejects_csv
from lights.tables import UnreadableFile

LARGEST_FILE: Final = 50_000_000
"""Bytes: a quarter of a million lamps, five times the largest district."""
_SHOWN: Final = 200
"""More rejected rows than anybody reads on a screen; all of them are in the file of rejects."""

DryRun = Annotated[bool, Query(description="true: only say what would change")]


def _file_of(media_type: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "content": content}}


def import_routes(rooms: Rooms) -> APIRouter:
    """Files into the inventory."""
    router = APIRouter(prefix="/v1/imports", tags=["crew"])
    one_at_a_time = asyncio.Semaphore(1)

    @router.post(
        "/lamps",
        response_model=LampImportOut,
        openapi_extra=_file_of("text/csv"),
    )
    async def lamps(
        request: Request, dry_run: DryRun = True, version: Version | None = None
    ) -> Json:
        """Read a public CSV file of lamps, and write them where that is wished."""
        content = await _body(request)

        async def work(database: Database) -> dict[str, Any]:
            inventory = read_inventory(content)
            change = await import_lamps(database, inventory, dry_run=dry_run, version=version)
            return _lamps_json(inventory, change, written=not dry_run)

        async with one_at_a_time:
            found = await apart(rooms.database, work)
        return await _answer(found)

    @router.post("/lamps/rejects", response_class=CsvAnswer, openapi_extra=_file_of("text/csv"))
    async def rejects(request: Request) -> Json:
        """The refused rows of such a file, each with its reason. Correct them and import that."""
        content = await _body(request)
        async with one_at_a_time:
            file = await asyncio.to_thread(_rejects, content)
        named = {"Content-Disposition": 'attachment; filename="rejects.csv"'}
        return Response(file, headers=named, media_type="text/csv")

    @router.post(
        "/areas",
        response_model=AreaImportOut,
        openapi_extra=_file_of("application/geo+json"),
    )
    async def areas(
        request: Request, dry_run: DryRun = True, version: Version | None = None
    ) -> Json:
        """Read a GeoJSON file of areas, and write them where that is wished."""
        content = await _body(request)

        async def work(database: Database) -> dict[str, Any]:
            found, refused = read_areas(content)
            if not found:
                raise UnreadableFile(_why_no_area(refused))
            change = await import_areas(database, found, dry_run=dry_run, version=version)
            return _areas_json(found, refused, change, written=not dry_run)

        async with one_at_a_time:
            found = await apart(rooms.database, work)
        return await _answer(found)

    async def _answer(found: dict[str, Any]) -> Json:
        if found["written"]:
            await rooms.district.load()
        return json_body(found)

    return router


async def _body(request: Request) -> bytes:
    """The file; one that is too large is refused before all of it is here."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > LARGEST_FILE:
        raise _too_large()
    content = bytearray()
    try:
        async for part in request.stream():
            content += part
            if len(content) > LARGEST_FILE:
                raise _too_large()
    except ClientDisconnect:
        raise Problem(400, "Half a file", "the file ended before all of it was sent") from None
    return bytes(content)


def _too_large() -> Problem:
    return Problem(
        413,
        "File too large",
        f"a file may have {LARGEST_FILE // 1_000_000} MB: split it, or import it at the command "
        "line (lamplighter lamps import FILE)",
    )


def _rejects(content: bytes) -> bytes:
    inventory = read_inventory(content)
    return rejects_csv(inventory.rejected, inventory.header)


def _why_no_area(refused: list[RejectedArea]) -> str:
    first = f", such as feature {refused[0].index}: {refused[0].reason}" if refused else ""
    return f"None of its features can be used{first}"


def _lamps_json(inventory: Inventory, change: Change, *, written: bool) -> dict[str, Any]:
    return {
        "written": written,
        "version": change.version,
        "format": inventory.format,
        "lamps": len(inventory.lamps),
        **_counts(change),
        "absent": len(change.absent),
        "absent_lamps": change.absent[:_SHOWN],
        "notes": [finding._asdict() for finding in inventory.notes],
        "rejected": len(inventory.rejected),
        "rejected_by_rule": [
            {"rule": rule, "rows": rows, "row": first.row, "reason": first.reason}
            for rule, rows, first in inventory.examples()
        ],
        "header": inventory.header,
        "rejected_rows": [
            {"row": one.row, "rule": one.rule, "reason": one.reason, "cells": one.cells}
            for one in inventory.rejected[:_SHOWN]
        ],
    }


def _areas_json(
    areas: list[Area], refused: list[RejectedArea], change: Change, *, written: bool
) -> dict[str, Any]:
    return {
        "written": written,
        "version": change.version,
        "format": "GeoJSON",
        "areas": len(areas),
        **_counts(change),
        "rejected": len(refused),
        "rejected_areas": [
            {"index": one.index, "name": one.name, "reason": one.reason} for one in refused[:_SHOWN]
        ],
    }


def _counts(change: Change) -> dict[str, int]:
    return {
        "added": change.added,
        "changed": change.changed,
        "unchanged": change.unchanged,
    }
