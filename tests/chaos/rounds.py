"""Come here for how nights go: load, a blow at a random moment, calm, judgement, and again."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence

from tests.chaos.blows import Blow
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


async def live_through(
    kind: Kind, laid: Laid, blows: Sequence[Blow], turns: Iterable[None], seed: str, say: Say
) -> list[Row]:
    """A night in which these blows come in turns, each turn in another order."""
    dice = random.Random(seed)
    rows = {blow.name: Row(kind, blow.name) for blow in blows}
    async with staged(kind, laid, dice) as stage:
        judge = Judge(stage)
        watching = asyncio.create_task(judge.watch_ends())
        async with busy(stage.night):
            for _ in turns:
                for blow in dice.sample(blows, len(blows)):
                    verdict = await one_round(stage, judge, blow)
                    rows[blow.name].verdicts.append(verdict)
                    say(f"{kind}, {blow.name}: {verdict}")
        watching.cancel()
    return list(rows.values())
