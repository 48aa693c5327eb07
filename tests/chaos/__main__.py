"""Come here to break things on purpose: `python -m tests.chaos --help`."""

import argparse
import asyncio
import logging
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tests.chaos.blows import BLOWS, Blow
from tests.chaos.ground import no_namespaces
from tests.chaos.rounds import in_turns, live_through
from tests.chaos.table import Row, table, wrong
from tests.chaos.ways import Laid
from tests.conftest import Kind

_KINDS: Final[tuple[Kind, ...]] = ("embedded", "production")
_MINUTES: Final = 10.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", help="of the dice; the same seed, the same blows")
    parser.add_argument("--rounds", type=int, help="of each blow (default: as time allows)")
    parser.add_argument("--minutes", type=float, default=_MINUTES, help="for all (default: 10)")
    parser.add_argument("--only", nargs="+", default=[""], help="blows whose name has these words")
    parser.add_argument("--pair", choices=_KINDS)
    chosen = parser.parse_args()
    if not _nights(chosen):
        names = dict.fromkeys(blow.name for blow in BLOWS)
        parser.error(f"no blow has these words in its name: {'; '.join(names)}")
    return chosen


def _nights(chosen: argparse.Namespace) -> dict[tuple[Kind, Laid], list[Blow]]:
    nights: dict[tuple[Kind, Laid], list[Blow]] = {}
    for blow in BLOWS:
        for kind in blow.kinds:
            if chosen.pair in (None, kind) and any(word in blow.name for word in chosen.only):
                nights.setdefault((kind, blow.laid), []).append(blow)
    return nights


async def _run(chosen: argparse.Namespace, seed: str) -> list[Row]:
    nights = _nights(chosen)
    left = sum(map(len, nights.values()))
    end = time.monotonic() + chosen.minutes * 60
    places = {blow.name: place for place, blow in enumerate(BLOWS)}
    rows: list[Row] = []
    for (kind, laid), blows in sorted(nights.items()):
        now = time.monotonic()
        until = now + (end - now) * len(blows) / left
        left -= len(blows)
        why = blows[0].cannot()
        if why is not None:
            rows += [Row(kind, blow.name, why) for blow in blows]
            continue
        order, dice = (random.Random(f"{seed}/{kind}/{laid}/{what}") for what in ("order", "blows"))
        turns = in_turns(blows, order, chosen.rounds, until)
        rows += await live_through(kind, laid, turns, dice, _say)
    return sorted(rows, key=lambda row: (row.pair, places[row.blow]))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _print(rows: Sequence[Row], seed: str, began: float) -> int:
    cuts = no_namespaces()
    print(
        f"\n{datetime.now(UTC):%Y-%m-%d}, seed {seed}, {time.monotonic() - began:.0f} s. Cuts: "
        + ("in network namespaces." if cuts is None else f"by a cable of ours, for {cuts}.")
    )
    print(table(rows))
    found = wrong(rows)
    for blow, words in found.items():
        print(f"\n{blow}:", *words, sep="\n  ")
    return 1 if found else 0


def main() -> int:
    """Break, judge, print; 1 where something was wrong."""
    chosen = _arguments()
    seed = chosen.seed or str(random.randrange(10**6))
    _say(f"seed {seed}")
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # of the police desk's server
    began = time.monotonic()
    return _print(asyncio.run(_run(chosen, seed)), seed, began)


if __name__ == "__main__":
    sys.exit(main())
