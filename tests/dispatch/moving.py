"""Come here for what tests of moves have in common: a plan that is short, a move, the journal."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from shapely.geometry import box
from sqlalchemy import update

from dispatch.plan import DEFAULT
from dispatch.tables import incident
from geo.area import Area
from tests.house import House

SHORT = replace(
    DEFAULT, louder_after=timedelta(seconds=0.6), supervisor_after=timedelta(seconds=1.2)
)
AREAS = [Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7))]


async def make(
    house: House, incident_id: str, move: str, body: Any = None, **headers: str
) -> httpx.Response:
    """A move as it is; its answer whatever it is."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.client.post(
        f"/v1/incidents/{incident_id}/{move}", json={} if body is None else body, headers=names
    )


async def the_light_s_time_is_over(house: House, incident_id: str) -> None:
    """As if two hours had passed."""
    assert house.dispatcher is not None
    over = {"light_until": incident.c.opened_at, "rings_at": incident.c.opened_at}
    async with house.dispatcher.database.writing() as connection:
        this = update(incident).where(incident.c.incident_id == incident_id)
        await connection.execute(this.values(over))


async def entries(house: House, incident_id: str) -> list[dict[str, Any]]:
    answer = await house.client.get(f"/v1/incidents/{incident_id}/journal")
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found
