"""Come here for what tests of walks ask of a house: its incidents, its list, its rows."""

from typing import Any

from sqlalchemy import text

from tests.house import House

LATE = 0.0001
"""Minutes. Whoever expects so little is late at once."""


async def the_incident_of(house: House, kind: str) -> dict[str, Any]:
    """The newest open incident of a kind, once it is there."""
    while True:
        page = (await house.client.get("/v1/incidents")).json()
        for incident in page["incidents"]:
            if incident["kind"] == kind:
                return dict(incident)


async def walks_of(house: House) -> dict[str, Any]:
    """What the desk sees."""
    found: dict[str, Any] = (await house.client.get("/v1/walks")).json()
    return found


async def everything_written(house: House) -> str:
    """The whole table of walks as text."""
    assert house.dispatcher is not None
    async with house.dispatcher.database.reading() as connection:
        rows = await connection.execute(text("SELECT * FROM walk"))
        return str([tuple(row) for row in rows])
