"""The crew and the administrator see how lamps are, and not for whom they light."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.feed_client import FeedClient
from tests.house import House, running, street_of
from tests.patience import ask_until, eventually

LAMPS = street_of(8)


async def seen_by(browser: httpx.AsyncClient) -> tuple[Any, Any, str]:
    """All that is shown of lamps, but when they spoke last."""
    lamps = (await browser.get("/v1/lamps")).json()
    file = (await browser.get("/v1/lamps.geojson")).json()
    for one in (*lamps["features"], *file["features"]):
        del one["properties"]["seen_at"]
    alone = [(await browser.get(f"/v1/lamps/{lamp.lamp_id}")).json() for lamp in LAMPS]
    return lamps, file, str([one["properties"]["scene"] for one in alone])


async def read(browser: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """What somebody is answered there."""
    answer: dict[str, Any] = (await browser.get(path)).json()
    return answer


async def press_and_light(house: House) -> tuple[str, set[str]]:
    """An incident, and the lamps that are seen lit for it."""
    assert house.dispatcher is not None
    shows = house.dispatcher.fleet.shows_its_claim
    taken = await house.press()
    lamps = {one["lamp_id"] for one in taken["lamps"]}
    await eventually(lambda: all(shows(lamp_id) for lamp_id in lamps))
    return taken["incident_id"], lamps


async def told_until(feed: FeedClient, lamp_id: str, scene: str) -> set[tuple[str, str]]:
    """Every scene that was told of lamps, to the one that is awaited."""
    told: set[tuple[str, str]] = set()
    while (lamp_id, scene) not in told:
        frame = await feed.until(lambda frame: frame["type"] == "lamps")
        told |= {(one["lamp_id"], one["scene"]) for one in frame["changes"]}
        assert frame["totals"]["lit"] <= 1, "the crew's own test"
    return told


async def test_whoever_mends_lamps_is_not_shown_where_somebody_cries_for_help(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS) as house,
        house.street() as street,
        signed_in(house, "kim", "operator") as desk,
        signed_in(house, "lee", "crew") as crew,
        signed_in(house, "han", "administrator", "auditor") as office,
        feed_of(house, crew) as ladder,
        feed_of(house, desk) as room,
    ):
        before = await seen_by(crew), await seen_by(office)
        _, lit = await press_and_light(house)
        assert "L0000" in lit
        assert "blink" in str(await seen_by(desk))
        assert (await seen_by(crew), await seen_by(office)) == before
        await room.until(lambda frame: "blink" in str(frame.get("changes")))

        # A lamp that no incident has, then one that the incident has: both as the test wants them.
        free = next(lamp.lamp_id for lamp in LAMPS if lamp.lamp_id not in lit)
        for lamp_id in (free, "L0000"):
            body = {"lamp_ids": [lamp_id], "scene": "bright", "seconds": 600}
            test = (await crew.post("/v1/lamps/test", json=body)).json()
            path = f"/v1/lamps/test/{test['test_id']}"
            found = await ask_until(partial(read, crew, path), lambda test: test["seen"] > 0)
            assert (found["failed"], found["lamps"][0]["outranked"]) == (0, False)
            assert (await told_until(ladder, lamp_id, "bright")) <= {
                *((lamp.lamp_id, "schedule") for lamp in LAMPS),
                (lamp_id, "bright"),
            }
            await crew.delete(path)
            await told_until(ladder, lamp_id, "schedule")
        assert street.shows("L0000").scene.name == "blink"
        async with feed_of(house, crew) as again:
            assert (await again.until(lambda frame: frame["type"] == "lamps"))["changes"] == []


async def test_the_crew_hears_of_a_lamp_that_breaks_or_falls_silent_under_an_incident(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with (
        running(Pair("embedded", sqlite_url, None), tmp_path, LOCAL, lamps=LAMPS) as house,
        house.street() as street,
        signed_in(house, "lee", "crew") as crew,
        feed_of(house, crew) as ladder,
    ):
        await press_and_light(house)
        street.kill(["L0000"])
        frame = await ladder.until(lambda frame: "False" in str(frame.get("changes")))
        assert [one["lamp_id"] for one in frame["changes"] if not one["online"]] == ["L0000"]
        assert {one["scene"] for one in frame["changes"]} <= {"schedule", None}
