"""Come here for what screens are shown of lamps that are bright for walkers: nothing of it.

Laws: a lamp that is bright for walkers alone looks as it did before, in its night programme, and no
change of it is told: whoever looks at the lamps, however often, sees nobody walk. What anybody else
claims is shown as it is, and so are faults and silence.
"""

from collections.abc import Iterable

from lights.watch import Known, LampChange, View, Watch


class Veil:
    """Before `watch`; `owner` is the name under which all walkers claim."""

    def __init__(self, watch: Watch, owner: str) -> None:
        self._watch = watch
        self._owner = owner
        self._levels: dict[str, int | None] = {}
        """Of each lamp its level when it was last seen in its programme."""
        self._others: set[str] = set()
        """Lamps that somebody else had, until they are seen in their programme again."""
        self._told: dict[str, View] = {}

    def view(self, lamp_id: str) -> View:
        """What a screen shows of a lamp."""
        view = self._watch.view(lamp_id)
        if view.scene != "bright" or not self._is_for_walkers(lamp_id, self._watch[lamp_id]):
            return view
        return view._replace(scene="schedule", level=self._levels.get(lamp_id))

    def is_lit(self, lamp_id: str, known: Known) -> bool:
        """Whether a screen shows it outside of its programme, or claimed."""
        others = any(owner != self._owner for owner in known.claims)
        return others or self.view(lamp_id).scene not in (None, "schedule")

    def changes(self, changes: Iterable[LampChange]) -> list[LampChange]:
        """Those of the changes that a screen would see."""
        seen = []
        for lamp_id, view in changes:
            self._remember(lamp_id, view)
            shown = self.view(lamp_id)
            if self._told.get(lamp_id) != shown:
                self._told[lamp_id] = shown
                seen.append(LampChange(lamp_id, shown))
        return seen

    def _remember(self, lamp_id: str, view: View) -> None:
        claims = self._watch[lamp_id].claims
        if any(owner != self._owner for owner in claims):
            self._others.add(lamp_id)
        elif view.scene == "schedule" or self._owner in claims:
            self._others.discard(lamp_id)
        if view.scene == "schedule":
            self._levels[lamp_id] = view.level

    def _is_for_walkers(self, lamp_id: str, known: Known) -> bool:
        """Nobody else has it; and where nobody at all has it any more, nobody else had it last."""
        if any(owner != self._owner for owner in known.claims):
            return False
        return self._owner in known.claims or lamp_id not in self._others
