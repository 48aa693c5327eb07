"""A cry from far outside of the district: who answers for it, and who is told."""

from pathlib import Path

from shapely.geometry import box

from geo.area import Area
from geo.place import Place
from tests.conftest import Pair
from tests.dispatch.test_outbox import Desk
from tests.house import HERE, running

AREA = Area("쌍문파출소", "jurisdiction", "순21", box(127.0, 37.64, 127.03, 37.66))
GWANGJU = Place(126.8526, 35.1595, 10.0)
"""270 km away."""


async def test_a_cry_from_beyond_every_area_is_the_control_centre_s_and_it_is_told(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Desk().open() as desk,
        running(
            *(pair, tmp_path),
            areas=[AREA],
            LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}",
        ) as house,
    ):
        far = (await house.press(GWANGJU))["place"]
        assert far["jurisdiction_how"] == "outside"
        assert (far["jurisdiction"], far["unit"]) == (None, None)
        (letter,) = await desk.told(1)
        assert letter["incident"]["place"]["jurisdiction_how"] == "outside"
        near = (await house.press(HERE))["place"]
        assert (near["jurisdiction"], near["unit"]) == ("쌍문파출소", "순21")
