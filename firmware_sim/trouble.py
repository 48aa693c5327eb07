"""Come here for what goes wrong in a street: lost and late messages, wrong clocks, junk, death.

Trouble is a value; the dice come in as an argument, so that the same seed gives the same street.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random
from typing import Final

from firmware_sim.wire import Fault


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one lamp; the default is nothing.

    The losses and `junk` are probabilities per message; `delay_s` is the median of each
    direction's delay in seconds and `delay_spread` the sigma of its logarithm (0: always the
    median; radio links have a long tail). `reboot_every_s` is a mean. `dead` is no power at all.
    """

    order_loss: float = 0.0
    sighting_loss: float = 0.0
    delay_s: float = 0.0
    delay_spread: float = 0.5
    junk: float = 0.0
    reboot_every_s: float | None = None
    faults: frozenset[Fault] = frozenset()
    clock_off: timedelta = timedelta()
    dead: bool = False

    def delay(self, dice: Random) -> float:
        """Seconds that the next message is under way."""
        if self.delay_s <= 0:
            return 0.0
        return dice.lognormvariate(log(self.delay_s), self.delay_spread)


NO_TROUBLE: Final = Trouble()

# More than any sighting, less than the largest message that common brokers carry by default.
_HUGE: Final = 100_000

_JUNK: Final[tuple[Callable[[Random], bytes], ...]] = (
    lambda dice: dice.randbytes(dice.randrange(64)),
    lambda dice: b"x" * _HUGE,
    lambda dice: b"[" * 5_000,
    lambda dice: b'{"v":1,"seq":NaN,"scene":"blink","level":NaN,"faults":[],"at":"now"}',
    lambda dice: b'{"v":"1","seq":"41","scene":7,"level":{},"faults":"none","at":[]}',
    lambda dice: b'{"v":1,"seq":-1e400,"scene":null,"level":1e999,"faults":null,"at":null}',
    lambda dice: b'{"v":99,"seq":1,"scene":"disco","level":100,"faults":[],"at":"2026-02-30"}',
    lambda dice: b'{"v":1,"seq":9223372036854775808,"scene":"blink"}',
    lambda dice: b"null",
    lambda dice: '{"v":1,"scene":"점멸"'.encode("cp949"),
)


def junk(dice: Random) -> bytes:
    """What a broken lamp says instead of a sighting."""
    return dice.choice(_JUNK)(dice)
