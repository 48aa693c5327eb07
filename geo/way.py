"""Come here for how far a place lies from a way: a line of places that somebody means to go."""

from collections.abc import Sequence

import shapely
from shapely.geometry import LineString

from geo.place import Metres, Place


class Way:
    """A line of at least two places, in metres of EPSG:5179.

    Raises ValueError where it has fewer, or where one of them cannot be projected.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        points = [place.metres for place in places]
        if len(points) < 2:
            raise ValueError("a way needs at least two places")
        if not all(map(_is_finite, points)):
            raise ValueError("a place of this way lies outside of the projection")
        self._line = LineString(points)
        shapely.prepare(self._line)

    def metres_from(self, point: Metres) -> float:
        """Metres from a point to the nearest place of the way; infinite where it has none."""
        return (
            float(self._line.distance(shapely.Point(point))) if _is_finite(point) else float("inf")
        )


def _is_finite(point: Metres) -> bool:
    return abs(point.east) != float("inf") and abs(point.north) != float("inf")
