"""Come here for a town in an instant: real fleet, real lamps, and air that does its worst."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import orjson

from firmware_sim import lamp as firmware
from lights.claims import Claim
from lights.fleet import Fleet
from lights.lamp import BLINK, BRIGHT, Scene
from lights.mqtt_client import Message
from tests.lights.hours import Hours
from tests.pole import CLEAR, LONGEST_DELAY_S, Pole, is_shown

PLACE = (127.0165, 37.6512)
SECOND = timedelta(seconds=1)
LAMPS = ("L1", "L2", "L3")
WANTS = {
    "incident:1": (80, BLINK),
    "incident:2": (80, Scene("blink", 90, 40, 1500, 900)),
    "arrived:3": (70, BRIGHT),
    "operator": (90, Scene("bright", 80)),
    "walk:4": (20, Scene("dim", 60)),
    "walk:5": (20, Scene("dim", 70)),
}
"""Rank and scene of each owner; all scenes differ, so that each can be told from the others."""
IN_STEP_S = LONGEST_DELAY_S + 60.0 + 36.0 + 1.0
"""Old messages have arrived, each lamp has spoken once, and the longest pause is over."""


class Town:
    """A dispatcher, a broker, a few lamps, and what the database remembers."""

    def __init__(self, seed: int = 0) -> None:
        self.hours = Hours()
        self.air = CLEAR
        self.dice = Random(seed)
        self.broker_up = True
        self.is_calm = False
        self.claims: dict[str, list[Claim]] = {}
        self.counter = 0
        self.highest_seq = dict.fromkeys(LAMPS, 0)
        self.fleet: Fleet | None = None
        now = self.hours.now()
        self.poles = {
            key: Pole(key, firmware.power_up(*PLACE, now), Random(f"{seed} {key}")) for key in LAMPS
        }
        for pole in self.poles.values():
            self.hours.later(pole.dice.uniform(0, 60), partial(self._beat, pole))
        self.start_dispatcher()

    def end(self) -> None:
        self.hours.end()

    # ---- the dispatcher's side

    def start_dispatcher(self) -> None:
        """With no memory but the claims that have not ended and the counter."""
        self.fleet = Fleet(
            clock=self.hours.now,
            say=self._say,
            reserve_seqs=self._reserve,
            serves=self.poles.__contains__,
            answered=lambda _: None,
            changed=lambda _: None,
        )
        now = self.hours.now()
        for owner, claims in self.claims.items():
            self.fleet.claims_are(owner, [claim for claim in claims if claim.until > now])
        self.fleet.broker_is(self.broker_up)
        self.life = self.hours.start(self.fleet.run())

    def kill_dispatcher(self) -> None:
        self.hours.stop(self.life)
        self.fleet = None

    def claim(self, owner: str, lamp_ids: Iterable[str], lasts: float) -> None:
        """The owner wants exactly these lamps from now on."""
        assert self.fleet is not None
        rank, scene = WANTS[owner]
        now = self.hours.now()
        until = now + lasts * SECOND
        self.claims[owner] = [
            Claim(key, owner, rank, scene, now, until) for key in sorted(lamp_ids)
        ]
        self.fleet.claims_are(owner, self.claims[owner])

    async def _reserve(self, size: int) -> int:
        self.counter += size
        return self.counter

    async def _say(self, messages: Iterable[Message]) -> int:
        spoken = list(messages)
        assert self.broker_up
        assert len({message.topic for message in spoken}) == len(spoken), "told twice in a round"
        for message in spoken:
            lamp_id = message.topic.split("/")[1]
            self._check_order(lamp_id, orjson.loads(message.payload))
            self._carry(self.poles[lamp_id].dice, partial(self._deliver, message))
        return len(spoken)

    def _check_order(self, lamp_id: str, order: dict[str, Any]) -> None:
        assert self.highest_seq[lamp_id] < order["seq"] <= self.counter, "a number went back"
        self.highest_seq[lamp_id] = order["seq"]
        claim, now = self.wanted(lamp_id), self.hours.now()
        if claim is None:
            assert order["scene"] == "schedule", "a lamp that nobody claims was told to light"
            return
        assert (order["scene"], order["level"]) == (claim.scene.name, claim.scene.level)
        until = datetime.fromisoformat(order["until"])
        assert now < until <= min(claim.until, now + firmware.LONGEST)

    # ---- the air and the street

    def _carry(self, dice: Random, deliver: Callable[[], None]) -> None:
        if self.broker_up:
            for delay_s in self.air.copies(dice):
                self.hours.later(delay_s, deliver)

    def _deliver(self, message: Message) -> None:
        pole = self.poles[message.topic.split("/")[1]]
        if not (pole.powered and pole.connected):
            return
        seq, now = pole.lamp.seq, self.hours.now()
        pole.lamp, heard, sighting = firmware.obey(pole.lamp, message.payload, now)
        assert pole.lamp.seq >= seq, "a lamp went back to an older order"
        if heard is firmware.Heard.OBEYED:
            order = orjson.loads(message.payload)
            until = order.get("until")
            pole.obeyed_at = now
            pole.obeyed_until = until and datetime.fromisoformat(until)
            self._plan_end(pole)
        self._speak(pole, "sighting", sighting)
        self.look(pole)

    def _plan_end(self, pole: Pole) -> None:
        if pole.lamp.ends is not None:
            wait_s = max((pole.lamp.ends - self.hours.now()) / SECOND, 0.001)
            self.hours.later(wait_s, lambda: self._tick(pole))

    def _tick(self, pole: Pole) -> None:
        before, now = pole.lamp.scene, self.hours.now()
        pole.lamp, news = firmware.tick(pole.lamp, now)
        if news is not None:
            self._speak(pole, "sighting", news)
            if self.is_calm and before.name != "schedule":
                held = [self.wanted(pole.lamp_id, now + off * SECOND) for off in (-5, 5)]
                assert not all(is_shown(claim, before) for claim in held), "it was left alone"

    def _beat(self, pole: Pole) -> None:
        self.hours.later(60 * pole.dice.uniform(0.9, 1.0), lambda: self._beat(pole))
        self._tick(pole)
        self._speak(pole, "sighting", firmware.sighting(pole.lamp, self.hours.now()))

    def _speak(self, pole: Pole, kind: str, payload: bytes) -> None:
        if pole.powered and pole.connected:
            topic = f"lamps/{pole.lamp_id}/{kind}"
            self._carry(pole.dice, lambda: self.tell_dispatcher(topic, payload))

    def tell_dispatcher(self, topic: str, payload: bytes) -> None:
        if self.fleet is not None and self.broker_up:
            self.fleet.heard(topic, payload)

    def _connect(self, pole: Pole) -> None:
        if self.broker_up:
            self._announce(pole)

    def _announce(self, pole: Pole) -> None:
        pole.connected = True
        self._speak(pole, "status", b"online")
        self._speak(pole, "sighting", firmware.sighting(pole.lamp, self.hours.now()))

    # ---- what happens

    def reboot(self, lamp_id: str) -> None:
        pole = self.poles[lamp_id]
        pole.lamp = firmware.reboot(pole.lamp, self.hours.now())
        if pole.powered and self.broker_up:
            self._announce(pole)

    def power(self, lamp_id: str, on: bool) -> None:
        pole = self.poles[lamp_id]
        if pole.powered and not on:
            self._carry(  # its will
                pole.dice, lambda: self.tell_dispatcher(f"lamps/{lamp_id}/status", b"offline")
            )
        back, pole.powered = on and not pole.powered, on
        if back:
            self.reboot(lamp_id)

    def set_clock(self, lamp_id: str, seconds: float) -> None:
        pole = self.poles[lamp_id]
        pole.lamp = firmware.with_clock_off(pole.lamp, seconds * SECOND, self.hours.now())
        self._plan_end(pole)
        self._speak(pole, "sighting", firmware.sighting(pole.lamp, self.hours.now()))

    def lose_broker(self) -> None:
        self.broker_up = False
        for pole in self.poles.values():
            pole.connected = False
        if self.fleet is not None:
            self.fleet.broker_is(False)

    def find_broker(self) -> None:
        self.broker_up = True
        if self.fleet is not None:
            self.fleet.broker_is(True)
        for pole in self.poles.values():
            wait_s = pole.dice.uniform(0, 5)
            self.hours.later(wait_s, partial(self._connect, pole))

    def pass_time(self, seconds: float) -> None:
        """Look at every lamp now and then."""
        while seconds > 0:
            self.hours.wait(min(seconds, 7.3))
            seconds -= 7.3
            self.look_at_all()

    # ---- what must hold

    def wanted(self, lamp_id: str, at: datetime | None = None) -> Claim | None:
        """The claim that is to show: of the highest rank, of those the earliest, then by name."""
        now = at or self.hours.now()
        live = [
            claim
            for claims in self.claims.values()
            for claim in claims
            if claim.lamp_id == lamp_id and claim.until > now
        ]
        live.sort(key=lambda claim: claim.owner)
        live.sort(key=lambda claim: claim.made_at)
        live.sort(key=lambda claim: claim.rank, reverse=True)
        return live[0] if live else None

    def look_at_all(self) -> None:
        for pole in self.poles.values():
            self.look(pole)

    def look(self, pole: Pole) -> None:
        """What somebody who stands below a lamp may always expect of it."""
        now = self.hours.now()
        lamp, _ = firmware.tick(pole.lamp, now)
        if lamp.scene.name == "schedule":
            return
        assert pole.obeyed_at is not None
        assert pole.obeyed_until is not None
        assert now + lamp.clock_off < pole.obeyed_until, "a lamp outlived its order's end"
        assert now < pole.obeyed_at + firmware.LONGEST, "a lamp forgot to stop"
        if lamp.scene.name == "blink":
            assert firmware.light_output(lamp, now) >= 30, "a street under a blinking lamp is dark"

    def all_is_well_again(self) -> None:
        """From now on nothing fails; whatever had failed is back."""
        self.air = CLEAR
        if not self.broker_up:
            self.find_broker()
        if self.fleet is None:
            self.start_dispatcher()
        for lamp_id in LAMPS:
            self.power(lamp_id, on=True)

    def assert_in_step(self) -> None:
        """Every claimed lamp shows its highest claim, every other one its programme."""
        while self._is_about_to_change():
            self.pass_time(5)
        for lamp_id, pole in self.poles.items():
            lamp, _ = firmware.tick(pole.lamp, self.hours.now())
            claim = self.wanted(lamp_id)
            assert is_shown(claim, lamp.scene), f"{lamp_id} shows {lamp.scene}, not {claim}"

    def _is_about_to_change(self) -> bool:
        """A lamp's clock may be a few seconds off when a claim ends."""
        now = self.hours.now()
        ends = {claim.until for claims in self.claims.values() for claim in claims}
        return any(abs(end - now) < 5 * SECOND for end in ends)

    def assert_it_recovers(self) -> None:
        self.all_is_well_again()
        self.pass_time(IN_STEP_S)
        self.assert_in_step()
        self.is_calm = True
        self.pass_time(400)  # over a renewal or two
        self.assert_in_step()
