"""Come here for how late the last of a thousand screens hears of something, one not reading.

Ours: from the POST of an operator's note (read, decided, committed to disk) to the frame at the
last screen. Beside it `websockets.broadcast()` of as many bytes to as many such screens, from the
text that asks for it to the last screen: no decision, no commit. In turns, in one run.
"""

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Final

import websockets
from websockets.asyncio.client import ClientConnection

from tests.bench.caller import Caller
from tests.bench.ground import scattered
from tests.bench.screen import COUNTED, Hall, Screen, connect, many
from tests.bench.stage import Program, Stage, cry, gauge, inventory, ready, stage
from tests.bench.table import Row, quantile
from tests.parts import free_port

PART: Final = "the feed, one screen of them not reading"
_FRAME_BYTES: Final = 1_024
_FILL: Final = 300
"""Frames that fill what the system keeps for the screen that does not read."""
_WARM_UP: Final = 5


@dataclass
class Times:
    """Milliseconds from the cause to the first and to the last screen, one of each a round."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    length: int = 0

    @property
    def spread(self) -> list[float]:
        """From the first screen to the last."""
        return [last - first for first, last in zip(self.first, self.last, strict=True)]


class Ours:
    """The dispatcher's feed; a note is what is heard of."""

    path = "/v1/feed"

    def __init__(self, caller: Caller, incident_id: str) -> None:
        self._caller = caller
        self._note = f"/v1/incidents/{incident_id}/note"

    async def cause(self) -> None:
        """Make a frame."""
        answer = await self._caller.post(self._note, {"text": "x"})
        assert answer.status == 200, answer.body


class Theirs:
    """broadcast() of one text to every client."""

    path = "/"

    def __init__(self, mouth: ClientConnection, frame: str) -> None:
        self._mouth = mouth
        self._frame = frame

    async def cause(self) -> None:
        """Make a frame."""
        await self._mouth.send(self._frame)


async def run(screens: int, rounds: int) -> list[Row]:
    """The rows of this part."""
    port = free_port()
    with stage() as parts:
        url = parts.database()
        await inventory(url, scattered(100), parts.folder)
        with (
            parts.dispatcher(url) as ours,
            parts.program(["tests.bench.loudspeaker", str(port)], port=port) as theirs,
        ):
            return await _on(parts, ours, theirs, screens, rounds)


async def _on(
    parts: Stage, program: Program, rival: Program, screens: int, rounds: int
) -> list[Row]:
    async with AsyncExitStack() as stack:
        caller = await ready(program)
        stack.callback(caller.close)
        parts.wait_for_word(rival, "listening")
        frame = "".ljust(_FRAME_BYTES - len(COUNTED) - 1, "x")
        rival_url = f"ws://127.0.0.1:{rival.port}/say"
        mouth = await stack.enter_async_context(websockets.connect(rival_url, compression=None))
        sides = (
            (Ours(caller, await _incident(caller, program.port)), program.port),
            (Theirs(mouth, f"{COUNTED.decode()}{frame}}}"), rival.port),
        )
        found = [(side, *await _filled(stack, side, port, screens)) for side, port in sides]
        times = [Times() for _ in found]
        for number in range(rounds + _WARM_UP):
            for (side, hall, reading), taken in zip(found, times, strict=True):
                await _round(side, hall, reading, taken if number >= _WARM_UP else Times())
        still = await gauge(caller, "lamplighter_feed_clients")
    return _rows(times[0], times[1], screens, rounds, int(still))


async def _round(side: Ours | Theirs, hall: Hall, reading: list[Screen], times: Times) -> None:
    hall.expect(len(reading))
    begun = time.perf_counter()
    await side.cause()
    first, last = await hall.all_have_it()
    times.first.append((first - begun) * 1000)
    times.last.append((last - begun) * 1000)
    times.length = reading[0].length


async def _filled(
    stack: AsyncExitStack, side: Ours | Theirs, port: int, screens: int
) -> tuple[Hall, list[Screen]]:
    """All screens of one side, the one that does not read being stuffed already."""
    hall = Hall()
    stuck = await connect(hall, port, side.path, narrow=True)
    stack.callback(stuck.line.close)
    stuck.line.stop_reading()
    for _ in range(_FILL):
        await side.cause()
    return hall, await many(stack, hall, port, side.path, screens - 1)


async def _incident(caller: Caller, port: int) -> str:
    """An open incident whose frames have the wanted length."""
    hall = Hall()
    screen = await connect(hall, port, Ours.path)
    note, incident_id = "", ""
    for _ in range(2):  # the first tells how much is missing
        hall.expect(1)
        answer = await caller.ask(cry(None, note=note))
        assert answer.status == 201, answer.body
        incident_id = answer.json()["incident_id"]
        await hall.all_have_it()
        note = "n" * min(max(_FRAME_BYTES - screen.length, 0), 500)
    screen.line.close()
    return incident_id


def _rows(ours: Times, theirs: Times, screens: int, rounds: int, still: int) -> list[Row]:
    note = (
        f"{rounds} rounds in turns, frames of {ours.length} and {theirs.length} bytes; "
        f"{still} of our {screens} screens were still connected at the end"
    )
    beside = "websockets.broadcast(), no commit"
    columns = (
        ("cause -> last screen", ours.last, theirs.last),
        ("first screen -> last screen", ours.spread, theirs.spread),
    )
    rows = []
    for name, mine, other in columns:
        for title, share in (("p50", 0.5), ("p99", 0.99)):
            what = f"{screens:,} screens, {name}: {title}"
            pair = quantile(mine, share), quantile(other, share)
            rows.append(Row(PART, what, pair[0], "ms", pair[1], beside, note=note))
            note = ""
    return rows
