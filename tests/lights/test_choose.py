"""Which lamps answer a cry for help, by example and by law."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.index import Near
from lights.choose import NOWHERE, Choice, Reach, Shortfall, choose

REACH = Reach()
Point = tuple[float, float]


def near(*metres: float) -> list[Near]:
    """Lamps at these distances: L00, L01, and so on."""
    return [Near(f"L{number:02d}", far) for number, far in enumerate(metres)]


def row(count: int, spacing_m: float = 5.0) -> list[Near]:
    """So many lamps, each that much further than the one before, the first at the place."""
    return near(*(number * spacing_m for number in range(count)))


def ids(choice: Choice) -> list[str]:
    return [lamp.lamp_id for lamp in choice.lamps]


def chosen(
    lamps: list[Near],
    accuracy_m: float | None = 10.0,
    silent: set[str] | None = None,
    kept: set[str] | None = None,
) -> Choice:
    return choose(accuracy_m, lamps, silent or set(), kept or set(), REACH)


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


def around(here: Point, street: list[Point], accuracy_m: float = 10.0) -> list[Near]:
    """What an index of the street would find for a choice at this place."""
    lamps = [Near(f"L{number:02d}", math.dist(here, at)) for number, at in enumerate(street)]
    inside = [lamp for lamp in lamps if lamp.metres <= REACH.horizon_m(accuracy_m)]
    return sorted(inside, key=lambda lamp: (lamp.metres, lamp.key))


def followed(path: list[Point], street: list[Point]) -> list[set[str]]:
    """The lamps that are lit at each point of a path."""
    lit: list[set[str]] = []
    for here in path:
        kept = lit[-1] if lit else set()
        lit.append(set(ids(chosen(around(here, street), kept=kept))))
    return lit


def changes(lit: list[set[str]]) -> dict[str, int]:
    """How often each lamp went on or off after the first choice."""
    return {
        key: sum((key in before) != (key in after) for before, after in pairwise(lit))
        for key in set().union(*lit)
    }


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


METRES = st.sampled_from([0.0, 10.0, 49.9, 50.0, 75.0, 199.0, 200.0, 201.0, 225.0, 226.0])
FAR = st.lists(METRES | st.floats(0, 400), max_size=45).map(lambda metres: near(*sorted(metres)))
SOME = st.sets(st.integers(0, 44).map(lambda number: f"L{number:02d}"), max_size=20)
ACCURACY = st.none() | st.floats(0.1, 300)


@given(FAR, ACCURACY, SOME, SOME)
def test_at_most_thirty_lamps_are_chosen_nearest_first_and_each_once(
    lamps: list[Near], accuracy_m: float | None, silent: set[str], kept: set[str]
) -> None:
    choice = chosen(lamps, accuracy_m, silent, kept)
    metres = [lamp.metres for lamp in choice.lamps]
    assert metres == sorted(metres)
    assert len(set(ids(choice))) == len(metres) <= 30
    assert sum(key in silent for key in ids(choice)) <= 10
    assert choice == chosen(lamps[::-1], accuracy_m, silent, kept)


@given(FAR, ACCURACY, SOME)
def test_whoever_is_chosen_has_nobody_nearer_left_out(
    lamps: list[Near], accuracy_m: float | None, silent: set[str]
) -> None:
    found = set(ids(chosen(lamps, accuracy_m, silent)))
    working = [lamp for lamp in lamps if lamp.key not in silent]
    farthest = max((lamp.metres for lamp in working if lamp.key in found), default=0.0)
    assert all(lamp.key in found for lamp in working if lamp.metres < farthest)


@given(FAR, ACCURACY, SOME)
def test_lamps_are_asked_within_the_reach_and_three_if_there_are_any_within_200_metres(
    lamps: list[Near], accuracy_m: float | None, silent: set[str]
) -> None:
    radius = REACH.radius_m(accuracy_m)
    found = set(ids(chosen(lamps, accuracy_m, silent)))
    inside = [lamp.key for lamp in lamps if lamp.metres <= radius]
    any_near = [lamp.key for lamp in lamps if lamp.metres <= max(radius, 200)]
    if len(inside) <= 10:
        assert set(inside) <= found
    assert len(found) >= min(3, len(any_near))
    assert found <= set(any_near)


@given(FAR, ACCURACY, SOME)
def test_for_each_silent_lamp_a_working_one_is_added_where_there_is_one(
    lamps: list[Near], accuracy_m: float | None, silent: set[str]
) -> None:
    without = ids(chosen(lamps, accuracy_m))
    found = ids(chosen(lamps, accuracy_m, silent))
    limit = max(REACH.radius_m(accuracy_m), 200)
    working = [lamp.key for lamp in lamps if lamp.key not in silent and lamp.metres <= limit]
    answering = [key for key in found if key not in silent]
    quiet = len(found) - len(answering)
    assert len(answering) >= min(len(without), len(working), 30 - quiet)


POINTS = st.tuples(st.floats(-120, 120), st.floats(-120, 120))
STREETS = st.lists(POINTS, max_size=12) | st.lists(
    st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=31, max_size=40
)
WAVERS = st.lists(
    st.tuples(st.floats(0, 6.2), st.floats(0, 6.283)).map(
        lambda polar: (polar[0] * math.cos(polar[1]), polar[0] * math.sin(polar[1]))
    ),
    min_size=2,
    max_size=12,
)


@given(STREETS, WAVERS)
def test_whatever_the_street_a_position_that_wavers_by_less_than_half_the_linger_makes_no_flutter(
    street: list[Point], fixes: list[Point]
) -> None:
    assert max(changes(followed(fixes, street)).values(), default=0) <= 1
