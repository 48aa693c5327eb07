"""Come here for a phone that walks home in a test."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from dispatch.plan import Plan
from geo.place import Metres, Place, place_at
from tests.any_hour import AT_ANY_HOUR
from tests.house import HERE
from tests.patience import ask_until

SECOND = timedelta(seconds=1)


def hasty(**numbers: Any) -> Plan:
    """The plan with other numbers for walks."""
    return replace(AT_ANY_HOUR, walk=replace(AT_ANY_HOUR.walk, **numbers))


UNANSWERED = hasty(
    overdue_least=timedelta(), overdue_share=0.0001, ask_for=0.3 * SECOND, guardian_for=0.3 * SECOND
)
"""Whoever is late is asked at once, and helped in less than a second."""
ASKED = hasty(overdue_least=timedelta(), overdue_share=0.0001)
"""Whoever is late is asked at once, and has time to answer."""


def east(metres: float, north: float = 0.0, accuracy_m: float | None = 8.0) -> Place:
    """A place so many metres from here."""
    start = HERE.metres
    found = place_at(Metres(start.east + metres, start.north + north))
    return Place(found.lon, found.lat, accuracy_m)


def position(place: Place) -> dict[str, Any]:
    """A place on the wire."""
    return {"lon": place.lon, "lat": place.lat, "accuracy_m": place.accuracy_m}


def fix(place: Place, seconds_ago: float = 0.0) -> dict[str, Any]:
    """A place on the wire with its time."""
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return {**position(place), "fixed_at": at.isoformat()}


async def opens(client: httpx.AsyncClient, link: str) -> httpx.Response:
    """A guardian opens their link: their page asks with what stands behind the #."""
    page, _, token = link.partition("#")
    assert page == "/guardian"
    return await client.get("/v1/walks/shared", headers={"Authorization": f"Bearer {token}"})


@dataclass
class Phone:
    """The phone of one walk."""

    client: httpx.AsyncClient
    walk: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/v1/walks/{self.walk['walk_id']}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.walk['walker_token']}"}

    async def post(self, call: str, **body: Any) -> httpx.Response:
        """Make a call of the walk."""
        return await self.client.post(f"{self.path}/{call}", json=body, headers=self.headers)

    async def does(self, call: str, **body: Any) -> dict[str, Any]:
        """Make a call that succeeds; what the phone must show."""
        answer = await self.post(call, **body)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def moves(self, *fixes: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Say where it is."""
        return await self.does("positions", positions=list(fixes), **more)

    async def shown(self) -> dict[str, Any]:
        """What the phone must show."""
        answer = await self.client.get(self.path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def until(self, state: str) -> dict[str, Any]:
        """Wait until the walk has come to a state."""
        return await ask_until(self.shown, lambda shown: bool(shown["state"] == state))

    async def reported(self) -> dict[str, Any]:
        """The report that the walk has become, once its phone is told."""
        shown = await ask_until(self.shown, lambda shown: shown["report"] is not None)
        report: dict[str, Any] = shown["report"]
        return report


def walk_body(**more: Any) -> dict[str, Any]:
    """The body of a walk that begins."""
    return {"walk_id": str(uuid.uuid4()), "expected_minutes": 20} | more


async def starts(client: httpx.AsyncClient, **more: Any) -> Phone:
    """A walk begins."""
    answer = await client.post("/v1/walks", json=walk_body(**more))
    assert answer.status_code == 201, answer.text
    return Phone(client, answer.json())
