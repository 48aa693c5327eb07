"""Come here to break things on purpose: `python -m tests.chaos --help`."""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from tests.chaos.blows import BLOWS, Blow
from tests.chaos.ground import no_namespaces
from tests.chaos.rounds import live_through
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
    return parser.parse_args()


def _turns(rounds: int | None, seconds: float) -> Iterator[None]:
    """So many, or at least one and then as many as there is time for."""
    end = time.monotonic() + seconds
    done, longest, begun = 0, 0.0, time.monotonic()
    while done < rounds if rounds else done == 0 or time.monotonic() + longest < end:
        yield
        longest = max(longest, time.monotonic() - begun)
        done, begun = done + 1, time.monotonic()


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
    rows: list[Row] = []
    for (kind, laid), blows in sorted(nights.items()):
        share = (end - time.monotonic()) * len(blows) / left
        left -= len(blows)
        why = blows[0].cannot()
        if why is not None:
            rows += [Row(kind, blow.name, why) for blow in blows]
            continue
        turns = _turns(chosen.rounds, share)
        rows += await live_through(kind, laid, blows, turns, f"{seed}/{kind}/{laid}", _say)
    return rows


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
    began = time.monotonic()
    return _print(asyncio.run(_run(chosen, seed)), seed, began)


if __name__ == "__main__":
    sys.exit(main())
