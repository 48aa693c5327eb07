"""Come here for what is done to the parts. A blow returns when what it broke could work again.

`after` a random moment and for a random time: the dice are the night's.
"""

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import psutil

from tests.chaos.cable import Way
from tests.chaos.ground import DESK, WORLD, no_small_disk
from tests.chaos.stage import LAMPS, Stage
from tests.chaos.ways import Laid
from tests.chaos.wrong_clock import no_wrong_clock
from tests.conftest import Kind

Strike = Callable[[Stage], Awaitable[None]]
_SHORT_S: Final = 0.3, 4.0
"""About the patience of a phone; blows of a minute would only make fewer of them."""
_LONG_S: Final = 12.0, 20.0
"""Beyond every keepalive, timeout and patience of ours: some must be so long."""
_LONG_SHARE: Final = 0.15
_SLIPS_S: Final = 10.0
"""Some wrong clocks are set right before anybody believes them, others are taken up."""
_LOCK_S: Final = 60.0
"""A busy writer lets somebody else in at some time."""
_LONGEST_ORDER: Final = timedelta(seconds=20)
"""For lamps whose clocks are 285 s ahead, of orders for 300 s."""
_GRACE_S: Final = 0.5
"""From a lamp's end to the look at it."""
_HOUR: Final = timedelta(hours=1)
_BOTH: Final[tuple[Kind, ...]] = ("embedded", "production")


@dataclass(frozen=True)
class Blow:
    """One kind of harm; `cannot` says why it cannot be done on this machine, or None."""

    name: str
    kinds: tuple[Kind, ...]
    laid: Laid
    strike: Strike
    cannot: Callable[[], str | None] = lambda: None


async def _a_while(stage: Stage) -> None:
    """How long a part is away or in trouble."""
    is_long = stage.dice.random() < _LONG_SHARE
    times = _LONG_S if is_long else _SHORT_S
    await asyncio.sleep(stage.dice.uniform(*times))


# ---- kill -9


async def kill_dispatcher(stage: Stage) -> None:
    """Its supervisor starts it again."""
    stage.dispatcher.kill()


async def kill_broker(stage: Stage) -> None:
    """The embedded one ends its dispatcher with it, on purpose; both are started again."""
    if stage.mosquitto is None:
        psutil.Process(stage.broker_pid()).kill()
        return
    stage.mosquitto.kill()
    await _a_while(stage)
    await asyncio.to_thread(stage.mosquitto.start)


async def kill_database(stage: Stage) -> None:
    """PostgreSQL with all its backends."""
    assert stage.postgres is not None
    stage.postgres.kill()
    await _a_while(stage)
    await asyncio.to_thread(stage.postgres.start)


# ---- frozen: there, and as silent as the grave


async def freeze_dispatcher(stage: Stage) -> None:
    """Without its embedded broker, which goes on."""
    pid = stage.dispatcher.pid
    with _frozen([pid]):
        await _a_while(stage)


async def freeze_broker(stage: Stage) -> None:
    with _frozen([stage.broker_pid()]):
        await _a_while(stage)


async def freeze_database(stage: Stage) -> None:
    """PostgreSQL with all its backends; a SQLite file is locked by somebody else instead."""
    if stage.postgres is None:
        await _lock(stage)
        return
    assert stage.postgres.pid is not None
    root = psutil.Process(stage.postgres.pid)
    with _frozen([root.pid, *(one.pid for one in root.children(recursive=True))]):
        await _a_while(stage)


async def _lock(stage: Stage) -> None:
    file = stage.database_file
    other = sqlite3.connect(file, timeout=_LOCK_S, check_same_thread=False)
    with contextlib.closing(other):
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await _a_while(stage)
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


# ---- a full disk, a broker that drops, a wrong clock


async def fill_disk(stage: Stage) -> None:
    """Under the database, and in the embedded pair under everything."""
    disk = stage.ways.disk
    assert disk is not None
    await asyncio.to_thread(disk.fill)
    await _a_while(stage)
    disk.clear()
    if stage.postgres is not None and not stage.postgres.is_running:
        await asyncio.to_thread(stage.postgres.start)  # as its supervisor does


async def swallow(stage: Stage) -> None:
    """The broker accepts everything, and passes on nothing: one way, the other, or both; for the
    dispatcher or for the lamps, of which the embedded pair has a cable to the latter alone."""
    ways: tuple[tuple[Way, ...], ...] = (("up",), ("down",), ("up", "down"))
    cable = stage.dice.choice([stage.ways.cables[name] for name in sorted(stage.ways.cables)])
    cable.swallow(*stage.dice.choice(ways))
    await _a_while(stage)
    cable.mend()


def jump(off: timedelta) -> Strike:
    """The wall clock of the dispatcher's machine is wrong for a while."""

    async def strike(stage: Stage) -> None:
        assert stage.clock is not None
        stage.clock.set(off)
        await asyncio.sleep(stage.dice.uniform(_SHORT_S[0], _SLIPS_S))
        stage.clock.set(timedelta())

    return strike


async def silence(stage: Stage) -> None:
    """Dispatcher and broker are gone, and do not come back before every lamp's order is over."""
    stage.dispatcher.rests = True
    stage.dispatcher.kill()
    if stage.mosquitto is not None:
        stage.mosquitto.kill()
    lamps = [lamp.lamp_id for lamp in LAMPS]
    ends = [end for one in lamps if (end := stage.street.shows(one).ends) is not None]
    left = max(ends, default=datetime.now(UTC)) - datetime.now(UTC)
    await asyncio.sleep(min(left, _LONGEST_ORDER).total_seconds() + _GRACE_S)
    lit = [one for one in lamps if stage.street.shows(one).scene.name != "schedule"]
    stage.outlived |= {f"{one} blinks although nobody is there" for one in lit}
    if stage.mosquitto is not None:
        await asyncio.to_thread(stage.mosquitto.start)
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
        await _a_while(stage)
        if network is None:
            stage.ways.cables[cable].mend()
        else:
            await asyncio.to_thread(network.mend)

    return strike


_PRODUCTION: Final[tuple[Kind, ...]] = ("production",)
_EMBEDDED: Final[tuple[Kind, ...]] = ("embedded",)
_NET = Laid.NETWORK

BLOWS: Final = (
    Blow("kill -9 dispatcher", _BOTH, Laid.PLAIN, kill_dispatcher),
    Blow("kill -9 broker", _BOTH, Laid.PLAIN, kill_broker),
    Blow("kill -9 database", _PRODUCTION, Laid.PLAIN, kill_database),
    Blow("freeze dispatcher", _BOTH, Laid.PLAIN, freeze_dispatcher),
    Blow("freeze broker", _BOTH, Laid.PLAIN, freeze_broker),
    Blow("freeze database", _PRODUCTION, Laid.PLAIN, freeze_database),
    Blow("lock database", _EMBEDDED, Laid.PLAIN, freeze_database),
    Blow("disk full", _BOTH, Laid.DISK, fill_disk, no_small_disk),
    Blow("broker swallows", _BOTH, Laid.CABLE, swallow),
    Blow("clock +1 h and back", _BOTH, Laid.CLOCK, jump(_HOUR), no_wrong_clock),
    Blow("clock -1 h and back", _BOTH, Laid.CLOCK, jump(-_HOUR), no_wrong_clock),
    Blow("all gone for good", _BOTH, Laid.SILENCE, silence),
    Blow("cut dispatcher–broker", _PRODUCTION, _NET, cut("dispatcher", "broker", "broker")),
    Blow("cut dispatcher–database", _PRODUCTION, _NET, cut("dispatcher", "database", "database")),
    Blow("cut lamps–broker", _PRODUCTION, _NET, cut(WORLD, "broker", "lamps")),
    Blow("cut callers–dispatcher", _PRODUCTION, _NET, cut(WORLD, "dispatcher", "callers")),
    Blow("cut callers, lamps–dispatcher", _EMBEDDED, _NET, cut(WORLD, "dispatcher", "callers")),
    Blow("cut police desk–dispatcher", _BOTH, _NET, cut(DESK, "dispatcher", "desk")),
)
