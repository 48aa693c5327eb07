"""Come here for what happens when somebody has not been told: the alarm, the end, the list.

Law: an alarm is written with its letter's mark, and ends in the commit that marks the letter as
taken. So no incident says that somebody is untold who has taken everything, or the other way.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import outbox_rows
from dispatch.batch import Reading
from dispatch.database import Database
from dispatch.incident import Incident, NotFound
from dispatch.ledger import Ledger
from dispatch.life import decide
from dispatch.log_lines import concerning
from dispatch.outages import outage_goes_by
from dispatch.outbox_rows import Letter
from dispatch.plan import Plan
from dispatch.store import Line, Writes
from dispatch.telling import GivenUp, NotTaken, Retried, Taken, Telling, ToldByVoice, Untold
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 0.5
"""An alarm of seconds needs no finer look."""
_AT_ONCE: Final = 200
"""A flood to a dead desk must not fill one commit; the rest is found half a second later."""
_ON_ITS_OWN: Final = "outbox"
_NOT_TRIED: Final = "not tried yet: others were before it"
_NO_SUCH_TARGET: Final = (
    "LAMPLIGHTER_WEBHOOKS names no such target any more: name it again, or tell them otherwise"
)


class AlreadyTaken(Exception):
    """The letter was taken, or told otherwise: there is nothing left to do."""


class Letters:
    """The book of letters: what time does to them, and what people do about them.

    `late` alarms where there is no incident to do it; it may be told of one letter again.
    `wants`: whether letters to a target can be delivered at all.
    """

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        plan: Plan,
        clock: Callable[[], datetime],
        late: Callable[[Letter], Awaitable[None]],
        wants: Callable[[str], bool],
    ) -> None:
        self._ledger = ledger
        self._database = database
        self._plan = plan
        self._clock = clock
        self._late = late
        self._wants = wants
        self.waiting = 0
        self.dead = 0
        self.oldest: datetime | None = None

    # ---- time

    async def run(self) -> None:
        """Look for letters that are late or over, for ever."""
        pulse = beginning("letters", WITH_DATABASE_S)
        while pulse.turns():
            with outage_goes_by(log, "the letters could not be looked through"):
                await self._look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _look(self) -> None:
        now, plan = self._clock(), self._plan
        async with self._database.reading() as connection:
            self.waiting, self.dead, self.oldest = await outbox_rows.oldest_waiting(connection)
            late = await outbox_rows.late_letters(connection, now - plan.untold_after, _AT_ONCE)
            ended = await outbox_rows.ended_letters(connection, now - plan.give_up_after, _AT_ONCE)
        await self._each(late, self._alarm)
        await self._each(ended, self._give_up)

    async def _each(
        self, letters: Sequence[Letter], deed: Callable[[str, list[Letter]], Awaitable[None]]
    ) -> None:
        """The deed at each incident with its letters."""
        ordered = sorted(letters, key=lambda one: one.incident_id)  # stable: their order is kept
        groups = groupby(ordered, key=lambda one: one.incident_id)

        async def done(incident_id: str, some: list[Letter]) -> None:
            with concerning(incident_id):
                log.warning("%d letters are late or over", len(some))
                await deed(incident_id, some)

        await asyncio.gather(*(done(key, list(group)) for key, group in groups))

    async def _alarm(self, incident_id: str, letters: list[Letter]) -> None:
        for letter in letters:
            await self._late(letter)

        async def work(reading: Reading) -> tuple[None, Writes]:
            now, incident, writes = self._clock(), reading.incident(incident_id), Writes()
            for letter in await _still(reading.connection, letters, "waiting"):
                known = {one.target for one in incident.untold} if incident else set()
                if incident is not None and letter.target not in known:
                    waited = now - letter.made_at
                    incident = self._tell(
                        writes, incident, NotTaken(self._untold(letter), waited), now
                    )
                await _change(reading.connection, letter, alarmed_at=now)
            return None, writes

        await self._ledger.do(work, incident_id)

    async def _give_up(self, incident_id: str, letters: list[Letter]) -> None:
        async def work(reading: Reading) -> tuple[None, Writes]:
            now, incident, writes = self._clock(), reading.incident(incident_id), Writes()
            for letter in await _still(reading.connection, letters, "waiting"):
                if incident is not None:
                    incident = self._tell(writes, incident, GivenUp(self._untold(letter)), now)
                alarmed_at = letter.alarmed_at or now
                await _change(reading.connection, letter, dead_at=now, alarmed_at=alarmed_at)
            return None, writes

        await self._ledger.do(work, incident_id)

    # ---- the target

    async def taken(self, letter: Letter) -> None:
        """The target has taken a letter about which people were alarmed."""

        async def work(reading: Reading) -> tuple[None, Writes]:
            now, incident, writes = self._clock(), reading.incident(letter.incident_id), Writes()
            for one in await outbox_rows.read_letters(reading.connection, [letter.outbox_id]):
                if one.taken_at is not None:
                    return None, writes
                others = await outbox_rows.has_other_alarms(reading.connection, one)
                if incident is not None and not others:
                    self._tell(writes, incident, Taken(one.target, now - one.made_at), now)
                await _change(reading.connection, one, taken_at=now)
            return None, writes

        await self._ledger.do(work, letter.incident_id)

    # ---- people

    async def retry(self, outbox_id: str, actor: str) -> Letter:
        """Send it again at once, and with its whole time again."""

        async def work(reading: Reading) -> tuple[Letter, Writes]:
            now, writes = self._clock(), Writes()
            letter = await _open(reading.connection, outbox_id)
            incident = reading.incident(letter.incident_id)
            if incident is not None:
                self._tell(writes, incident, Retried(letter.target), now, actor)
            await _change(reading.connection, letter, due_at=now, retried_at=now, dead_at=None)
            return letter._replace(due_at=now, retried_at=now, dead_at=None), writes

        return await self._ledger.do(work, (await self._find(outbox_id)).incident_id)

    async def told(self, outbox_id: str, text: str, actor: str) -> Letter:
        """Somebody has told the target otherwise; nothing is sent any more."""

        async def work(reading: Reading) -> tuple[Letter, Writes]:
            now, writes = self._clock(), Writes()
            letter = await _open(reading.connection, outbox_id)
            incident = reading.incident(letter.incident_id)
            if incident is not None:
                others = await outbox_rows.has_other_alarms(reading.connection, letter)
                event = ToldByVoice(letter.target, text, settled=not others)
                self._tell(writes, incident, event, now, actor)
            kept = text if incident is None or incident.erased_at is None else ""
            await _change(reading.connection, letter, taken_at=now, told=kept)
            return letter._replace(taken_at=now, told=kept), writes

        return await self._ledger.do(work, (await self._find(outbox_id)).incident_id)

    async def _find(self, outbox_id: str) -> Letter:
        async with self._database.reading() as connection:
            return await _open(connection, outbox_id)

    def _untold(self, letter: Letter) -> Untold:
        error = letter.last_error or _NOT_TRIED
        if not self._wants(letter.target):
            error = _NO_SUCH_TARGET
        return Untold(letter.target, letter.made_at, letter.attempts, error)

    def _tell(
        self,
        writes: Writes,
        incident: Incident,
        event: Telling,
        now: datetime,
        actor: str = _ON_ITS_OWN,
    ) -> Incident:
        decision = decide(incident, event, now, self._plan)
        writes.lines.append(Line(decision, now, actor))
        return decision.incident


async def _still(connection: AsyncConnection, letters: list[Letter], state: str) -> list[Letter]:
    """As they are now, those that are still in that state."""
    ids = [letter.outbox_id for letter in letters]
    return [one for one in await outbox_rows.read_letters(connection, ids) if one.state == state]


async def _open(connection: AsyncConnection, outbox_id: str) -> Letter:
    """A letter about which there is still something to do; raises NotFound or AlreadyTaken."""
    found = await outbox_rows.read_letters(connection, [outbox_id])
    if not found:
        raise NotFound(f"there is no letter {outbox_id}")
    if found[0].taken_at is not None:
        raise AlreadyTaken(f"{found[0].target} has taken this letter, or was told otherwise")
    return found[0]


async def _change(connection: AsyncConnection, letter: Letter, **changes: Any) -> None:
    await outbox_rows.change_letter(connection, letter.outbox_id, changes)
