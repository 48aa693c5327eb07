"""When a walker is asked: each way of going wrong, several together, and what time alone does."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from dispatch.asking import ring, rings_at
from dispatch.signs import Fix, Signs, aims_of, calmed, moved, spoke
from dispatch.walk import Guardian, Walk
from dispatch.walk_events import Asked, Cause, Fine, HeardAgain, Paused
from dispatch.walk_life import decide
from dispatch.walk_plan import DEFAULT
from tests.dispatch.asked import START, WALK, at

SECOND = timedelta(seconds=1)
ON_A_ROUTE = replace(WALK, route=(at(0), at(1_500)))


@dataclass
class Way:
    """A walker whose phone says every five seconds where it is."""

    walk: Walk = WALK
    lonely: bool = False
    seconds: float = 0.0
    east: float = 0.0
    north: float = 0.0

    def __post_init__(self) -> None:
        self.signs = Signs(START)
        self.aims = aims_of(self.walk)
        self.asked: list[tuple[str, ...]] = []

    @property
    def now(self) -> datetime:
        return START + self.seconds * SECOND

    def goes(
        self, seconds: float, east: float = 0.0, north: float = 0.0, battery: int | None = None
    ) -> "Way":
        """Go on for so long, so many metres a second."""
        end = self.seconds + seconds
        while self.seconds < end and self.walk.state == "walking":
            self.seconds += 5
            self.east += 5 * east
            self.north += 5 * north
            wobble = 6.0 * (-1) ** int(self.seconds)
            fix = Fix(at(self.east + wobble, self.north), self.now)
            signs = spoke(self.signs, self.now, battery)
            self.signs = moved(signs, fix, self.aims, DEFAULT, lambda _: self.lonely)
            self._look()
        return self

    def is_silent(self, seconds: float) -> "Way":
        end = self.seconds + seconds
        while self.seconds < end and self.walk.state == "walking":
            self.seconds += 5
            self._look()
        return self

    def is_fine(self) -> "Way":
        """The walker answers."""
        assert self.walk.question is not None
        why = tuple(cause.signal for cause in self.walk.question.why)
        self.walk = decide(self.walk, Fine(), self.now, DEFAULT).walk
        self.signs = calmed(self.signs, why)
        return self

    def _look(self) -> None:
        due = ring(self.walk, self.signs, self.now, DEFAULT)
        if due is not None:
            self.walk = due.walk
            if isinstance(due.event, Asked):
                self.asked.append(tuple(cause.signal for cause in due.event.why))

    @property
    def why(self) -> tuple[str, ...] | None:
        """What is asked about now."""
        question = self.walk.question
        return None if question is None else tuple(cause.signal for cause in question.why)


# ---- each way of going wrong


@pytest.mark.parametrize(
    ("way", "why"),
    [
        # overdue: 30 minutes were expected, a quarter of that is let go by
        (Way().goes(1_800, 0.8), None),
        (Way(replace(WALK, destination=None)).goes(1_800, 0.8).goes(445, 0.8), None),
        (Way(replace(WALK, destination=None)).goes(1_800, 0.8).goes(451, 0.8), ("overdue",)),
        # off the route: 60 m to the side, for two minutes
        (Way(ON_A_ROUTE).goes(300, 1.2).goes(120, 0, 1.2), None),
        (Way(ON_A_ROUTE).goes(300, 1.2).goes(60, 0, 1.2).goes(110, 1.2), None),
        (Way(ON_A_ROUTE).goes(300, 1.2).goes(120, 0, 1.2).goes(180, 1.2), ("off_route",)),
        (Way(ON_A_ROUTE).goes(300, 1.2).goes(100, 0, 1.2).goes(130, 0, -1.2).goes(300, 1.2), None),
        # away from home: 150 m back, for two minutes
        (Way().goes(400, 1.3).goes(140, -1.3), None),
        (Way().goes(400, 1.3).goes(400, -1.3), ("away",)),
        (Way(ON_A_ROUTE).goes(400, 1.3).goes(300, -1.3), None),
        # standing still where nobody lives, and where people do
        (Way(lonely=True).goes(300, 1.3).goes(200), None),
        (Way(lonely=True).goes(300, 1.3).goes(270), ("still",)),
        (Way().goes(300, 1.3).goes(900), None),
        # silence
        (Way().goes(300, 1.3).is_silent(235), None),
        (Way().goes(300, 1.3).is_silent(245), ("silent",)),
        # battery
        (Way().goes(300, 1.3, battery=9), None),
        (Way().goes(300, 1.3, battery=4), None),
        (Way().goes(300, 1.3, battery=3), ("battery",)),
        # several together: each alone would not have asked yet
        (Way().goes(300, 1.3, battery=7).is_silent(150), ("silent", "battery")),
        (Way(ON_A_ROUTE).goes(300, 1.2).goes(140, 0, 1.2).is_silent(150), ("off_route", "silent")),
        (Way().goes(300, 1.3).goes(500).is_silent(150), ("still", "silent")),
    ],
)
def test_what_is_asked_about(way: Way, why: tuple[str, ...] | None) -> None:
    if why is None:
        assert way.asked == []
    else:
        assert [set(asked) for asked in way.asked] == [set(why)]


def test_whoever_is_asked_is_told_how_long_it_has_lasted() -> None:
    way = Way().goes(300, 1.3).is_silent(245)
    assert way.walk.question is not None
    assert way.walk.question.why == (Cause("silent", 240),)


def test_whoever_says_that_they_are_fine_is_let_alone_about_it_for_a_while() -> None:
    way = Way(ON_A_ROUTE).goes(300, 1.2).goes(120, 0, 1.2).goes(180, 1.2).is_fine()
    assert way.goes(590, 1.2).asked == [("off_route",)]
    assert way.goes(60, 1.2).asked == [("off_route",), ("off_route",)]


def test_calm_about_one_thing_is_not_calm_about_another() -> None:
    way = Way(ON_A_ROUTE).goes(300, 1.2).goes(120, 0, 1.2).goes(180, 1.2).is_fine()
    assert way.is_silent(245).why == ("silent",)


def test_whoever_has_said_that_the_battery_dies_is_not_missed_at_once_but_in_the_end() -> None:
    way = Way().goes(300, 1.3, battery=2).is_fine()
    assert way.is_silent(1_795).why is None
    assert way.is_silent(10).why == ("silent", "battery")


def test_whoever_charges_the_phone_after_that_is_missed_like_anybody() -> None:
    way = Way().goes(300, 1.3, battery=2).is_fine().goes(60, 1.3, battery=40)
    assert way.is_silent(235).why is None
    assert way.is_silent(10).why == ("silent",)


def test_a_phone_that_speaks_again_takes_the_question_about_its_silence_back() -> None:
    way = Way().goes(300, 1.3).is_silent(245)
    way.signs = spoke(way.signs, way.now + 20 * SECOND, None)
    due = ring(way.walk, way.signs, way.now + 20 * SECOND, DEFAULT)
    assert due is not None
    assert due.event == HeardAgain()


def test_a_phone_that_speaks_again_does_not_answer_any_other_question() -> None:
    way = Way(ON_A_ROUTE).goes(300, 1.2).goes(120, 0, 1.2).goes(180, 1.2)
    way.signs = spoke(way.signs, way.now + 20 * SECOND, None)
    assert ring(way.walk, way.signs, way.now + 20 * SECOND, DEFAULT) is None


def test_arrival_is_noticed_by_itself_but_not_by_passing_and_not_before_leaving() -> None:
    assert Way().goes(1_200, 1.25).goes(80).walk.state == "arrived"
    passing = Way().goes(1_300, 1.35)
    assert passing.walk.state == "walking"
    home = Way(replace(WALK, destination=at(10))).goes(120)
    assert home.walk.state == "walking"


def test_a_pause_asks_nothing_until_it_is_over() -> None:
    walk = decide(WALK, Paused(timedelta(minutes=10)), START, DEFAULT).walk
    signs = Signs(START)
    assert ring(walk, signs, START + timedelta(minutes=9), DEFAULT) is None
    assert rings_at(walk, signs, DEFAULT) == START + timedelta(minutes=10)
    over = ring(walk, signs, START + timedelta(minutes=10), DEFAULT)
    assert over is not None
    assert over.walk.state == "walking"


LOOKED_AFTER = replace(WALK, guardians=(Guardian("010-1234-5678"),))


@pytest.mark.parametrize(
    ("walk", "steps", "minutes"),
    [
        # 4 minutes of silence, one to answer, two for the guardian
        (LOOKED_AFTER, ["Asked", "GuardianCalled", "Unanswered"], 7),
        # nobody can be told: nobody is waited for
        (WALK, ["Asked", "Unanswered"], 5),
        (replace(LOOKED_AFTER, reachable=False), ["Asked", "Unanswered"], 5),
    ],
    ids=["a guardian", "no guardian", "no gateway"],
)
def test_a_question_that_nobody_answers_ends_in_help_and_waits_only_for_whom_it_can_tell(
    walk: Walk, steps: list[str], minutes: int
) -> None:
    now, seen = START, []
    signs = Signs(START)
    while (rings := rings_at(walk, signs, DEFAULT)) is not None:
        now = max(now, rings)
        due = ring(walk, signs, now, DEFAULT)
        assert due is not None
        walk = due.walk
        seen.append(type(due.event).__name__)
    assert seen == steps
    assert walk.state == "alarmed"
    assert now - START == timedelta(minutes=minutes) + timedelta(milliseconds=1)
