"""Come here for what a lamp shows when nobody claims it: the night programme.

The programme is the lamp's own and runs in the lamp; the dispatcher only knows it, and says by
day that light is hardly seen.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation

from geo.place import Place

_SUNSET_DEGREES: Final = -0.833
"""The sun's centre at rise and set: its radius and the air's refraction (the almanac's value)."""
KOREA: Final = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True, slots=True)
class Programme:
    """Percent of light from dusk to dawn, dimmed late at night, dark by day."""

    evening: int = 80
    late: int = 50
    late_from: time = time(23, 0)
    late_until: time = time(5, 0)
    zone: ZoneInfo = KOREA

    def level_at(self, place: Place, now: datetime) -> int:
        """Percent of light at this place and time; 0 by day."""
        if is_daylight(place, now):
            return 0
        return self.late if self._is_late(now.astimezone(self.zone).time()) else self.evening

    def _is_late(self, clock: time) -> bool:
        if self.late_from <= self.late_until:
            return self.late_from <= clock < self.late_until
        return clock >= self.late_from or clock < self.late_until  # over midnight


def is_daylight(place: Place, now: datetime) -> bool:
    """Whether the sun is up at the place. `now` carries its offset."""
    return elevation(Observer(place.lat, place.lon), now, with_refraction=False) > _SUNSET_DEGREES
