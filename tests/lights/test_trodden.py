"""How often walks have wanted each lamp, without a trace of anybody."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lights.trodden import Trodden, Wanted

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def test_a_lamp_on_a_way_that_many_walk_counts_more() -> None:
    trodden = Trodden()
    for _ in range(3):
        trodden.add(["L1"], TODAY)
    trodden.add(["L2"], TODAY)
    assert [trodden.times(key, TODAY) for key in ("L1", "L2", "L3")] == [3.0, 1.0, 0.0]


def test_in_two_weeks_half_is_forgotten_and_in_the_end_all() -> None:
    trodden = Trodden()
    trodden.add(["L1"], TODAY)
    assert trodden.times("L1", TODAY + 14 * DAY) == 0.5
    assert trodden.times("L1", TODAY + 90 * DAY) == 0.0


def test_a_clock_that_was_set_back_makes_nothing_grow() -> None:
    assert Wanted(4.0, TODAY).as_of(TODAY - 30 * DAY) == 4.0


def test_what_is_raised_while_it_is_written_down_is_offered_again() -> None:
    trodden = Trodden()
    trodden.add(["L1", "L2"], TODAY)
    rows = trodden.rows(10)
    trodden.add(["L2"], TODAY)
    trodden.are_kept(rows)
    assert [row["lamp_id"] for row in trodden.rows(10)] == ["L2"]


def test_after_a_restart_it_goes_on_from_what_was_kept() -> None:
    before, after = Trodden(), Trodden()
    before.add(["L1", "L1"], TODAY)
    for row in before.rows(10):
        after.restore(row["lamp_id"], Wanted(row["walked"], row["walked_on"]))
    assert after.times("L1", TODAY) == 2.0
    assert after.rows(10) == []


@given(st.lists(st.integers(0, 60), max_size=20))
def test_the_order_of_days_is_all_that_matters(days: list[int]) -> None:
    trodden = Trodden()
    for number in sorted(days):
        trodden.add(["L1"], TODAY + number * DAY)
    exact = sum(0.5 ** ((60 - number) / 14) for number in days)
    assert abs(trodden.times("L1", TODAY + 60 * DAY) - exact) <= 0.05 * (1 + len(days))


def test_what_is_shown_is_of_the_days_before_rounded_down_and_never_fewer_than_five() -> None:
    trodden = Trodden()
    for times, key in ((4, "few"), (5, "some"), (37, "many")):
        for _ in range(times):
            trodden.add([key], TODAY)
    keys = ("few", "some", "many", "none")
    assert [trodden.often(key, TODAY) for key in keys] == [0, 0, 0, 0]
    trodden.add(["many"], TODAY + DAY)
    tomorrow = [trodden.often(key, TODAY + DAY) for key in keys]
    assert tomorrow == [0, 0, 20, 0], "five have become fewer than five over night"


@given(
    st.lists(st.integers(0, 2), max_size=60),
    st.floats(0, 2_000, allow_nan=False),
    st.booleans(),
)
def test_whoever_walks_today_changes_nothing_that_is_shown_today(
    walked: list[int], before: float, kept_today: bool
) -> None:
    trodden = Trodden()
    trodden.restore("L1", Wanted(before, TODAY if kept_today else TODAY - DAY))
    shown = [trodden.often(f"L{lamp}", TODAY) for lamp in range(3)]
    for lamp in walked:
        trodden.add([f"L{lamp}"], TODAY)
        assert [trodden.often(f"L{lamp}", TODAY) for lamp in range(3)] == shown
    assert all(times == 0 or times >= 5 for times in shown)
