"""Come here for what must be true of walks home after each blow.

Each is on disk as its phone was promised: its state, its clock, its question and when that becomes
help; help that was due has been called, once; what is over keeps no way; who walks has light.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.asking import guardian_at, help_at
from dispatch.plan import DEFAULT
from dispatch.walk import Walk
from dispatch.walk_store import KeptWalk, load_walks
from tests.chaos.stage import STRETCHES, Stage
from tests.chaos.walkers import Promise
from tests.chaos.ways import Laid

_OVER: Final = ("arrived", "ended")
_EXACT: Final = timedelta(milliseconds=1)
_AFTER_A_JUMP: Final = timedelta(minutes=20)
"""Whoever waits goes on to wait for as long as was left: by some restarts longer, by no hour."""


@dataclass
class WalksJudge:
    """Of one night."""

    stage: Stage
    _judged: set[str] = field(default_factory=set)
    """Walks that nothing more is asked about."""
    begun: int = 0

    async def behind(self, connection: AsyncConnection, shown: Mapping[str, str]) -> list[str]:
        """What is not, or not yet, as it was promised. `shown` is what the lamps show."""
        kept = {one.walk.walk_id: one for one in await load_walks(connection)}
        found = []
        for walk_id, promise in self._open():
            why = self._why_not(promise, kept.get(walk_id))
            if why is not None:
                found.append(f"walk {walk_id}: {why}")
        return [*found, *self._in_the_dark(kept, shown)]

    def close(self, behind: list[str]) -> int:
        """The round is over: hold nothing against a walk twice. How many walks there were since."""
        self._judged |= {walk_id for walk_id, _ in self._open() if self._is_settled(walk_id)}
        self._judged |= {one.split()[1].rstrip(":") for one in behind if one.startswith("walk ")}
        before, self.begun = self.begun, len(self._promises)
        return self.begun - before

    @property
    def _promises(self) -> dict[str, Promise]:
        return self.stage.walkers[0].promises

    def _open(self) -> Iterator[tuple[str, Promise]]:
        return ((key, one) for key, one in self._promises.items() if key not in self._judged)

    def _is_settled(self, walk_id: str) -> bool:
        promise = self._promises[walk_id]
        return promise.incident_id in self.stage.night.closed

    @property
    def _clock_jumps(self) -> bool:
        return self.stage.ways.laid is Laid.CLOCK

    # ---- one walk

    def _why_not(self, promise: Promise, kept: KeptWalk | None) -> str | None:
        if kept is None:  # a clock that was an hour ahead has let go what was over
            return None if promise.state in _OVER and self._clock_jumps else "it is gone"
        walk = kept.walk
        if not walk.keeps_track and kept.track:
            return "it is over, and keeps where somebody was"
        if walk.alarms or promise.incident_id is not None:
            return self._why_not_helped(promise, walk)
        if walk.state != promise.state and not self._is_rested(promise, walk):
            return f"it is {walk.state}, not {promise.state}"
        return self._why_not_in_time(promise, walk) if walk.is_live else None

    def _is_rested(self, promise: Promise, walk: Walk) -> bool:
        """A pause ends when it was to end, by whichever clock there is."""
        return self._clock_jumps and (promise.state, walk.state) == ("paused", "walking")

    def _why_not_helped(self, promise: Promise, walk: Walk) -> str | None:
        for alarm in walk.alarms:
            if alarm.incident_id is None:
                return "help is not called yet"
            self._found(promise, alarm.report_id, alarm.incident_id)
        if promise.incident_id in self.stage.night.closed:
            return None if walk.state != "alarmed" else "help is over, but not for the walk"
        if walk.state != "alarmed":
            return f"it is {walk.state}, although help was called"
        return None if self._was_to_be_helped(promise) else "help was called too early"

    def _was_to_be_helped(self, promise: Promise) -> bool:
        if promise.state == "alarmed" or self._clock_jumps:
            return True
        return promise.help_at is not None and promise.help_at <= datetime.now(UTC)

    def _found(self, promise: Promise, report_id: str, incident_id: str) -> None:
        """Help was called: from now on it is judged, and closed, like every other cry."""
        if promise.incident_id is None:
            promise.incident_id = incident_id
            self.stage.night.hears_of(report_id, incident_id)

    # ---- times

    def _why_not_in_time(self, promise: Promise, walk: Walk) -> str | None:
        now = datetime.now(UTC)
        if walk.question is not None:
            help_is_due = help_at(walk, DEFAULT.walk)
            told = walk.question.called_at is not None
            guardian = None if told else guardian_at(walk, DEFAULT.walk)
            if (guardian or help_is_due) < now:
                return f"nobody has called since {guardian or help_is_due}"
        for what, is_at in (("due_at", walk.due_at), ("paused_until", walk.paused_until)):
            if what == "due_at" and walk.state == "paused":
                continue  # a phone that rests is shown when it will be due, once the pause is over
            if not self._is_as_promised(promise, promise.time(what), is_at):
                return f"its {what} is {is_at}, not {promise.time(what)}"
        asked = walk.question.asked_at if walk.question is not None else None
        if not self._is_as_promised(promise, promise.asked_at, asked):
            return f"it was asked at {asked}, not {promise.asked_at}"
        return None

    def _is_as_promised(
        self, promise: Promise, promised: datetime | None, is_at: datetime | None
    ) -> bool:
        if self._clock_jumps and (promised is None or is_at is None):
            return True
        if promised is None or is_at is None:
            return promised is is_at
        if not self._clock_jumps:
            return abs(promised - is_at) <= _EXACT
        return abs(promised + promise.clock_was_behind - is_at) < _AFTER_A_JUMP

    # ---- light

    def _in_the_dark(self, kept: Mapping[str, KeptWalk], shown: Mapping[str, str]) -> Iterator[str]:
        """Who walks at night, and none of whose lamps does more than its programme."""
        if self.stage.ways.laid is Laid.SILENCE:  # lamps for whom such an order is over already
            return
        for walker in self.stage.walkers:
            one = kept.get(walker.now.walk_id) if walker.now is not None else None
            if one is None or one.walk.state != "walking" or walker.daylight is not False:
                continue
            if all(shown[lamp.lamp_id] == "schedule" for lamp in STRETCHES[walker.metres]):
                yield f"walker at {walker.metres:.0f} m is in the dark"
