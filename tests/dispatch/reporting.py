"""Come here for what tests of reports have in common: a district, fixes, and how one is sent."""

from datetime import UTC, datetime
from typing import Any

import httpx
from shapely.geometry import box

from geo.area import Area
from geo.place import Metres, Place, place_at
from tests.house import (
    HERE,
    House,
)

AREAS = [
    Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7)),
    Area("서울특별시 도봉구 쌍문동", "neighbourhood", None, box(127.0, 37.6, 127.05, 37.7)),
]


def east_of_here(metres: float) -> Place:
    here = HERE.metres
    return place_at(Metres(here.east + metres, here.north), 10.0)


def fix(place: Place, at: datetime) -> dict[str, Any]:
    return {
        "lon": place.lon,
        "lat": place.lat,
        "accuracy_m": place.accuracy_m,
        "fixed_at": at.isoformat(),
    }


def now() -> datetime:
    return datetime.now(UTC)


async def send(house: House, body: dict[str, Any]) -> httpx.Response:
    return await house.client.post("/v1/reports", json=body)
