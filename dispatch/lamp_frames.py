"""Come here for what the feed says of lamps: to each audience its own, one text for all screens.

An audience is the police of one jurisdiction, by its name, or None: whoever sees every lamp.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from orjson import Fragment

from dispatch.lamps_shown import LampsShown, lamps_in
from dispatch.view import change_json
from lights.watch import UNKNOWN, LampChange, View

Audience = str | None


class LampFrames:
    """`view` says what screens are shown of a lamp, `lit` which are not in their programme."""

    def __init__(
        self,
        shown: LampsShown,
        view: Callable[[str], View],
        lit: Callable[[], list[LampChange]],
        totals: Callable[[], dict[str, int]],
    ) -> None:
        self._shown = shown
        self._view = view
        self._lit = lit
        self._totals = totals

    def beginning(self, audience: Audience) -> str:
        """The frame that repairs any gap."""
        return self._frame(audience, self._mine(audience, _encoded(self._lit())))

    def changed(
        self, changes: Sequence[LampChange], audiences: Collection[Audience]
    ) -> dict[Audience, str]:
        """What each of them is told of these changes; nothing where it is shown none of them."""
        said = _encoded(changes)
        told = {one: self._mine(one, said) for one in audiences}
        return {one: self._frame(one, mine) for one, mine in told.items() if mine}

    def noted(
        self, incident: Mapping[str, Any], audiences: Collection[Audience]
    ) -> dict[Audience, str]:
        """An incident has changed: what that brings into sight of each, and what it takes away.

        Of a lamp that is out of sight nothing is known any more.
        """
        key = incident["incident_id"]
        before = self._shown.lamps_of(key)
        concerned = before | lamps_in(incident)
        could = {one: self._shown.among(one, concerned) for one in audiences}
        self._shown.note(incident)
        told = {}
        for audience, seen in could.items():
            can = self._shown.among(audience, concerned)
            came = [LampChange(lamp_id, self._view(lamp_id)) for lamp_id in sorted(can - seen)]
            went = [LampChange(lamp_id, UNKNOWN) for lamp_id in sorted(seen - can)]
            if came or went:
                told[audience] = self._frame(audience, _encoded(came + went).values())
        return told

    def _mine(self, audience: Audience, said: Mapping[str, Fragment]) -> list[Fragment]:
        mine = self._shown.among(audience, frozenset(said))
        return [text for lamp_id, text in said.items() if lamp_id in mine]

    def _frame(self, audience: Audience, said: Iterable[Fragment]) -> str:
        body: dict[str, Any] = {"type": "lamps", "changes": list(said)}
        if audience is None:  # how many are lit elsewhere is nothing to police of one area
            body["totals"] = self._totals()
        return orjson.dumps(body).decode()


def _encoded(changes: Iterable[LampChange]) -> dict[str, Fragment]:
    """Each once, for however many audiences."""
    return {one.lamp_id: Fragment(orjson.dumps(change_json(one))) for one in changes}
