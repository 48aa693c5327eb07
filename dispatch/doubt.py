"""Come here for a clock that nobody should destroy evidence by: it was set far ahead, it seems.

Law: what is destroyed too early is gone for ever, what is destroyed a day late is not. So where the
last that was written lies long before now, nothing that is kept for weeks is destroyed by the clock
until it has gone on like this for a day: a machine that has lost its time is found out by then.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from dispatch.database import Database
from dispatch.tables import journal

log = logging.getLogger(__name__)

LASTS: Final = timedelta(days=1)
_USUAL_GAP: Final = timedelta(days=2)
"""A quiet week-end; a journal of any district that is at work has no longer one."""


class ClockDoubt:
    """From the start of the process on."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._last = datetime.max.replace(tzinfo=UTC)
        self._gap = timedelta()

    async def begin(self, database: Database, now: datetime) -> None:
        """Compare the clock with the journal. What was written within the last day may have been
        written by the same wrong clock: the last before that counts."""
        before = now - LASTS
        older = select(journal.c.at).where(journal.c.at <= before)
        async with database.reading() as connection:
            last = await connection.scalar(older.order_by(journal.c.seq.desc()).limit(1))
        if last is None or before - last <= _USUAL_GAP:
            return
        self._until, self._last, self._gap = now + LASTS, last, now - last
        log.warning("%s", self.trouble(now)[0])

    def is_on(self, now: datetime) -> bool:
        """Whether nothing may be destroyed by the clock."""
        return self._until is not None and now < self._until

    def surely(self, now: datetime) -> datetime:
        """The time that it is at least: by which things may be destroyed."""
        return self._last if self.is_on(now) else now

    def trouble(self, now: datetime) -> list[str]:
        """In words for whoever is woken."""
        if not self.is_on(now) or self._until is None:
            return []
        return [
            f"the clock is {self._gap.days} days past what was written before: if it is wrong, set "
            "it and restart; until it has gone on so for a day, nothing is destroyed by it"
        ]
