"""Come here to run the bench: `python -m tests.bench --help`."""

import argparse
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvloop

from tests.bench import choosing, feed, flood, peers, press, start
from tests.bench.table import Row, table, write_json

Part = Callable[[bool], Awaitable[list[Row]]]
"""Takes whether it must be quick."""


async def _press(quick: bool) -> list[Row]:
    return await (press.run(30, 1_000) if quick else press.run(500, 10_000))


async def _flood(quick: bool) -> list[Row]:
    return await (flood.run(500, 1.0) if quick else flood.run(8_000, 12.0))


async def _choose(quick: bool) -> list[Row]:
    sizes = (1_000, 10_000)
    return choosing.run(sizes if quick else (*sizes, 100_000, 1_000_000))


async def _start(quick: bool) -> list[Row]:
    return await start.run(2_000 if quick else 100_000)


async def _feed(quick: bool) -> list[Row]:
    return await (feed.run(50, 20) if quick else feed.run(1_000, 150))


async def _peers(quick: bool) -> list[Row]:
    return await (peers.run(800, 30, 1.0) if quick else peers.run(4_000, 200, 5.0))


PARTS: Final[dict[str, Part]] = {
    "press": _press,
    "flood": _flood,
    "choose": _choose,
    "start": _start,
    "feed": _feed,
    "peers": _peers,
}
_RIVALS: Final = "peers"
"""Installs software, and so runs only where it is asked for."""


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
    names = given.only or [name for name in PARTS if name != _RIVALS]
    if given.peers and _RIVALS not in names:
        names.append(_RIVALS)
    uvloop.run(_run(names, given.quick, given.json))


if __name__ == "__main__":
    main()
