"""Come here for how nights go: load, a blow at a random moment, calm, judgement, and again."""

import asyncio
import itertools
import math
import random
import time
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.chaos.blows import Blow
from tests.chaos.ends import Ends
from tests.chaos.judging import Judge, Verdict
from tests.chaos.night import busy
from tests.chaos.stage import Stage, staged
from tests.chaos.table import Row
from tests.chaos.ways import Laid
from tests.conftest import Kind

Say = Callable[[str], None]
_LEAD_S = (0.1, 1.0)
"""How long callers press before a blow: enough for something of every kind to be under way."""


async def one_round(stage: Stage, judge: Judge, blow: Blow) -> Verdict:
    """A blow at a random moment under load; then all fall silent, and it is looked at."""
    night = stage.night
    night.go_on()
    await night.a_few_are_answered()
    await asyncio.sleep(stage.dice.uniform(*_LEAD_S))
    await blow.strike(stage)
    mended_at = time.monotonic()
    await night.a_few_are_answered()
    await night.calm()
    return await judge.judge(mended_at)


def in_turns(
    blows: Sequence[Blow],
    dice: random.Random,
    rounds: int | None,
    until: float,
    at_latest: float = math.inf,
) -> Iterator[Blow]:
    """Each blow once a turn, every turn in another order: so many turns, or one and then as much
    as there is time for, `until` a time of the steady clock; `at_latest` cuts the first one, too.
    """
    longest = 0.0
    for turn in itertools.count():
        if rounds is not None and turn >= rounds:
            return
        for blow in dice.sample(blows, len(blows)):
            begun = time.monotonic()
            if rounds is None and begun + longest > (until if turn else at_latest):
                return
            yield blow
            longest = max(longest, time.monotonic() - begun)


async def live_through(
    kind: Kind, laid: Laid, blows: Iterable[Blow], dice: random.Random, say: Say
) -> list[Row]:
    """One night with these blows, one after the other; a row for each kind that came. Where a night
    breaks off, that is held against the blow at which it did."""
    rows: dict[str, Row] = {}
    row: Row | None = None
    try:
        async with (
            staged(kind, laid, dice) as stage,
            _watched(stage),
            busy(stage.night, *_walk(stage)),
        ):
            judge = Judge(stage)
            for blow in blows:
                row = rows.setdefault(blow.name, Row(kind, blow.name))
                verdict = await one_round(stage, judge, blow)
                row.verdicts.append(verdict)
                say(f"{kind}, {blow.name}: {verdict}")
    except Exception as error:
        if row is None:
            raise
        say(traceback.format_exc())
        row.broken = f"the {laid} night broke off: {error!r}"
    return list(rows.values())


def _walk(stage: Stage) -> Iterator[Coroutine[Any, Any, None]]:
    for one in stage.walkers:
        yield one.walk()
        yield one.speak()


@asynccontextmanager
async def _watched(stage: Stage) -> AsyncIterator[None]:
    watching = asyncio.create_task(Ends().watch(stage))
    try:
        yield
    finally:
        watching.cancel()
