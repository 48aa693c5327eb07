"""Come here for positions over WebSockets: one connection a walker, a fix every 3 s -> orders.

As `walks_door.py`, but that each phone talks all the time, as one does whose page is open. Every
position is answered with the state of the walk. Amid the walkers somebody calls for help twice a
second, and their lamps turn from bright to blinking.
"""

import asyncio
import time
from collections import deque
from contextlib import ExitStack
from typing import Final, NamedTuple

import orjson

from geo.place import Place
from tests.bench import walks_sides
from tests.bench.caller import Caller
from tests.bench.stage import cry, stage
from tests.bench.table import Row, quantile
from tests.bench.walks_crowd import EVERY_S, Ground, ground
from tests.bench.walks_door import Figures, Found, rows, walks_begun
from tests.bench.walks_sides import Corners, Fixed, Phone, Side, places_of, positions_body
from tests.bench.web_socket import WebSocketClient

PART: Final = "positions over WebSockets -> orders on the broker"
_CALLERS: Final = 32
_AT_ONCE: Final = 50
_PATIENCE_S: Final = 30.0
_TURN_S: Final = 0.005
_CRY_EVERY_S: Final = 0.5


class Talk:
    """One walker's connection; `answers` collects milliseconds from position to state."""

    def __init__(self, phone: Phone, answers: list[float]) -> None:
        self.line = WebSocketClient(f"/v1/walks/{phone.walk_id}/live", self)
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_over = False
        self._token = phone.token
        self._answers = answers
        self._sent: deque[float] = deque()

    async def open(self, port: int) -> None:
        """Say the token, and hear the state for the first time."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self.line, "127.0.0.1", port)
        async with asyncio.timeout(_PATIENCE_S):
            await self.line.opened
            self.line.say(orjson.dumps({"token": self._token}))
            await self.greeted

    def tell(self, places: list[Fixed]) -> float:
        """Say where one is; returns when (`time.perf_counter`)."""
        body = orjson.dumps({"type": "positions", **positions_body(places)})
        sent = time.perf_counter()
        self._sent.append(sent)
        self.line.say(body)
        return sent

    def heard(self, body: bytes) -> None:
        """The state."""
        if not self.greeted.done():
            self.greeted.set_result(None)
        elif self._sent:
            self._answers.append(1_000 * (time.perf_counter() - self._sent.popleft()))

    def hung_up(self) -> None:
        """The other side has gone, or this one has."""
        self.is_over = True


class Times(NamedTuple):
    """How long walkers are let settle, and how long it is then measured; seconds."""

    settling: float
    measured: float


async def run(walkers: int, lamps: int, times: Times) -> list[Row]:
    """The rows of this part."""
    here = ground(lamps, walkers, 2 * walks_sides.probes_for(times.measured), 600.0)
    left = iter(here.probes)
    found: Found = []
    cries: list[float] = []
    with stage() as parts:
        for standing in (walks_sides.ours, walks_sides.floor):
            async with standing(parts, here) as side:
                figures = await _measure(side, here, walkers, times, left, cries)
                found.append((side.name, [figures]))
    title = f"{walkers:,} walkers on {len(here.lamps):,} lamps, a fix every {EVERY_S:g} s"
    shown = rows(PART, [title], found)
    for words, share in (("p50", 0.5), ("p99", 0.99)):
        what = f"{title}: an SOS amid them, pressed until answered, {words}"
        shown.append(Row(PART, what, quantile(cries, share), "ms"))
    return shown


async def _measure(
    side: Side, here: Ground, walkers: int, times: Times, left: Corners, cries: list[float]
) -> Figures:
    figures = Figures()
    with ExitStack() as stack:
        callers = [await Caller.connect(side.port) for _ in range(_CALLERS)]
        for caller in callers:
            stack.callback(caller.close)
        talks = [Talk(one, figures.answers) for one in await walks_begun(side, callers, walkers)]
        for at in range(0, walkers, _AT_ONCE):
            await asyncio.gather(*(one.open(side.port) for one in talks[at : at + _AT_ONCE]))
        walking = asyncio.create_task(_walk(talks, here, figures))
        await asyncio.sleep(times.settling)
        figures.answers.clear()
        figures.behind_ms, begun = 0.0, time.perf_counter()

        async def tell(place: Place) -> float:
            talk = Talk(await side.begin(callers[0]), [])
            await talk.open(side.port)
            stack.callback(talk.line.close)
            return talk.tell([(place.lon, place.lat, place.accuracy_m)])

        crying = asyncio.create_task(_cry(callers[1], here, cries)) if side.kept else None
        figures.orders = await walks_sides.probe(side, tell, left, begun + times.measured)
        if crying is not None:
            crying.cancel()
        figures.positions_a_second = len(figures.answers) / (time.perf_counter() - begun)
        walking.cancel()
        figures.refused = sum(talk.is_over for talk in talks)
        for talk in talks:
            talk.line.close()
    return figures


async def _cry(caller: Caller, here: Ground, took: list[float]) -> None:
    """Press where walkers are, until cancelled; milliseconds."""
    for path in here.paths:
        wanted = cry(Place(path[0].lon, path[0].lat, 10.0))
        begun = time.perf_counter()
        answer = await caller.ask(wanted)
        assert answer.status == 201, answer
        took.append(1_000 * (answer.at - begun))
        await asyncio.sleep(_CRY_EVERY_S)


async def _walk(talks: list[Talk], here: Ground, figures: Figures) -> None:
    """Everybody says where they are, evenly spread over the three seconds, until cancelled."""
    begun, said = time.perf_counter(), 0
    while True:
        due = int((time.perf_counter() - begun) / EVERY_S * len(talks))
        for number in range(said, due):
            turn, walker = divmod(number, len(talks))
            sent = talks[walker].tell(places_of(here, walker, turn, 1))
            late = sent - begun - number * EVERY_S / len(talks)
            figures.behind_ms = max(figures.behind_ms, 1_000 * late)
        said = due
        await asyncio.sleep(_TURN_S)
