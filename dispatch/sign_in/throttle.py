"""Come here for how guessing is made slow without locking anybody out.

Law: failures of strangers never slow down a browser that the account was signed in to from
before; whoever waits is told how long, and nothing is locked for longer than the wait.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and one more after each `every`."""

    at_once: int
    every: timedelta


PAIR: Final = Allowance(5, timedelta(seconds=30))
"""A person who mistypes needs two or three; a guesser from one place gets 120 an hour."""
SOURCE: Final = Allowance(30, timedelta(seconds=5))
"""A whole control room behind one address, at the change of shifts."""
ACCOUNT: Final = Allowance(100, timedelta(seconds=36))
"""Guessers from everywhere at one account: 100 an hour, against passwords of 12 and more."""
DEVICE: Final = Allowance(10, timedelta(seconds=30))
"""A browser that was here before, on its own."""
_KEPT: Final = 50_000
"""Buckets in memory, some 10 MB; those that were used longest ago are full again anyway."""


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody who says to be somebody. `source` is a subscriber, not one of their addresses;
    `device` is the known browser's mark, or None."""

    account: str
    source: str
    device: str | None = None

    def buckets(self) -> Iterator[tuple[tuple[str, ...], Allowance]]:
        """What a failure is charged to."""
        if self.device is not None:
            yield ("device", self.account, self.device), DEVICE
            return
        yield ("pair", self.account, self.source), PAIR
        yield ("source", self.source), SOURCE
        yield ("account", self.account), ACCOUNT


class Throttle:
    """Leaky buckets; each is the moment at which it will be empty again."""

    def __init__(self) -> None:
        self._empty_at: OrderedDict[tuple[str, ...], datetime] = OrderedDict()

    def wait(self, one: Try, now: datetime) -> timedelta:
        """How long until this may be tried; zero: now."""
        waits = [self._wait(key, rate, now) for key, rate in one.buckets()]
        return max([timedelta(0), *waits])

    def charge(self, one: Try, now: datetime) -> None:
        """It is being tried."""
        for key, rate in one.buckets():
            self._empty_at[key] = max(now, self._empty_at.get(key, now)) + rate.every
            self._empty_at.move_to_end(key)
        while len(self._empty_at) > _KEPT:
            self._empty_at.popitem(last=False)

    def succeeded(self, one: Try) -> None:
        """It was who it said: what it was charged is given back."""
        for key, rate in one.buckets():
            if key[0] in ("pair", "device"):
                self._empty_at.pop(key, None)
            elif key in self._empty_at:
                self._empty_at[key] -= rate.every

    def _wait(self, key: tuple[str, ...], rate: Allowance, now: datetime) -> timedelta:
        empty_at = self._empty_at.get(key, now)
        return empty_at - now - rate.every * (rate.at_once - 1)
