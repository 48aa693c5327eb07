"""Come here for how often walkers are asked in vain, and how soon those who need it are helped.

The pure machine alone, without any I/O, over simulated walks through Dobong: normal people who
dawdle, turn round, come out of a metro station, whose phones fall silent for a while, and who
forget to say that they are home; and people to whom something happens. How many hear their phone
is assumed, and said beside the figure.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from dispatch import asking, signs
from dispatch.signs import Signs
from dispatch.walk import Walk
from dispatch.walk_events import Arrived, Event, Fine
from dispatch.walk_life import decide
from dispatch.walk_plan import DEFAULT, WalkPlan
from firmware_sim.places import LampSpec
from firmware_sim.streets import Streets
from firmware_sim.walkers import GO_WRONG, Story, a_walk
from firmware_sim.walkers import Walk as Life
from geo.place import Place
from lights.inventory import read_inventory
from lights.lamp import Lamp
from lights.register import Register
from tests.bench.table import Row, quantile

LAMPS: Final = Path(__file__).parents[2] / "geo" / "dobong" / "lamps.csv"
START: Final = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
_NORMAL: Final[tuple[tuple[Story, float], ...]] = (
    ("home", 0.70),
    ("dawdles", 0.15),
    ("turns_back", 0.08),
    ("metro_exit", 0.07),
)
"""Assumed: most people simply go home."""
_HEARS: Final = 0.9
"""Assumed: of ten who are asked, one does not hear the phone in three minutes."""
_FORGETS: Final = 0.1
"""Assumed: one of ten does not say that they are home; the machine has to notice."""
_GAP_AT: Final = 0.10
_GAP_S: Final = (30.0, 300.0)
"""Assumed: in one walk of ten the phone is silent for so long: a lift, an underpass, its maker's
thrift."""
_WATCHED_S: Final = 2_400.0
"""How long after the last fix somebody looks."""


@dataclass
class Outcome:
    """What became of one walk; seconds since it began."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    asked_at: float | None = None
    alarmed_at: float | None = None
    why: tuple[str, ...] = ()
    arrived: bool = False


def run(normal: int, wrong: int, plan: WalkPlan = DEFAULT) -> list[Row]:
    """The rows of this part."""
    town = _Town()
    return [
        *_normal_rows(town, normal, plan, with_route=True),
        *_normal_rows(town, normal, plan, with_route=False),
        *(row for story in GO_WRONG for row in _wrong_rows(town, story, wrong, plan)),
    ]


class _Town:
    def __init__(self) -> None:
        lamps = read_inventory(LAMPS.read_bytes()).lamps
        self.streets = Streets(
            [LampSpec(one.lamp_id, one.place.lon, one.place.lat) for one in lamps]
        )
        self._register = Register(
            Lamp(one.lamp_id, one.label, one.place.lon, one.place.lat, one.address) for one in lamps
        )

    def nobody_lives(self, plan: WalkPlan) -> Callable[[Place], bool]:
        return lambda place: not self._register.near(place, plan.lonely_m, 1)


def _normal_rows(town: _Town, count: int, plan: WalkPlan, *, with_route: bool) -> list[Row]:
    outcomes = [
        _lived(town, _normal_life(town, seed), seed, plan, with_route) for seed in range(count)
    ]
    part = f"{count:,} normal walks home, {'with a route' if with_route else 'a destination only'}"
    asks = Counter("+".join(why) for one in outcomes for why in one.asked)
    alarms = Counter("+".join(one.why) for one in outcomes if one.alarmed_at is not None)
    a_thousand = 1_000 / count
    assumed = (
        f"assumed: {_HEARS:.0%} of those asked answer, {_FORGETS:.0%} forget to say they are home"
    )
    rows = [
        Row(part, "asked in vain, of 1,000 walks", asks.total() * a_thousand, "", note=assumed),
        Row(part, "false alarms, of 1,000 walks", alarms.total() * a_thousand, ""),
        Row(part, "arrival noticed or said", sum(one.arrived for one in outcomes) * a_thousand, ""),
    ]
    for why, number in asks.most_common():
        called = alarms[why] * a_thousand
        note = f"false alarms by it: {called:.1f}"
        rows.append(Row(part, f"asked: {why}, of 1,000", number * a_thousand, "", note=note))
    return rows


def _wrong_rows(town: _Town, story: Story, count: int, plan: WalkPlan) -> Iterator[Row]:
    """Who is in trouble answers nothing."""
    part = f"{count:,} walks that go wrong: {story}, a destination only"
    asked, helped, missed = [], [], 0
    for seed in range(count):
        life = a_walk(town.streets, seed, story)
        outcome = _lived(town, life, seed, plan, False, hears=0.0)
        if outcome.alarmed_at is None or outcome.asked_at is None or life.wrong_at_s is None:
            missed += 1
            continue
        asked.append(outcome.asked_at - life.wrong_at_s)
        helped.append(outcome.alarmed_at - life.wrong_at_s)
    for what, times in (("asked after", asked), ("an incident after", helped)):
        yield Row(part, f"{what}: p50", quantile(times, 0.5), "s", quantile(times, 0.99), "p99",
                  compared=False)  # fmt: skip
    yield Row(part, "never helped, of 1,000", missed * 1_000 / count, "")


def _normal_life(town: _Town, seed: int) -> Life:
    dice = Random(seed)
    stories, shares = zip(*_NORMAL, strict=True)
    return a_walk(town.streets, seed, dice.choices(stories, shares)[0], dice.uniform(300, 1_200))


def _lived(
    town: _Town, life: Life, seed: int, plan: WalkPlan, with_route: bool, hears: float = _HEARS
) -> Outcome:
    watcher = _Watcher(life, plan, with_route, town.nobody_lives(plan), hears, Random(seed + 7))
    for fix in life.fixes():
        if not watcher.speaks(fix.seconds):
            continue
        watcher.until(fix.seconds)
        watcher.hear(fix.seconds, Place(fix.lon, fix.lat, fix.accuracy_m), fix.battery)
        if watcher.is_over:
            return watcher.outcome
    watcher.comes_home(life.lasts_s, life.wrong_at_s is not None)
    return watcher.outcome


class _Watcher:
    """The machine over one life, and a walker who answers as assumed."""

    def __init__(
        self,
        life: Life,
        plan: WalkPlan,
        with_route: bool,
        nobody_lives: Callable[[Place], bool],
        hears: float,
        dice: Random,
    ) -> None:
        expected = timedelta(seconds=life.expected_s)
        self._plan, self._dice, self._hears, self._nobody = plan, dice, hears, nobody_lives
        self.walk = Walk(
            "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10",
            START,
            START,
            START + expected,
            expected,
            destination=Place(*life.destination),
            route=tuple(Place(*place) for place in life.route) if with_route else (),
        )
        self._aims = signs.aims_of(self.walk)
        self._signs = Signs(START)
        self._answers_at: datetime | None = None
        self.outcome = Outcome()
        gap = dice.random() < _GAP_AT
        begins = dice.uniform(0, life.lasts_s)
        self._gap = (begins, begins + dice.uniform(*_GAP_S)) if gap else (0.0, 0.0)

    @property
    def is_over(self) -> bool:
        return self.walk.state in ("alarmed", "arrived", "ended")

    def speaks(self, seconds: float) -> bool:
        return not self._gap[0] <= seconds < self._gap[1]

    def hear(self, seconds: float, place: Place, battery: int) -> None:
        now = START + timedelta(seconds=seconds)
        fix = signs.Fix(place, now)
        said = signs.spoke(self._signs, now, battery)
        self._signs = signs.moved(said, fix, self._aims, self._plan, self._nobody)
        self.until(seconds)

    def until(self, seconds: float) -> None:
        """Whatever time and the walker do until then."""
        end = START + timedelta(seconds=seconds)
        while not self.is_over:
            rings = asking.rings_at(self.walk, self._signs, self._plan)
            at = min((one for one in (rings, self._answers_at) if one is not None), default=None)
            if at is None or at > end:
                return
            if at == self._answers_at:
                self._take(decide(self.walk, Fine(), at, self._plan).walk, at, Fine())
            elif (due := asking.ring(self.walk, self._signs, at, self._plan)) is not None:
                self._take(due.walk, at, due.event)

    def comes_home(self, seconds: float, in_trouble: bool) -> None:
        self.until(seconds)
        if not self.is_over and not in_trouble and self._dice.random() >= _FORGETS:
            at = START + timedelta(seconds=seconds)
            self._take(decide(self.walk, Arrived(), at, self._plan).walk, at, Arrived())
        self.until(seconds + _WATCHED_S)

    def _take(self, walk: Walk, at: datetime, event: Event) -> None:
        before, self.walk = self.walk, walk
        seconds = (at - START).total_seconds()
        if walk.question is not None and before.question is None:
            why = tuple(cause.signal for cause in walk.question.why)
            self.outcome.asked.append(why)
            self.outcome.asked_at = self.outcome.asked_at or seconds
            self.outcome.why = why
            hears = self._dice.random() < self._hears
            later = timedelta(seconds=self._dice.uniform(8, 45))
            self._answers_at = at + later if hears else None
        if walk.question is None and before.question is not None:
            self._answers_at = None
            causes = tuple(cause.signal for cause in before.question.why)
            self._signs = signs.calmed(self._signs, causes)
        if walk.state == "alarmed":
            self.outcome.alarmed_at = seconds
        self.outcome.arrived = walk.state == "arrived"
