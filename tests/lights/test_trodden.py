"""How often walks have wanted each lamp, without a trace of anybody."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lights.trodden import Trodden, Wanted

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def walked(trodden: Trodden, lamp_id: str, times: int, day: date = TODAY) -> None:
    for _ in range(times):
        trodden.add([lamp_id], day)


def test_a_lamp_on_a_way_that_many_walk_counts_more_from_the_next_day_on() -> None:
    trodden = Trodden()
    walked(trodden, "L1", 30)
    walked(trodden, "L2", 10)
    lamps = ("L1", "L2", "L3")
    assert [trodden.times(key, TODAY) for key in lamps] == [0.0, 0.0, 0.0]
    tomorrow = [trodden.times(key, TODAY + DAY) for key in lamps]
    assert tomorrow == [Wanted(30.0, TODAY).as_of(TODAY + DAY), tomorrow[1], 0.0]
    assert tomorrow[0] == 3 * tomorrow[1]


@given(st.lists(st.integers(0, 4), max_size=60))
def test_what_may_be_one_persons_way_leaves_nothing_however_often_it_is_walked(
    nights: list[int],
) -> None:
    trodden = Trodden()
    for number, times in enumerate(nights):
        walked(trodden, "L1", times, TODAY + number * DAY)
    assert trodden.times("L1", TODAY + len(nights) * DAY) == 0.0
    assert trodden.rows(10) == []


def test_in_two_weeks_half_is_forgotten_and_in_the_end_all() -> None:
    trodden = Trodden()
    walked(trodden, "L1", 8)
    assert trodden.times("L1", TODAY + 14 * DAY) == 4.0
    assert trodden.times("L1", TODAY + 140 * DAY) == 0.0


def test_a_clock_that_was_set_back_makes_nothing_grow_and_no_day_new() -> None:
    assert Wanted(4.0, TODAY).as_of(TODAY - 30 * DAY) == 4.0
    trodden = Trodden()
    walked(trodden, "L1", 3)
    walked(trodden, "L1", 3, TODAY - DAY)
    assert trodden.times("L1", TODAY + DAY) == Wanted(6.0, TODAY).as_of(TODAY + DAY)


def test_what_is_raised_while_it_is_written_down_is_offered_again() -> None:
    trodden = Trodden()
    walked(trodden, "L1", 5)
    walked(trodden, "L2", 5)
    trodden.times("L1", TODAY + DAY)
    rows = trodden.rows(10)
    walked(trodden, "L2", 5, TODAY + DAY)
    trodden.times("L2", TODAY + 2 * DAY)
    trodden.are_kept(rows)
    assert [row["lamp_id"] for row in trodden.rows(10)] == ["L2"]


def test_after_a_restart_it_goes_on_from_what_was_kept() -> None:
    before, after = Trodden(), Trodden()
    walked(before, "L1", 20)
    shown = before.times("L1", TODAY + DAY)
    for row in before.rows(10):
        after.restore(row["lamp_id"], Wanted(row["walked"], row["walked_on"]))
    assert after.times("L1", TODAY + DAY) == shown
    assert after.rows(10) == []


@given(st.lists(st.integers(0, 60), max_size=20))
def test_the_order_of_days_is_all_that_matters(days: list[int]) -> None:
    trodden = Trodden()
    for number in sorted(days):
        walked(trodden, "L1", 5, TODAY + number * DAY)
    exact = sum(5 * 0.5 ** ((61 - number) / 14) for number in days)
    assert abs(trodden.times("L1", TODAY + 61 * DAY) - exact) <= 0.05 * (1 + len(days))


def test_what_is_shown_is_rounded_down() -> None:
    trodden = Trodden()
    for times, key in ((4, "few"), (6, "some"), (37, "many")):
        walked(trodden, key, times)
    keys = ("few", "some", "many", "none")
    assert [trodden.often(key, TODAY) for key in keys] == [0, 0, 0, 0]
    assert [trodden.often(key, TODAY + DAY) for key in keys] == [0, 5, 20, 0]


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
