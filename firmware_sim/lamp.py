"""Come here for what one lamp's firmware does: it obeys until the end, then falls back by itself.

Law: only a safe order, newer than the last and not over, changes the scene; every change ends by
the lamp's own clock, and at the latest ten minutes after the order came, even if that clock is
wrong. Arguments called `now` are the world's time, aware and in UTC: the lamp's own clock is
`clock_off` ahead of it, and its counter of seconds since an order came runs with it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from firmware_sim.light import Beam, Scene, first_beam, output, turn
from firmware_sim.programme import programme_level
from firmware_sim.wire import Fault, Order, Refused, order_of, sighting_bytes

LONGEST: Final = timedelta(minutes=10)
# Network clocks of a healthy lamp and a healthy server differ by less than this.
SLACK: Final = timedelta(seconds=5)
NO_OFFSET: Final = timedelta()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# No light comes out of these, whatever the controller would like to show.
_DARK: Final = frozenset({Fault.LAMP_FAILURE, Fault.SUPPLY_LOSS})


class Heard(StrEnum):
    """What became of an order."""

    OBEYED = "obeyed"
    REPEATED = "repeated"
    PASSED = "passed"
    OVER = "over"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Lamp:
    """One lamp: where it stands (degrees), what it obeyed last, what it shows and until when.

    `until` is by the lamp's own clock, `latest` is the guard by its counter of seconds; both are
    None while it follows its programme.
    """

    lon: float
    lat: float
    beam: Beam
    seq: int = 0
    until: datetime | None = None
    latest: datetime | None = None
    faults: frozenset[Fault] = frozenset()
    clock_off: timedelta = NO_OFFSET

    @property
    def scene(self) -> Scene:
        """What the lamp shows; for `schedule` the level is the programme's."""
        return self.beam.scene

    @property
    def ends(self) -> datetime | None:
        """When, in the world's time, the lamp goes back to its programme by itself."""
        if self.until is None or self.latest is None:
            return None
        return min(self.until - self.clock_off, self.latest)

    def clock(self, now: datetime) -> datetime | None:
        """What the lamp's own clock says; None where it is unset."""
        return None if Fault.CLOCK_UNSET in self.faults else now + self.clock_off


class Answer(NamedTuple):
    """The lamp after an order, what became of the order, and the sighting that says so."""

    lamp: Lamp
    heard: Heard
    sighting: bytes


def power_up(
    lon: float,
    lat: float,
    now: datetime,
    faults: frozenset[Fault] = frozenset(),
    clock_off: timedelta = NO_OFFSET,
) -> Lamp:
    """A lamp that gets power now; it has obeyed nobody and follows its programme."""
    clock = None if Fault.CLOCK_UNSET in faults else now + clock_off
    scene = Scene("schedule", programme_level(lon, lat, clock))
    beam = first_beam(scene, clock_off // _MILLISECOND, _instant_ms(now))
    return Lamp(lon, lat, beam, faults=faults, clock_off=clock_off)


def obey(lamp: Lamp, payload: bytes, now: datetime) -> Answer:
    """Hear an order as it came from the wire; every order is answered with what the lamp shows."""
    lamp = _settled(lamp, now)
    try:
        order = order_of(payload)
    except Refused:
        return Answer(lamp, Heard.REFUSED, sighting(lamp, now))
    heard = _judge(lamp, order, now)
    if heard is Heard.OBEYED:
        lamp = _taken(lamp, order, now)
    return Answer(lamp, heard, sighting(lamp, now))


def tick(lamp: Lamp, now: datetime) -> tuple[Lamp, bytes | None]:
    """Let time pass; with a sighting where the lamp shows something else now."""
    settled = _settled(lamp, now)
    return settled, None if settled is lamp else sighting(settled, now)


def sighting(lamp: Lamp, now: datetime) -> bytes:
    """What the lamp says it does. A clock that is unset stands at the Unix epoch."""
    return sighting_bytes(lamp.seq, lamp.scene, lamp.until, lamp.faults, lamp.clock(now) or _EPOCH)


def light_output(lamp: Lamp, now: datetime) -> int:
    """Percent of light that leaves the lamp at this instant."""
    if lamp.faults & _DARK:
        return 0
    return output(_settled(lamp, now).beam, _instant_ms(now))


def reboot(lamp: Lamp, now: datetime) -> Lamp:
    """The same lamp after a restart: it remembers no order."""
    return _on_programme(replace(lamp, seq=0), now, now)


def with_faults(lamp: Lamp, faults: frozenset[Fault], now: datetime) -> Lamp:
    """The same lamp with other faults; without a clock it drops what it cannot end."""
    return _settled(replace(lamp, faults=faults), now)


def with_clock_off(lamp: Lamp, clock_off: timedelta, now: datetime) -> Lamp:
    """The same lamp with its clock set anew, wrongly or rightly."""
    lamp = replace(_settled(lamp, now), clock_off=clock_off)
    return _settled(_showing(lamp, lamp.scene, now), now)


def _judge(lamp: Lamp, order: Order, now: datetime) -> Heard:
    if order.seq <= lamp.seq:
        return Heard.REPEATED if order.seq == lamp.seq else Heard.PASSED
    if order.until is None:
        return Heard.OBEYED
    clock = lamp.clock(now)
    if clock is None:  # it could neither tell when to stop nor flash in step with its neighbours
        return Heard.REFUSED
    if order.until <= clock:
        return Heard.OVER
    return Heard.OBEYED if order.until - clock <= LONGEST + SLACK else Heard.REFUSED


def _taken(lamp: Lamp, order: Order, now: datetime) -> Lamp:
    if order.scene is None:
        return _on_programme(replace(lamp, seq=order.seq), now, now)
    lamp = replace(lamp, seq=order.seq, until=order.until, latest=now + LONGEST)
    return _showing(lamp, order.scene, now)


def _settled(lamp: Lamp, now: datetime) -> Lamp:
    """The lamp as it is by now: the very same object where nothing has changed."""
    ends = lamp.ends
    if ends is not None and Fault.CLOCK_UNSET in lamp.faults:
        ends = min(ends, now)
    if ends is not None:
        return _on_programme(lamp, ends, now) if ends <= now else lamp
    level = programme_level(lamp.lon, lamp.lat, lamp.clock(now))
    return lamp if level == lamp.scene.level else _on_programme(lamp, now, now)


def _on_programme(lamp: Lamp, since: datetime, now: datetime) -> Lamp:
    level = programme_level(lamp.lon, lamp.lat, lamp.clock(now))
    lamp = replace(lamp, until=None, latest=None)
    return _showing(lamp, Scene("schedule", level), since)


def _showing(lamp: Lamp, scene: Scene, since: datetime) -> Lamp:
    beam = turn(lamp.beam, scene, lamp.clock_off // _MILLISECOND, _instant_ms(since))
    return replace(lamp, beam=beam)


def _instant_ms(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND
