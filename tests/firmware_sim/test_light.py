"""The light of a lamp, by example and by law: no order of scenes makes it flash too fast."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.light import REST_MS, Beam, Scene, first_beam, output, turn

CALL = Scene("blink", level=100, low=30, period_ms=1000, lit_ms=600)
NIGHT = Scene("schedule", 50)
DAY = Scene("schedule", 0)
HOUR = 3_600_000
NOON = 1_795_348_800_000  # a whole second of 2026


def lights(beam: Beam, *after_ms: int) -> list[int]:
    return [output(beam, NOON + ms) for ms in after_ms]


def flash_starts(samples: list[int]) -> list[int]:
    """The milliseconds at which the light rises for the first time after a fall."""
    starts, fell = [], True
    for ms, (before, after) in enumerate(pairwise(samples), start=1):
        if after > before and fell:
            starts.append(ms)
            fell = False
        elif after < before:
            fell = True
    return starts


@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        (("blink", 100, 30, 499, 299), "two flashes"),
        (("blink", 100, 30, 1000, 499), "1/2"),
        (("blink", 100, 30, 1000, 667), "2/3"),
        (("blink", 100, 29, 1000, 600), "low"),
        (("blink", 40, 41, 1000, 600), "low"),
        (("blink", 101, 30, 1000, 600), "percentage"),
        (("blink", 100, 30, 0, 0), "two flashes"),
        (("dim", -1), "percentage"),
        (("dim", 0), "never put it out"),
        (("bright", 0), "never put it out"),
    ],
)
def test_a_scene_that_could_hurt_cannot_be_built(scene: tuple[object, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Scene(*scene)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period_ms", "lit_ms"), [(500, 250), (500, 333), (1000, 666), (999, 666), (3, 2)]
)
def test_the_fastest_and_the_longest_flash_that_are_allowed(period_ms: int, lit_ms: int) -> None:
    if period_ms < REST_MS:
        with pytest.raises(ValueError):
            Scene("blink", 100, 30, period_ms, lit_ms)
    else:
        assert Scene("blink", 100, 30, period_ms, lit_ms).lit_ms == lit_ms


def test_a_blinking_lamp_is_lit_at_the_begin_of_each_period_of_the_epoch() -> None:
    beam = turn(first_beam(NIGHT, 0, NOON - HOUR), CALL, 0, NOON - HOUR // 2)
    assert lights(beam, 0, 599, 600, 999, 1000) == [100, 100, 30, 30, 100]


def test_a_lamp_whose_clock_is_ahead_flashes_earlier() -> None:
    beam = turn(first_beam(NIGHT, 0, NOON - HOUR), CALL, 100, NOON - HOUR // 2)
    assert lights(beam, 0, 499, 500, 899, 900) == [100, 100, 30, 30, 100]


def test_lamps_that_were_told_at_different_moments_flash_together() -> None:
    one = turn(first_beam(NIGHT, 0, NOON - HOUR), CALL, 0, NOON - 12_345)
    other = turn(first_beam(DAY, 0, NOON - HOUR), CALL, 0, NOON - 6_789)
    after = range(0, 5000, 7)
    assert lights(one, *after) == lights(other, *after)


def test_a_call_for_help_shows_at_once_even_in_the_low_part_of_the_period() -> None:
    beam = turn(first_beam(NIGHT, 0, NOON - HOUR), CALL, 0, NOON + 700)
    assert lights(beam, 699, 700, 1199, 1200, 1599, 1600) == [50, 100, 100, 100, 100, 30]


def test_an_order_just_after_a_rise_waits_until_half_a_second_has_passed() -> None:
    beam = turn(first_beam(NIGHT, 0, NOON - HOUR), CALL, 0, NOON - 5_000)
    beam = turn(beam, Scene("bright", 90), 0, NOON + 100)
    assert lights(beam, 99, 100, 499, 500, 5000) == [100, 100, 100, 90, 90]


def test_an_order_between_two_fast_flashes_waits_for_the_next() -> None:
    fast = Scene("blink", level=100, low=30, period_ms=500, lit_ms=250)
    beam = turn(first_beam(NIGHT, 0, NOON - HOUR), fast, 0, NOON - 5_000)
    beam = turn(beam, Scene("bright", 90), 0, NOON + 300)
    assert lights(beam, 299, 300, 499, 500, 5000) == [30, 30, 30, 90, 90]


def test_an_order_that_comes_while_another_waits_waits_as_long() -> None:
    fast = Scene("blink", level=100, low=30, period_ms=500, lit_ms=250)
    beam = turn(first_beam(NIGHT, 0, NOON - HOUR), fast, 0, NOON - 5_000)
    beam = turn(beam, Scene("bright", 90), 0, NOON + 300)
    beam = turn(beam, Scene("dim", 40), 0, NOON + 310)
    beam = turn(beam, CALL, 0, NOON + 320)
    assert lights(beam, 320, 499, 500, 999) == [30, 30, 100, 100]


def test_a_light_that_has_not_fallen_yet_may_rise_further_at_once() -> None:
    beam = turn(first_beam(DAY, 0, NOON - HOUR), Scene("dim", 10), 0, NOON)
    beam = turn(beam, CALL, 0, NOON + 100)
    assert lights(beam, 0, 99, 100, 599) == [10, 10, 100, 100]


SAFE_SCENES = st.one_of(
    st.builds(Scene, st.sampled_from(["bright", "dim"]), st.integers(1, 100)),
    st.builds(Scene, st.just("schedule"), st.sampled_from([0, 50, 80, 100])),
    st.tuples(st.integers(30, 100), st.integers(30, 100), st.integers(500, 1500), st.floats(0, 1))
    .map(lambda t: (max(t[:2]), min(t[:2]), t[2], -(-t[2] // 2) + int(t[3] * (t[2] // 6))))
    .map(lambda t: Scene("blink", t[0], t[1], t[2], min(t[3], t[2] * 2 // 3))),
)
TURNS = st.lists(
    st.tuples(st.integers(0, 1700), SAFE_SCENES, st.integers(-2000, 2000)), min_size=1, max_size=8
)


def played(turns: list[tuple[int, Scene, int]]) -> tuple[list[int], list[Scene]]:
    """Every millisecond of light, and the scene that the lamp says it shows then."""
    beam, now = first_beam(DAY, 0, NOON - HOUR), NOON
    samples, scenes = [output(beam, now)], [DAY]
    for wait_ms, scene, clock_off_ms in [*turns, (2500, NIGHT, 0)]:
        for _ in range(wait_ms):
            now += 1
            samples.append(output(beam, now))
            scenes.append(beam.scene)
        beam = turn(beam, scene, clock_off_ms, now)
    return samples, scenes


@given(TURNS)
def test_whatever_scenes_follow_each_other_flashes_begin_half_a_second_apart(
    turns: list[tuple[int, Scene, int]],
) -> None:
    starts = flash_starts(played(turns)[0])
    assert all(later - earlier >= REST_MS for earlier, later in pairwise(starts))


@given(TURNS)
def test_whatever_scenes_follow_each_other_a_blinking_lamp_is_never_below_30_percent(
    turns: list[tuple[int, Scene, int]],
) -> None:
    samples, scenes = played(turns)
    blinking = (
        light for light, scene in zip(samples, scenes, strict=True) if scene.name == "blink"
    )
    assert min(blinking, default=30) >= 30


@given(TURNS)
def test_half_a_second_after_the_last_order_the_light_is_that_scenes(
    turns: list[tuple[int, Scene, int]],
) -> None:
    samples, _ = played(turns)
    last = turns[-1][1]
    tail = samples[-2000:]
    assert set(tail) <= {last.level, last.low if last.name == "blink" else last.level}
