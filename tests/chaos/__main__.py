"""Come here to break things on purpose: `python -m tests.chaos --help`."""

import argparse
import asyncio
import logging
import os
import random
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tests.chaos.blows import BLOWS, Blow
from tests.chaos.ground import no_namespaces
from tests.chaos.rounds import in_turns, live_through
from tests.chaos.table import Row, summary, table, wrong
from tests.chaos.ways import Laid
from tests.conftest import Kind

_KINDS: Final[tuple[Kind, ...]] = ("embedded", "production")
_MINUTES: Final = 10.0
_OVERTIME: Final = 0.5
"""On a busy machine it may last so much longer until each blow has come once; then it ends."""


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
    """Both pairs side by side: half of its time a night waits."""
    kinds = _KINDS if chosen.pair is None else (chosen.pair,)
    found = await asyncio.gather(*(_nights_of(kind, chosen, seed) for kind in kinds))
    places = {blow.name: place for place, blow in enumerate(BLOWS)}
    return sorted((row for rows in found for row in rows), key=lambda row: places[row.blow])


async def _nights_of(kind: Kind, chosen: argparse.Namespace, seed: str) -> list[Row]:
    nights = {laid: blows for (one, laid), blows in _nights(chosen).items() if one == kind}
    left = sum(map(len, nights.values()))
    end = time.monotonic() + chosen.minutes * 60
    at_latest = end + chosen.minutes * 60 * _OVERTIME
    rows: list[Row] = []
    for laid, blows in sorted(nights.items()):
        now = time.monotonic()
        until = now + (end - now) * len(blows) / left
        left -= len(blows)
        if chosen.rounds is None and now > at_latest:
            break
        why = blows[0].cannot()
        if why is not None:
            rows += [Row(kind, blow.name, why) for blow in blows]
            continue
        order, dice = (random.Random(f"{seed}/{kind}/{laid}/{what}") for what in ("order", "blows"))
        turns = in_turns(blows, order, chosen.rounds, until, at_latest)
        try:
            rows += await live_through(kind, laid, turns, dice, _say)
        except Exception:  # the other nights may tell more
            _say(traceback.format_exc())
            rows += [Row(kind, blow.name, broken=f"the {laid} night broke off") for blow in blows]
    came = {row.blow for row in rows}
    missed = [blow.name for blows in nights.values() for blow in blows if blow.name not in came]
    return [*rows, *(Row(kind, name, "there was no time left for it") for name in missed)]


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _print(rows: Sequence[Row], seed: str, began: float) -> int:
    cuts = no_namespaces()
    print(
        f"\n{datetime.now(UTC):%Y-%m-%d}, seed {seed}, {time.monotonic() - began:.0f} s, a load of "
        f"{os.getloadavg()[1]:.0f}: {summary(rows)}. Cuts: "
        + ("in network namespaces." if cuts is None else f"by a cable of ours, for {cuts}.")
    )
    print(f"\n{table(rows)}")
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
