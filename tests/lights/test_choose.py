"""Which lamps answer a cry for help, by example and by law."""

import math

import pytest

from geo.index import Near
from lights.choose import NOWHERE, Choice, Shortfall
from tests.lights.nearby import REACH, Point, changes, chosen, followed, ids, near


def row(count: int, spacing_m: float = 5.0) -> list[Near]:
    """So many lamps, each that much further than the one before, the first at the place."""
    return near(*(number * spacing_m for number in range(count)))


@pytest.mark.parametrize(
    ("accuracy_m", "radius_m"),
    [(1.0, 50), (10.0, 50), (25.0, 50), (26.0, 51), (100.0, 125), (2000.0, 2025), (None, 75)],
)
def test_the_reach_is_50_metres_or_25_beyond_the_accuracy(
    accuracy_m: float | None, radius_m: float
) -> None:
    assert REACH.radius_m(accuracy_m) == radius_m
    inside, outside = near(1, 2, 3, radius_m), near(1, 2, 3, radius_m + 0.1)
    assert ids(chosen(inside, accuracy_m)) == ["L00", "L01", "L02", "L03"]
    assert ids(chosen(outside, accuracy_m)) == ["L00", "L01", "L02"]


@pytest.mark.parametrize(
    ("lamps", "expected"),
    [
        (near(40, 10, 30), ["L01", "L02", "L00"]),
        # Equally near: the lower id.
        ([Near("b", 10.0), Near("a", 10.0)], ["a", "b"]),
        # At least three, if there are any within 200 m.
        (near(60, 120, 200, 90), ["L00", "L03", "L01"]),
        (near(10, 60, 120, 199), ["L00", "L01", "L02"]),
        (near(10, 20, 60, 61), ["L00", "L01", "L02"]),
        (near(10, 20, 30, 60), ["L00", "L01", "L02"]),
        (near(199.9, 200, 200.1), ["L00", "L01"]),
        (near(200.1), []),
        ([], []),
        # At most thirty.
        (row(40, 1.0), [f"L{number:02d}" for number in range(30)]),
    ],
)
def test_the_nearest_lamps_are_chosen_nearest_first(lamps: list[Near], expected: list[str]) -> None:
    assert ids(chosen(lamps)) == expected


def test_each_lamp_has_its_metres_and_its_reason() -> None:
    choice = chosen(near(12.345, 70, 80, 90), silent={"L00"})
    assert [tuple(getattr(lamp, name) for name in lamp.__slots__) for lamp in choice.lamps] == [
        ("L00", 12.3, "within 50 m"),
        ("L01", 70, "nearest 3"),
        ("L02", 80, "nearest 3"),
        ("L03", 90, "instead of a silent lamp"),
    ]


@pytest.mark.parametrize(
    ("lamps", "silent", "expected"),
    [
        # Silent lamps are told all the same, and the next nearest added for them.
        (near(10, 20, 30, 60, 70), {"L01"}, ["L00", "L01", "L02", "L03"]),
        (near(10, 20, 30, 60, 70), {"L01", "L02"}, ["L00", "L01", "L02", "L03", "L04"]),
        # No silent lamp is added for a silent one.
        (near(10, 20, 30, 60, 70), {"L01", "L03"}, ["L00", "L01", "L02", "L04"]),
        # A lamp that is too far to be asked is too far to stand in for another.
        (near(10, 20, 30, 201), {"L01"}, ["L00", "L01", "L02"]),
        (near(10, 20, 30, 200), {"L01"}, ["L00", "L01", "L02", "L03"]),
        # All three are silent: three more.
        (near(60, 70, 80, 90, 100, 110, 120), {"L00", "L01", "L02"}, [f"L0{n}" for n in range(6)]),
        # A dead cable takes no more than ten of the thirty places.
        (
            row(60, 0.5),
            {f"L{number:02d}" for number in range(25)},
            [f"L{number:02d}" for number in (*range(10), *range(25, 45))],
        ),
    ],
)
def test_silent_lamps_are_told_and_the_next_nearest_are_added(
    lamps: list[Near], silent: set[str], expected: list[str]
) -> None:
    assert ids(chosen(lamps, silent=silent)) == expected


SEVEN = {f"L{number:02d}" for number in range(7)}


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (NOWHERE, "no position"),
        (chosen([]), "no lamps within 200 m"),
        (chosen(near(201)), "no lamps within 200 m"),
        (chosen([], accuracy_m=300), "no lamps within 325 m"),
        (chosen(near(10)), "only 1 lamp within 200 m"),
        (chosen(near(10, 150)), "only 2 lamps within 200 m"),
        (chosen(near(10, 300), accuracy_m=300), "only 2 lamps within 325 m"),
        (chosen(row(10), silent=SEVEN), "7 of 10 silent"),
        (chosen(row(1), silent=SEVEN), "1 of 1 silent"),
        (chosen(near(10, 20, 30)), None),
        (chosen(row(30)), None),
    ],
)
def test_what_falls_short_is_said_in_words(choice: Choice, words: str | None) -> None:
    assert (choice.shortfall and choice.shortfall.words) == words


def test_a_shortfall_can_be_told_without_its_words() -> None:
    assert chosen(near(10)).shortfall == Shortfall("few_lamps", asked=1, within_m=200)
    assert chosen([]).shortfall == Shortfall("no_lamps", within_m=200)
    assert chosen(row(10), silent=SEVEN).shortfall == Shortfall("silent", asked=10, silent=7)


@pytest.mark.parametrize(
    ("lamps", "kept", "stays"),
    [
        (near(0, 1, 2, 50.1), "", False),
        (near(0, 1, 2, 50.1), "L03", True),
        (near(0, 1, 2, 75), "L03", True),
        (near(0, 1, 2, 75.1), "L03", False),
        # One of the nearest three, while another comes nearer.
        (near(100, 110, 112, 135), "L03", True),
        (near(100, 110, 111, 136.1), "L03", False),
        # At the rim of what is asked at all.
        (near(100, 110, 225), "L02", True),
        (near(100, 110, 225.1), "L02", False),
        # One of thirty, while thirty others are near.
        ([*row(30, 1.0), Near("L99", 53.9)], "L99", True),
        ([*row(30, 1.0), Near("L99", 54.1)], "L99", False),
    ],
)
def test_a_lamp_once_chosen_counts_as_25_metres_nearer(
    lamps: list[Near], kept: str, stays: bool
) -> None:
    assert (lamps[-1].key in ids(chosen(lamps, kept={kept}))) is stays


@pytest.mark.parametrize(("metres", "stays"), [(84, True), (86, False)])
def test_a_lamp_that_stands_in_for_a_silent_one_counts_as_nearer_too(
    metres: float, stays: bool
) -> None:
    found = ids(chosen(near(0, 10, 20, 60, metres), silent={"L00"}, kept={"L04"}))
    assert found == ["L00", "L01", "L02", "L04" if stays else "L03"]


STREET = [(number * 15.0, 0.0) for number in range(40)]


def test_lamps_follow_a_caller_who_walks() -> None:
    path = [(x * 5.0, 3.0) for x in range(120)]
    lit = followed(path, STREET)
    for here, lamps in zip(path, lit, strict=True):
        far = {f"L{number:02d}": math.dist(here, at) for number, at in enumerate(STREET)}
        assert {key for key, metres in far.items() if metres <= 50} <= lamps
        assert all(far[key] <= 75 for key in lamps)
    assert all(count <= 2 for count in changes(lit).values())  # on ahead of them, off behind them


def test_lamps_follow_a_caller_who_is_driven_away() -> None:
    first, second = followed([(0.0, 0.0), (500.0, 0.0)], STREET)
    assert not first & second
    assert len(second) >= 3


@pytest.mark.parametrize(
    ("street", "fixes"),
    [
        # A lamp at the rim of the 50 m.
        ([(50.0, 0.0), (0.0, 0.0), (5.0, 0.0), (9.0, 0.0)], [(0.0, 0.0), (-6.0, 0.0)]),
        # Four lamps about equally far, of which three are asked.
        ([(100.0, 0.0), (-100.0, 0.0), (0.0, 100.0), (0.0, -100.0)], [(0.0, 0.0), (6.0, 6.0)]),
        # A single lamp about 200 m away.
        ([(200.0, 0.0)], [(0.0, 0.0), (-6.0, 0.0)]),
        # More lamps than can be asked, in a heap on either side.
        ([(x, 0.0) for x in range(-30, 31)], [(-6.0, 0.0), (6.0, 0.0)]),
    ],
)
def test_a_fix_that_wavers_makes_no_lamp_flutter(street: list[Point], fixes: list[Point]) -> None:
    lit = followed(fixes * 5, street)
    assert max(changes(lit).values(), default=0) <= 1
