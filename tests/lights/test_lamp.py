"""What a lamp can be asked to show, by example and by law: nothing that can hurt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim import light
from lights.lamp import BLINK, BRIGHT, SCHEDULE, Lamp, Scene, SceneName, Sighting, is_lamp_id


@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        (("blink", 100, 30, 499, 299), "period 499"),
        (("blink", 100, 30, 0, 0), "period 0"),
        (("blink", 100, 30, -1000, -600), "period -1000"),
        (("blink", 100, 30, 4001, 2400), "period 4001"),
        (("blink", 100, 30, 1000, 499), "between half and two thirds"),
        (("blink", 100, 30, 1000, 667), "between half and two thirds"),
        (("blink", 100, 30, 1000, 1000), "between half and two thirds"),
        (("blink", 100, 29, 1000, 600), "low 29"),
        (("blink", 100, 0, 1000, 600), "low 0"),
        (("blink", 40, 41, 1000, 600), "low 41"),
        (("blink", 101, 30, 1000, 600), "level 101"),
        (("blink", 100), "needs low, period_ms and lit_ms"),
        (("blink", 100, 30, 1000), "needs low, period_ms and lit_ms"),
        (("blink", 100, None, 1000, 600), "needs low, period_ms and lit_ms"),
        (("bright", 101), "level 101"),
        (("dim", -1), "level -1"),
        (("dim", 0), "never put it out"),
        (("bright", 0), "never put it out"),
        (("bright", 100, 30), "belong to blink"),
        (("dim", 50, None, 1000, 600), "belong to blink"),
        (("schedule", 80, 30, 1000, 600), "belong to blink"),
    ],
)
def test_a_scene_that_can_hurt_cannot_be_built(scene: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Scene(*scene)


@pytest.mark.parametrize(
    "scene",
    [
        ("blink", 100, 30, 500, 250),
        ("blink", 100, 30, 500, 333),
        ("blink", 100, 30, 999, 666),
        ("blink", 100, 30, 4000, 2000),
        ("blink", 30, 30, 1000, 600),
        ("blink", 100, 100, 1000, 600),
        ("dim", 1),
        ("bright", 100),
        ("schedule", 0),
    ],
)
def test_what_is_just_allowed_can_be_built(scene: tuple[Any, ...]) -> None:
    assert Scene(*scene).name == scene[0]


def test_the_scenes_of_the_house_are_those_of_the_contract() -> None:
    assert Scene("blink", level=100, low=30, period_ms=1000, lit_ms=600) == BLINK
    assert Scene("bright", level=100) == BRIGHT
    assert SCHEDULE.name == "schedule"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("L1", True),
        ("0", True),
        ("_-aZ09", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("L1\n", False),
        ("L/1", False),
        ("+", False),
        ("#", False),
        ("L 1", False),
        ("쌍문-1", False),
        ("\uff2c1", False),
        ("L\0", False),
    ],
)
def test_a_lamp_id_is_a_level_of_a_topic_for_ever(text: str, is_one: bool) -> None:
    assert is_lamp_id(text) is is_one
    if is_one:
        assert Lamp(text, "쌍문-0001", 127.0, 37.6).lamp_id == text
    else:
        with pytest.raises(ValueError, match="lamp id"):
            Lamp(text, "쌍문-0001", 127.0, 37.6)


def sighting(
    scene: SceneName,
    level: int = 100,
    low: int | None = None,
    period_ms: int | None = None,
    lit_ms: int | None = None,
) -> Sighting:
    return Sighting(7, scene, level, low, period_ms, lit_ms)


@pytest.mark.parametrize(
    ("seen", "scene", "shown"),
    [
        (sighting("blink", 100, 30, 1000, 600), BLINK, True),
        (sighting("blink", 100, 30, 1000, 599), BLINK, False),
        (sighting("blink", 100, 30, 2000, 600), BLINK, False),
        (sighting("blink", 100, 31, 1000, 600), BLINK, False),
        (sighting("blink", 99, 30, 1000, 600), BLINK, False),
        (sighting("blink", 100), BLINK, False),
        (sighting("bright"), BRIGHT, True),
        (sighting("bright", 99), BRIGHT, False),
        (sighting("bright"), BLINK, False),
        (sighting("blink", 100, 30, 1000, 600), BRIGHT, False),
        (sighting("schedule"), BRIGHT, False),
        (sighting("dim"), BRIGHT, False),
        # The programme's level is the lamp's own.
        (sighting("schedule", 0), SCHEDULE, True),
        (sighting("schedule", 80), SCHEDULE, True),
        (sighting("bright"), SCHEDULE, False),
        # A lamp that needlessly says a rhythm with a steady light shows the light.
        (sighting("bright", 100, 100, 0, 0), BRIGHT, True),
    ],
)
def test_a_lamp_shows_a_scene_when_everything_that_is_seen_of_it_agrees(
    seen: Sighting, scene: Scene, shown: bool
) -> None:
    assert seen.shows(scene) is shown


NUMBERS = st.sampled_from([-1, 0, 1, 29, 30, 31, 50, 99, 100, 101]) | st.integers(-10, 110)
TIMES = st.sampled_from([0, 250, 333, 334, 499, 500, 600, 666, 667, 999, 1000, 4000, 4001])


@given(
    st.sampled_from(["blink", "bright", "dim", "schedule"]),
    NUMBERS,
    st.none() | NUMBERS,
    st.none() | TIMES | st.integers(400, 1500),
    st.none() | TIMES | st.integers(200, 1000),
)
def test_whatever_scene_can_be_built_is_safe_and_is_obeyed_by_every_lamp(
    name: SceneName, level: int, low: int | None, period_ms: int | None, lit_ms: int | None
) -> None:
    try:
        scene = Scene(name, level, low, period_ms, lit_ms)
    except ValueError:
        return
    assert 0 <= scene.level <= 100
    if name == "blink":
        assert scene.low is not None
        assert scene.period_ms is not None
        assert scene.lit_ms is not None
        assert 30 <= scene.low <= scene.level
        assert 1000 / scene.period_ms <= 2
        assert scene.period_ms / 2 <= scene.lit_ms <= scene.period_ms * 2 / 3 + 1e-9
    light.Scene(name, level, low or 0, period_ms or 0, lit_ms or 0)


@given(st.integers(30, 100), st.integers(30, 100), st.integers(500, 4000), st.floats(0, 1))
def test_every_safe_flash_can_be_built(one: int, other: int, period_ms: int, part: float) -> None:
    shortest, longest = -(-period_ms // 2), period_ms * 2 // 3
    lit_ms = round(shortest + part * (longest - shortest))
    scene = Scene("blink", max(one, other), min(one, other), period_ms, lit_ms)
    assert scene.lit_ms == lit_ms
