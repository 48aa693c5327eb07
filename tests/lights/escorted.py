"""Come here for an alley of obedient lamps with an escort, in hours that pass at once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lights.escort import Escort
from lights.follow import Following
from lights.lamp import Lamp
from lights.register import Register
from tests.lights.hours import Hours
from tests.lights.night import Night
from tests.lights.walking import alley, degrees, place

NUMBERS = Following()
RANK = 10
MIDDLE = "L020"
"""The lamp at 0 m."""
SECOND = timedelta(seconds=1)


def register(points: list[tuple[float, float]]) -> Register:
    return Register(
        Lamp(f"L{number:03}", f"쌍문-{number:03}", *degrees(*point))
        for number, point in enumerate(points)
    )


class Walks(Night):
    """A night with obedient lamps in an alley, and an escort."""

    def __init__(
        self,
        hours: Hours,
        points: list[tuple[float, float]] | None = None,
        *,
        by_day: bool = False,
    ) -> None:
        super().__init__(hours)
        self.register = register(alley() if points is None else points)
        self.obedient = {f"L{number:03}" for number in range(60)}
        self.skew = timedelta()
        self.escort = Escort(
            clock=self._clock,
            fleet=self.fleet,
            register=lambda: self.register,
            rank=RANK,
            numbers=replace(NUMBERS, by_day=by_day),
        )

    def begin(self) -> None:
        super().begin()
        for lamp_id in sorted(self.obedient):
            self.sees(lamp_id, v=1, seq=0, scene="schedule")
        self.escorting = self.hours.start(self.escort.run())
        self.hours.wait()

    def _clock(self) -> datetime:
        return self.hours.now() + self.skew

    def told(self, lamp_id: str = MIDDLE) -> list[dict[str, Any]]:
        return super().told(lamp_id)

    def scenes(self, lamp_id: str = MIDDLE) -> list[str]:
        return super().scenes(lamp_id)

    def walk(self, start: float, end: float, who: str = "w", speed: float = 1.3) -> None:
        """Along the alley with a fix every three seconds."""
        steps = max(1, round(abs(end - start) / (3 * speed)))
        for step in range(steps + 1):
            self.stands(start + (end - start) * step / steps, who)
            self.hours.wait(3)

    def stands(self, east: float, who: str = "w", accuracy_m: float | None = 12.0) -> None:
        self.escort.moved(who, place(east, 0.0, accuracy_m), self.hours.now())

    def shown(self, lamp_id: str = MIDDLE) -> str:
        """What an obedient lamp shows: what it was told last, until that ended."""
        sighting = self.fleet.watch[lamp_id].sighting
        if sighting is None or (sighting.until and sighting.until <= self.hours.now()):
            return "schedule"
        return sighting.scene

    def bright(self) -> set[str]:
        return {key for key in self.obedient if self.shown(key) == "bright"}
