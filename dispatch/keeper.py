"""Come here for what is written down and let go now and then: health, steps, claims, leftovers.

Nothing here is waited for by anybody; an outage of the database only makes it later.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from dispatch import outbox_rows
from dispatch.consents import let_consents_go
from dispatch.database import Database
from dispatch.forgotten import let_marks_go
from dispatch.outages import is_outage, outage_goes_by
from dispatch.walk_plan import DEFAULT as WALKS
from lights.claim_store import sweep_claims
from lights.pulse import WITH_DATABASE_S, beginning
from lights.store import save_health
from lights.trodden import Trodden
from lights.trodden_store import save_trodden
from lights.watch import Watch

log = logging.getLogger(__name__)

_KEEP_HEALTH_EVERY_S: Final = 5.0
_HEALTH_AT_ONCE: Final = 500
"""A few milliseconds of the one writer: a whole district must not keep a cry waiting."""
_KEEP_TRODDEN_EVERY_S: Final = 3_600.0
"""So that what is written tells of no walk when it was; a crash forgets an hour of counting."""
_SCRUB_AGAIN_S: Final = 3.0
"""Walks end many times a second in a large district: their leftovers go together."""
_SCRUB_SHARE: Final = 50
"""Nobody writes while a SQLite file is packed: it is let alone for so many times as long."""
_TIDY_EVERY_S: Final = 600.0
_LETTERS_KEPT_FOR: Final = timedelta(days=1)
"""As long as a receiver may ask what it was sent last night."""


class Keeper:
    """`watch` and `trodden` are the memories whose news is kept; `surely`: the time by which to
    destroy."""

    def __init__(
        self,
        database: Database,
        watch: Watch,
        trodden: Trodden,
        clock: Callable[[], datetime],
        surely: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._watch = watch
        self._trodden = trodden
        self._clock = clock
        self._surely = surely
        self._erased = asyncio.Event()
        self._erased.set()  # the last process may have erased and ended

    def has_erased(self) -> None:
        """Places or words were taken out of the database just now."""
        self._erased.set()

    async def keep(self) -> None:
        """Write the lamps' health down, and let go of what nobody needs, for ever."""
        tidied = 0.0
        trodden = time.monotonic()
        pulse = beginning("keeper", WITH_DATABASE_S)
        while pulse.turns():
            await asyncio.sleep(_KEEP_HEALTH_EVERY_S)
            with outage_goes_by(log, "the lamps' health could not be kept"):
                await self.keep_health()
                if time.monotonic() - tidied > _TIDY_EVERY_S:
                    tidied = time.monotonic()
                    await self._tidy()
                if time.monotonic() - trodden > _KEEP_TRODDEN_EVERY_S:
                    trodden = time.monotonic()
                    await self._keep_trodden()

    async def keep_health(self) -> None:
        """Write down what has become of lamps since the last time."""
        while rows := self._watch.health_rows(self._clock(), _HEALTH_AT_ONCE):
            async with self._database.writing() as connection:
                await save_health(connection, rows)
            self._watch.health_is_kept(row["lamp_id"] for row in rows)

    async def _keep_trodden(self) -> None:
        while rows := self._trodden.rows(_HEALTH_AT_ONCE):
            async with self._database.writing() as connection:
                await save_trodden(connection, rows)
            self._trodden.are_kept(rows)

    async def scrub(self) -> None:
        """Leave nothing of what was erased in the database's own leftovers, for ever."""
        pulse = beginning("scrubber", WITH_DATABASE_S)
        while pulse.turns():
            with pulse.resting():
                await self._erased.wait()
            self._erased.clear()
            began = time.monotonic()
            rest = _SCRUB_AGAIN_S
            if await self._scrubbed():
                rest = max(rest, _SCRUB_SHARE * (time.monotonic() - began))
            else:  # somebody reads what is older
                self._erased.set()
            with pulse.resting():
                await asyncio.sleep(rest)

    async def _scrubbed(self) -> bool:
        try:
            return await self._database.scrub()
        except Exception as error:
            if not is_outage(error):
                raise
            return False

    async def _tidy(self) -> None:
        now = self._surely()
        async with self._database.writing() as connection:
            await sweep_claims(connection, self._clock())
            are_gone = await outbox_rows.let_letters_go(connection, now - _LETTERS_KEPT_FOR)
            await let_consents_go(connection, now - WALKS.consents_kept_for)
            await let_marks_go(connection, now - WALKS.forgotten_known_for)
        if are_gone:
            self.has_erased()
