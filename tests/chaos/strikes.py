"""Come here for what is done to processes and to the ways between them.

A strike returns when what it broke could work again. The round chooses the moment, the night's dice
how long it lasts.
"""

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import psutil

from tests.chaos.cable import Way
from tests.chaos.stage import LAMPS, Stage

Strike = Callable[[Stage], Awaitable[None]]
SHORT_S: Final = 0.3, 4.0
"""About the patience of a phone; blows of a minute would only make fewer of them."""
_LONG_S: Final = 12.0, 20.0
"""Beyond every keepalive, timeout and patience of ours: some must be so long."""
_LONG_SHARE: Final = 0.15
_LOCK_S: Final = 60.0
"""A busy writer lets somebody else in at some time."""
_LONGEST_ORDER: Final = timedelta(seconds=20)
"""For lamps whose clocks are 285 s ahead, of orders for 300 s."""
_GRACE_S: Final = 0.5
"""From a lamp's end to the look at it."""


async def a_while(stage: Stage) -> None:
    """How long a part is away or in trouble."""
    is_long = stage.dice.random() < _LONG_SHARE
    times = _LONG_S if is_long else SHORT_S
    await asyncio.sleep(stage.dice.uniform(*times))


# ---- kill -9


async def kill_dispatcher(stage: Stage) -> None:
    """Its supervisor starts it again."""
    await kill_part(stage, "dispatcher")


async def kill_broker(stage: Stage) -> None:
    """The embedded one ends its dispatcher with it, on purpose; both are started again."""
    await kill_part(stage, "broker")
    if stage.mosquitto is not None:
        await a_while(stage)
        await stage.up_again()


async def kill_database(stage: Stage) -> None:
    """PostgreSQL with all its backends."""
    await kill_part(stage, "database")
    await a_while(stage)
    await stage.up_again()


async def kill_part(stage: Stage, part: str) -> None:
    """And nothing more; a database that is a file dies with who has it open."""
    server = {"broker": stage.mosquitto, "database": stage.postgres}.get(part)
    if server is not None:
        await asyncio.to_thread(server.kill)
    elif part == "broker":
        psutil.Process(stage.broker_pid()).kill()
    else:
        await asyncio.to_thread(stage.dispatcher.kill)


# ---- frozen: there, and as silent as the grave


async def freeze_dispatcher(stage: Stage) -> None:
    """Without its embedded broker, which goes on."""
    pid = stage.dispatcher.pid
    with _frozen([pid]):
        await a_while(stage)


async def freeze_broker(stage: Stage) -> None:
    with _frozen([stage.broker_pid()]):
        await a_while(stage)


async def freeze_database(stage: Stage) -> None:
    """PostgreSQL with all its backends; a SQLite file is locked by somebody else instead."""
    if stage.postgres is None:
        await _lock(stage)
        return
    assert stage.postgres.pid is not None
    root = psutil.Process(stage.postgres.pid)
    with _frozen([root.pid, *(one.pid for one in root.children(recursive=True))]):
        await a_while(stage)


async def _lock(stage: Stage) -> None:
    file = stage.database_file
    other = sqlite3.connect(file, timeout=_LOCK_S, check_same_thread=False)
    with contextlib.closing(other):
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await a_while(stage)
        other.rollback()


@contextmanager
def _frozen(pids: list[int]) -> Iterator[None]:
    _signal(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(pids, signal.SIGCONT)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).send_signal(number)


# ---- a broker that drops, and one that is gone


async def swallow(stage: Stage) -> None:
    """The broker accepts everything, and passes on nothing: one way, the other, or both; for the
    dispatcher or for the lamps, of which the embedded pair has a cable to the latter alone."""
    ways: tuple[tuple[Way, ...], ...] = (("up",), ("down",), ("up", "down"))
    cable = stage.dice.choice([stage.ways.cables[name] for name in sorted(stage.ways.cables)])
    cable.swallow(*stage.dice.choice(ways))
    await a_while(stage)
    cable.mend()


async def silence(stage: Stage) -> None:
    """Dispatcher and broker are gone, and do not come back before every lamp's order is over."""
    stage.dispatcher.rests = True
    await kill_part(stage, "dispatcher")
    if stage.mosquitto is not None:
        await kill_part(stage, "broker")
    lamps = [lamp.lamp_id for lamp in LAMPS]
    ends = [end for one in lamps if (end := stage.street.shows(one).ends) is not None]
    left = max(ends, default=datetime.now(UTC)) - datetime.now(UTC)
    await asyncio.sleep(min(left, _LONGEST_ORDER).total_seconds() + _GRACE_S)
    lit = [one for one in lamps if stage.street.shows(one).scene.name != "schedule"]
    stage.outlived |= {f"{one} blinks although nobody is there" for one in lit}
    await stage.up_again()
    stage.dispatcher.rests = False


# ---- cuts


def cut(one: str, other: str, cable: str) -> Strike:
    """Between two parts; `cable` is the name of theirs where networks cannot be made."""

    async def strike(stage: Stage) -> None:
        network = stage.ways.network
        if network is None:
            stage.ways.cables[cable].hold()
        else:
            await asyncio.to_thread(network.cut, one, other)
        await a_while(stage)
        if network is None:
            stage.ways.cables[cable].mend()
        else:
            await asyncio.to_thread(network.mend)

    return strike
