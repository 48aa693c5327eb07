"""Come here for what tests of walks ask of a house: its incidents, its list, its rows."""

from typing import Any

import pytest
from sqlalchemy import text

from geo.place import Place
from tests.dispatch.walking import UNANSWERED, Phone
from tests.house import House
from tests.patience import ask_until

LATE = 0.0001
"""Minutes. Whoever expects so little is late at once."""


async def the_incident_of(house: House, kind: str) -> dict[str, Any]:
    """The newest open incident of a kind, once it is there."""

    async def of_that_kind() -> list[dict[str, Any]]:
        page = (await house.client.get("/v1/incidents")).json()
        return [incident for incident in page["incidents"] if incident["kind"] == kind]

    return (await ask_until(of_that_kind, bool))[0]


async def does_not_answer(house: House, phone: Phone) -> None:
    """Whoever is asked lets the time for an answer go by, which is short from now on."""
    assert house.dispatcher is not None
    await phone.until("asking")
    house.dispatcher.walks.plan = UNANSWERED.walk
    await phone.moves()  # its next hour is reckoned anew


def stands_at(place: Place, incident: dict[str, Any]) -> bool:
    """Whether that is where an incident is now."""
    return bool(incident["place"]["position"]["lon"] == pytest.approx(place.lon))


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
