"""Come here for what the feed says of lamps: to each audience its own, one text for all screens.

Whoever is neither of the desk nor police of where a lamp is sees it under the crew's veil.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from orjson import Fragment

from dispatch.lamps_shown import LampsShown, lamps_in
from dispatch.view import change_json
from lights.crew_veil import CrewVeil
from lights.watch import UNKNOWN, LampChange, View


@dataclass(frozen=True, slots=True)
class Audience:
    """The police of a jurisdiction, or the crew (`is_crew`), or both, or neither: the desk."""

    police_of: str | None = None
    is_crew: bool = False


DESK: Final = Audience()


class LampFrames:
    """`view` says what screens are shown of a lamp, `lit` which are not in their programme."""

    def __init__(
        self,
        shown: LampsShown,
        view: Callable[[str], View],
        lit: Callable[[], list[LampChange]],
        totals: Callable[[], dict[str, int]],
        crew: CrewVeil,
    ) -> None:
        self._shown = shown
        self._view = view
        self._lit = lit
        self._totals = totals
        self._crew = crew

    def beginning(self, audience: Audience) -> str:
        """The frame that repairs any gap."""
        said, veiled = _encoded(self._lit()), _encoded(self._crew.lit())
        return self._frame(audience, self._mine(audience, said, veiled))

    def changed(
        self,
        changes: Sequence[LampChange],
        veiled: Sequence[LampChange],
        audiences: Collection[Audience],
    ) -> dict[Audience, str]:
        """What each of them is told of these changes; nothing where it is shown none of them.
        `veiled`: those that are left under the crew's veil."""
        said, under = _encoded(changes), _encoded(veiled)
        told = {one: self._mine(one, said, under) for one in audiences}
        return {one: self._frame(one, mine) for one, mine in told.items() if mine}

    def noted(
        self, incident: Mapping[str, Any], audiences: Collection[Audience]
    ) -> dict[Audience, str]:
        """An incident has changed: what that brings into sight of each, and what it takes away.

        Of a lamp that is out of sight nothing is known any more, or what the crew may know.
        """
        key = incident["incident_id"]
        before = self._shown.lamps_of(key)
        concerned = before | lamps_in(incident)
        could = {one: self._shown.among(one.police_of, concerned) for one in audiences}
        self._shown.note(incident)
        told = {}
        for audience, seen in could.items():
            can = self._shown.among(audience.police_of, concerned)
            left = self._crew.view if audience.is_crew else _unknown
            came = [LampChange(lamp_id, self._view(lamp_id)) for lamp_id in sorted(can - seen)]
            went = [LampChange(lamp_id, left(lamp_id)) for lamp_id in sorted(seen - can)]
            if came or went:
                told[audience] = self._frame(audience, _encoded(came + went).values())
        return told

    def _mine(
        self, audience: Audience, said: Mapping[str, Fragment], veiled: Mapping[str, Fragment]
    ) -> list[Fragment]:
        if audience.is_crew and audience.police_of is None:
            return list(veiled.values())
        mine = self._shown.among(audience.police_of, frozenset(said) | frozenset(veiled))
        told = [text for lamp_id, text in said.items() if lamp_id in mine]
        rest = veiled.items() if audience.is_crew else ()
        return told + [text for lamp_id, text in rest if lamp_id not in mine]

    def _frame(self, audience: Audience, said: Iterable[Fragment]) -> str:
        body: dict[str, Any] = {"type": "lamps", "changes": list(said)}
        if audience.is_crew:
            body["totals"] = self._totals() | {"lit": len(self._crew.lit())}
        elif audience.police_of is None:  # to police of one area, what is lit elsewhere is nothing
            body["totals"] = self._totals()
        return orjson.dumps(body).decode()


def _unknown(_: str) -> View:
    return UNKNOWN


def _encoded(changes: Iterable[LampChange]) -> dict[str, Fragment]:
    """Each once, for however many audiences."""
    return {one.lamp_id: Fragment(orjson.dumps(change_json(one))) for one in changes}
