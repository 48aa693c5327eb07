"""Come here for the night programme: what a lamp shows when nobody asks anything of it.

Law: dark only by day and only when the clock is known; a lamp without a clock stays on.
"""

from datetime import datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation

# Civil dusk: with the sun lower than this, people need lamps to see outdoors.
DUSK_DEGREES: Final = -6.0
EVENING: Final = 80
# Districts of Seoul dim to 50-80 percent while few walk and many sleep.
SMALL_HOURS: Final = 50
DIM_FROM: Final = time(23)
DIM_TO: Final = time(5)
WITHOUT_CLOCK: Final = 100
_SEOUL: Final = ZoneInfo("Asia/Seoul")


def programme_level(lon: float, lat: float, clock: datetime | None) -> int:
    """Percent of light at a place in degrees; `clock` is the lamp's own, None where it is unset."""
    if clock is None:
        return WITHOUT_CLOCK
    if elevation(_observer(lon, lat), clock) > DUSK_DEGREES:
        return 0
    hour = clock.astimezone(_SEOUL).time()
    return SMALL_HOURS if hour >= DIM_FROM or hour < DIM_TO else EVENING


@lru_cache(maxsize=1 << 16)
def _observer(lon: float, lat: float) -> Observer:
    return Observer(latitude=lat, longitude=lon)
