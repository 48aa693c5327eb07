"""The light goes with simulated walkers through a real town."""

from collections import Counter, deque
from pathlib import Path
from typing import NamedTuple

import pytest

from firmware_sim.places import LampSpec
from firmware_sim.streets import Streets
from firmware_sim.walkers import Story, Walk, a_walk
from lights.inventory import read_inventory
from tests.lights.walking import HERE, Evening

# ---- simulated walks, with the error that was measured in towns


DOBONG = Path(__file__).parents[2] / "geo" / "dobong" / "lamps.csv"
TOWN = [lamp.place for lamp in read_inventory(DOBONG.read_bytes()).lamps]
STREETS = Streets([LampSpec(f"L{n:04}", at.lon, at.lat) for n, at in enumerate(TOWN)])
UNDER_GROUND_S = 70
"""Nobody is in a dark street there."""


class Figures(NamedTuple):
    """Of walks: seconds, those in the dark, lamps bright in each second, orders, lamps again."""

    seconds: int
    dark: int
    lit: int
    orders: int
    again: int


def walked(walk: Walk) -> Figures:
    """Live through a walk."""
    evening = Evening([(at.metres.east - HERE.east, at.metres.north - HERE.north) for at in TOWN])
    fixes = deque(walk.fixes())
    seconds = dark = lit = 0
    for step in walk.truth(1.0):
        while fixes and fixes[0].seconds <= evening.now:
            fix = fixes.popleft()
            evening.fix(fix.lon, fix.lat, fix.accuracy_m)
        row, far = evening.nearest(step.lon, step.lat)
        in_street = walk.story != "metro_exit" or evening.now > UNDER_GROUND_S
        seconds += 1
        dark += in_street and far <= 20 and not evening.bright(row)
        lit += len(evening.bright_rows())
        evening.tend(1)
    ons = Counter(row for _, row, on in evening.switched if on)
    return Figures(seconds, dark, lit, len(evening.orders), sum(ons.values()) - len(ons))


@pytest.mark.parametrize("story", ["home", "dawdles", "turns_back", "metro_exit"])
def test_in_a_town_the_light_goes_with_the_walker_and_costs_little(story: Story) -> None:
    walks = [walked(a_walk(STREETS, seed, story, 400.0)) for seed in range(10)]
    all_of_it = Figures(*(sum(column) for column in zip(*walks, strict=True)))
    minutes = all_of_it.seconds / 60
    # What is left are first fixes that were 50 m off and said 12.
    assert all_of_it.dark / all_of_it.seconds < 0.01
    assert all_of_it.lit / all_of_it.seconds < 18
    assert all_of_it.orders / minutes < 28
    assert all_of_it.again / minutes < 4
