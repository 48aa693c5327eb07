"""Come here for whether the positions in somebody's file can be believed.

Law: a position is believed, refused, or (where all rows of a keeper have latitude and longitude
exchanged) read the right way round. It is never moved or completed.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, cast

import numpy as np
from scipy.spatial import cKDTree

from geo.place import in_korea, to_metres

DUMMY_POINT_LAMPS: Final = 20
"""Different lamps on one point from which on the point is a stand-in for "somewhere".

Measured on 9,205 different lamps of Gwangjin-gu: groups on one point become ever rarer up to 17
(lamps that were given the middle of their plot of land); then come only 36 and 101, the latter
lamps of nine neighbourhoods on one plot."""

REACH_METRES: Final = 60_000.0
"""How far from the middle of its keeper's lamps a lamp can stand without company.

Measured from the middle village to the outermost in every city, county and district: Hongcheon, the
largest of the mainland, 57 km. Only counties of islands reach farther (Ongjin 151 km, Sinan 120,
Ulleung 92, Yeosu 88, Gunsan 69), and an island has several lamps."""

COMPANY_METRES: Final = 10_000.0
"""Lamps as near as this to a far one are its company: an island or a remote village."""

LONELY_LAMPS: Final = 2
LONELY_SHARE: Final = 0.002
"""A far group this small (whichever is more) is a typing error and not a village: the same wrong
digit happens twice in a thousand, a village lit by one lamp in a thousand does not."""

_FELLOWS: Final = 4
"""With fewer lamps than this nobody can say which of two far apart is the wrong one."""

_SWAPPED_SHARE: Final = 0.9
"""Latitude and longitude are exchanged by a column, so in all rows; a tenth may be other dirt."""


def are_swapped(lon: Sequence[float], lat: Sequence[float]) -> bool:
    """Whether one keeper's longitudes and latitudes stand in each other's column, as a rule."""
    straight = sum(map(in_korea, lon, lat))
    swapped = sum(map(in_korea, lat, lon))
    return swapped > 0 and swapped >= (straight + swapped) * _SWAPPED_SHARE


def sharing(lon: Sequence[float], lat: Sequence[float]) -> list[int]:
    """For each position, how many there are on the same point (to 0.1 m), itself included."""
    points = [(round(x, 6), round(y, 6)) for x, y in zip(lon, lat, strict=True)]
    count = Counter(points)
    return [count[point] for point in points]


def far_from_fellows(lon: Sequence[float], lat: Sequence[float]) -> list[tuple[int, float]]:
    """The positions of one keeper that cannot be in its district: (which, metres from the middle).

    The middle is the median, which no few wrong positions move. A keeper whose lamps are spread
    over the country (half of them beyond half the reach) has no district to be far from.
    """
    if len(lon) < _FELLOWS:
        return []
    points = to_metres(np.array(lon, np.float64), np.array(lat, np.float64))
    away = np.hypot(*(points - np.median(points, axis=0)).T)
    far = np.flatnonzero(away > REACH_METRES)
    if not len(far) or np.median(away) > REACH_METRES / 2:
        return []
    few = max(LONELY_LAMPS, LONELY_SHARE * len(points))
    balls = cKDTree(points).query_ball_point(points[far], COMPANY_METRES)
    company = map(len, cast("Sequence[list[int]]", balls))
    return [
        (which, float(away[which]))
        for which, fellows in zip(far.tolist(), company, strict=True)
        if fellows <= few
    ]
