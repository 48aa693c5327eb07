"""Come here to put thousands of simulated lamps on a broker, and to make their life hard.

    async with Street(lamps, "127.0.0.1", 1883) as street:
        await street.all_connected()
        street.kill(street.share(0.02))

Here are only the connections; see `pole.py` for one lamp on the wire and `lamp.py` for what it
decides. Methods are to be called from the event loop that runs the street.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from random import Random
from types import TracebackType
from typing import Final, Self

from firmware_sim import lamp as firmware
from firmware_sim.lamp import Lamp
from firmware_sim.places import LampSpec
from firmware_sim.pole import Counters, Pole, world_time
from firmware_sim.radio import CANNOT_CONNECT, KEEPALIVE_S, Broker, Radio
from firmware_sim.trouble import NO_TROUBLE, Trouble

__all__ = ["Counters", "LampSpec", "Street", "Trouble"]

# So many radios may be on their way in (or wait for a broker that is away) at the same time.
DOORS: Final = 200
FIRST_PAUSE_S: Final = 0.25
# Longer, and a street stays dark after the broker is back.
LONGEST_PAUSE_S: Final = 2.0
# Ten thousand polite ends take about two seconds; a broker that is away must not hold the exit.
FAREWELL_S: Final = 10.0


class Street:
    """Lamps as MQTT clients: one connection each, or one for every `lamps_per_radio`.

    `trouble` is one for all lamps or one by lamp id. The same seed rolls the same dice.
    `{lamp_id}` in the username or password stands for the lamp's id; `passwords` are by lamp id.
    """

    def __init__(
        self,
        lamps: Sequence[LampSpec],
        host: str,
        port: int = 1883,
        username: str | None = None,
        password: str | None = None,
        tls: bool = False,
        passwords: Mapping[str, str] | None = None,
        keepalive_s: int = KEEPALIVE_S,
        *,
        trouble: Trouble | Mapping[str, Trouble] = NO_TROUBLE,
        lamps_per_radio: int = 1,
        seed: int | None = None,
    ) -> None:
        self.counters = Counters()
        self._dice = Random(seed)  # noqa: S311 - chance, not secrets
        self._doors = asyncio.Semaphore(DOORS)
        self._complete = asyncio.Event()
        self._connected = 0
        self._group: asyncio.TaskGroup | None = None
        self._running: asyncio.Task[None] | None = None
        self._poles = {spec.lamp_id: self._pole(spec, trouble) for spec in lamps}
        self._poles_of: dict[Radio, list[Pole]] = {}
        self._lives: dict[Radio, asyncio.Task[None]] = {}
        broker = Broker(host, port, username, password, tls, passwords, keepalive_s)
        ids = list(self._poles)
        for start in range(0, len(ids), lamps_per_radio):
            self._mount(broker, ids[start : start + lamps_per_radio])

    def _pole(self, spec: LampSpec, trouble: Trouble | Mapping[str, Trouble]) -> Pole:
        own = trouble if isinstance(trouble, Trouble) else trouble.get(spec.lamp_id, NO_TROUBLE)
        return Pole(spec, own, self._dice, self.counters)

    def _mount(self, broker: Broker, lamp_ids: Sequence[str]) -> None:
        radio = Radio(broker, lamp_ids, self._hear, self._turned)
        self._poles_of[radio] = [self._poles[lamp_id] for lamp_id in lamp_ids]
        for pole in self._poles_of[radio]:
            pole.radio = radio

    # To watch

    def shows(self, lamp_id: str) -> Lamp:
        """What a lamp does now."""
        return firmware.tick(self._poles[lamp_id].lamp, world_time())[0]

    def light(self, lamp_id: str, now: datetime | None = None) -> int:
        """Percent of light that leaves a lamp at this instant; a lamp without power is dark."""
        pole = self._poles[lamp_id]
        return firmware.light_output(pole.lamp, now or world_time()) if pole.powered else 0

    def share(self, fraction: float) -> list[str]:
        """The ids of a random share of the street."""
        return self._dice.sample(list(self._poles), round(fraction * len(self._poles)))

    @property
    def connected(self) -> int:
        """How many radios are connected and hear orders."""
        return self._connected

    async def all_connected(self) -> None:
        """Wait until every lamp that has power hears its orders."""
        await self._complete.wait()

    # To trouble

    def afflict(self, lamp_ids: Iterable[str], trouble: Trouble) -> None:
        """From now on, these lamps have this trouble and no other."""
        for lamp_id in lamp_ids:
            self._suffer(self._poles[lamp_id], trouble)

    def kill(self, lamp_ids: Iterable[str]) -> None:
        """Take their power away: no farewell, the broker publishes the will."""
        for pole in map(self._poles.__getitem__, lamp_ids):
            self._suffer(pole, replace(pole.trouble, dead=True))

    def revive(self, lamp_ids: Iterable[str]) -> None:
        """Give them power again; they remember no order."""
        for pole in map(self._poles.__getitem__, lamp_ids):
            alive = replace(pole.trouble, dead=False)
            self._suffer(pole, NO_TROUBLE if alive == NO_TROUBLE else alive)

    def reboot(self, lamp_ids: Iterable[str]) -> None:
        """Restart them: orders forgotten, connection lost and made again."""
        for pole in map(self._poles.__getitem__, lamp_ids):
            if pole.powered:
                pole.reboot()

    def drop(self, lamp_ids: Iterable[str]) -> None:
        """Cut their connections; the lamps stay as they are and connect again."""
        for radio in {self._poles[lamp_id].radio for lamp_id in lamp_ids}:
            radio.hang_up()

    def _suffer(self, pole: Pole, trouble: Trouble) -> None:
        pole.suffer(trouble)
        if self._group is not None and trouble.dead and pole.powered:
            self._power_off(pole)
        elif self._group is not None and not trouble.dead and not pole.powered:
            self._power_on(pole)

    # To run

    async def run(self) -> None:
        """Keep every lamp connected until cancelled; then say `offline` for each and leave."""
        async with asyncio.TaskGroup() as self._group:
            for pole in self._poles.values():
                if not pole.trouble.dead:
                    self._power_on(pole)
            self._count()
            try:
                await asyncio.Event().wait()
            finally:
                await self._leave()

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.run(), name="street")
        await asyncio.sleep(0)  # let it begin: the methods above need a street that has power
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def _leave(self) -> None:
        self._group = None
        for pole in self._poles.values():
            if pole.powered:
                pole.sign_off()
                pole.power_off()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await asyncio.gather(*(radio.leave() for radio in self._poles_of if radio.up))

    def _power_on(self, pole: Pole) -> None:
        pole.power_on()
        if pole.radio in self._lives:
            pole.announce()
        elif self._group is not None:
            self._lives[pole.radio] = self._group.create_task(self._live(pole.radio))
        self._count()

    def _power_off(self, pole: Pole) -> None:
        pole.power_off()
        if any(other.powered for other in self._poles_of[pole.radio]):
            pole.sign_off()
            return
        self._lives.pop(pole.radio).cancel()
        pole.radio.hang_up()
        self._count()

    async def _live(self, radio: Radio) -> None:
        """The life of a radio that has power: connect, stay, and again."""
        tries = 0
        while self._group is not None:
            async with self._doors:
                tries = 0 if await self._has_connected(radio) else tries + 1
                if tries:  # wait in the door: a street without a broker must not spin
                    await asyncio.sleep(self._pause(tries))
            if not tries:
                await self._stay(radio)

    async def _has_connected(self, radio: Radio) -> bool:
        try:
            await radio.connect()
        except CANNOT_CONNECT:
            return False
        return True

    async def _stay(self, radio: Radio) -> None:
        try:
            for pole in self._poles_of[radio]:
                pole.announce()
            await radio.lost.wait()
        finally:
            radio.hang_up()
        await asyncio.sleep(self._pause(0))

    def _pause(self, tries: int) -> float:
        """Seconds to the next try: up to twice as long each time, and spread over all of it."""
        return self._dice.uniform(0, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(tries, 8)))

    def _turned(self, up: bool) -> None:
        self.counters.connections += up
        self._connected += 1 if up else -1
        self._count()

    def _count(self) -> None:
        """On every change of who has power and who is connected."""
        if self._connected >= len(self._lives):
            self._complete.set()
        else:
            self._complete.clear()

    def _hear(self, lamp_id: str, payload: bytes) -> None:
        pole = self._poles.get(lamp_id)
        if pole is not None:
            pole.hear(payload)
