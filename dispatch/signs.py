"""Come here for what the fixes of a walker say: off the way, further from home, standing, home.

Law: fixes are taken in the order of their times, and one that is older than the last changes
nothing. A fix is as good as its accuracy: what it may be wrong about, it does not say. How long
something has lasted only fixes tell that are fit for it: nobody who walks on is taken for home.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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

    A `…_since` is the time of the fix with which it began, `seen_at` that of the last usable one.
    `nearest_m`: how near to the destination they have surely been; `lonely`: whether nobody lives
    where they stand, once asked. Whoever walks past the door has left it by `home_since`; at
    `home_until` they had not come to it yet.
    """

    heard_at: datetime
    place: Place | None = None
    fixed_at: datetime | None = None
    battery: int | None = None
    seen_at: datetime | None = None
    off_since: datetime | None = None
    away_since: datetime | None = None
    nearest_m: float | None = None
    still_at: Metres | None = None
    still_since: datetime | None = None
    lonely: bool | None = None
    has_left: bool = False
    home_since: datetime | None = None
    home_until: datetime | None = None


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
    if not isfinite(here.east):
        return after
    if aims.destination is not None:
        after = _at_the_door(after, fix.at, dist(here, aims.destination), blur, plan)
    if blur > plan.usable_m:
        return after
    after = _standing(replace(after, seen_at=fix.at), fix, here, blur, plan, nobody_lives)
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
    """Whether the walker was at the destination for longer than anybody is who walks past."""
    if signs.home_since is None or signs.home_until is None:
        return False
    return signs.home_until > signs.home_since


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
        return replace(signs, off_since=signs.off_since or signs.seen_at)
    return replace(signs, off_since=None) if metres <= plan.off_route_m else signs


def _towards(signs: Signs, metres: float, blur: float, plan: WalkPlan, alone: bool) -> Signs:
    """Nearer or further; `alone`: there is no route, so that further away is a sign."""
    nearest = min(metres + blur, signs.nearest_m or metres + blur)
    away = signs.away_since
    if alone and metres - blur > nearest + plan.away_m:
        away = away or signs.seen_at
    elif metres <= nearest + plan.away_m:
        away = None
    return replace(signs, nearest_m=nearest, away_since=away)


def _at_the_door(signs: Signs, at: datetime, metres: float, blur: float, plan: WalkPlan) -> Signs:
    """Home as long as no fix is surely elsewhere: one that wavers at the door is no leaving."""
    if metres - blur > plan.arrived_within_m:
        return replace(signs, has_left=True, home_since=None, home_until=None)
    if not signs.has_left or metres > plan.arrived_within_m or blur > plan.usable_m:
        return signs
    passing = timedelta(seconds=(metres + blur) / plan.walks_at_least)
    passing = max(passing, plan.arrived_after / 2)
    since, until = signs.home_since, signs.home_until
    if blur <= plan.arrived_within_m:
        since = min(since or at + passing, at + passing)
    if since is not None:
        until = max(until or at - passing, at - passing)
    return replace(signs, home_since=since, home_until=until)
