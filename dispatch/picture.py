"""Come here for the picture that a screen begins with: live incidents, lit lamps, totals."""

from dataclasses import asdict
from functools import cache
from typing import Any

from dispatch import store
from dispatch.database import Database
from dispatch.district import District
from dispatch.incident import Incident
from dispatch.responding import jurisdictions_of
from dispatch.view import incident_json
from lights.fleet import Fleet
from lights.veil import Veil
from lights.watch import LampChange, Totals


class Picture:
    """What is so at this moment, for whoever asks."""

    def __init__(self, database: Database, district: District, fleet: Fleet, veil: Veil) -> None:
        self._database = database
        self._district = district
        self._fleet = fleet
        self._veil = veil

    def seen(self, lamp_id: str) -> tuple[bool, tuple[str, ...]]:
        """Whether a lamp shows what is claimed, and its faults."""
        return self._fleet.shows_its_claim(lamp_id), self._fleet.watch.view(lamp_id).faults

    def totals(self) -> dict[str, int]:
        """How many lamps there are, are heard of, are lit, are faulty."""
        totals = self._fleet.watch.totals
        return {
            "total": len(self._district.register),
            "online": totals.online,
            "lit": totals.lit,
            "faulty": totals.faulty,
        }

    def totals_in(self, jurisdiction: str) -> dict[str, int]:
        """The same of one jurisdiction's lamps, as screens are shown them."""
        lamps, totals = self._district.lamps_in(jurisdiction), Totals()
        for lamp_id in lamps:
            totals.count(self._veil.view(lamp_id), +1)
        return {"total": len(lamps), **asdict(totals)}

    def lit(self) -> list[LampChange]:
        """Every lamp that is not in its night programme, but for those of walkers."""
        return [
            LampChange(lamp_id, self._veil.view(lamp_id))
            for lamp_id, known in self._fleet.watch
            if self._veil.is_lit(lamp_id, known)
        ]

    async def snapshot(
        self, jurisdiction: str | None, audience: str | None
    ) -> tuple[int, dict[str, Any]]:
        """The feed's number and what is so as of it: a jurisdiction's incidents, and how many lamps
        there are in all, or in the one that an audience is kept to."""
        async with self._database.reading() as connection:
            seq = await store.last_seq(connection)
            live = [
                one
                for one in await store.live_incidents(connection)
                if jurisdiction is None or jurisdiction in jurisdictions_of(one)
            ]
            same = await store.resemblances(connection, [one.incident_id for one in live])
        seen = cache(self.seen)  # two hundred cries at one place ask for the same lamps
        incidents = [incident_json(one, same.get(one.incident_id, []), seen) for one in live]
        lamps = self.totals() if audience is None else self.totals_in(audience)
        return seq, {"incidents": incidents, "lamps": lamps}

    async def find_report(self, report_id: str) -> Incident | None:
        """The incident that a report has opened."""
        async with self._database.reading() as connection:
            return await store.find_report(connection, report_id)

    async def jurisdictions_of(self, incident_id: str) -> frozenset[str]:
        """Whose an incident is; empty where there is none, or nobody's."""
        async with self._database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
        return frozenset() if found is None else jurisdictions_of(found)
