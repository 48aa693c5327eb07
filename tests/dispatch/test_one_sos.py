"""What the product is for: one cry for help, from the phone to the light and back to dark."""

from pathlib import Path

from tests.conftest import Pair
from tests.house import running, street_of
from tests.patience import eventually


async def test_an_sos_makes_the_lamps_around_the_caller_blink_until_it_is_closed(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(10)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        taken = await house.press()
        near = [lamp["lamp_id"] for lamp in taken["lamps"]]
        assert near == ["L0000", "L0001", "L0002", "L0003"]
        opened = await feed.event("opened")
        assert opened["incident"]["incident_id"] == taken["incident_id"]
        answered = await feed.event("lamps_answered")
        assert all(lamp["seen"] for lamp in answered["incident"]["lamps"])
        assert [street.shows(lamp).scene.name for lamp in near] == ["blink"] * 4
        assert street.shows("L0009").scene.name == "schedule"

        await house.move(taken["incident_id"], "acknowledge")
        await house.move(taken["incident_id"], "arrive")
        await eventually(lambda: all(street.shows(lamp).scene.name == "bright" for lamp in near))

        await house.move(taken["incident_id"], "close", disposition="genuine")
        await eventually(lambda: all(street.shows(lamp).scene.name == "schedule" for lamp in near))
        assert (await feed.event("closed"))["incident"]["disposition"] == "genuine"
