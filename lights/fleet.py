"""Come here for the shell that keeps every lamp in step: read claims, compare, say, listen.

Facts come in by plain calls that never wait (`claims_are`, `heard`, `broker_is`); one loop says
what `lights.orders` finds to say. Whatever wakes it late or not at all costs a pause, no light.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from lights.alarms import Alarms
from lights.answers import Answer, Answers
from lights.claims import Claim, next_change, winner
from lights.due import AT_ONCE, Due
from lights.ear import Ear
from lights.health import Health
from lights.mqtt_client import Message
from lights.order_numbers import OrderNumbers
from lights.orders import Gap, Order, Pace, expiry_s, gap, said_now
from lights.pulse import IN_MEMORY_S, beginning
from lights.watch import Known, LampChange, Silent, Watch
from lights.wire import encode_order
from lights.wire import order_topic as topic_of

log = logging.getLogger(__name__)

_SWEEP_EVERY_S: Final = 10.0
_CHANGES_EVERY_S: Final = 0.1
"""Screens need no more than ten pictures a second of a street."""
_ASK_AGAIN_AFTER: Final = timedelta(seconds=5)
"""A lamp that speaks but does not obey is told again at once, but no more often than this."""


class Fleet:
    """Every lamp and its claims. `serves` says whether a lamp is in the register."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        say: Callable[[Iterable[Message]], Awaitable[int]],
        reserve_seqs: Callable[[int], Awaitable[int]],
        serves: Callable[[str], bool],
        answered: Callable[[Answer], None],
        changed: Callable[[Sequence[LampChange]], None],
        pace: Pace | None = None,
        patience: timedelta = timedelta(seconds=10),
    ) -> None:
        self._clock = clock
        self._say = say
        self._answered = answered
        self._changed = changed
        self._pace = pace or Pace()
        self.watch = Watch()
        self.ear = Ear(self.watch, serves)
        self._answers = Answers(patience)
        self._lamps_of: dict[str, frozenset[str]] = {}
        self._dirty: set[str] = set()
        self._due = Due()
        self._alarms = Alarms()
        self._wake = asyncio.Event()
        self._connected = False
        self._numbers = OrderNumbers(reserve_seqs, self._wake)
        self.said = 0

    # ---- facts in

    def claims_are(self, owner: str, claims: Sequence[Claim]) -> None:
        """The claims of this owner are now exactly these."""
        wanted = {claim.lamp_id: claim for claim in claims}
        before = self._lamps_of.pop(owner, frozenset())
        log.info("%d lamps are claimed", len(wanted), extra={"owner": owner})
        for lamp_id in before - wanted.keys():
            self.watch[lamp_id].claims.pop(owner, None)
        anew = set()
        for lamp_id, claim in wanted.items():
            held = self.watch[lamp_id].claims
            if owner not in held or held[owner].scene != claim.scene:
                anew.add(lamp_id)
            held[owner] = claim
        if wanted:
            self._lamps_of[owner] = frozenset(wanted)
        deadline = self._answers.ask(owner, wanted, anew, self._clock())
        if deadline is not None:
            self._alarms.set_for_answers(deadline)
        self._look_at(before | wanted.keys())

    def claims_change(self, owner: str, made: Iterable[Claim], dropped: Iterable[str]) -> None:
        """Of an owner of many thousands, for whose lamps nobody waits: these are made or made anew,
        those are dropped. An owner uses this or `claims_are`, not both."""
        for lamp_id in dropped:
            self.watch[lamp_id].claims.pop(owner, None)
            self._look_at((lamp_id,))
        for claim in made:
            self.watch[claim.lamp_id].claims[owner] = claim
            self._look_at((claim.lamp_id,))

    def broker_is(self, connected: bool) -> None:
        """The way to the lamps has opened or closed."""
        self._connected = connected
        now = self._clock()
        self.watch.listening_since = now if connected else None
        if connected:
            self._alarms.set_for_answers(self._answers.begin_again(now))
            busy = [(key, known) for key, known in self.watch if known.claims or known.said]
            for _, known in busy:
                known.said = known.said and known.said.at_once(now)
            self._look_at(key for key, _ in busy)

    def heard(self, topic: str, payload: bytes) -> None:
        """A lamp, or somebody who says so, has spoken."""
        now = self._clock()
        word = self.ear.hear(topic, payload, now)
        if word is None:
            return
        if word.has_gone:
            self._lost(word.lamp_id, now)
        self._after_a_word(word.lamp_id, word.is_news, now)

    def _lost(self, lamp_id: str, now: datetime) -> None:
        """Whoever claims a lamp that has gone waits for it again, and in the end for another."""
        for owner in self.watch[lamp_id].claims:
            deadline = self._answers.lost(owner, lamp_id, now)
            if deadline is not None:
                self._alarms.set_for_answers(deadline)
                self._wake.set()

    def _after_a_word(self, lamp_id: str, news: bool, now: datetime) -> None:
        known = self.watch[lamp_id]
        said = known.said
        if said is not None and (news or now - said.at >= _ASK_AGAIN_AFTER):
            known.said = said.at_once(now)
        shows_other = known.sighting is not None and known.sighting.scene != "schedule"
        if known.claims or said is not None or shows_other:
            self._look_at((lamp_id,))

    # ---- questions

    def silent(self) -> Silent:
        """The lamps thought not to answer, as of now."""
        return Silent(self.watch, self._clock())

    def shows_its_claim(self, lamp_id: str) -> bool:
        """Whether the lamp was last seen in the scene of its highest claim."""
        known = self.watch[lamp_id]
        return known.shows(winner(known.claims.values(), self._clock()))

    def awaited(self, owner: str) -> dict[str, datetime]:
        """The lamps not seen in an owner's scene, and until when they may take."""
        return self._answers.awaited(owner)

    def is_claimed(self, owner: str, lamp_id: str) -> bool:
        """Whether this owner claims the lamp, whoever has it."""
        return owner in self.watch[lamp_id].claims

    def health(self, lamp_id: str) -> Health:
        """How a lamp is now, for whoever mends it."""
        return self.watch.health(lamp_id, self._clock())

    # ---- the loop

    async def run(self) -> None:
        """Say what is to be said, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._numbers.keep())
            group.create_task(self._sweep())
            group.create_task(self._report_changes())
            group.create_task(self._keep_in_step())

    async def _keep_in_step(self) -> None:
        loop = asyncio.get_running_loop()
        pulse = beginning("fleet: orders", IN_MEMORY_S)
        while pulse.turns():
            self._wake.clear()
            now = self._clock()
            self._ripen(now)
            if self._connected and self._numbers.are_left:
                await self._say_round(now)
                if self._due:
                    await asyncio.sleep(0)  # the others' turn
                    continue
            if not self._wake.is_set():
                alarm = self._alarms.next
                pause = 3600.0 if alarm is None else (alarm - self._clock()).total_seconds()
                timer = loop.call_later(max(pause, 0.001), self._wake.set)
                with pulse.resting():
                    await self._wake.wait()
                timer.cancel()

    async def _say_round(self, now: datetime) -> None:
        orders = self._round(now)
        if not orders:
            return
        self.said += len(orders)
        given = await self._say(
            Message(topic_of(order.lamp_id), encode_order(order), expiry_s(order, now))
            for order in orders
        )
        if given < len(orders):
            log.warning("%d of %d orders could not be given away", len(orders) - given, len(orders))

    def _round(self, now: datetime) -> list[Order]:
        """Orders that are due, some at a time; lamps for which no number is left wait."""
        # Taken as a whole: a set that has been large takes ever longer to give up its last members.
        dirty, self._dirty = self._dirty, set()
        for lamp_id in dirty:
            self._due.add(self._highest_rank(lamp_id), lamp_id)
        orders = []
        for lamp_id in islice(self._due.helping(), AT_ONCE):
            if not self._numbers.are_left:
                self._dirty.add(lamp_id)
                break
            order = self._order_for(lamp_id, now)
            if order is not None:
                orders.append(order)
        return orders

    def _highest_rank(self, lamp_id: str) -> int:
        return max((claim.rank for claim in self.watch[lamp_id].claims.values()), default=0)

    def _order_for(self, lamp_id: str, now: datetime) -> Order | None:
        known = self.watch[lamp_id]
        for owner in [key for key, claim in known.claims.items() if claim.until <= now]:
            del known.claims[owner]
        claim = winner(known.claims.values(), now)
        found = gap(claim, known.sighting, known.said, now, self._pace)
        if found.say is None:
            self._rest(lamp_id, known, claim, found, now)
            return None
        seq = self._numbers.next(known)
        order = Order(lamp_id, seq, found.say, found.until)
        chance = random.random()  # noqa: S311
        known.said = said_now(order, known.said, known.sighting, now, self._pace, chance)
        self._alarms.set(known.said.again_at, known, lamp_id)
        self._watch_claims(known, lamp_id, now)
        return order

    def _rest(
        self, lamp_id: str, known: Known, claim: Claim | None, found: Gap, now: datetime
    ) -> None:
        if found.look_again is not None:
            self._alarms.set(found.look_again, known, lamp_id)
        elif claim is None:
            known.said = None
        self._watch_claims(known, lamp_id, now)
        if known.shows(claim):
            for owner in known.claims:
                self._report(self._answers.seen(owner, lamp_id, now))

    def _watch_claims(self, known: Known, lamp_id: str, now: datetime) -> None:
        change = next_change(known.claims.values(), now)
        if change is not None:
            self._alarms.set(change, known, lamp_id)

    def _ripen(self, now: datetime) -> None:
        for lamp_id in self._alarms.ripe(now, self.watch):
            if lamp_id:
                self._dirty.add(lamp_id)
            elif self._connected:  # a lamp that nobody can reach is not silent
                for answer in self._answers.overdue(now):
                    self._report(answer)

    def _report(self, answer: Answer | None) -> None:
        if answer is None:
            return
        for lamp_id in answer.silent:
            self.watch[lamp_id].unanswered = True
        self._answered(answer)

    def _look_at(self, lamp_ids: Iterable[str]) -> None:
        self._dirty.update(lamp_ids)
        self._wake.set()

    # ---- siblings of the loop

    async def _sweep(self) -> None:
        pulse = beginning("fleet: silence", IN_MEMORY_S)
        while pulse.turns():
            await asyncio.sleep(_SWEEP_EVERY_S)
            now = self._clock()
            for lamp_id in self.watch.sweep(now):
                self._lost(lamp_id, now)

    async def _report_changes(self) -> None:
        pulse = beginning("fleet: what lamps show", IN_MEMORY_S)
        while pulse.turns():
            await asyncio.sleep(_CHANGES_EVERY_S)
            if self.watch.changed:
                changed, self.watch.changed = self.watch.changed, set()
                self._changed([LampChange(key, self.watch.view(key)) for key in changed])
