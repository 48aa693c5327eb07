"""Come here for the live feed: a snapshot or what was missed, then every change in order.

Law: a client gets each incident frame exactly once and in order, or a snapshot. Each client has
its own bounded queue and its own sender: one that does not read is dropped and slows nobody. A
client of one jurisdiction gets the same numbers, but of incidents elsewhere no more than their id,
and police are told of no lamps but those of `dispatch/lamps_shown.py`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from dispatch.database import Database
from dispatch.feed_screen import Screen
from dispatch.frames import Frame, told_elsewhere, told_to
from dispatch.lamp_frames import Audience, LampFrames
from dispatch.outages import is_outage, outage_goes_by
from dispatch.shared_reading import SharedReading
from dispatch.showings import Showings
from dispatch.sights import FEED, Channel, LocalSight, seen_in
from dispatch.sockets import hang_up, is_over
from dispatch.store import frames_after, last_seq
from lights.pulse import WITH_DATABASE_S, beginning
from lights.watch import LampChange
from lights.wire import rfc3339

log = logging.getLogger(__name__)

_MOST_MISSED: Final = 5_000
"""Beyond this a snapshot is smaller than what was missed."""
_BEGIN_AT_ONCE: Final = 2
"""A thousand screens that come back at once must leave the database's readers to the clocks, the
letters and the callers. Those who need a snapshot share one (`dispatch/shared_reading.py`)."""
_CATCH_UP_EVERY_S: Final = 1.0
_TRY_AGAIN_LATER: Final = 1013
_NO_SUCH_JURISDICTION: Final = 4404
"""Of the codes that WebSocket leaves to applications, the one that resembles HTTP's."""
_LAST_WORD_S: Final = 20.0
"""How long a client that does not read is given to hear why it is dropped."""
_TICK_EVERY_S: Final = 2.0
_CHANNEL: Final = Channel(FEED, "feed")

Shown = tuple[str, Iterable[LocalSight]]
"""The text of a frame, and whose places are in it."""
Snapshot = Callable[[str | None, str | None], Awaitable[tuple[int, dict[str, Any]]]]
"""Of a jurisdiction, or None for the whole district: (seq, the snapshot's other fields)."""


class Feed:
    """`lamps` says what is told of lamps to whom; `knows` whether there is a jurisdiction."""

    def __init__(
        self,
        database: Database,
        *,
        snapshot: Snapshot,
        lamps: LampFrames,
        knows: Callable[[str], bool],
        walks: Callable[[], dict[str, Any]],
        clock: Callable[[], datetime],
        showings: Showings,
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._lamps = lamps
        self._snapshots = SharedReading(self._read_snapshot, _BEGIN_AT_ONCE)
        self._lamps_now = SharedReading(self._read_lamps, 1)
        self._knows = knows
        self._walks = walks
        self._walks_frame = ""
        self._clock = clock
        self._showings = showings
        self._clients: set[Screen] = set()
        self._seq: int | None = None
        self._resuming = asyncio.Semaphore(_BEGIN_AT_ONCE)
        self.dropped = 0

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    # ---- what is new

    def publish(self, frames: Sequence[tuple[int, str]]) -> None:
        """Hand on what was committed; a hole is left for `run` to fill from the database."""
        for seq, text in frames:
            if self._seq is not None and seq == self._seq + 1:
                self._offer((seq, text))
                self._note(_seen(text), self._clients)
                self._offer_lamps(self._lamps.noted(orjson.loads(text)["incident"], self._kept()))
                self._seq = seq
                if log.isEnabledFor(logging.INFO):
                    _log(seq, orjson.loads(text), self.clients)

    def lamps_changed(
        self, changes: Sequence[LampChange], veiled: Sequence[LampChange] = ()
    ) -> None:
        """Hand on what lamps show now; `veiled`: what the crew sees of it."""
        if self._clients and (changes or veiled):  # none: nothing that a screen may see
            audiences = {one.audience for one in self._clients}
            self._offer_lamps(self._lamps.changed(changes, veiled, audiences))

    def _kept(self) -> set[Audience]:
        """The audiences to whom an incident brings lamps into sight."""
        return {one.audience for one in self._clients if one.audience.police_of is not None}

    def _offer_lamps(self, told: Mapping[Audience, str]) -> None:
        for client in self._clients if told else ():
            if (text := told.get(client.audience)) is not None:
                client.offer((None, text))

    def _offer(self, frame: Frame) -> None:
        narrow = {one.jurisdiction for one in self._clients if one.jurisdiction is not None}
        told = told_elsewhere(frame, narrow)
        for client in self._clients:
            client.offer(told.get(client.jurisdiction, frame))

    def _note(self, seen: Iterable[LocalSight], clients: Iterable[Screen]) -> None:
        """Log whose place a frame shows to whom: once a person, however many screens they have.

        When it is handed over, not when it is read: rather one too many than one too few.
        """
        here = list(clients)
        for sight, whose in seen if here else ():
            who = {one.watches(sight, whose) for one in here}
            self._showings.note((sight,), (one for one in who if one is not None), _CHANNEL)

    async def begin(self) -> None:
        """From now on no frame is missed."""
        await self._catch_up()

    async def run(self) -> None:
        """Find frames that nobody handed on, and tell of walks; for ever."""
        self._walks_frame = self._frame_of_walks()
        pulse = beginning("feed", WITH_DATABASE_S)
        while pulse.turns():
            with outage_goes_by(log, "the feed could not look for missed frames"):
                await self._catch_up()
            self._look_at_walks()
            await asyncio.sleep(_CATCH_UP_EVERY_S)

    def _look_at_walks(self) -> None:
        """At most one frame a second: what somebody should look at lasts for minutes."""
        if self._clients and (frame := self._frame_of_walks()) != self._walks_frame:
            self._walks_frame = frame
            self._offer((None, frame))
            self._note(_seen(frame), self._clients)

    def _frame_of_walks(self) -> str:
        return orjson.dumps({"type": "walks", **self._walks()}).decode()

    async def _catch_up(self) -> None:
        async with self._database.reading() as connection:
            newest = await last_seq(connection)
            if self._seq is None:
                self._seq = newest
            if newest <= self._seq:
                return
            frames = await frames_after(connection, self._seq, newest)
        self.publish(frames)

    # ---- one client

    async def serve(
        self, websocket: WebSocket, after: int | None, ticks: bool, jurisdiction: str | None
    ) -> None:
        """Talk to one client until it goes or falls behind."""
        await websocket.accept()
        if jurisdiction is not None and not self._knows(jurisdiction):
            words = "there is no such jurisdiction: /v1/areas lists them"
            await self._close(websocket, _NO_SUCH_JURISDICTION, words)
            return
        client = Screen(self._seq or 0, jurisdiction)
        self._clients.add(client)
        talk = asyncio.create_task(self._talk(websocket, client, after, ticks))
        listen = asyncio.create_task(_listen(websocket))
        slow = asyncio.create_task(client.too_slow.wait())
        try:
            await asyncio.wait((talk, listen, slow), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._clients.discard(client)
            for task in (talk, listen, slow):
                task.cancel()
            ended = await asyncio.gather(talk, listen, slow, return_exceptions=True)
        await self._say_goodbye(websocket, client, ended[0])

    async def _say_goodbye(self, websocket: WebSocket, client: Screen, talk: object) -> None:
        gone = (asyncio.CancelledError, WebSocketDisconnect)
        is_gone = isinstance(talk, gone) or is_over(websocket)
        if isinstance(talk, Exception) and not is_gone and not is_outage(talk):
            log.error("a feed ended by a fault of ours", exc_info=talk)
        late = client.too_slow.is_set()
        self.dropped += late
        reason = "you fell behind: connect again with ?after=<your last seq>"
        await self._close(websocket, _TRY_AGAIN_LATER, reason if late else "try again")

    async def _close(self, websocket: WebSocket, code: int, reason: str) -> None:
        """Say goodbye; who does not even take that is hung up on, now or a while later."""
        asyncio.get_running_loop().call_later(_LAST_WORD_S, hang_up, websocket)
        try:
            async with asyncio.timeout(_LAST_WORD_S):
                await websocket.close(code, reason)
        except TimeoutError:
            hang_up(websocket)
        except (RuntimeError, WebSocketDisconnect):
            pass  # it is gone

    async def _talk(
        self, websocket: WebSocket, client: Screen, after: int | None, ticks: bool
    ) -> None:
        if self._seq is None:
            await self._catch_up()
        # Also where the number became known since the client came: it would look newer than we are.
        client.seq = self._seq or 0
        for text, seen in await self._beginning(client, after):
            await websocket.send_text(text)
            self._note(seen, (client,))
        await websocket.send_text(await self._lamps_now.answer(client.audience))
        walks = self._frame_of_walks()
        await websocket.send_text(walks)
        self._note(_seen(walks), (client,))
        while True:
            seq, text = await self._next(client) if ticks else await client.queue.get()
            if seq is not None:
                if seq <= client.seq:
                    continue
                client.seq = seq
            await websocket.send_text(text)

    async def _next(self, client: Screen) -> Frame:
        try:
            async with asyncio.timeout(_TICK_EVERY_S):
                return await client.queue.get()
        except TimeoutError:
            tick = {"type": "tick", "at": rfc3339(self._clock()), "seq": client.seq}
            return None, orjson.dumps(tick).decode()

    async def _beginning(self, client: Screen, after: int | None) -> Sequence[Shown]:
        """What was missed since `after`, or where that cannot be told, a snapshot."""
        if after is not None and 0 <= client.seq - after <= _MOST_MISSED:
            async with self._resuming, self._database.reading() as connection:
                missed = await frames_after(connection, after, client.seq)
            if len(missed) == client.seq - after:
                told = (told_to(client.jurisdiction, frame) for frame in missed)
                return [(text, _seen(text)) for _, text in told]
        seq, shown = await self._snapshots.answer((client.jurisdiction, client.audience.police_of))
        client.seq = max(client.seq, seq)
        return [shown]

    async def _read_snapshot(self, whose: tuple[str | None, str | None]) -> tuple[int, Shown]:
        seq, body = await self._snapshot(*whose)
        frame = {"type": "snapshot", "seq": seq, **body}
        return seq, (orjson.dumps(frame).decode(), list(seen_in(frame)))

    async def _read_lamps(self, audience: Audience) -> str:
        return self._lamps.beginning(audience)


def _seen(text: str) -> Iterator[LocalSight]:
    """Read only where somebody is there to see it."""
    yield from seen_in(orjson.loads(text))


def _log(seq: int, frame: dict[str, Any], screens: int) -> None:
    owner = f"incident:{frame['incident']['incident_id']}"
    log.info("%s: frame %d to %d screens", frame["event"], seq, screens, extra={"owner": owner})


async def _listen(websocket: WebSocket) -> None:
    """Read what a client says, which is nothing to us, until it goes."""
    with contextlib.suppress(RuntimeError):
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass
