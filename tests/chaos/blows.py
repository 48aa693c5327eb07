"""Come here for the list of what is done to the parts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tests.chaos.ground import CALLERS, DESK, LAMPS_SIDE, SCREENS, WALKERS, no_small_disk
from tests.chaos.ground_strikes import fill_disk, jump, jump_lamps
from tests.chaos.strikes import (
    Strike,
    cut,
    freeze_broker,
    freeze_database,
    freeze_dispatcher,
    kill_broker,
    kill_database,
    kill_dispatcher,
    silence,
    swallow,
)
from tests.chaos.ways import Laid
from tests.chaos.wrong_clock import no_wrong_clock
from tests.conftest import Kind

_HOUR: Final = timedelta(hours=1)
_BOTH: Final[tuple[Kind, ...]] = ("embedded", "production")
_PRODUCTION: Final[tuple[Kind, ...]] = ("production",)
_EMBEDDED: Final[tuple[Kind, ...]] = ("embedded",)
_NET = Laid.NETWORK


@dataclass(frozen=True)
class Blow:
    """One kind of harm; `cannot` says why it cannot be done on this machine, or None."""

    name: str
    kinds: tuple[Kind, ...]
    laid: Laid
    strike: Strike
    cannot: Callable[[], str | None] = lambda: None


BLOWS: Final = (
    Blow("kill -9 dispatcher", _BOTH, Laid.PLAIN, kill_dispatcher),
    Blow("kill -9 broker", _BOTH, Laid.PLAIN, kill_broker),
    Blow("kill -9 database", _PRODUCTION, Laid.PLAIN, kill_database),
    Blow("freeze dispatcher", _BOTH, Laid.PLAIN, freeze_dispatcher),
    Blow("freeze broker", _BOTH, Laid.PLAIN, freeze_broker),
    Blow("freeze database", _PRODUCTION, Laid.PLAIN, freeze_database),
    Blow("lock database", _EMBEDDED, Laid.PLAIN, freeze_database),
    Blow("clocks of lamps wrong", _BOTH, Laid.PLAIN, jump_lamps),
    Blow("disk full: database", _BOTH, Laid.DISK, fill_disk("database"), no_small_disk),
    Blow("disk full: broker", _BOTH, Laid.DISK, fill_disk("broker"), no_small_disk),
    Blow("disk full: dispatcher", _BOTH, Laid.DISK, fill_disk("dispatcher"), no_small_disk),
    Blow("broker swallows", _BOTH, Laid.CABLE, swallow),
    *(
        Blow(f"clock of {part} {way}1 h and back", kinds, Laid.CLOCK, strike, no_wrong_clock)
        for part, kinds in (
            ("dispatcher", _BOTH),
            ("database", _PRODUCTION),
            ("broker", _PRODUCTION),
        )
        for way, strike in (("+", jump(part, _HOUR)), ("-", jump(part, -_HOUR)))
    ),
    Blow("all gone for good", _BOTH, Laid.SILENCE, silence),
    Blow("cut dispatcher–broker", _PRODUCTION, _NET, cut("dispatcher", "broker", "broker")),
    Blow("cut dispatcher–database", _PRODUCTION, _NET, cut("dispatcher", "database", "database")),
    Blow("cut lamps–broker", _PRODUCTION, _NET, cut(LAMPS_SIDE, "broker", "lamps")),
    Blow("cut lamps–broker", _EMBEDDED, _NET, cut(LAMPS_SIDE, "dispatcher", "lamps")),
    Blow("cut callers–dispatcher", _BOTH, _NET, cut(CALLERS, "dispatcher", CALLERS)),
    Blow("cut screens–dispatcher", _BOTH, _NET, cut(SCREENS, "dispatcher", SCREENS)),
    Blow("cut walkers–dispatcher", _BOTH, _NET, cut(WALKERS, "dispatcher", WALKERS)),
    Blow("cut police desk–dispatcher", _BOTH, _NET, cut(DESK, "dispatcher", "desk")),
)
