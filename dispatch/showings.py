"""Come here for the log of who was shown whose place: counted in memory, written every second.

Law: showing never waits for the log, and the log never makes a cry wait: it is written in small
transactions beside the ledger's. A process that is killed loses the showings of its last second
(and of as long as the database was away before), never a written one; one that is stopped, none.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from dispatch.access import ROUTES
from dispatch.asker import asker
from dispatch.database import Database
from dispatch.incident import Incident
from dispatch.outages import outage_goes_by
from dispatch.outbox_rows import Letter
from dispatch.showing_rows import Count, Key, add_showings, let_showings_go, read_showings
from dispatch.sights import (
    LETTER,
    Channel,
    Recipient,
    Sight,
    Subject,
    recipient,
    sights_of,
    sights_of_letter,
    somebody,
)
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

_WRITE_EVERY_S: Final = 1.0
"""What a killed process loses; a screen's showings of one incident in it are one row."""
_AT_ONCE: Final = 100
"""A few milliseconds of the one writer."""
_FORGET_EVERY_S: Final = 3_600.0
"""Nobody minds an hour after half a year."""
_LAST_WRITE_S: Final = 2.0
"""uvicorn's patience with its connections at the end; a database that is away is not waited for."""


class Showings:
    """`kept_for` is counted from the last time that somebody was shown it; `surely`: the time by
    which to destroy."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        kept_for: timedelta,
        surely: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._clock = clock
        self._kept_for = kept_for
        self._surely = surely
        self._new: dict[Key, Count] = {}
        self._settling = asyncio.Lock()
        """Held while a batch is on its way: nobody could tell whether it is in the rows."""

    # ---- noting

    def note(
        self, sights: Iterable[Sight], shown_to: Iterable[Recipient], channel: Channel
    ) -> None:
        """Each of these was shown to each of those, once."""
        now, people = self._clock(), list(shown_to)
        once = Count(now, now, 1)
        for sight in sights:
            for one in people:
                key = Key(
                    sight.subject,
                    sight.subject_id,
                    one.role,
                    one.name,
                    channel.path,
                    channel.method,
                    sight.purpose,
                )
                known = self._new.get(key)
                self._new[key] = once if known is None else known.plus(once)

    def to_asker(self, sights: Iterable[Sight]) -> None:
        """These were shown to whoever asks in the call at hand."""
        asking = asker()
        who = somebody(asking.person, ROUTES.get(asking.action, frozenset()))
        if who is not None:
            self.note(sights, (who,), Channel(asking.action, "answer"))

    def incidents_to_asker(self, *incidents: Incident) -> None:
        """These incidents were shown whole to whoever asks."""
        self.to_asker(sights_of(incidents))

    def letter(self, letter: Letter) -> None:
        """A target has taken a letter."""
        sights, method = sights_of_letter(letter.incident_id, letter.body)
        self.note(sights, (recipient("target", letter.target),), Channel(LETTER, method))

    # ---- reading

    async def of(self, subject: Subject, subject_id: str) -> dict[Key, Count]:
        """To whom one incident's or walk's place was shown, up to this moment."""
        # A free reader first: whoever writes waits for the lock, and holds up the one writer.
        async with self._database.reading() as connection, self._settling:
            found = await read_showings(connection, subject, subject_id)
            fresh = {key: self._new[key] for key in self._new if key[:2] == (subject, subject_id)}
        for key, count in fresh.items():
            found[key] = found[key].plus(count) if key in found else count
        return dict(sorted(found.items(), key=lambda one: (one[1].first_at, one[0])))

    # ---- writing

    async def run(self) -> None:
        """Write down what was shown, and forget what was kept long enough; for ever."""
        pulse = beginning("showings", WITH_DATABASE_S)
        loop = asyncio.get_running_loop()
        forget_at = loop.time()
        try:
            while pulse.turns():
                await asyncio.sleep(_WRITE_EVERY_S)
                with outage_goes_by(log, "who was shown what could not be written"):
                    await self._write(pulse.beat)
                    if loop.time() >= forget_at:
                        forget_at = loop.time() + _FORGET_EVERY_S
                        await self._forget()
        finally:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_LAST_WRITE_S):
                    await self._write()

    async def _write(self, each: Callable[[], None] = lambda: None) -> None:
        """`each` is called at every batch: a long outage leaves many."""
        while self._new:
            each()
            batch: dict[Key, Count] = {}
            settling = False
            try:
                async with self._database.writing() as connection:
                    # Only now: whoever reads must not wait for a writer that is long in coming.
                    settling = await self._settling.acquire()
                    batch = {key: self._new.pop(key) for key in [*islice(self._new, _AT_ONCE)]}
                    await add_showings(connection, batch)
            except BaseException:
                self._take_back(batch)
                raise
            finally:
                if settling:
                    self._settling.release()  # after the commit

    def _take_back(self, batch: dict[Key, Count]) -> None:
        for key, count in batch.items():
            self._new[key] = count.plus(self._new[key]) if key in self._new else count

    async def _forget(self) -> None:
        async with self._database.writing() as connection:
            await let_showings_go(connection, self._surely() - self._kept_for)
