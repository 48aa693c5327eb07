"""Come here for one lamp between its firmware and its radio: timers, troubles, what it says when.

Whatever the lamp decides is in `lamp.py`; here are the clock and the dice.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from firmware_sim import lamp as firmware
from firmware_sim.lamp import Heard
from firmware_sim.places import LampSpec
from firmware_sim.radio import Radio
from firmware_sim.trouble import NO_TROUBLE, Trouble, junk
from firmware_sim.wire import OFFLINE, ONLINE, topics_of

BEAT_S: Final = 60.0


@dataclass(slots=True)
class Counters:
    """What has happened in the street since it began."""

    connections: int = 0
    orders: int = 0
    heard: dict[Heard, int] = field(default_factory=lambda: dict.fromkeys(Heard, 0))
    sightings: int = 0
    junk: int = 0
    lost_orders: int = 0
    lost_sightings: int = 0
    reboots: int = 0

    @property
    def refused(self) -> int:
        """Orders that no lamp may obey: unsafe, malformed, of another version."""
        return self.heard[Heard.REFUSED]


def world_time() -> datetime:
    """The one clock of the street; each lamp's own may differ from it."""
    return datetime.now(UTC)  # noqa: TID251 - a shell


class Pole:
    """One lamp on the wire. `powered` is False until `power_on` and after `power_off`."""

    __slots__ = (
        "_beat",
        "_counters",
        "_dice",
        "_ending",
        "_rebooting",
        "_topics",
        "lamp",
        "powered",
        "radio",
        "trouble",
    )

    def __init__(self, spec: LampSpec, trouble: Trouble, dice: Random, counters: Counters) -> None:
        self.radio: Radio
        self.lamp = firmware.power_up(
            spec.lon, spec.lat, world_time(), trouble.faults, trouble.clock_off
        )
        self.trouble = trouble
        self.powered = False
        self._topics = topics_of(spec.lamp_id)
        self._dice = dice
        self._counters = counters
        self._beat: asyncio.TimerHandle | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._rebooting: asyncio.TimerHandle | None = None

    def power_on(self) -> None:
        """Start with an empty memory; the first beat comes anywhere within a minute."""
        self.powered = True
        self.lamp = firmware.reboot(self.lamp, world_time())
        self._beat = _later(self._dice.uniform(0, BEAT_S), self._on_beat)
        self._plan_reboot()

    def power_off(self) -> None:
        """Stop at once and say nothing."""
        self.powered = False
        for timer in (self._beat, self._ending, self._rebooting):
            if timer is not None:
                timer.cancel()

    def announce(self) -> None:
        """What a lamp says after every connect."""
        if self.powered:
            self.radio.say(self._topics.status, ONLINE, qos=1, retain=True)
            self.look(always=True)

    def sign_off(self) -> None:
        """Say that this lamp is away, for its own or for its gateway."""
        self.radio.say(self._topics.status, OFFLINE, qos=1, retain=True)

    def reboot(self) -> None:
        """Forget every order; a lamp with a radio of its own loses the connection too."""
        self._counters.reboots += 1
        self.lamp = firmware.reboot(self.lamp, world_time())
        self._plan_reboot()
        if self.radio.is_gateway:
            self.announce()
        else:
            self.radio.hang_up()

    def suffer(self, trouble: Trouble) -> None:
        """Have this trouble and no other from now on; power is the street's to give and take."""
        self.trouble = trouble
        before, now = self.lamp, world_time()
        if trouble.faults != before.faults:
            self.lamp = firmware.with_faults(self.lamp, trouble.faults, now)
        if trouble.clock_off != before.clock_off:
            self.lamp = firmware.with_clock_off(self.lamp, trouble.clock_off, now)
        if self.powered:
            self._plan_reboot()
            if self.lamp is not before:
                self.look(always=True)

    def hear(self, payload: bytes) -> None:
        """An order comes in from the radio: it may get lost, or take its time."""
        if not self.powered:
            return
        self._counters.orders += 1
        trouble = self.trouble
        if trouble.order_loss and self._dice.random() < trouble.order_loss:
            self._counters.lost_orders += 1
        elif trouble.delay_s:
            _later(trouble.delay(self._dice), self._obey, payload)
        else:
            self._obey(payload)

    def look(self, always: bool = False) -> None:
        """Let the lamp see what time it is, and say what it shows if that is news."""
        now = world_time()
        self.lamp, news = firmware.tick(self.lamp, now)
        self._plan_end(now)
        if news is not None or always:
            self._say(news or firmware.sighting(self.lamp, now))

    def _obey(self, payload: bytes) -> None:
        if not self.powered:
            return
        now = world_time()
        self.lamp, heard, sighting = firmware.obey(self.lamp, payload, now)
        self._counters.heard[heard] += 1
        if heard is Heard.OBEYED:
            self._plan_end(now)
        self._say(sighting)

    def _say(self, sighting: bytes) -> None:
        trouble = self.trouble
        if trouble is NO_TROUBLE:
            self._send(sighting)
        elif trouble.sighting_loss and self._dice.random() < trouble.sighting_loss:
            self._counters.lost_sightings += 1
        else:
            self._say_with_trouble(sighting)

    def _say_with_trouble(self, sighting: bytes) -> None:
        if self.trouble.junk and self._dice.random() < self.trouble.junk:
            self._counters.junk += 1
            sighting = junk(self._dice)
        delay_s = self.trouble.delay(self._dice)
        if delay_s:
            _later(delay_s, self._send, sighting)
        else:
            self._send(sighting)

    def _send(self, sighting: bytes) -> None:
        if self.powered and self.radio.say(self._topics.sighting, sighting):
            self._counters.sightings += 1

    def _on_beat(self) -> None:
        # Never later than the contract's minute; a little earlier each time, so that they spread.
        self._beat = _later(BEAT_S * self._dice.uniform(0.9, 1.0), self._on_beat)
        self.look(always=True)

    def _plan_end(self, now: datetime) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if self.lamp.ends is not None:
            # A timer may ring a little early; it is then set again, but not in the same instant.
            wait_s = max((self.lamp.ends - now).total_seconds(), 0.001)
            self._ending = _later(wait_s, self.look)

    def _plan_reboot(self) -> None:
        if self._rebooting is not None:
            self._rebooting.cancel()
        mean_s = self.trouble.reboot_every_s
        if mean_s is not None and self.powered:
            self._rebooting = _later(self._dice.expovariate(1 / mean_s), self.reboot)


def _later(seconds: float, do: Callable[..., None], *given: Any) -> asyncio.TimerHandle:
    """All timers share the event loop's one heap."""
    return asyncio.get_running_loop().call_later(seconds, do, *given)
