"""What is known of every lamp: who is online, who is silent, and what changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.lamp import SCHEDULE, Sighting
from lights.orders import Pace, gap
from lights.watch import UNKNOWN, Totals, View, Watch
from tests.lights.watched import sighting

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Happening = Callable[[Watch], object]


def listening(at: float) -> Happening:
    return lambda watch: setattr(watch, "listening_since", NOW + at * SECOND)


def sees(at: float) -> Happening:
    return lambda watch: watch.saw("L1", sighting(), NOW + at * SECOND)


def says(online: bool) -> Happening:
    return lambda watch: watch.heard_status("L1", online)


def sweeps(at: float) -> Happening:
    return lambda watch: watch.sweep(NOW + at * SECOND)


def remembers(at: float) -> Happening:
    return lambda watch: watch.restore("L1", (), NOW + at * SECOND)


def left_unanswered(watch: Watch) -> None:
    watch["L1"].unanswered = True


@pytest.mark.parametrize(
    ("story", "online", "is_silent"),
    [
        # A lamp that was never heard is unknown, not silent, until it has had the time to speak.
        ([], None, False),
        ([listening(0)], None, False),
        ([listening(-150)], None, False),
        ([listening(-151)], None, True),
        ([listening(-9999), listening(-1)], None, False),
        ([listening(-9999), sees(-1)], True, False),
        # A lamp speaks every minute; after two and a half it is silent.
        ([listening(-9999), sees(-150), sweeps(0)], True, False),
        ([listening(-9999), sees(-151), sweeps(0)], False, True),
        ([listening(-9999), sees(-151), sweeps(0), sees(0)], True, False),
        ([listening(-9999), sees(-151), sweeps(0), says(True)], True, False),
        # Its will speaks for it at once.
        ([sees(-1), says(False)], False, True),
        ([sees(-1), says(False), sees(0)], True, False),
        ([sees(-1), says(False), says(True)], True, False),
        # A retained "online" may be older than the lamp's death.
        ([listening(-150), says(True), sweeps(0)], True, False),
        ([listening(-151), says(True), sweeps(0)], False, True),
        # While nobody could be heard, nobody was silent.
        ([sees(-600), listening(-150), sweeps(0)], True, False),
        ([sees(-600), listening(-151), sweeps(0)], False, True),
        # What was kept of a lamp is no word from it.
        ([remembers(-9999), listening(-10)], None, False),
        ([remembers(-9999), listening(-10), says(True), sweeps(0)], True, False),
        ([remembers(-9999), listening(-10), sees(-5), sweeps(0)], True, False),
        # A lamp that has left an order without an answer is silent until it speaks.
        ([sees(-1), left_unanswered], True, True),
        ([left_unanswered], None, True),
        ([sees(-1), left_unanswered, sees(0)], True, False),
    ],
)
def test_a_lamp_is_silent_when_it_should_have_spoken(
    story: list[Happening], online: bool | None, is_silent: bool
) -> None:
    watch = Watch()
    for happening in story:
        happening(watch)
    assert watch["L1"].online is online
    assert watch.view("L1").online is online
    assert watch.is_silent("L1", NOW) is is_silent


def test_of_a_lamp_that_nobody_has_heard_of_nothing_is_known() -> None:
    watch = Watch()
    assert watch.view("L1") == UNKNOWN
    assert watch.seen_at("L1") is None
    assert list(watch) == []
    assert not watch.is_silent("L1", NOW)
    assert list(watch) == []


@pytest.mark.parametrize(
    ("story", "word", "is_news"),
    [
        ([], sighting(), True),
        ([sighting()], sighting(), False),
        ([sighting(seq=7)], sighting("blink", 8), False),
        ([sighting(seq=7)], sighting(seq=0), True),
        ([sighting(seq=7)], sighting(seq=6), True),
        ([sighting(), False], sighting(), True),
        ([sighting(), False], True, True),
        ([sighting(), True], True, False),
        ([sighting()], False, False),
        ([], True, True),
        ([], False, False),
        ([True], sighting(), False),
    ],
)
def test_it_is_news_that_a_lamp_is_back_or_has_restarted(
    story: list[Sighting | bool], word: Sighting | bool, is_news: bool
) -> None:
    watch = Watch()

    def hear(word: Sighting | bool) -> bool:
        if isinstance(word, Sighting):
            return watch.saw("L1", word, NOW)
        return watch.heard_status("L1", word)

    for earlier in story:
        hear(earlier)
    assert hear(word) is is_news


def test_it_is_news_that_a_lamp_speaks_that_had_left_an_order_without_an_answer() -> None:
    watch = Watch()
    watch.saw("L1", sighting(), NOW)
    left_unanswered(watch)
    assert watch.saw("L1", sighting(), NOW)
    assert not watch.saw("L1", sighting(), NOW)


def test_a_screen_is_told_of_each_lamp_whose_picture_has_changed() -> None:
    watch = Watch()
    watch.saw("L1", sighting(), NOW)
    assert watch.view("L1") == View("schedule", 80, True, ())
    assert watch.changed == {"L1"}
    watch.changed.clear()
    watch.saw("L1", sighting(seq=5), NOW + SECOND)  # nothing that can be seen
    assert watch.changed == set()
    watch.saw("L1", sighting("blink", 6, 100, "high_temperature"), NOW + 2 * SECOND)
    assert watch.view("L1") == View("blink", 100, True, ("high_temperature",))
    assert watch.changed == {"L1"}
    assert watch.seen_at("L1") == NOW + 2 * SECOND


def test_what_was_kept_of_a_lamp_is_shown_without_being_a_change() -> None:
    watch = Watch()
    watch.restore("L1", ("lamp_failure",), NOW)
    assert watch.view("L1") == View(None, None, None, ("lamp_failure",))
    assert watch.seen_at("L1") == NOW
    assert watch.changed == set()
    assert watch.totals == Totals(faulty=1)


def test_the_totals_count_who_is_online_lit_and_faulty() -> None:
    watch = Watch()
    watch.saw("L1", sighting("blink"), NOW)
    watch.saw("L2", sighting("schedule", 0, 80, "lamp_failure"), NOW)
    watch.heard_status("L3", True)
    assert watch.totals == Totals(online=3, lit=1, faulty=1)
    watch.saw("L2", sighting("bright"), NOW)
    watch.heard_status("L1", False)
    assert watch.totals == Totals(online=2, lit=1, faulty=0)  # what has gone lights nothing


LAMPS = st.sampled_from(["L1", "L2", "L3"])
WORDS = st.tuples(
    LAMPS,
    st.builds(sighting, st.sampled_from(["schedule", "blink", "bright"]), st.integers(0, 3))
    | st.sampled_from(["lamp_failure", "supply_loss"]).map(
        lambda fault: sighting("schedule", 0, 50, fault)
    )
    | st.booleans()
    | st.sampled_from(["unanswered", "swept"]),
)


@given(st.lists(st.tuples(WORDS, st.integers(0, 100)), max_size=30))
def test_whatever_is_heard_the_totals_agree_with_the_lamps_and_each_change_is_told(
    story: list[tuple[tuple[str, Sighting | bool | str], int]],
) -> None:
    watch, now, shown = Watch(), NOW, {}
    watch.listening_since = NOW
    for (lamp_id, word), seconds in story:
        now += seconds * SECOND
        if isinstance(word, Sighting):
            watch.saw(lamp_id, word, now)
            assert not watch.is_silent(lamp_id, now)
        elif isinstance(word, bool):
            watch.heard_status(lamp_id, word)
            assert word or watch.is_silent(lamp_id, now)
        elif word == "swept":
            watch.sweep(now)
        else:
            watch[lamp_id].unanswered = True
            assert watch.is_silent(lamp_id, now)
        for key in watch.changed:
            shown[key] = watch.view(key)
        watch.changed.clear()
    views = [known.look() for _, known in watch]
    assert watch.totals == Totals(
        online=sum(view.online is True for view in views),
        lit=sum(view.scene in ("blink", "bright") for view in views),
        faulty=sum(bool(view.faults) for view in views),
    )
    assert {key: view for key, view in shown.items() if view != UNKNOWN} == {
        key: known.look() for key, known in watch if known.look() != UNKNOWN
    }


def test_a_lamp_that_is_heard_long_after_its_end_has_not_ended_and_is_told_to_stop() -> None:
    watch = Watch()
    stuck = replace(sighting("blink", 1, 100), until=NOW)
    watch.saw("L1", stuck, NOW + 31 * SECOND)
    found = gap(None, watch["L1"].sighting, None, NOW + 31 * SECOND, Pace())
    assert found.say == SCHEDULE
    watch.saw("L2", stuck, NOW)
    assert gap(None, watch["L2"].sighting, None, NOW + 31 * SECOND, Pace()).say is None
