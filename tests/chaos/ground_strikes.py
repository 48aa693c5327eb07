"""Come here for what is done to the ground that parts stand on: their disks and their clocks."""

import asyncio
from datetime import timedelta
from typing import Final

from firmware_sim.trouble import NO_TROUBLE, Trouble
from tests.chaos.stage import Stage
from tests.chaos.strikes import SHORT_S, Strike, kill_part

_DIES: Final = 0.4
"""So often a part dies on its full disk, and is started on it again."""
_FULL_S: Final = 1.0, 12.0
"""Long enough for everybody to try to write: in a second some have not."""
_SLIPS_S: Final = 10.0
"""Some wrong clocks are set right before anybody believes them, others are taken up."""
_LAMPS_WRONG: Final = 0.3
"""This share of the lamps."""


def fill_disk(part: str) -> Strike:
    """Where this part keeps what it knows. Some lamps come again meanwhile, so that the broker has
    to write, too."""

    async def strike(stage: Stage) -> None:
        disk = stage.ways.disks[part]
        await asyncio.to_thread(disk.fill)
        stage.street.drop(stage.street.share(_LAMPS_WRONG))
        if stage.dice.random() < _DIES:
            await kill_part(stage, part)
        await asyncio.sleep(stage.dice.uniform(*_FULL_S))
        disk.clear()
        await stage.up_again()

    return strike


def jump(part: str, off: timedelta) -> Strike:
    """The wall clock of this part's machine is wrong for a while."""

    async def strike(stage: Stage) -> None:
        clock = stage.ways.clocks[part]
        clock.set(off)
        await asyncio.sleep(stage.dice.uniform(SHORT_S[0], _SLIPS_S))
        clock.set(timedelta())

    return strike


async def jump_lamps(stage: Stage) -> None:
    """Some lamps' own clocks are wrong for a while, each in a way of its own."""
    wrong = stage.street.share(_LAMPS_WRONG)
    for lamp_id in wrong:
        minutes = stage.dice.choice((-60, -7, -1, 1, 4, 60))
        stage.street.afflict([lamp_id], Trouble(clock_off=timedelta(minutes=minutes)))
    await asyncio.sleep(stage.dice.uniform(SHORT_S[0], _SLIPS_S))
    stage.street.afflict(wrong, NO_TROUBLE)
