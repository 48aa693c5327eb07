"""Come here for what the dispatcher knows of its district: its lamps and its areas, in memory.

Both are pictures of the database, replaced as a whole when an import has raised the counter.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from dispatch import store
from dispatch.database import Database
from dispatch.outages import outage_goes_by
from geo.area import Area, Areas
from geo.place import Place
from lights.lamp import Lamp
from lights.pulse import WITH_DATABASE_S, beginning
from lights.register import Register
from lights.store import load_lamps, read_counter

log = logging.getLogger(__name__)

INVENTORY: Final = "inventory"
"""The counter that every import of lamps or areas raises."""
_LOOK_EVERY_S: Final = 2.0
"""An import is seen by the dispatcher within this."""

_NO_LAMPS: Final = (
    "no lamps are imported: reports are taken and told, but no light shows where the caller is. "
    "`lamplighter lamps import FILE` brings them in"
)
_NO_AREAS: Final = (
    "no jurisdictions are imported: reports are taken, but no police desk sees them, and nobody "
    "can be given the role of police. `lamplighter areas import FILE` brings them in"
)

_NO_SUCH_UNIT: Final = (
    "LAMPLIGHTER_WEBHOOKS names unit:{0}, and no jurisdiction has that unit: nobody is told there. "
    "Correct the name, or bring the jurisdiction in with `lamplighter areas import FILE`"
)


class District:
    """`register` and `areas` are read at each use, never kept: they are replaced."""

    def __init__(
        self,
        database: Database,
        left: Callable[[Iterable[str]], None] = lambda _: None,
        units_told: Iterable[str] = (),
    ) -> None:
        """`left` is told which lamps are in service no longer; `units_told` have an address."""
        self._units_told = sorted(set(units_told))
        self._database = database
        self._left = left
        self._missed: list[str] = []
        self._version = -1
        self.register = Register()
        self.areas = Areas([])
        self._lamps_in: Mapping[str, frozenset[str]] = {}

    async def load(self) -> None:
        """Read everything anew if the counter has risen."""
        async with self._database.reading() as connection:
            version = await read_counter(connection, INVENTORY)
            if version == self._version:
                return
            lamps, areas = await load_lamps(connection), await store.load_areas(connection)
        # A hundred thousand lamps take a second to index: the loop goes on meanwhile.
        before = self.register
        self.register, self.areas, self._lamps_in = await asyncio.to_thread(_build, lamps, areas)
        self._version = version
        self._left([lamp_id for lamp_id in before if lamp_id not in self.register])
        log.info("%d lamps and %d areas loaded", len(lamps), len(areas))
        self._missed = []

    @property
    def missing(self) -> list[str]:
        """What was never brought in, what therefore does not work, and what brings it in."""
        units = {area.unit for area in self.areas}
        return [
            *([] if len(self.register) else [_NO_LAMPS]),
            *([] if any(area.kind == "jurisdiction" for area in self.areas) else [_NO_AREAS]),
            *(_NO_SUCH_UNIT.format(unit) for unit in self._units_told if unit not in units),
        ]

    async def run(self) -> None:
        """Notice imports, for ever."""
        pulse = beginning("district", WITH_DATABASE_S)
        while pulse.turns():
            self._say_what_is_missing()
            await asyncio.sleep(_LOOK_EVERY_S)
            with outage_goes_by(log, "the inventory could not be looked at"):
                await self.load()

    def _say_what_is_missing(self) -> None:
        """Once an inventory, and only by a dispatcher that serves."""
        if self._missed != self.missing:
            self._missed = self.missing
            for words in self._missed:
                log.warning(words)

    def serves(self, lamp_id: str) -> bool:
        """Whether the lamp is in service."""
        return lamp_id in self.register

    def has_jurisdiction(self, name: str) -> bool:
        """Whether there is a jurisdiction of that name."""
        return any(area.name == name and area.kind == "jurisdiction" for area in self.areas)

    def lamps_in(self, jurisdiction: str) -> frozenset[str]:
        """The lamps that stand in a jurisdiction, and in none that is drawn over it."""
        return self._lamps_in.get(jurisdiction, frozenset())

    def jurisdiction_of_unit(self, unit: str) -> str | None:
        """The one whose unit this is; None where it is nobody's, or that of several."""
        of_it = [area.name for area in self.areas if area.unit == unit]
        return of_it[0] if len(of_it) == 1 else None

    def nobody_lives(self, place: Place, lamp_within_m: float) -> bool:
        """Whether a place is lonely, as far as we can know: no lamp of ours is near, or, where the
        district has drawn its neighbourhoods, it lies in none of them."""
        if not self.register.near(place, lamp_within_m, 1):
            return True
        has_neighbourhoods = any(area.kind == "neighbourhood" for area in self.areas)
        return has_neighbourhoods and self.areas.holding(place, "neighbourhood") is None

    def areas_geojson(self) -> dict[str, Any]:
        """Every area as a FeatureCollection."""
        features = [
            {
                "type": "Feature",
                "properties": {"name": area.name, "kind": area.kind, "unit": area.unit},
                "geometry": area.shape.__geo_interface__,
            }
            for area in self.areas
        ]
        return {"type": "FeatureCollection", "features": features}


def _build(
    lamps: Sequence[Lamp], drawn: Sequence[Area]
) -> tuple[Register, Areas, dict[str, frozenset[str]]]:
    register, areas = Register(lamps), Areas(drawn)
    index, lamps_in = register.index, dict[str, frozenset[str]]()
    for name, rows in areas.each_holding(index.points, "jurisdiction"):
        lamps_in[name] = lamps_in.get(name, frozenset()).union(index.keys[row] for row in rows)
    return register, areas, lamps_in
