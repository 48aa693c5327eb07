"""Come here for how a walk that has gone wrong becomes an incident, and how its end comes back.

Law: an alarm is written with the walk before anybody is called, and is reported again and again
until its incident is written too; its report's id makes many times one. Nothing here is waited for
by a phone, so that a duress PIN is answered as fast as any other.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from dispatch import store
from dispatch.database import Database
from dispatch.desk import Desk
from dispatch.guardians import GATEWAY, says_trouble
from dispatch.incident import Incident, NotFound
from dispatch.log_lines import concerning
from dispatch.outages import Unavailable, outage_goes_by
from dispatch.outbox_rows import Letter
from dispatch.report import LONGEST_TRACK, NOBODYS, Flood, Report
from dispatch.walk import Alarm, Walk
from dispatch.walk_events import (
    Cried,
    GuardianTold,
    GuardianUntold,
    HelpOver,
    HiddenHelpOver,
)
from dispatch.walk_life import NotPossible
from dispatch.walk_record import Record
from dispatch.walk_words import alarm_words
from dispatch.walks import Walks
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 0.5
"""Losing a wake costs this."""
_AT_ONCE: Final = 16
"""One commit of the ledger: thousands of alarms, as of an evening without a network, must not stand
before somebody who presses now."""
_CLOSED_EVERY_S: Final = 2.0
_SPEAKS_S: Final = 60.0
"""A phone that was heard within this goes on walking when its incident is closed."""
_KINDS: Final = {
    "no_answer": "checkin_missed",
    "wrong_pins": "checkin_missed",
    "help": "sos",
    "duress": "sos",
}


class WalkHelp:
    """Between the walks and the desk. `now` is the wall's clock, as every report's."""

    def __init__(
        self, walks: Walks, desk: Desk, database: Database, now: Callable[[], datetime]
    ) -> None:
        self._walks = walks
        self._desk = desk
        self._database = database
        self._now = now
        self._waiting: set[str] = set()
        self._told: set[str] = set()
        self._cries: dict[str, list[Cried]] = {}
        self._wake = asyncio.Event()

    def wake(self, record: Record) -> None:
        """A walk has changed, or one that is helped has moved."""
        if record.walk.alarms:
            self._waiting.add(record.walk.walk_id)
            self._wake.set()

    # ---- a guardian

    def letter_taken(self, letter: Letter) -> None:
        """A target has taken a letter; it may have told a guardian that something is wrong."""
        if letter.target == GATEWAY and says_trouble(letter.body):
            self._told.add(letter.incident_id)
            self._waiting.add(letter.incident_id)
            self._wake.set()

    async def is_late(self, letter: Letter) -> None:
        """A letter that somebody should have taken; the desk must tell the guardian itself."""
        record = self._walks.known(letter.incident_id)
        if record is None or letter.target != GATEWAY or not says_trouble(letter.body):
            return
        if record.walk.called and record.walk.untold_at is None:
            with contextlib.suppress(NotPossible):
                await self._walks.do(record.walk.walk_id, GuardianUntold())

    async def _note_told(self, record: Record) -> None:
        walk = record.walk
        if walk.called and (walk.told_at is None or walk.untold_at is not None):
            with contextlib.suppress(NotPossible):  # it is over: nobody asks any more
                await self._walks.do(walk.walk_id, GuardianTold())

    # ---- a report during a walk

    def with_track(self, report: Report) -> Report:
        """The walker's report with the way that led to it, and with its place where it has none."""
        record = self._walks.known(report.walk_id) if report.walk_id is not None else None
        if record is None or not record.walk.keeps_track:
            return report
        report = replace(report, track=record.track.crumbs(LONGEST_TRACK))
        signs = record.signs
        if report.place is not None or signs.place is None or signs.fixed_at is None:
            return report
        return replace(report, place=signs.place, fixed_at=min(signs.fixed_at, report.received_at))

    def cried(self, report: Report, incident: Incident) -> None:
        """The walker has called for help: nothing is asked any more, once that is written."""
        if report.walk_id is not None and self._walks.known(report.walk_id) is not None:
            event = Cried(report.report_id, incident.incident_id, report.silent)
            self._cries.setdefault(report.walk_id, []).append(event)
            self._waiting.add(report.walk_id)
            self._wake.set()

    async def _note_cries(self, record: Record) -> None:
        walk_id = record.walk.walk_id
        cries = self._cries.get(walk_id, [])
        while cries:
            known = [one.report_id for one in record.walk.alarms]
            if cries[0].report_id not in known:
                with contextlib.suppress(NotPossible):  # it is over: nobody asks any more
                    await self._walks.do(walk_id, cries[0])
            del cries[0]
        self._cries.pop(walk_id, None)

    def pin_guards(self, incident: Incident) -> Record | None:
        """The walk whose PIN is needed to take this cry back; None: it needs none."""
        walk_id = incident.report.walk_id
        record = self._walks.known(walk_id) if walk_id is not None else None
        return record if record is not None and record.walk.pin is not None else None

    def seems_withdrawn(self, incident: Incident) -> bool:
        """Whether the phone is shown that the walker has said "fine", however they were made to.

        Not once the incident is closed: then the walk has no alarm any more that would know of it,
        and what was said by force must not come to light by having been forgotten.
        """
        walk_id = incident.report.walk_id
        if walk_id is not None and not incident.is_live:
            return False
        record = self._walks.known(walk_id) if walk_id is not None else None
        alarms = record.walk.shown_alarms if record is not None else ()
        theirs = (one for one in alarms if one.report_id == incident.report.report_id)
        return incident.withdrawn or any(one.said_fine for one in theirs)

    # ---- alarms

    async def run(self) -> None:
        """Call help for whoever needs it, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._help())
            group.create_task(self._hear_of_ends())

    async def _help(self) -> None:
        pulse = beginning("walk help", WITH_DATABASE_S)
        while pulse.turns():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = list(self._waiting), set()
            for at in range(0, len(waiting), _AT_ONCE):
                pulse.beat()
                await asyncio.gather(*map(self._help_one, waiting[at : at + _AT_ONCE]))

    async def _help_one(self, walk_id: str) -> None:
        record = self._walks.known(walk_id)
        if record is None:
            self._told.discard(walk_id)
            self._cries.pop(walk_id, None)
            return
        try:
            await self._note_cries(record)
            if walk_id in self._told:
                await self._note_told(record)
                self._told.discard(walk_id)
            for alarm in record.walk.alarms:
                await self._pursue(record, alarm)
        except Unavailable:
            self._waiting.add(walk_id)
        except Exception:
            log.exception("help for walk %s could not be called; trying again", walk_id)
            self._waiting.add(walk_id)

    async def _pursue(self, record: Record, alarm: Alarm) -> None:
        """Report, follow and withdraw, as far as each is still to be done."""
        if alarm.incident_id is None:
            incident, _ = await self._desk.take(self._report(record, alarm))
            found = incident.incident_id
            log.info("help was called for a walk", extra={"owner": f"incident:{found}"})
            await self._note(record, alarm, lambda one: replace(one, incident_id=found))
            return
        key = alarm.incident_id
        with concerning(key):
            await self._go_along(record, alarm, key)

    async def _go_along(self, record: Record, alarm: Alarm, key: str) -> None:
        signs = record.signs
        if signs.place is not None and signs.fixed_at is not None:
            await self._desk.follow(key, signs.place, signs.fixed_at)
        if alarm.withdrawn and not alarm.withdrawal_told:
            await self._desk.withdraw(key)
            await self._note(record, alarm, lambda one: replace(one, withdrawal_told=True))

    async def _note(self, record: Record, alarm: Alarm, change: Callable[[Alarm], Alarm]) -> None:
        def changed(one: Alarm) -> Alarm:
            return change(one) if one.report_id == alarm.report_id else one

        def noted(walk: Walk) -> Walk:
            return replace(
                walk,
                alarm=changed(walk.alarm) if walk.alarm is not None else None,
                earlier=tuple(map(changed, walk.earlier)),
                hidden=changed(walk.hidden) if walk.hidden is not None else None,
            )

        await self._walks.put(record, noted)

    def _report(self, record: Record, alarm: Alarm) -> Report:
        signs, now = record.signs, self._now()
        fixed_at = signs.fixed_at if signs.place is not None else None
        return Report(
            report_id=alarm.report_id,
            received_at=now,
            kind=_KINDS[alarm.how],
            place=signs.place,
            fixed_at=min(fixed_at, now) if fixed_at is not None else None,
            silent=alarm.silent,
            seen=alarm_words(alarm),
            walk_id=record.walk.walk_id,
            source="walk",
            flood=Flood(record.walk.flood, None),  # nobody is put aside for how they began
            proof=NOBODYS,
            track=record.track.crumbs(LONGEST_TRACK),
        )

    # ---- the end of help

    async def _hear_of_ends(self) -> None:
        pulse = beginning("walk help: ends", WITH_DATABASE_S)
        while pulse.turns():
            await asyncio.sleep(_CLOSED_EVERY_S)
            helped = {
                alarm.incident_id: record
                for record in self._walks
                for alarm in record.walk.alarms
                if alarm.incident_id is not None and record.walk.is_live
            }
            try:
                with outage_goes_by(log, "the ends of incidents could not be looked at"):
                    async with self._database.reading() as connection:
                        incidents = await store.read_incidents(connection, sorted(helped))
                    for key, incident in incidents.items():
                        if not incident.is_live:
                            await self._over(helped[key], key)
            except (NotPossible, NotFound) as error:
                log.warning("the end of an incident could not be noted: %s", error)

    async def _over(self, record: Record, incident_id: str) -> None:
        walk = record.walk
        if walk.hidden is not None and walk.hidden.incident_id == incident_id:
            await self._walks.do(walk.walk_id, HiddenHelpOver())
        for alarm in walk.shown_alarms:
            if alarm.incident_id == incident_id:
                over = HelpOver(self._speaks(record), alarm.report_id)
                await self._walks.do(walk.walk_id, over)

    def _speaks(self, record: Record) -> bool:
        return (self._walks.clock() - record.signs.heard_at).total_seconds() < _SPEAKS_S
