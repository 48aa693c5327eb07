"""Come here for a place in words: how good it is, its number, address, jurisdiction and poles.

Law: every position gives a spot, however bad; what is not known is said to be unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dispatch.plan import Plan
from geo.area import Area, Areas
from geo.grid import number_of
from geo.place import Place
from lights.register import Register

Quality = Literal["good", "rough", "poor", "unknown", "none"]
How = Literal["inside", "nearest", "outside"]


@dataclass(frozen=True, slots=True)
class Pole:
    """A pole near a place: metres to it, and degrees clockwise from north towards it."""

    label: str
    metres: float
    bearing: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it is, in words. `quality` none: no position; unknown: it came without accuracy.

    `jurisdiction_how` says whether the place lies inside of the jurisdiction or only nearest to
    it, or outside of every one and far from all: then it has none, and the control centre answers
    for it; `stale` whether the fix was old when it came.
    """

    place: Place | None = None
    fixed_at: datetime | None = None
    quality: Quality = "none"
    stale: bool = False
    number: str | None = None
    address: str | None = None
    jurisdiction: str | None = None
    jurisdiction_how: How | None = None
    unit: str | None = None
    poles: tuple[Pole, ...] = ()


NOWHERE = Spot()


def spot_of(
    place: Place | None,
    fixed_at: datetime | None,
    received_at: datetime,
    register: Register,
    areas: Areas,
    plan: Plan,
) -> Spot:
    """Put a position into words with what the district knows of its streets."""
    if place is None:
        return NOWHERE
    jurisdiction, how = _jurisdiction(place, areas, plan)
    neighbourhood = areas.holding(place, "neighbourhood")
    return Spot(
        place=place,
        fixed_at=fixed_at,
        quality=_quality(place, plan),
        stale=fixed_at is not None and received_at - fixed_at > plan.stale_after,
        number=_number(place),
        address=neighbourhood.name if neighbourhood else None,
        jurisdiction=jurisdiction.name if jurisdiction else None,
        jurisdiction_how=how,
        unit=jurisdiction.unit if jurisdiction else None,
        poles=_poles(place, register, plan),
    )


def _jurisdiction(place: Place, areas: Areas, plan: Plan) -> tuple[Area | None, How | None]:
    inside = areas.holding(place, "jurisdiction")
    if inside is not None:
        return inside, "inside"
    nearest = areas.nearest(place, "jurisdiction")
    if nearest is None:
        return None, None
    area, metres = nearest
    return (area, "nearest") if metres <= plan.nearest_within_m else (None, "outside")


def _quality(place: Place, plan: Plan) -> Quality:
    if place.accuracy_m is None:
        return "unknown"
    if place.accuracy_m <= plan.good_within_m:
        return "good"
    return "rough" if place.accuracy_m <= plan.rough_within_m else "poor"


def _number(place: Place) -> str | None:
    try:
        return number_of(place)
    except ValueError:  # outside of Korea there is no number
        return None


def _poles(place: Place, register: Register, plan: Plan) -> tuple[Pole, ...]:
    found = register.poles(place, plan.poles, plan.poles_within_m)
    return tuple(Pole(lamp.label, round(metres, 1), bearing) for lamp, metres, bearing in found)
