"""Come here for what a lamp shows when nobody claims it: the night programme.

The programme is the lamp's own and runs in the lamp; the dispatcher only knows it, to say by
day that light is hardly seen and to tell a lamp that burns by day from one that obeys.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
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
        clock = now.astimezone(self.zone).time()
        return self.late if clock >= self.late_from or clock < self.late_until else self.evening


def is_daylight(place: Place, now: datetime) -> bool:
    """Whether the sun is up at the place. `now` carries its offset."""
    return elevation(Observer(place.lat, place.lon), now, with_refraction=False) > _SUNSET_DEGREES


SILENT_AFTER: Final = timedelta(seconds=150)
"""A lamp speaks every 60 s; two lost sightings in a row may be bad luck, more is silence."""
