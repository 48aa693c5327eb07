"""Come here for what the feed says of lamps: to each audience its own, one text for all screens.

An audience is the police of one jurisdiction, by its name, or None: whoever sees every lamp.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import orjson

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
        return self._text(self._for(audience, self._lit()), audience)

    def changed(
        self, changes: Sequence[LampChange], audiences: Collection[Audience]
    ) -> dict[Audience, str]:
        """What each of them is told of these changes; nothing where it is shown none of them."""
        told = {one: self._for(one, changes) for one in audiences}
        return {one: self._text(mine, one) for one, mine in told.items() if mine}

    def noted(
        self, incident: Mapping[str, Any], audiences: Collection[Audience]
    ) -> dict[Audience, str]:
        """An incident has changed: what that brings into sight of each, and what it takes away.

        Of a lamp that is out of sight nothing is known any more.
        """
        key = incident["incident_id"]
        before = self._shown.lamps_of(key)
        concerned = before | lamps_in(incident)
        could = {one: self._seen(concerned, one) for one in audiences}
        self._shown.note(incident)
        told = {}
        for audience, seen in could.items():
            can = self._seen(concerned, audience)
            came = [LampChange(lamp_id, self._view(lamp_id)) for lamp_id in sorted(can - seen)]
            went = [LampChange(lamp_id, UNKNOWN) for lamp_id in sorted(seen - can)]
            if came or went:
                told[audience] = self._text(came + went, audience)
        return told

    def _seen(self, lamps: Collection[str], audience: Audience) -> set[str]:
        whose = None if audience is None else (audience,)
        return {lamp_id for lamp_id in lamps if self._shown.to(whose, lamp_id)}

    def _for(self, audience: Audience, changes: Sequence[LampChange]) -> Sequence[LampChange]:
        if audience is None:
            return changes
        return [one for one in changes if self._shown.to((audience,), one.lamp_id)]

    def _text(self, changes: Sequence[LampChange], audience: Audience) -> str:
        body: dict[str, Any] = {"type": "lamps", "changes": [change_json(one) for one in changes]}
        if audience is None:  # how many are lit elsewhere is nothing to police of one area
            body["totals"] = self._totals()
        return orjson.dumps(body).decode()
