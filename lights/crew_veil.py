"""Come here for what the crew is shown of lamps that light for somebody: nothing of it.

Law: a lamp that an incident or a walk has looks as it would without: as the crew's own test wants
it, or in its night programme; no change of it is told. Faults and silence are shown as they are.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from lights.claims import winner
from lights.watch import LampChange, View, Watch


class CrewVeil:
    """Before `watch`; `is_crews` says of an owner of claims whether the crew may know of it."""

    def __init__(
        self, watch: Watch, is_crews: Callable[[str], bool], clock: Callable[[], datetime]
    ) -> None:
        self._watch = watch
        self._is_crews = is_crews
        self._clock = clock
        self._levels: dict[str, int | None] = {}
        """Of each lamp its level when it was last seen in its programme."""
        self._usual: int | None = None
        """The level of the last lamp that was seen in its programme: of one that was lit ever since
        we were started, a level that nobody knows would tell."""
        self._told: dict[str, View] = {}
        self._lit: set[str] = set()

    def view(self, lamp_id: str) -> View:
        """What the crew is shown of a lamp."""
        view = self._watch.view(lamp_id)
        if view.scene in (None, "schedule"):
            return view
        now, claims = self._clock(), self._watch[lamp_id].claims.values()
        shown = winner(claims, now)
        own = winner((claim for claim in claims if self._is_crews(claim.owner)), now)
        if own is None:
            level = self._levels.get(lamp_id, self._usual)
            return view._replace(scene="schedule", level=level)
        if shown is own and view.scene == own.scene.name:
            return view
        return view._replace(scene=own.scene.name, level=own.scene.level)

    def changes(self, changes: Iterable[LampChange]) -> list[LampChange]:
        """Those of the changes that the crew would see."""
        seen = []
        for lamp_id, view in changes:
            if view.scene == "schedule":
                self._levels[lamp_id] = self._usual = view.level
            shown = self.view(lamp_id)
            if self._told.get(lamp_id) != shown:
                self._told[lamp_id] = shown
                seen.append(LampChange(lamp_id, shown))
            (self._lit.add if shown.scene not in (None, "schedule") else self._lit.discard)(lamp_id)
        return seen

    def lit(self) -> list[LampChange]:
        """Every lamp that the crew sees outside of its programme."""
        views = [LampChange(lamp_id, self.view(lamp_id)) for lamp_id in sorted(self._lit)]
        return [one for one in views if one.view.scene not in (None, "schedule")]
