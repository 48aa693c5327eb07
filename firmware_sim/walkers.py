"""Come here for people who walk home, and for their phones: well, and in every way of going wrong.

    streets = Streets(lamps)
    walk = a_walk(streets, seed=7, story="stops")
    for fix in walk.fixes(): ...      # seconds, lon, lat, accuracy_m, battery

Law: the same seed walks the same way and is measured with the same error, twice over.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final, Literal, NamedTuple, get_args

from firmware_sim.receiver import Receiver
from firmware_sim.streets import Point, Streets

Story = Literal[
    "home", "dawdles", "turns_back", "metro_exit", "stops", "taken", "silent", "battery"
]
STORIES: Final[tuple[Story, ...]] = get_args(Story)
GO_WRONG: Final[tuple[Story, ...]] = ("stops", "taken", "silent", "battery")
"""In these help is needed; in the others everybody comes home."""

SPEED: Final = (1.34, 0.2, 0.8, 1.9)
"""Metres a second: mean, spread, slowest, fastest. Women of 20 to 29 walk 1.34 m/s, those above 80
0.94 (Bohannon and Andrews, Physiotherapy 97, 2011, 182-189)."""
MAP_SPEED: Final = 4_000 / 3_600
"""Map services of Korea reckon with 4 km/h; from this comes the time that a walker expects."""
_STANDS_AT: Final = 0.02
"""Chance a lamp that a walker stops there: a crossing, a message, a shoelace..."""
_STANDS_S: Final = (5.0, 45.0)
"""...for so long."""
_DAWDLES_AT: Final = 0.12
_DAWDLES_S: Final = (20.0, 120.0)
"""Somebody on the telephone, or with a dog."""
_BACK_M: Final = (30.0, 120.0)
"""Something was forgotten, or the street ahead does not please."""
_WRONG_BETWEEN: Final = (0.25, 0.75)
"""Of the way: when it goes wrong."""
_STAIRS_S: Final = (20.0, 60.0)
"""From the gate to the open sky; a metre of stairs takes about two seconds."""
_UNDERGROUND_M: Final = (60.0, 150.0)
"""Radius of 95 % of what a phone makes of cell towers and Wi-Fi down there."""
_CAR_SPEED: Final = (6.0, 12.0)
_AFTERWARDS_S: Final = 1_500.0
"""How long a walk that went wrong goes on: longer than any plan waits."""
_AT_HOME_S: Final = (60.0, 300.0)
"""Whose walker forgets to say that they are home: a page in a pocket goes on for a minute, an app
until it hears that the walk is over. Assumed."""
_INDOORS_M: Final = (15.0, 50.0)
"""Radius of 95 % behind walls and windows, where the phone still hears some satellites. Assumed."""
_LOST: Final = 0.02
"""Fixes that never come: the phone had something else to do."""
_DRAIN_A_MINUTE: Final = 0.3
"""Percent of battery, with the screen on and positions every few seconds."""


class Step(NamedTuple):
    """Where a walker really is; degrees."""

    seconds: float
    lon: float
    lat: float


class Fix(NamedTuple):
    """Where the phone says it is; degrees, metres (radius of 95 %), percent of battery."""

    seconds: float
    lon: float
    lat: float
    accuracy_m: float
    battery: int


class _Knot(NamedTuple):
    """Where the walker is at a time; between two knots as the crow flies."""

    seconds: float
    point: Point
    radius_m: float = 0.0


@dataclass(frozen=True)
class Walk:
    """One walk. `route` is the way home in degrees; `wrong_at_s` None: it does not go wrong."""

    streets: Streets
    story: Story
    seed: int
    route: tuple[tuple[float, float], ...]
    metres: float
    expected_s: float
    wrong_at_s: float | None
    knots: tuple[_Knot, ...]

    @property
    def start(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.route[0]

    @property
    def destination(self) -> tuple[float, float]:
        """Longitude and latitude of home."""
        return self.route[-1]

    @property
    def lasts_s(self) -> float:
        """How long it is watched."""
        return self.knots[-1].seconds

    def truth(self, every_s: float = 1.0) -> Iterator[Step]:
        """Where the walker really is."""
        for seconds, point, _ in self._places(every_s):
            yield Step(round(seconds, 3), *self.streets.degrees(point))

    def fixes(self, every_s: float = 3.0) -> Iterator[Fix]:
        """What the phone measures, until it falls silent or the walk is over."""
        dice = Random(self.seed + 1)  # noqa: S311 - chance, not secrets
        receiver = Receiver(dice)
        charge = dice.uniform(25.0, 95.0)
        drain = _DRAIN_A_MINUTE / 60
        if self.story == "battery" and self.wrong_at_s:
            charge, drain = 6.0, 6.0 / self.wrong_at_s
        for seconds, point, radius in self._places(every_s):
            if self._is_dumb(seconds):
                return
            measured = receiver.measure(point, seconds, radius)
            if dice.random() >= _LOST or seconds == 0:
                left = max(0, math.ceil(charge - drain * seconds))
                where = self.streets.degrees(measured.point)
                yield Fix(round(seconds, 3), *where, measured.accuracy_m, left)

    def _is_dumb(self, seconds: float) -> bool:
        quiet = self.story in ("silent", "battery") and self.wrong_at_s is not None
        return quiet and seconds >= (self.wrong_at_s or 0.0)

    def _places(self, every_s: float) -> Iterator[_Knot]:
        seconds = 0.0
        for before, after in pairwise(self.knots):
            while seconds < after.seconds:
                share = (seconds - before.seconds) / (after.seconds - before.seconds)
                east, north = (
                    a + share * (b - a) for a, b in zip(before.point, after.point, strict=True)
                )
                yield _Knot(seconds, Point(east, north), before.radius_m)
                seconds += every_s


def a_walk(streets: Streets, seed: int, story: Story = "home", metres: float = 600.0) -> Walk:
    """Somebody walks about so far along the lamps; from where and to where is the seed's."""
    dice = Random(seed)  # noqa: S311 - chance, not secrets
    way: list[int] = []
    while len(way) < 3:  # a lamp that stands alone leads nowhere
        way = streets.way_of(dice.randrange(len(streets)), metres, dice)
    path = [streets.points[lamp] for lamp in way]
    pen = _Pen(path[0], dice)
    wrong_at = _live(pen, path, story)
    length = sum(math.dist(a, b) for a, b in pairwise(path))
    return Walk(
        streets,
        story,
        seed,
        tuple(streets.degrees(point) for point in path),
        length,
        length / MAP_SPEED + (_STAIRS_S[1] if story == "metro_exit" else 0.0),
        wrong_at,
        tuple(pen.knots),
    )


class _Pen:
    """Draws a life as knots."""

    def __init__(self, start: Point, dice: Random) -> None:
        mean, spread, slowest, fastest = SPEED
        self.dice = dice
        self.speed = min(fastest, max(slowest, dice.gauss(mean, spread)))
        self.knots = [_Knot(0.0, start)]

    @property
    def now(self) -> _Knot:
        return self.knots[-1]

    def stand(self, seconds: float) -> None:
        self.knots.append(_Knot(self.now.seconds + seconds, self.now.point))

    def go(self, path: Sequence[Point], stands_at: float, stands_s: tuple[float, float]) -> None:
        for point in path:
            speed = self.speed * self.dice.uniform(0.9, 1.1)
            self.drive([point], speed)
            if self.dice.random() < stands_at:
                self.stand(self.dice.uniform(*stands_s))

    def drive(self, path: Sequence[Point], speed: float) -> None:
        for point in path:
            metres = math.dist(self.now.point, point)
            if metres:
                self.knots.append(_Knot(self.now.seconds + metres / speed, point))

    def climb(self, seconds: float, radius_m: float) -> None:
        self.knots[-1] = self.now._replace(radius_m=radius_m)
        self.stand(seconds)


def _live(pen: _Pen, path: Sequence[Point], story: Story) -> float | None:
    """Draw the story; returns when it goes wrong."""
    dice = pen.dice
    turn = max(1, round(dice.uniform(*_WRONG_BETWEEN) * (len(path) - 1)))
    usual = (_DAWDLES_AT, _DAWDLES_S) if story == "dawdles" else (_STANDS_AT, _STANDS_S)
    if story == "metro_exit":
        pen.climb(dice.uniform(*_STAIRS_S), dice.uniform(*_UNDERGROUND_M))
    pen.go(path[1 : turn + 1], *usual)
    wrong_at = pen.now.seconds
    match story:
        case "stops":
            pen.stand(_AFTERWARDS_S)
        case "taken":
            _drive_off(pen, path)
        case "turns_back":
            pen.go(_back_and_forth(path, turn, dice.uniform(*_BACK_M)), *usual)
            pen.go(path[turn + 1 :], *usual)
        case _:
            pen.go(path[turn + 1 :], *usual)
    if story not in ("stops", "taken"):
        pen.climb(dice.uniform(*_AT_HOME_S), dice.uniform(*_INDOORS_M))
    return wrong_at if story in GO_WRONG else None


def _drive_off(pen: _Pen, path: Sequence[Point]) -> None:
    """Away from home in a car, and far."""
    here, home = pen.now.point, path[-1]
    away = math.atan2(here.north - home.north, here.east - home.east)
    angle = away + pen.dice.uniform(-1, 1)
    speed = pen.dice.uniform(*_CAR_SPEED)
    far = speed * _AFTERWARDS_S
    point = Point(here.east + far * math.cos(angle), here.north + far * math.sin(angle))
    pen.drive([point], speed)


def _back_and_forth(path: Sequence[Point], turn: int, metres: float) -> list[Point]:
    back: list[Point] = []
    walked = 0.0
    at = turn
    while at > 0 and walked < metres:
        walked += math.dist(path[at], path[at - 1])
        at -= 1
        back.append(path[at])
    return [*back, *back[-2::-1], path[turn]]
