"""What an owner hears of how its lamps have answered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.answers import Answer, Answers

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PATIENCE = 10 * SECOND


class Diary:
    """Answers, and what an owner "o" has heard: each as lamps asked, lamps silent, and seconds."""

    def __init__(self) -> None:
        self.answers = Answers(PATIENCE)
        self.heard: list[tuple[int, str, float]] = []

    def do(self, at: float, what: str, lamps: str = "", anew: str | None = None) -> None:
        now = NOW + at * SECOND
        if what == "ask":
            due = self.answers.ask("o", lamps, set(lamps if anew is None else anew), now)
            assert due == (now + PATIENCE if lamps else None)
        elif what == "seen":
            for lamp_id in lamps:
                self._hear(self.answers.seen("o", lamp_id, now))
        else:
            for answer in self.answers.overdue(now):
                self._hear(answer)

    def _hear(self, answer: Answer | None) -> None:
        if answer is not None:
            assert answer.owner == "o"
            silent = "".join(sorted(answer.silent))
            self.heard.append((answer.asked, silent, answer.after / SECOND))


@pytest.mark.parametrize(
    ("story", "heard"),
    [
        ([(0, "ask", "ABC"), (1, "seen", "AB")], []),
        ([(0, "ask", "ABC"), (1, "seen", "AB"), (2, "seen", "C")], [(3, "", 2)]),
        ([(0, "ask", "ABC"), (1, "seen", "CCBBAA"), (2, "seen", "ABC")], [(3, "", 1)]),
        ([(0, "ask", "AB"), (9.9, "late")], []),
        ([(0, "ask", "AB"), (10, "late")], [(2, "AB", 10)]),
        ([(0, "ask", "AB"), (1, "seen", "A"), (10, "late")], [(2, "B", 10)]),
        # Never the same thing twice.
        ([(0, "ask", "AB"), (10, "late"), (11, "late"), (99, "late")], [(2, "AB", 10)]),
        ([(0, "ask", "A"), (1, "seen", "A"), (10, "late"), (99, "late")], [(1, "", 1)]),
        # A set that has changed is something new.
        (
            [(0, "ask", "AB"), (10, "late"), (11, "seen", "A"), (20, "late"), (30, "late")],
            [(2, "AB", 10), (2, "B", 20)],
        ),
        (
            [(0, "ask", "AB"), (10, "late"), (11, "seen", "A"), (12, "seen", "B"), (20, "late")],
            [(2, "AB", 10), (2, "", 12)],
        ),
        # Lamps that are no longer asked are no longer waited for.
        ([(0, "ask", "AB"), (1, "seen", "A"), (2, "ask", "A", "")], []),
        ([(0, "ask", "AB"), (2, "ask", ""), (3, "seen", "AB"), (20, "late")], []),
        ([(1, "seen", "A"), (20, "late")], []),
        # Lamps that were added are; those that have answered before are not. That all have
        # answered is told once, however many lamps are added while the caller walks.
        (
            [(0, "ask", "A"), (1, "seen", "A"), (5, "ask", "AB", "B"), (6, "seen", "B")],
            [(1, "", 1)],
        ),
        (
            [(0, "ask", "A"), (1, "seen", "A"), (5, "ask", "AB", "B"), (15, "late")],
            [(1, "", 1), (2, "B", 10)],
        ),
        (
            [(0, "ask", "AB"), (1, "seen", "A"), (5, "ask", "ABC", "C"), (6, "seen", "CB")],
            [(3, "", 1)],
        ),
        # The time begins anew, but the silence that was told is not told again.
        (
            [(0, "ask", "AB"), (10, "late"), (11, "ask", "AB", "B"), (21, "late")],
            [(2, "AB", 10)],
        ),
        # Each lamp has its own time: others that are asked all the while hide no silent one.
        (
            [
                (0, "ask", "AB"),
                (6, "ask", "BC", "C"),
                (10, "late"),
                (12, "ask", "BCD", "D"),
                (16, "late"),
                (22, "late"),
            ],
            [(2, "B", 4), (3, "BC", 4), (3, "BCD", 10)],
        ),
        # A new scene for all of them is a new question.
        (
            [(0, "ask", "AB"), (1, "seen", "AB"), (5, "ask", "AB"), (7, "seen", "AB")],
            [(2, "", 1), (2, "", 2)],
        ),
        (
            [(0, "ask", "AB"), (10, "late"), (20, "ask", "AB"), (30, "late")],
            [(2, "AB", 10), (2, "AB", 10)],
        ),
    ],
)
def test_an_owner_hears_once_that_all_have_answered_and_once_who_has_not(
    story: list[tuple[float, str]], heard: list[tuple[int, str, float]]
) -> None:
    diary = Diary()
    for entry in story:
        diary.do(*entry)
    assert diary.heard == heard


def test_where_nobody_could_hear_until_now_every_lamp_gets_its_whole_time_again() -> None:
    answers = Answers(PATIENCE)
    answers.ask("one", ["A", "B"], {"A", "B"}, NOW)
    answers.seen("one", "A", NOW + SECOND)
    assert answers.begin_again(NOW + 60 * SECOND) == NOW + 70 * SECOND
    assert answers.overdue(NOW + 69 * SECOND) == []
    (answer,) = answers.overdue(NOW + 70 * SECOND)
    assert answer.silent == {"B"}


def test_each_owner_hears_of_its_own_lamps() -> None:
    answers = Answers(PATIENCE)
    answers.ask("one", ["A", "B"], {"A", "B"}, NOW)
    answers.ask("other", ["B"], {"B"}, NOW + 5 * SECOND)
    assert answers.seen("other", "B", NOW + 6 * SECOND) == Answer("other", 1, frozenset(), SECOND)
    assert answers.overdue(NOW + 10 * SECOND) == [
        Answer("one", 2, frozenset({"A", "B"}), 10 * SECOND)
    ]


LAMPS = st.text("ABCD", max_size=4)
STORIES = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 5, 10, 11]),
        st.one_of(
            st.tuples(st.just("ask"), LAMPS, LAMPS),
            st.tuples(st.just("seen"), LAMPS),
            st.tuples(st.just("late")),
        ),
    ),
    max_size=20,
)


@given(STORIES)
def test_whatever_happens_an_owner_hears_who_is_overdue_and_never_the_same_twice(
    story: list[tuple[int, tuple[str, ...]]],
) -> None:
    diary, at, asked = Diary(), 0, set[str]()
    due: dict[str, int] = {}
    for wait, (what, *lamps) in story:
        at += wait
        told = len(diary.heard)
        if what == "ask":
            asked = set(lamps[0])
            anew = asked & set(lamps[1])
            due = {key: when for key, when in due.items() if key in asked}
            due |= dict.fromkeys(anew, at + 10)
            diary.do(at, "ask", lamps[0], "".join(anew))
            assert len(diary.heard) == told
            continue
        diary.do(at, what, *lamps)
        if what == "seen":
            due = {key: when for key, when in due.items() if key not in lamps[0]}
        for count, silent, _ in diary.heard[told:]:
            assert count == len(asked)
            assert set(silent) == {key for key, when in due.items() if when <= at}
            assert bool(silent) == (what == "late")
            assert bool(silent) or not due
        assert len(diary.heard) - told <= 1
    diary.do(at + 10, "late")
    overdue = "".join(sorted(due))
    assert not due or diary.heard[-1][1] == overdue
    told = len(diary.heard)
    diary.do(at + 99, "late")
    assert len(diary.heard) == told
