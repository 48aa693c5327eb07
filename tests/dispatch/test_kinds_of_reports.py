"""Reports that are possibly the same, silent ones, and drills."""

import asyncio
from pathlib import Path

from tests.conftest import Pair
from tests.dispatch.reporting import east_of_here
from tests.house import assert_problem, running, street_of
from tests.patience import eventually

# ---- possibly the same


async def test_reports_near_each_other_in_place_and_time_name_each_other_and_are_never_merged(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        one = (await house.press())["incident_id"]
        two = (await house.press(east_of_here(50)))["incident_id"]
        far = (await house.press(east_of_here(160)))["incident_id"]
        nowhere = (await house.press(place=None))["incident_id"]
        same = {
            key: (await house.incident(key))["possibly_same"] for key in (one, two, far, nowhere)
        }
        assert same == {one: [two], two: [one], far: [], nowhere: []}
        listed = (await house.client.get("/v1/incidents")).json()["incidents"]
        assert {each["incident_id"]: each["possibly_same"] for each in listed} == same

        await house.move(one, "close", disposition="accidental")
        three = (await house.press())["incident_id"]
        assert (await house.incident(three))["possibly_same"] == [two]


async def test_a_crowd_that_presses_at_once_is_seen_as_possibly_the_same(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        crowd = await asyncio.gather(*(house.press() for _ in range(8)))
        ids = {taken["incident_id"] for taken in crowd}
        assert len(ids) == 8
        for key in ids:
            same = (await house.incident(key))["possibly_same"]
            assert same
            assert set(same) < ids - {key} or set(same) == ids - {key}


# ---- silent, drill


async def test_a_silent_report_never_blinks(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        taken = await house.press(silent=True)
        opened = (await feed.event("opened"))["incident"]
        assert (opened["silent"], opened["scene"]) == (True, "none")
        assert {lamp["asked"] for lamp in opened["lamps"]} == {"none"}
        scene = f"/v1/incidents/{taken['incident_id']}/scene"
        refused = await house.client.post(scene, json={"scene": "blink"})
        assert "scene" in assert_problem(refused, 409)["allowed"]
        await house.move(taken["incident_id"], "scene", scene="bright")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await house.move(taken["incident_id"], "close", disposition="genuine")
        await house.move(taken["incident_id"], "reopen")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
        assert (await house.incident(taken["incident_id"]))["scene"] == "none"


async def test_a_drill_runs_the_whole_chain_marked_as_a_drill_and_gives_way_to_what_is_real(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        drill = (await house.press(drill=True))["incident_id"]
        answered = await feed.event("lamps_answered")
        assert all(frame["incident"]["drill"] for frame in feed.frames if "incident" in frame)
        assert street.shows("L0000").scene.name == "blink"
        assert answered["incident"]["incident_id"] == drill

        real = (await house.press())["incident_id"]
        await house.move(real, "arrive")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await house.move(real, "close", disposition="genuine")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        listed = (await house.client.get("/v1/incidents?state=all")).json()["incidents"]
        assert {each["incident_id"]: each["drill"] for each in listed} == {drill: True, real: False}
        await house.move(drill, "close", disposition="test")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
