"""Come here for what the fixes of a walker say: off the way, further from home, standing, home.

Law: fixes are taken in the order of their times, and one that is older than the last changes
nothing. A fix is as good as its accuracy: what it may be wrong about, it does not say.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from math import dist, isfinite
from typing import NamedTuple

from dispatch.walk import Walk
from dispatch.walk_events import Signal
from dispatch.walk_plan import WalkPlan
from geo.place import Metres, Place
from geo.way import Way


class Fix(NamedTuple):
    """Where somebody was, and when."""

    place: Place
    at: datetime


class Aims(NamedTuple):
    """Where a walker means to go, in metres."""

    destination: Metres | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Signs:
    """What is remembered of a walker's fixes. `heard_at`: when the phone spoke last, by our clock.

    A `…_since` is the time of the fix with which it began. `nearest_m`: how near to the
    destination they have surely been; `lonely`: whether nobody lives where they stand, once asked.
    """

    heard_at: datetime
    place: Place | None = None
    fixed_at: datetime | None = None
    battery: int | None = None
    off_since: datetime | None = None
    away_since: datetime | None = None
    nearest_m: float | None = None
    still_at: Metres | None = None
    still_since: datetime | None = None
    lonely: bool | None = None
    has_left: bool = False
    home_since: datetime | None = None


def aims_of(walk: Walk) -> Aims:
    """Where a walk leads: to its destination, or else to the end of its route."""
    goal = walk.destination or (walk.route[-1] if walk.route else None)
    return Aims(
        destination=goal.metres if goal is not None else None,
        way=Way(walk.route) if len(walk.route) > 1 else None,
    )


def spoke(signs: Signs, now: datetime, battery: int | None) -> Signs:
    """The phone was heard."""
    known = signs.battery if battery is None else battery
    return replace(signs, heard_at=max(now, signs.heard_at), battery=known)


def moved(
    signs: Signs, fix: Fix, aims: Aims, plan: WalkPlan, nobody_lives: Callable[[Place], bool]
) -> Signs:
    """The signs after a fix."""
    if signs.fixed_at is not None and fix.at <= signs.fixed_at:
        return signs
    here, blur = fix.place.metres, fix.place.accuracy_m or plan.assumed_m
    after = replace(signs, place=fix.place, fixed_at=fix.at)
    if blur > plan.usable_m or not isfinite(here.east):
        return after
    after = _standing(after, fix, here, blur, plan, nobody_lives)
    if aims.way is not None:
        after = _on_the_way(after, aims.way.metres_from(here), blur, plan)
    if aims.destination is not None:
        after = _towards(after, dist(here, aims.destination), blur, plan, aims.way is None)
    return after


def calmed(signs: Signs, why: tuple[Signal, ...]) -> Signs:
    """The signs after the walker has said that these mean nothing: measured from here on."""
    fresh = signs
    if "off_route" in why:
        fresh = replace(fresh, off_since=None)
    if "away" in why:
        fresh = replace(fresh, away_since=None, nearest_m=None)
    if "still" in why:
        fresh = replace(fresh, still_at=None, still_since=None, lonely=None)
    return fresh


def is_home(signs: Signs, plan: WalkPlan) -> bool:
    """Whether the walker has come to the destination and stayed."""
    if signs.home_since is None or signs.fixed_at is None:
        return False
    return signs.fixed_at - signs.home_since >= plan.arrived_after


def _standing(
    signs: Signs,
    fix: Fix,
    here: Metres,
    blur: float,
    plan: WalkPlan,
    nobody_lives: Callable[[Place], bool],
) -> Signs:
    at, since = signs.still_at, signs.still_since
    if at is None or since is None or dist(at, here) > plan.still_within_m + blur:
        return replace(signs, still_at=here, still_since=fix.at, lonely=None)
    if signs.lonely is None and fix.at - since >= plan.together * plan.still_lonely_for:
        return replace(signs, lonely=nobody_lives(fix.place))
    return signs


def _on_the_way(signs: Signs, metres: float, blur: float, plan: WalkPlan) -> Signs:
    if metres - blur > plan.off_route_m:
        return replace(signs, off_since=signs.off_since or signs.fixed_at)
    return replace(signs, off_since=None) if metres <= plan.off_route_m else signs


def _towards(signs: Signs, metres: float, blur: float, plan: WalkPlan, alone: bool) -> Signs:
    """Nearer or further; `alone`: there is no route, so that further away is a sign."""
    nearest = min(metres + blur, signs.nearest_m or metres + blur)
    away = signs.away_since
    if alone and metres - blur > nearest + plan.away_m:
        away = away or signs.fixed_at
    elif metres <= nearest + plan.away_m:
        away = None
    home = signs.home_since  # a fix that wavers at the door is no leaving
    if metres - blur > plan.arrived_within_m:
        home = None
    elif home is None and signs.has_left and metres <= plan.arrived_within_m >= blur:
        home = signs.fixed_at
    return replace(
        signs,
        nearest_m=nearest,
        away_since=away,
        has_left=signs.has_left or metres - blur > plan.arrived_within_m,
        home_since=home,
    )
