"""The index finds what measuring every point would find."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.index import Near, PointIndex
from geo.place import Place, metres_between, to_metres

HERE = Place(127.0165, 37.6512)

# About 11 m a step, so that equal positions and equal distances are frequent.
near_here = st.builds(
    lambda east, north: (round(127.0165 + east * 1e-4, 4), round(37.6512 + north * 1e-4, 4)),
    st.integers(-5, 5),
    st.integers(-5, 5),
)
points = st.lists(st.tuples(st.text("abcLAMP-", min_size=1, max_size=3), near_here), max_size=25)


def index_of(named: list[tuple[str, tuple[float, float]]]) -> PointIndex:
    return PointIndex(
        [key for key, _ in named],
        np.array([lon for _, (lon, _) in named], np.float64),
        np.array([lat for _, (_, lat) in named], np.float64),
    )


def measured(named: list[tuple[str, tuple[float, float]]], place: Place) -> list[tuple[float, str]]:
    return sorted((round(metres_between(place, Place(*at)), 6), key) for key, at in named)


def found(nears: list[Near]) -> list[tuple[float, str]]:
    return [(round(near.metres, 6), near.key) for near in nears]


def test_the_nearest_come_first_with_their_metres() -> None:
    index = index_of([("far", (127.0180, 37.6512)), ("at", (127.0165, 37.6512))])
    first, second = index.nearest(HERE, 5)
    assert first == Near("at", 0.0)
    assert second.key == "far"
    assert second.metres == pytest.approx(132.4, abs=0.5)


def test_no_more_are_found_than_asked_for_and_none_beyond_the_limit() -> None:
    index = index_of([(f"L{n}", (127.0165 + n * 1e-4, 37.6512)) for n in range(10)])
    assert [near.key for near in index.nearest(HERE, 3)] == ["L0", "L1", "L2"]
    assert [near.key for near in index.nearest(HERE, 9, within_metres=20)] == ["L0", "L1", "L2"]
    assert index.nearest(HERE, 0) == []


def test_of_lamps_on_one_point_the_lesser_keys_are_chosen_whatever_the_order() -> None:
    keys = [f"L{n}" for n in range(9)]
    for order in (keys, keys[::-1]):
        index = index_of([(key, (127.0165, 37.6512)) for key in order])
        assert [near.key for near in index.nearest(HERE, 4)] == keys[:4]
        assert [near.key for near in index.within(HERE, 0)] == keys


def test_a_point_exactly_at_the_limit_is_within() -> None:
    index = index_of([("edge", (127.0180, 37.6512))])
    edge = index.nearest(HERE, 1)[0].metres
    assert index.within(HERE, edge) == [Near("edge", edge)]
    assert index.nearest(HERE, 1, within_metres=edge) == [Near("edge", edge)]
    assert index.within(HERE, math.nextafter(edge, 0)) == []
    assert index.within(HERE, -1) == []


def test_an_empty_index_finds_nothing() -> None:
    index = index_of([])
    assert len(index) == 0
    assert index.nearest(HERE, 3) == index.within(HERE, 100) == []
    assert index.within_many(np.array([HERE.metres, HERE.metres]), 100) == [[], []]


def test_nothing_is_found_from_a_place_that_cannot_be_projected() -> None:
    index = index_of([("L1", (127.0165, 37.6512))])
    nowhere = Place(-52.5, 0.0)
    if math.isinf(nowhere.metres.east):
        assert index.nearest(nowhere, 1) == index.within(nowhere, 1e9) == []


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 keys, 1 longitudes, 1 latitudes"):
        PointIndex(["a", "b"], np.array([127.0]), np.array([37.0]))


def test_a_point_without_a_position_is_named() -> None:
    with pytest.raises(ValueError, match="'b'"):
        PointIndex(["a", "b"], np.array([127.0, math.nan]), np.array([37.0, 37.0]))


@given(points, near_here, st.integers(1, 30), st.integers(0, 90))
def test_the_index_agrees_with_measuring_every_point(
    named: list[tuple[str, tuple[float, float]]],
    at: tuple[float, float],
    count: int,
    limit: int,
) -> None:
    index, place = index_of(named), Place(*at)
    every = measured(named, place)
    inside = [(metres, key) for metres, key in every if metres <= limit]
    assert len(index) == len(named)
    assert found(index.nearest(place, count)) == every[:count]
    assert found(index.within(place, limit)) == inside
    assert found(index.nearest(place, count, limit)) == inside[:count]


@given(points, st.lists(near_here, max_size=6), st.integers(0, 90))
def test_asking_for_many_places_at_once_changes_no_answer(
    named: list[tuple[str, tuple[float, float]]], at: list[tuple[float, float]], limit: int
) -> None:
    index = index_of(named)
    lon, lat = np.array(at, np.float64).reshape(-1, 2).T
    many = index.within_many(to_metres(lon.copy(), lat.copy()), limit)
    assert many == [index.within(Place(*each), limit) for each in at]


@given(points, st.lists(near_here, max_size=6), st.integers(1, 30), st.integers(0, 90))
def test_rows_are_those_of_the_nearest_points(
    named: list[tuple[str, tuple[float, float]]],
    at: list[tuple[float, float]],
    count: int,
    limit: int,
) -> None:
    index = index_of(named)
    here = to_metres(*np.array(at, np.float64).reshape(-1, 2).T.copy())
    rows = index.rows_near(here, count, limit + 0.001)
    assert rows.shape == (len(at), count)
    for place, each in zip(at, rows.tolist(), strict=True):
        found_rows = [row for row in each if row >= 0]
        assert each == found_rows + [-1] * (count - len(found_rows))
        expected = index.nearest(Place(*place), count, limit + 0.001)
        assert len(found_rows) == len(expected)
        far = [math.dist(index.points[row], Place(*place).metres) for row in found_rows]
        assert far == pytest.approx([near.metres for near in expected], abs=1e-6)
