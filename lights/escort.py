"""Come here for the shell of the light that goes with walkers.

Law: while the sun is up over the middle of the lamps, no lamp is claimed for a walker.

Facts come in by plain calls that never wait (`moved`, `paused`, `ended`, `lamps_changed`); one loop
gathers the walkers that have moved and hands the fleet what changed. Nothing is written down: a
position costs no commit, and when the process dies each lamp falls back at its order's own end.

All walkers claim lamps under one name. So nothing says whose lamp it is, and two who meet or part
need one claim that only grows: whoever goes, nothing is said to a lamp that another still needs.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from geo.place import Metres, Place, place_at
from lights.claims import Claim
from lights.darkness import Darkness
from lights.fleet import Fleet
from lights.follow import Following, Turned
from lights.lamp import Scene
from lights.pulse import IN_MEMORY_S, beginning
from lights.register import Register
from lights.schedule import KOREA, is_daylight
from lights.track import Flags
from lights.trodden import Trodden
from lights.walkers import Walkers
from lights.watch import LampChange, View

OWNER: Final = "walks"
_GATHER_S: Final = 0.04
"""Walkers who move within this are followed together, at a tenth of the cost of one by one."""
_TEND_EVERY_S: Final = 1.0
"""Lamps are let go, and who stands or is silent keeps theirs, to the second."""
_AHEAD_OF_US: Final = timedelta(seconds=5)
"""A fix from further in the future than this is of a phone whose clock is wrong."""
_SLEW_S: Final = 2.0
"""A clock that is kept right by a time server steps back by less; more, and somebody set it."""
_LOOK_UP_EVERY_S: Final = 10.0
"""The sun moves by a twelfth of its width."""
_DEAD: Final = frozenset(("lamp_failure", "supply_loss"))


class Escort:
    """The walkers now under way, and the lamps that are bright for them."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        fleet: Fleet,
        register: Callable[[], Register],
        rank: int,
        numbers: Following | None = None,
    ) -> None:
        self._clock = clock
        self._fleet = fleet
        self._register = register
        self._rank = rank
        self._numbers = numbers or Following()
        self._scene = Scene("bright", self._numbers.level)
        self._begun = clock()
        self.trodden = Trodden()
        """How often walks have wanted each lamp: the crew mends those first."""
        self._ground = register()
        self._walkers = Walkers(self._ground.index, self._dead_lamps(), self._numbers)
        self._row_of = _rows_of(self._ground)
        self._stirred = asyncio.Event()
        self._last = self._tended = 0.0
        self._middle = _middle_of(self._ground)
        self._looked_up = -np.inf
        self.is_day = False
        """The sun is up: walkers are followed, and nothing is lit for them."""

    # ---- facts in

    def moved(self, walk_id: str, place: Place, fixed_at: datetime) -> None:
        """A walker was here then. Late, repeated and wild fixes do no harm."""
        now = self._clock()
        at = self._seconds(fixed_at if fixed_at - now < _AHEAD_OF_US else now)
        self._walkers.moved(walk_id, place.lon, place.lat, place.accuracy_m, at)
        self._stirred.set()

    def spoke(self, walk_id: str) -> None:
        """The walker is still where the last fix was, as far as the phone knows."""
        self._walkers.spoke(walk_id, self._seconds(self._clock()))

    def paused(self, walk_id: str) -> None:
        """The walker is not to be watched for a while: no position stays here."""
        self._walkers.ended(walk_id)

    def ended(self, walk_id: str) -> None:
        """The walk is over: its positions are forgotten now, its lamps fall back after the hold."""
        self._walkers.ended(walk_id)

    def lamps_changed(self, changes: Sequence[LampChange]) -> None:
        """What was seen of lamps: which of them give no light."""
        for lamp_id, view in changes:
            row = self._row_of.get(lamp_id)
            if row is not None:
                self._walkers.dead[row] = _gives_no_light(view)

    # ---- questions

    def __len__(self) -> int:
        return len(self._walkers)

    def darkness_ahead(self, walk_id: str) -> Darkness | None:
        """Where the light ends on this walker's way, as of some seconds ago; None: it is lit, by
        lamps or by the sun."""
        return None if self.is_day else self._walkers.darkness_ahead(walk_id)

    def often_walked(self, lamp_id: str) -> int:
        """About how often walks came by this lamp lately, up to yesterday."""
        return self.trodden.often(lamp_id, self._today())

    def lamps_of(self, walk_id: str) -> list[str]:
        """The lamps that go with this walker now, nearest first."""
        return self._walkers.keys(np.array(self._walkers.rows_of(walk_id), np.intp))

    @property
    def lit(self) -> int:
        """How many lamps are bright for walkers."""
        return int(self._walkers.bright.lit(self._seconds(self._clock())).sum())

    # ---- the loop

    async def run(self) -> None:
        """Follow, for ever."""
        pulse = beginning("escort", IN_MEMORY_S)
        while pulse.turns():
            with suppress(TimeoutError):
                async with asyncio.timeout(_TEND_EVERY_S):
                    await self._stirred.wait()
            self.step()
            await asyncio.sleep(_GATHER_S)

    def step(self) -> None:
        """Follow everybody who has moved since, and tend the lamps once a second."""
        self._stirred.clear()
        now = self._seconds(self._clock())
        if self._register() is not self._ground:
            self._stand_on(self._register())
        if now < self._last - _SLEW_S:
            self._begin_again()
        self._last = now
        self._look_up(now)
        if self._walkers.has_moves:
            self._say(self._walkers.follow(now, lights=not self.is_day))
        if now - self._tended >= _TEND_EVERY_S:
            self._tended = now
            for turned in self._walkers.tend(now, lights=not self.is_day):
                self._say(turned)

    def _look_up(self, now: float) -> None:
        """At dawn every lamp is let go; at dusk whoever walks is tended within a second."""
        if self._numbers.by_day or self._middle is None:
            return
        if 0 <= now - self._looked_up < _LOOK_UP_EVERY_S:
            return
        self._looked_up = now
        was_day, self.is_day = self.is_day, is_daylight(self._middle, self._clock())
        if self.is_day and not was_day:
            self._begin_again()

    def _say(self, turned: Turned) -> None:
        if not len(turned.claimed) and not len(turned.let_go):
            return
        now, today = self._clock(), self._today()
        until = now + timedelta(seconds=self._numbers.claim_s)
        lit = self._walkers.keys(turned.claimed)
        claims = [Claim(key, OWNER, self._rank, self._scene, now, until) for key in lit]
        self.trodden.add([key for key in lit if not self._fleet.is_claimed(OWNER, key)], today)
        self._fleet.claims_change(OWNER, claims, self._walkers.keys(turned.let_go))

    def _today(self) -> date:
        return self._clock().astimezone(KOREA).date()

    def _begin_again(self) -> None:
        """The clock was set back, so that what was claimed would last too long; or it is day."""
        self._tended = -np.inf
        self._fleet.claims_change(OWNER, (), self._walkers.keys(self._walkers.bright.begin_again()))

    def _stand_on(self, register: Register) -> None:
        self._ground, self._row_of = register, _rows_of(register)
        self._middle, self._looked_up = _middle_of(register), -np.inf
        gone = self._walkers.stand_on(register.index, self._dead_lamps())
        self._fleet.claims_change(OWNER, (), gone)

    def _dead_lamps(self) -> Flags:
        keys = self._ground.index.keys
        views = map(self._fleet.watch.view, keys)
        return np.fromiter(map(_gives_no_light, views), np.bool_, len(keys))

    def _seconds(self, moment: datetime) -> float:
        return (moment - self._begun).total_seconds()


def _rows_of(register: Register) -> dict[str, int]:
    return {key: row for row, key in enumerate(register.index.keys)}


def _middle_of(register: Register) -> Place | None:
    points = register.index.points
    return place_at(Metres(*np.median(points, axis=0))) if len(points) else None


def _gives_no_light(view: View) -> bool:
    return view.online is False or not _DEAD.isdisjoint(view.faults)
