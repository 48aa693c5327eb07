"""Come here for positions through the real door: HTTP in batches -> orders on the broker.

Everything shares the machine: PostGIS, Mosquitto, the dispatcher with all that it does, a street
that answers every order, the phones and the ear. Walkers go along streets of the lamps with the
error of real phones; each posts at its pace, with a batch of fixes. In turns, in one run.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

import orjson

from geo.place import Place
from tests.bench import walks_sides
from tests.bench.caller import Caller
from tests.bench.stage import stage
from tests.bench.table import Row, quantile
from tests.bench.walks_crowd import Ground, ground
from tests.bench.walks_sides import Corners, Fixed, Phone, Side, places_of, positions_body

PART: Final = "positions over HTTP -> orders on the broker"
_CALLERS: Final = 32


class Load(NamedTuple):
    """So many walkers, each of whom posts so many fixes every so many seconds; 0: as fast as the
    door takes them."""

    walkers: int
    every_s: float
    fixes: int

    def __str__(self) -> str:
        if self.every_s:
            return f"a batch of {self.fixes} every {self.every_s:g} s"
        return f"batches of {self.fixes} as fast as they are taken"


@dataclass
class Figures:
    """Of one load at one side; milliseconds."""

    answers: list[float] = field(default_factory=list)
    orders: list[float | None] = field(default_factory=list)
    refused: int = 0
    behind_ms: float = 0.0
    positions_a_second: float = 0.0


Found = list[tuple[str, list[Figures]]]
"""Each side's name, and what it did under each load."""


async def run(loads: list[Load], lamps: int, seconds: float, rival: bool) -> list[Row]:
    """The rows of this part. With `rival`, Node-RED is installed and takes its turn."""
    sides = [walks_sides.ours, walks_sides.floor, *([walks_sides.rival] if rival else [])]
    corners = len(sides) * len(loads) * walks_sides.probes_for(seconds)
    here = ground(lamps, max(load.walkers for load in loads), corners, 600.0)
    left = iter(here.probes)
    found: Found = []
    with stage() as parts:
        for standing in sides:
            async with standing(parts, here) as side:
                found.append((side.name, await _measure(side, here, loads, seconds, left)))
    title = f"{{:,}} walkers on {len(here.lamps):,} lamps, {{}}"
    return rows(PART, [title.format(load.walkers, load) for load in loads], found)


async def _measure(
    side: Side, here: Ground, loads: list[Load], seconds: float, left: Corners
) -> list[Figures]:
    async with AsyncExitStack() as stack:
        callers = [await Caller.connect(side.port) for _ in range(_CALLERS + 1)]
        for caller in callers:
            stack.callback(caller.close)
        phones = await walks_begun(side, callers, max(load.walkers for load in loads))
        return [await _load(side, callers, phones, here, load, seconds, left) for load in loads]


async def walks_begun(side: Side, callers: list[Caller], walkers: int) -> list[Phone]:
    """So many walks, begun by all callers at once."""
    phones: list[Phone] = []
    while len(phones) < walkers:
        some = callers[: walkers - len(phones)]
        phones += await asyncio.gather(*map(side.begin, some))
    return phones


async def _load(
    side: Side,
    callers: list[Caller],
    phones: list[Phone],
    here: Ground,
    load: Load,
    seconds: float,
    left: Corners,
) -> Figures:
    figures = Figures()
    begun = time.perf_counter()
    numbers = count()
    crowd = [
        asyncio.create_task(_walk(one, phones, here, load, figures, numbers, begun, seconds))
        for one in callers[:-1]
    ]

    async def tell(place: Place) -> float:
        phone = await side.begin(callers[-1])
        said = _request(phone, [(place.lon, place.lat, place.accuracy_m)])
        sent = time.perf_counter()
        await callers[-1].ask(said)
        return sent

    figures.orders = await walks_sides.probe(side, tell, left, begun + seconds)
    await asyncio.gather(*crowd)
    passed = time.perf_counter() - begun - walks_sides.ORDERS_WITHIN_S
    figures.positions_a_second = len(figures.answers) * load.fixes / passed
    return figures


async def _walk(
    caller: Caller,
    phones: list[Phone],
    here: Ground,
    load: Load,
    figures: Figures,
    numbers: Iterator[int],
    begun: float,
    seconds: float,
) -> None:
    """Post whatever is due next, until it is over."""
    while True:
        number = next(numbers)
        due = begun + number * load.every_s / load.walkers
        if max(due, time.perf_counter()) >= begun + seconds:
            return
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        turn, walker = divmod(number, load.walkers)
        said = _request(phones[walker], places_of(here, walker, turn, load.fixes))
        sent = time.perf_counter()
        answer = await caller.ask(said)
        figures.answers.append(1_000 * (answer.at - sent))
        figures.refused += answer.status != 200
        if load.every_s:
            figures.behind_ms = max(figures.behind_ms, 1_000 * (sent - due))


def _request(phone: Phone, places: list[Fixed]) -> bytes:
    body = orjson.dumps(positions_body(places))
    head = f"POST /v1/walks/{phone.walk_id}/positions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Authorization: Bearer {phone.token}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


# ---- the table


def rows(part: str, titles: list[str], found: Found) -> list[Row]:
    """Ours beside each other side, load by load."""
    (_, ours), *others = found
    return [
        row
        for at, title in enumerate(titles)
        for name, theirs in others
        for row in _pair(part, title, name, ours[at], theirs[at])
    ]


def _pair(part: str, title: str, name: str, ours: Figures, theirs: Figures) -> list[Row]:
    note = "; ".join(f"{who}: {_said(one)}" for who, one in (("ours", ours), (name, theirs)))

    def row(what: str, unit: str, a: float, b: float, note: str = "") -> Row:
        return Row(part, f"{title}: {what}", a, unit, b, name, note=note)

    return [
        row("positions a second", "", ours.positions_a_second, theirs.positions_a_second, note),
        *(
            row(f"{what}, {words}", "ms", _at(share, mine), _at(share, his))
            for what, mine, his in (
                ("answer", ours.answers, theirs.answers),
                ("position to last order", ours.orders, theirs.orders),
            )
            for words, share in (("p50", 0.5), ("p99", 0.99))
        ),
    ]


def _at(share: float, of: "list[float] | list[float | None]") -> float:
    known = [one for one in of if one is not None]
    return quantile(known, share) if known else float("nan")


def _said(one: Figures) -> str:
    words = f"{one.orders.count(None)} of {len(one.orders)} probes unanswered"
    return f"{words}, {one.refused} refused, at most {one.behind_ms:,.0f} ms behind"
