"""Come here for what the map stands on: by default nothing, else what the district brings along."""

import json
from pathlib import Path

from tests.conftest import Pair
from tests.control_room_ui.pmtiles import archive
from tests.control_room_ui.screen import Screen
from tests.house import running, street_of


async def test_an_archive_is_served_in_parts_and_drawn_below_the_lamps(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    tiles = tmp_path / "district.pmtiles"
    tiles.write_bytes(archive())
    async with running(
        embedded, tmp_path, lamps=street_of(3), LAMPLIGHTER_MAP_PMTILES=str(tiles)
    ) as house:
        part = await house.client.get("/v1/map/tiles.pmtiles", headers={"Range": "bytes=0-6"})
        assert (part.status_code, part.content) == (206, b"PMTiles")
        await screen.open(house.url)
        await screen.all_drawn()
        assert (await screen.drawn(["base-water"])) > 0
        await screen.draws(["lamps"], 3)


async def test_a_style_of_the_district_stands_below_the_lamps(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    style = tmp_path / "style.json"
    ground = {"id": "sea", "type": "background", "paint": {"background-color": "#001020"}}
    style.write_text(json.dumps({"version": 8, "sources": {}, "layers": [ground]}))
    async with running(
        embedded, tmp_path, lamps=street_of(3), LAMPLIGHTER_MAP_STYLE=str(style)
    ) as house:
        await screen.open(house.url)
        await screen.all_drawn()
        assert (await screen.layers())[0] == "sea"
        await screen.draws(["lamps"], 3)


async def test_a_map_that_cannot_be_had_costs_only_the_map(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    broken = tmp_path / "style.json"
    broken.write_text("<html>")
    async with running(
        embedded, tmp_path, lamps=street_of(3), LAMPLIGHTER_MAP_STYLE=str(broken)
    ) as house:
        await screen.open(house.url)
        await screen.page.wait_for_selector('[data-test="base-missing"]')
        await screen.all_drawn()
        await screen.draws(["lamps"], 3)


async def test_without_a_map_of_its_own_a_district_asks_nobody(
    embedded: Pair, tmp_path: Path
) -> None:
    async with running(embedded, tmp_path) as house:
        settings = (await house.client.get("/v1/settings")).json()
        assert settings["map"] == {"style": None, "pmtiles": None}
        assert "press" in settings["screens"]
        assert (await house.client.get("/v1/map/style.json")).status_code == 404
