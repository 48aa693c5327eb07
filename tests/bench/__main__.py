"""Come here to run the bench: `python -m tests.bench --help`."""

import argparse
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvloop

from tests.bench import (
    choosing,
    feed,
    flood,
    peers,
    phone,
    press,
    start,
    walks,
    walks_door,
    walks_light,
    walks_talk,
)
from tests.bench import map as district_map
from tests.bench.table import Row, table, write_json

Part = Callable[[bool], Awaitable[list[Row]]]
"""Takes whether it must be quick."""


async def _press(quick: bool) -> list[Row]:
    return await (press.run(10, 300) if quick else press.run(500, 10_000))


async def _flood(quick: bool) -> list[Row]:
    return await (flood.run(60, 0.5) if quick else flood.run(8_000, 12.0))


async def _choose(quick: bool) -> list[Row]:
    sizes = (1_000, 10_000)
    return choosing.run(sizes if quick else (*sizes, 100_000, 1_000_000))


async def _start(quick: bool) -> list[Row]:
    return await start.run(2_000 if quick else 100_000)


async def _feed(quick: bool) -> list[Row]:
    return await (feed.run(50, 20) if quick else feed.run(1_000, 150))


async def _phone(quick: bool) -> list[Row]:
    return await phone.run(1 if quick else 7)


async def _map(quick: bool) -> list[Row]:
    return await (
        district_map.run(2_000, 3.0, 200) if quick else district_map.run(50_000, 20.0, 3_600)
    )


async def _peers(quick: bool) -> list[Row]:
    return await (peers.run(800, 30, 1.0) if quick else peers.run(4_000, 200, 5.0))


async def _walks(quick: bool) -> list[Row]:
    return walks.run(20, 3) if quick else walks.run(2_000, 100)


async def _walks_light(quick: bool) -> list[Row]:
    return await _walking(quick, rival=False)


async def _walks_light_peers(quick: bool) -> list[Row]:
    return await _walking(quick, rival=True)


async def _walking(quick: bool, rival: bool) -> list[Row]:
    if quick:
        return await walks_light.run((100,), 2_000, 3.0, 2.0, rival)
    sizes = (100, 1_000, 10_000)
    return await walks_light.run(sizes, 100_000, 30.0, walks_light.SETTLED_S, rival)


async def _walks_door(quick: bool) -> list[Row]:
    return await _posting(quick, rival=False)


async def _walks_door_peers(quick: bool) -> list[Row]:
    return await _posting(quick, rival=True)


async def _posting(quick: bool, rival: bool) -> list[Row]:
    load = walks_door.Load
    if quick:
        return await walks_door.run([load(30, 3.0, 1), load(30, 0.0, 5)], 2_000, 2.0, rival)
    loads = [load(1_000, 3.0, 1), load(10_000, 15.0, 5), load(10_000, 0.0, 1), load(10_000, 0.0, 5)]
    return await walks_door.run(loads, 100_000, 30.0, rival)


async def _walks_talk(quick: bool) -> list[Row]:
    times = walks_talk.Times
    if quick:
        return await walks_talk.run(30, 2_000, times(1.0, 2.0))
    return await walks_talk.run(10_000, 100_000, times(30.0, 30.0))


PARTS: Final[dict[str, Part]] = {
    "press": _press,
    "flood": _flood,
    "choose": _choose,
    "start": _start,
    "feed": _feed,
    "map": _map,
    "walks": _walks,
    "walks_light": _walks_light,
    "walks_door": _walks_door,
    "walks_talk": _walks_talk,
    "phone": _phone,
    "peers": _peers,
    "walks_light_peers": _walks_light_peers,
    "walks_door_peers": _walks_door_peers,
}
_RIVALS: Final = ("peers", "walks_light_peers", "walks_door_peers")
"""These install software, and so run only where they are asked for."""


async def _run(names: list[str], quick: bool, target: Path) -> None:
    rows: list[Row] = []
    for name in names:
        begun = time.monotonic()
        print(f"bench: {name} ...", file=sys.stderr, flush=True)
        rows += await PARTS[name](quick)
        print(f"bench: {name} took {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        write_json(rows, target, quick)
    print(table(rows))


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    words.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        metavar="NAME",
        help=f"one of {', '.join(PARTS)}; may be given more than once",
    )
    words.add_argument("--peers", action="store_true", help="also the same job by other software")
    words.add_argument("--quick", action="store_true", help="a minute in all, to see that it runs")
    words.add_argument("--json", type=Path, default=Path("bench-results.json"), metavar="FILE")
    given = words.parse_args()
    names = given.only or [name for name in PARTS if name not in _RIVALS]
    if given.peers:
        names += [name for name in _RIVALS if name not in names]
    uvloop.run(_run(names, given.quick, given.json))


if __name__ == "__main__":
    main()
