"""Come here for all that the lighting crew can do over HTTP, right and wrong."""

import json

import pytest

from dispatch.routes import imports
from tests.house import House
from tests.lights.files import COLUMNS, csv_file, lamp
from tests.wire.deeds import UNREADABLE, send

_LARGEST = 10_000
"""Enough for the files below; fifty megabytes would only be slower."""


async def a_test_of_lamps(house: House) -> None:
    path = "/v1/lamps/test"
    body = {"lamp_ids": ["L0010", "L0011"], "scene": "bright", "seconds": 600}
    test = await send(house, 201, "POST", path, json=body)
    one = f"{path}/{test['test_id']}"
    await send(house, 200, "GET", one)
    await send(house, 200, "DELETE", one)
    await send(house, 400, "POST", path, **UNREADABLE)
    await send(house, 422, "POST", path, json={"lamp_ids": ["L9999"]})
    for method in ("GET", "DELETE"):
        await send(house, 404, method, f"{path}/none")
        await send(house, 422, method, f"{path}/{'x' * 41}")


async def lamps_come_and_go(house: House) -> None:
    path = "/v1/imports/lamps"
    file = csv_file([lamp(900), lamp(901, 위도="")], COLUMNS)
    preview = await send(house, 200, "POST", path, content=file)
    assert (preview["added"], preview["rejected"]) == (1, 1)
    await send(house, 200, "POST", f"{path}/rejects", content=file)
    await send(house, 409, "POST", f"{path}?version=0", content=file)
    await send(house, 200, "POST", f"{path}?dry_run=false", content=file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "LARGEST_FILE", _LARGEST)
        for each in (path, f"{path}/rejects", "/v1/imports/areas"):
            await send(house, 413, "POST", each, content=b"x" * (_LARGEST + 1))
            await send(house, 422, "POST", each, content=b"")
    areas = await send(house, 200, "GET", "/v1/areas")
    document = json.dumps(areas).encode()
    await send(house, 200, "POST", "/v1/imports/areas", content=document)
    await send(house, 409, "POST", "/v1/imports/areas?version=0", content=document)
    retire = "/v1/lamps/retire"
    listed = await send(house, 200, "GET", "/v1/lamps?status=unknown")
    new = [one["id"] for one in listed["features"]]
    await send(house, 200, "POST", retire, json={"lamp_ids": new})
    await send(house, 422, "POST", retire, json={"lamp_ids": ["L9999"]})
    await send(house, 400, "POST", retire, **UNREADABLE)
