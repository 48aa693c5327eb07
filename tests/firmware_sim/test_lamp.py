"""One lamp's firmware, by example and by law."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.lamp import (
    LONGEST,
    Heard,
    Lamp,
    light_output,
    obey,
    power_up,
    reboot,
    sighting,
    tick,
    with_clock_off,
    with_faults,
)
from firmware_sim.programme import programme_level
from firmware_sim.wire import Fault

PLACE = (127.0471, 37.6688)
NIGHT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # 21:00 in Seoul: the programme says 80
DAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # noon
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def order(seq: int, scene: str = "blink", until: datetime | None = None, **more: object) -> bytes:
    body: dict[str, object] = {"v": 1, "seq": seq, "scene": scene, "level": 100}
    if scene == "blink":
        body |= {"low": 30, "period_ms": 1000, "lit_ms": 600}
    if until is not None:
        body["until"] = until
    return orjson.dumps(body | more)


def seen(payload: bytes) -> dict[str, object]:
    fields: dict[str, object] = orjson.loads(payload)
    return fields


def lamp_at_night() -> Lamp:
    return power_up(*PLACE, NIGHT)


def blinking_lamp(seq: int = 41, until: datetime = NIGHT + 5 * MINUTE) -> Lamp:
    return obey(lamp_at_night(), order(seq, until=until), NIGHT).lamp


def test_a_lamp_that_nobody_asked_shows_its_programme_and_says_so() -> None:
    assert sighting(lamp_at_night(), NIGHT) == (
        b'{"v":1,"seq":0,"scene":"schedule","level":80,"faults":[],"at":"2026-11-22T12:00:00.000Z"}'
    )


def test_an_order_is_obeyed_and_answered_with_the_sighting_that_shows_it() -> None:
    lamp, heard, answer = obey(
        lamp_at_night(), order(41, until=NIGHT + 30 * SECOND), NIGHT + SECOND
    )
    assert heard is Heard.OBEYED
    assert lamp.seq == 41
    assert answer == (
        b'{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
        b'"until":"2026-11-22T12:00:30.000Z","faults":[],"at":"2026-11-22T12:00:01.000Z"}'
    )


@pytest.mark.parametrize(
    ("payload", "heard"),
    [
        (order(42, until=NIGHT + MINUTE), Heard.OBEYED),
        (order(42, "schedule"), Heard.OBEYED),
        (order(42, until=NIGHT + LONGEST), Heard.OBEYED),
        (order(42, until=NIGHT + LONGEST + 5 * SECOND), Heard.OBEYED),
        (order(42, until=NIGHT + LONGEST + 6 * SECOND), Heard.REFUSED),
        (order(41, until=NIGHT + MINUTE), Heard.REPEATED),
        (order(41, "bright", until=NIGHT + MINUTE), Heard.REPEATED),
        (order(40, until=NIGHT + MINUTE), Heard.PASSED),
        (order(40, "schedule"), Heard.PASSED),
        (order(42, until=NIGHT), Heard.OVER),
        (order(42, until=NIGHT - 60 * MINUTE), Heard.OVER),
        (order(42, until=NIGHT + MINUTE, v=2), Heard.REFUSED),
        (order(42, until=NIGHT + MINUTE, low=29), Heard.REFUSED),
        (order(42, until=NIGHT + MINUTE, period_ms=499, lit_ms=300), Heard.REFUSED),
        (order(42, until=NIGHT + MINUTE, lit_ms=700), Heard.REFUSED),
        (order(42, until=NIGHT + MINUTE, lit_ms=400), Heard.REFUSED),
        (b"", Heard.REFUSED),
        (b"\xff\x00", Heard.REFUSED),
    ],
)
def test_only_a_new_safe_order_that_is_not_over_changes_the_scene(
    payload: bytes, heard: Heard
) -> None:
    before = blinking_lamp(seq=41)
    lamp, became, answer = obey(before, payload, NIGHT)
    assert became is heard
    assert (lamp != before) == (heard is Heard.OBEYED)
    assert answer == sighting(lamp, NIGHT)


def test_the_lamp_returns_to_its_programme_by_itself_when_until_passes() -> None:
    lamp = blinking_lamp(until=NIGHT + 30 * SECOND)
    assert tick(lamp, NIGHT + 29.999 * SECOND) == (lamp, None)
    lamp, news = tick(lamp, NIGHT + 30 * SECOND)
    assert news is not None
    assert seen(news) == {
        "v": 1, "seq": 41, "scene": "schedule", "level": 80, "faults": [],
        "at": "2026-11-22T12:00:30.000Z",
    }  # fmt: skip
    assert tick(lamp, NIGHT + 31 * SECOND) == (lamp, None)


def test_a_repeated_order_does_not_start_again_what_has_ended() -> None:
    lamp = with_clock_off(blinking_lamp(until=NIGHT + 9 * MINUTE), -5 * MINUTE, NIGHT + SECOND)
    late = NIGHT + 11 * MINUTE  # by the lamp's clock, there are three minutes to go
    lamp, heard, answer = obey(lamp, order(41, until=NIGHT + 9 * MINUTE), late)
    assert heard is Heard.REPEATED
    assert seen(answer)["scene"] == "schedule"


def test_a_lamp_whose_clock_is_set_back_stops_ten_minutes_after_the_order_came() -> None:
    lamp = with_clock_off(blinking_lamp(), timedelta(hours=-1), NIGHT + SECOND)
    assert lamp.ends == NIGHT + LONGEST
    assert tick(lamp, NIGHT + LONGEST - SECOND)[0].scene.name == "blink"
    assert tick(lamp, NIGHT + LONGEST)[0].scene.name == "schedule"


def test_a_lamp_whose_clock_is_set_forward_past_until_stops_now() -> None:
    lamp = with_clock_off(blinking_lamp(), timedelta(hours=1), NIGHT + SECOND)
    assert lamp.scene.name == "schedule"


def test_a_lamp_whose_clock_is_set_forward_just_after_a_rise_does_not_flicker() -> None:
    lamp = obey(power_up(*PLACE, DAY), order(1, until=DAY + MINUTE), DAY).lamp
    lamp = with_clock_off(lamp, timedelta(hours=1), DAY + 0.1 * SECOND)
    assert lamp.scene.name == "schedule"
    assert light_output(lamp, DAY + 0.4 * SECOND) == 100
    assert light_output(lamp, DAY + 0.5 * SECOND) == 0


def test_a_lamp_whose_clock_is_wrong_judges_until_by_it() -> None:
    fast = power_up(*PLACE, NIGHT, clock_off=timedelta(minutes=5))
    assert obey(fast, order(1, until=NIGHT + 4 * MINUTE), NIGHT).heard is Heard.OVER
    slow = power_up(*PLACE, NIGHT, clock_off=-timedelta(minutes=8))
    assert obey(slow, order(1, until=NIGHT + 4 * MINUTE), NIGHT).heard is Heard.REFUSED


def test_a_rebooted_lamp_has_obeyed_nobody_and_obeys_the_next_order() -> None:
    lamp = reboot(blinking_lamp(seq=41), NIGHT + SECOND)
    assert (lamp.seq, lamp.scene.name, lamp.ends) == (0, "schedule", None)
    assert obey(lamp, order(41, until=NIGHT + MINUTE), NIGHT + SECOND).heard is Heard.OBEYED


def test_a_lamp_without_a_clock_is_fully_on_and_takes_no_order_that_has_an_end() -> None:
    lamp = power_up(*PLACE, DAY, frozenset({Fault.CLOCK_UNSET}))
    lamp, heard, answer = obey(lamp, order(1, until=DAY + MINUTE), DAY)
    assert heard is Heard.REFUSED
    assert answer == (
        b'{"v":1,"seq":0,"scene":"schedule","level":100,"faults":["clock_unset"],'
        b'"at":"1970-01-01T00:00:00.000Z"}'
    )
    assert light_output(lamp, DAY) == 100
    assert obey(lamp, order(1, "schedule"), DAY).heard is Heard.OBEYED


def test_a_blinking_lamp_that_loses_its_clock_stops_blinking() -> None:
    lamp = with_faults(blinking_lamp(), frozenset({Fault.CLOCK_UNSET}), NIGHT + SECOND)
    assert (lamp.scene.name, lamp.scene.level) == ("schedule", 100)


def test_a_lamp_whose_light_has_failed_obeys_says_so_and_stays_dark() -> None:
    lamp = power_up(*PLACE, NIGHT, frozenset({Fault.LAMP_FAILURE}))
    lamp, _, answer = obey(lamp, order(1, until=NIGHT + MINUTE), NIGHT)
    assert seen(answer)["scene"] == "blink"
    assert seen(answer)["faults"] == ["lamp_failure"]
    assert light_output(lamp, NIGHT) == 0


def test_at_23_00_the_lamp_dims_by_itself_and_says_so() -> None:
    lamp, news = tick(lamp_at_night(), datetime(2026, 11, 22, 14, 0, tzinfo=UTC))
    assert news is not None
    assert seen(news)["level"] == 50
    assert lamp.scene.level == 50


EVENTS = st.one_of(
    st.tuples(
        st.just("order"),
        st.tuples(
            st.integers(1, 12),
            st.sampled_from(["blink", "blink", "bright", "dim", "schedule", "disco"]),
            st.sampled_from([-3600, -1, 0, 0.3, 1, 5, 300, 600, 604, 606, 4000]),
            st.sampled_from([{}, {"level": 35}, {"low": 10}, {"period_ms": 500, "lit_ms": 250}])
            | st.fixed_dictionaries(
                {"period_ms": st.integers(400, 1500), "lit_ms": st.integers(200, 1000)}
            ),
        ),
    ),
    st.tuples(st.just("junk"), st.binary(max_size=20)),
    st.tuples(st.just("clock"), st.sampled_from([0, -30, 30, -3600, 3600])),
    st.tuples(st.just("faults"), st.sets(st.sampled_from([Fault.CLOCK_UNSET, Fault.DAY_BURNING]))),
    st.tuples(st.just("reboot"), st.none()),
)
WAITS = st.sampled_from([0, 10, 50, 130, 250, 380, 500, 700, 1200, 3000, 600_000])
STEP = timedelta(milliseconds=10)


@dataclass
class Watch:
    """A lamp, and what somebody who stands below it writes down every 10 ms."""

    now: datetime
    lamp: Lamp
    received: datetime | None = None
    light: list[tuple[datetime, int]] = field(default_factory=list)

    def stand(self, wait_ms: int) -> None:
        end = self.now + timedelta(milliseconds=wait_ms)
        if wait_ms > 5000:  # nobody stands there for ten minutes
            self.now = end - SECOND
        while self.now < end:
            self.now += STEP
            self.lamp, _ = tick(self.lamp, self.now)
            self.look()

    def look(self) -> None:
        light = light_output(self.lamp, self.now)
        self.light.append((self.now, light))
        if self.lamp.scene.name == "blink":
            assert light >= 30
        if self.lamp.scene.name != "schedule":
            assert self.received is not None
            assert self.now < self.received + LONGEST

    def happen(self, kind: str, what: object) -> None:
        seq, settled = self.lamp.seq, tick(self.lamp, self.now)[0]
        match kind, what:
            case "order", (int(number), str(scene), int() | float() as seconds, dict(more)):
                until = self.now + timedelta(seconds=seconds)
                self.hear(settled, order(number, scene, until, **more))
            case "junk", bytes(payload):
                self.hear(settled, payload)
            case "clock", int(off):
                self.lamp = with_clock_off(self.lamp, timedelta(seconds=off), self.now)
            case "faults", set(faults):
                self.lamp = with_faults(self.lamp, frozenset(faults), self.now)
            case _:
                self.lamp, seq = reboot(self.lamp, self.now), 0
        assert self.lamp.seq >= seq
        self.look()

    def hear(self, settled: Lamp, payload: bytes) -> None:
        self.lamp, heard, answer = obey(self.lamp, payload, self.now)
        assert answer == sighting(self.lamp, self.now)
        if heard is Heard.OBEYED:
            assert self.lamp.seq > settled.seq
            self.received = self.now
        else:
            assert self.lamp == settled


@given(
    st.sampled_from([DAY, NIGHT, NIGHT + timedelta(hours=1, minutes=59, seconds=59)]),
    st.lists(st.tuples(WAITS, EVENTS), max_size=10),
)
def test_whatever_happens_to_a_lamp_it_is_safe_and_ends_by_itself(
    start: datetime, story: list[tuple[int, tuple[str, object]]]
) -> None:
    watch = Watch(start, power_up(*PLACE, start))
    for wait_ms, (kind, what) in story:
        watch.stand(wait_ms)
        watch.happen(kind, what)
    watch.stand(3000)
    assert_flashes_are_slow(watch.light)
    watch.stand(int(LONGEST.total_seconds() * 1000) + 2000)
    clock = watch.lamp.clock(watch.now)
    assert watch.lamp.scene.name == "schedule"
    assert light_output(watch.lamp, watch.now) == programme_level(*PLACE, clock)


def assert_flashes_are_slow(light: list[tuple[datetime, int]]) -> None:
    """At most two flashes in any second: those that begin after a fall, half a second apart."""
    starts, fell = [], True
    for (_, before), (at, after) in pairwise(light):
        if after > before and fell:
            starts.append(at)
        if after != before:
            fell = after < before
    # A rise is seen up to one look late.
    assert all(later - earlier > timedelta(milliseconds=490) for earlier, later in pairwise(starts))
