"""Come here for the one way anything happens to an incident: read, decide, write, then wake.

Everybody who wants something (a phone, an operator, a lamp, the clock) ends here, and everything
that is answered has been written before.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from dispatch.alarm_clock import AlarmClock
from dispatch.batch import Reading
from dispatch.database import Database
from dispatch.district import District
from dispatch.events import (
    Erased,
    Event,
    LampsAnswered,
    Linked,
    Moved,
    Unlinked,
    Withdrawn,
)
from dispatch.fixes import UNHEARD, Heard, hear
from dispatch.four_eyes import names_of, not_alone
from dispatch.incident import Decision, Incident, NotFound
from dispatch.incident_light import changed_claims
from dispatch.ledger import Ledger
from dispatch.life import decide, open_incident
from dispatch.outages import Unavailable
from dispatch.plan import Plan
from dispatch.report import Report, same_phone
from dispatch.signs import Fix
from dispatch.spot import Spot, spot_of
from dispatch.steps import Steps
from dispatch.store import Line, Writes
from geo.place import Place
from lights.answers import Answer
from lights.choose import NOWHERE, Choice, choose
from lights.fleet import Fleet
from lights.pulse import WITH_DATABASE_S, beginning
from lights.schedule import is_daylight

log = logging.getLogger(__name__)

_AGAIN_AFTER_S: Final = 0.5
"""As long as an answer of the lamps waits that could not be written down."""


class Desk:
    """`clock` and `new_id` are the shell's time and chance, `surely` the time to destroy by."""

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        district: District,
        fleet: Fleet,
        plan: Plan,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        surely: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._district = district
        self._fleet = fleet
        self._plan = plan
        self._clock = clock
        self._new_id = new_id
        self._surely = surely
        self._alarm = AlarmClock(ledger, database, plan, clock, surely)
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._steps = Steps(plan.moved_every, self._follow)
        self._heard: dict[str, Heard] = {}

    # ---- the caller

    async def take(self, report: Report) -> tuple[Incident, bool]:
        """The incident of a report, and whether the report was new; raises OtherPhone."""

        async def work(reading: Reading) -> tuple[tuple[Incident, bool], Writes]:
            known = await reading.report(report.report_id)
            if known is not None:
                same_phone(known.report.proof, report.proof, "report")
                return (known, False), Writes()
            decision = self._open(report)
            incident = decision.incident
            same = reading.resembling(report)
            writes = self._writes(None, decision, "caller", report.received_at)
            writes.opened.append(incident)
            writes.resembles += [(incident.incident_id, other) for other in same]
            return (incident, True), writes

        return await self._ledger.do(work)

    def spot(self, place: Place, fixed_at: datetime | None = None) -> Spot:
        """A place in words, as the district is now."""
        district = self._district
        return spot_of(
            place, fixed_at, self._clock(), district.register, district.areas, self._plan
        )

    def _open(self, report: Report) -> Decision:
        spot = spot_of(
            report.place,
            report.fixed_at,
            report.received_at,
            self._district.register,
            self._district.areas,
            self._plan,
        )
        daylight = report.place is not None and is_daylight(report.place, report.received_at)
        choice = self._choose(report.place, ())
        return open_incident(self._new_id(), report, spot, choice, daylight, self._plan)

    def _choose(self, place: Place | None, kept: Collection[str]) -> Choice:
        if place is None:
            return NOWHERE
        reach, silent = self._plan.reach, self._fleet.silent()
        horizon, register = reach.horizon_m(place.accuracy_m), self._district.register
        near = register.near(place, horizon, reach.most)
        if kept or any(lamp.key in silent for lamp in near):  # others may have to stand in
            near = register.near(place, horizon)
        return choose(place.accuracy_m, near, silent, kept, reach)

    async def follow(self, incident_id: str, place: Place, fixed_at: datetime) -> Incident | None:
        """The caller is at a place since `fixed_at`; None: it is written in a moment.

        An older fix than the last changes nothing, nor does a leap (see `leap.py`); of what comes
        within `moved_every` only the newest is written, when that is over (see `steps.py`).
        """
        return await self._steps.take(incident_id, place, fixed_at)

    async def _follow(self, incident_id: str, place: Place, fixed_at: datetime) -> Incident:

        async def work(reading: Reading) -> tuple[tuple[Incident, Heard], Writes]:
            incident, now = reading.get(incident_id), self._clock()
            before = self._heard.get(incident_id, UNHEARD)
            heard, is_step = hear(incident, before, Fix(place, min(fixed_at, now)), now, self._plan)
            if not is_step:
                return (incident, heard), Writes()
            kept = {lamp.lamp_id for lamp in incident.lamps}
            spot = self.spot(place, min(fixed_at, now))
            event = Moved(spot, self._choose(place, kept))
            incident, writes = self._decided(incident, event, "caller", now)
            return (incident, heard), writes

        # Believed once it is on disk: a commit that is made again has to hear the same fix again.
        incident, heard = await self._ledger.do(work, incident_id)
        self._heard[incident_id] = heard
        self._forget_if_over(incident)
        return incident

    def follows(self, incident_id: str) -> bool:
        """Whether a fix of its caller is remembered: that it was taken, or that it was a leap."""
        return incident_id in self._heard

    def _forget_if_over(self, incident: Incident) -> None:
        """Of whoever is out of it nothing is remembered, least of all a place."""
        if not incident.is_live:
            self._heard.pop(incident.incident_id, None)

    async def withdraw(self, incident_id: str) -> Incident:
        """The caller says "false alarm"; said twice, or after the end, it changes nothing."""

        async def work(reading: Reading) -> tuple[Incident, Writes]:
            incident = reading.get(incident_id)
            if incident.withdrawn or not incident.is_live:
                return incident, Writes()
            return self._decided(incident, Withdrawn(), "caller", self._clock())

        return await self._ledger.do(work, incident_id)

    # ---- people at a desk or in a car

    async def move(
        self, incident_id: str, event: Event, actor: str, key: str | None = None
    ) -> tuple[Incident, list[str]]:
        """Make a move; the incident afterwards, and those that are possibly the same.

        Raises NotFound, NotAllowed, NotAlone or KeyUsed. The same move with the same key again
        changes nothing.
        """

        # Without a key of the client's, ours: a commit in doubt must not make the move twice.
        own_key = key or self._new_id()
        link = event if isinstance(event, Linked | Unlinked) else None

        async def work(reading: Reading) -> tuple[tuple[Incident, list[str]], Writes]:
            incident = reading.get(incident_id)
            writes = Writes()
            asked_before = key is not None or reading.careful
            if not asked_before or not await reading.is_made(incident_id, event, own_key):
                now = self._clock()
                incident, writes = self._decided(incident, event, actor, now, own_key)
                if isinstance(event, Erased):
                    last = await reading.took_part_at(incident_id, names_of(actor))
                    not_alone(last, self._surely(), self._plan)
                if link is not None:
                    other = reading.get(link.incident_id)
                    back = replace(link, incident_id=incident_id)
                    writes.lines += self._decided(other, back, actor, now)[1].lines
            return (incident, reading.same(incident)), writes

        both = (incident_id,) if link is None else (incident_id, link.incident_id)
        made = await self._ledger.do(work, *both)
        self._forget_if_over(made[0])
        return made

    # ---- lamps and the clock

    def lamps_have_answered(self, answer: Answer) -> None:
        """From the fleet, which never waits."""
        self._answers.put_nowait(answer)

    async def run(self) -> None:
        """Take the lamps' answers in, let the clock ring and the callers step, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_answers())
            group.create_task(self._alarm.ring())
            group.create_task(self._steps.run())

    async def _take_answers(self) -> None:
        pulse = beginning("desk: answers of lamps", WITH_DATABASE_S)
        while pulse.turns():
            with pulse.resting():
                answers = [await self._answers.get()]
            while not self._answers.empty():
                answers.append(self._answers.get_nowait())
            await asyncio.gather(*map(self._take_answer, answers))

    async def _take_answer(self, answer: Answer) -> None:
        kind, _, incident_id = answer.owner.partition(":")
        if kind == "incident":
            try:
                await self._answered(incident_id, answer)
            except NotFound as error:
                log.warning("an answer of the lamps was not written down: %s", error)
            except Unavailable:
                await asyncio.sleep(_AGAIN_AFTER_S)  # it may have been refused at once
                self._answers.put_nowait(answer)  # a silent lamp is replaced all the same

    async def _answered(self, incident_id: str, answer: Answer) -> None:
        async def work(reading: Reading) -> tuple[None, Writes]:
            incident = reading.get(incident_id)
            if not incident.is_live:
                return None, Writes()
            place = incident.spot.place
            kept = {lamp.lamp_id for lamp in incident.lamps}
            choice = self._choose(place, kept) if answer.silent else None
            silent = tuple(sorted(answer.silent))
            event = LampsAnswered(answer.asked, silent, answer.after, choice)
            _, writes = self._decided(incident, event, "lamps", self._clock())
            return None, writes

        await self._ledger.do(work, incident_id)

    # ---- what they share

    def _decided(
        self, incident: Incident, event: Event, actor: str, now: datetime, key: str | None = None
    ) -> tuple[Incident, Writes]:
        decision = decide(incident, event, now, self._plan)
        return decision.incident, self._writes(incident, decision, actor, now, key)

    def _writes(
        self,
        before: Incident | None,
        decision: Decision,
        actor: str,
        now: datetime,
        key: str | None = None,
    ) -> Writes:
        writes = Writes([Line(decision, now, actor, key)])
        writes.claims |= changed_claims(before, decision.incident, self._plan)
        return writes
