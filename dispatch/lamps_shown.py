"""Come here for which lamps police are shown: those of their area, and those that light for them.

Laws: a lamp beyond their border is shown while an incident has it that they may see, and no longer.
Whatever shows lamps, over HTTP or on the feed, asks here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from dispatch.incident import Incident
from dispatch.responding import jurisdictions_of, jurisdictions_told


class LampsShown:
    """A picture of the incidents that are live; `inside` gives the lamps of a jurisdiction."""

    def __init__(self, inside: Callable[[str], frozenset[str]]) -> None:
        self._inside = inside
        self._whose: dict[str, Collection[str]] = {}
        self._lamps: dict[str, frozenset[str]] = {}
        self._holders: dict[str, set[str]] = {}

    def begin(self, live: Iterable[Incident]) -> None:
        """These are live at the start."""
        for one in live:
            lamps = [lamp.lamp_id for lamp in one.lamps]
            self._note(one.incident_id, lamps, jurisdictions_of(one))

    def note(self, shown: Mapping[str, Any]) -> None:
        """An incident has changed, and is shown so from now on."""
        is_live = shown.get("state", "closed") != "closed"
        whose = jurisdictions_told(shown) if is_live else ()
        self._note(shown["incident_id"], lamps_in(shown) if is_live else (), whose)

    def to(self, jurisdictions: Collection[str] | None, lamp_id: str) -> bool:
        """Whether a lamp is shown to police of these; None: nothing narrows what is seen."""
        if jurisdictions is None:
            return True
        return any(
            lamp_id in self._inside(one) or self._lights(one, lamp_id) for one in jurisdictions
        )

    def among(self, jurisdiction: str | None, lamps: frozenset[str]) -> frozenset[str]:
        """Those of many lamps that are shown to police of one, or (None) to whoever sees all."""
        if jurisdiction is None:
            return lamps
        here = lamps & self._inside(jurisdiction)
        return here | {one for one in lamps - here if self._lights(jurisdiction, one)}

    def _lights(self, jurisdiction: str, lamp_id: str) -> bool:
        """Whether an incident has it that police of this jurisdiction may see."""
        holders = self._holders.get(lamp_id, ())
        return any(jurisdiction in self._whose[held] for held in holders)

    def lamps_of(self, incident_id: str) -> frozenset[str]:
        """The lamps that a live incident has."""
        return self._lamps.get(incident_id, frozenset())

    def _note(self, incident_id: str, lamps: Iterable[str], whose: Collection[str]) -> None:
        for lamp_id in self._lamps.pop(incident_id, ()):
            holders = self._holders[lamp_id]
            holders.discard(incident_id)
            if not holders:
                del self._holders[lamp_id]
        self._whose.pop(incident_id, None)
        if held := frozenset(lamps):
            self._lamps[incident_id], self._whose[incident_id] = held, whose
            for lamp_id in held:
                self._holders.setdefault(lamp_id, set()).add(incident_id)


def lamps_in(shown: Mapping[str, Any]) -> frozenset[str]:
    """The lamps of an incident as screens are shown it."""
    return frozenset(lamp["lamp_id"] for lamp in shown.get("lamps", ()))
