"""Come here to fuzz for minutes: `.venv/bin/python -m tests.fuzz --help`.

All the while people press SOS. At the end every report that was answered is there once, screens
that read had no gap, the journal verifies, all lamps are back, and every part is at work.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.bench.stage import make_room
from tests.conftest import Kind, Pair
from tests.fuzz.attacks import OPEN_DESK, ROLES, Attack, Size
from tests.fuzz.judging import judge
from tests.fuzz.stage import House, under_attack
from tests.fuzz.table import table, wrong
from tests.parts import MosquittoServer, PostgresServer
from tests.parts.processes import temporary_folder

_KINDS: Final[tuple[Kind, ...]] = ("embedded", "production")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=12, help="calls of each operation and mode")
    parser.add_argument("--by-role", type=int, default=2, help="the same, by each role")
    parser.add_argument("--lives", type=int, default=40, help="of reports, and as many of walks")
    parser.add_argument("--messages", type=int, default=20_000, help="over MQTT")
    parser.add_argument("--only", nargs="+", default=[""], help="attacks with these words")
    parser.add_argument("--pair", choices=_KINDS)
    chosen = parser.parse_args(words)
    if not _chosen({**OPEN_DESK, **ROLES}, chosen.only):
        parser.error(f"no attack has these words: {'; '.join((*OPEN_DESK, *ROLES))}")
    return chosen


def _chosen(attacks: Mapping[str, Attack], words: Sequence[str]) -> Mapping[str, Attack]:
    return {name: one for name, one in attacks.items() if any(word in name for word in words)}


@contextmanager
def _pairs(kinds: Sequence[Kind], folder: Path) -> Iterator[dict[Kind, list[Pair]]]:
    """Of each kind two, with a database each: one asks nobody to sign in, one everybody."""
    with PostgresServer() as postgres, MosquittoServer() as mosquitto:
        made = {
            "embedded": [
                Pair("embedded", f"sqlite+aiosqlite:///{folder}/{name}.sqlite3", None)
                for name in ("open", "signed-in")
            ],
            "production": [
                Pair("production", postgres.create_database(), mosquitto.url) for _ in range(2)
            ],
        }
        yield {kind: made[kind] for kind in kinds}


async def _endure(
    pair: Pair, folder: Path, asks: bool, attacks: Mapping[str, Attack], size: Size
) -> House:
    """Everything, one after the other, while people press SOS."""
    async with under_attack(pair, folder, asks=asks) as house:
        pressing = asyncio.create_task(house.press_on())
        for name, attack in attacks.items():
            await house.suffer(name, attack(house, size))
            row = house.rows[name]
            _say(f"  {name}: {row.tally.tried}, {row.seconds:.0f} s, amiss {row.tally.faults[:9]}")
        pressing.cancel()
        await asyncio.gather(pressing, return_exceptions=True)
        await judge(house)
    return house


async def _run(chosen: argparse.Namespace) -> dict[str, list[House]]:
    folder, found = temporary_folder("fuzz"), dict[str, list[House]]()
    kinds = [kind for kind in _KINDS if chosen.pair in (None, kind)]
    size = Size(chosen.examples, chosen.by_role, chosen.lives, chosen.messages)
    with _pairs(kinds, folder) as pairs:
        for kind, (free, asking) in pairs.items():
            found[kind] = []
            for pair, asks, all_attacks in ((free, False, OPEN_DESK), (asking, True, ROLES)):
                attacks = _chosen(all_attacks, chosen.only)
                if attacks:
                    _say(f"{kind}, {'with' if asks else 'without'} signing in:")
                    place = folder / f"{kind}-{asks}"
                    found[kind].append(await _endure(pair, place, asks, attacks, size))
    return found


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Fuzz, print the table; 1 where anything gave way."""
    chosen = _arguments(words)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    make_room()
    began = time.monotonic()
    found = asyncio.run(_run(chosen))
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {time.monotonic() - began:.0f} s.\n\n{table(found)}")
    amiss = wrong(found)
    for name, said in amiss.items():
        print(f"\n{name}:", *said, sep="\n  ")
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
