"""Come here for the walk that tests of asking begin with."""

from datetime import UTC, datetime, timedelta

from dispatch.walk import Walk
from geo.place import Metres, Place, place_at

START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
HERE = Place(127.0165, 37.6512)
EXPECTED = timedelta(minutes=30)


def at(east: float, north: float = 0.0, accuracy_m: float = 8.0) -> Place:
    """A place so many metres from where the walk begins."""
    origin = HERE.metres
    found = place_at(Metres(origin.east + east, origin.north + north))
    return Place(found.lon, found.lat, accuracy_m)


WALK = Walk(
    "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10",
    START,
    START,
    START + EXPECTED,
    EXPECTED,
    destination=at(1_500),
)
