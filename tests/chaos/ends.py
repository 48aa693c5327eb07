"""Come here to watch that no lamp outlives its order, and that none is dark because of us.

It is reckoned here from the orders that lamps obeyed and from the world's time, whatever a lamp
itself believes: a lamp whose clock is wrong may show an order for ten minutes and not longer.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from firmware_sim.lamp import Lamp
from tests.chaos.stage import LAMPS, Stage

_LONGEST: Final = timedelta(minutes=10)
"""No order may last longer, and no lamp may show one for longer."""
_GRACE: Final = timedelta(seconds=5)
"""A healthy lamp's clock and a healthy server's differ by less; it is looked ten times a second."""
_LEAST_LIGHT: Final = 30
_LOOK_S: Final = 0.1


class Ends:
    """Of all lamps of one night."""

    def __init__(self) -> None:
        self._obeyed: dict[tuple[str, int], datetime] = {}

    async def watch(self, stage: Stage) -> None:
        """For ever: look at every lamp."""
        while True:
            now = datetime.now(UTC)
            for lamp in LAMPS:
                shown = stage.street.shows(lamp.lamp_id)
                light = stage.street.light(lamp.lamp_id, now)
                stage.outlived |= self.look(lamp.lamp_id, shown, light, now)
            await asyncio.sleep(_LOOK_S)

    def look(self, lamp_id: str, shown: Lamp, light: int, now: datetime) -> set[str]:
        """What is wrong with what a lamp shows now, and with the percent of light it gives."""
        if shown.scene.name == "schedule":
            return set()
        since = self._obeyed.setdefault((lamp_id, shown.seq), now)
        found, is_right = set(), not shown.clock_off
        until = shown.until or since
        if now > since + _LONGEST + _GRACE or (is_right and now > until + _GRACE):
            found.add(f"{lamp_id} outlived {until}")
        if is_right and until > since + _LONGEST + _GRACE:
            found.add(f"{lamp_id} was told something until {until}")
        if light < _LEAST_LIGHT:
            found.add(f"{lamp_id} is dark: {light} %")
        return found
