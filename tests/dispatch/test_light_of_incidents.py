"""The light of an incident over HTTP: it follows moves, the plan and lamps that fail."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.dispatch.moving import entries, the_light_s_time_is_over
from tests.house import running, street_of
from tests.patience import eventually


async def test_the_light_follows_the_moves(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
    ):
        key = (await house.press())["incident_id"]

        async def shows(scene: str) -> None:
            await eventually(
                lambda: all(street.shows(f"L000{n}").scene.name == scene for n in range(4)), scene
            )

        await shows("blink")
        moves: list[tuple[str, dict[str, Any], str]] = [
            ("scene", {"scene": "none"}, "schedule"),
            ("scene", {"scene": "blink"}, "blink"),
            ("arrive", {}, "bright"),
            ("scene", {"scene": "blink"}, "blink"),
            ("close", {"disposition": "accidental"}, "schedule"),
            ("reopen", {}, "blink"),
            ("scene", {"scene": "bright"}, "bright"),
            ("close", {"disposition": "genuine"}, "schedule"),
        ]
        for move, body, scene in moves:
            incident = await house.move(key, move, **body)
            asked = "none" if scene == "schedule" else scene
            assert {lamp["asked"] for lamp in incident["lamps"]} == {asked}
            await shows(scene)


async def test_of_two_incidents_that_share_lamps_the_one_that_blinks_wins_until_it_ends(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
    ):
        one, two = [(await house.press())["incident_id"] for _ in range(2)]
        await house.move(one, "arrive")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        await house.move(two, "close", disposition="duplicate")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await house.move(one, "close", disposition="genuine")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")


async def test_the_light_ends_with_the_plan_s_time_and_the_incident_stays_open(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        key = (await house.press())["incident_id"]
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        await the_light_s_time_is_over(house, key)
        ended = (await feed.event("light_ended"))["incident"]
        assert (ended["state"], ended["scene"], ended["light_until"]) == ("open", "none", None)
        assert {lamp["asked"] for lamp in ended["lamps"]} == {"none"}
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
        (line,) = [one for one in await entries(house, key) if one["event"] == "light_ended"]
        assert line["actor"] == "clock"
        await house.move(key, "scene", scene="blink")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")


async def test_lamps_that_do_not_answer_are_replaced_and_the_shortfall_says_so(
    pair: Pair, tmp_path: Path
) -> None:
    impatient = replace(DEFAULT, patience=timedelta(seconds=2))
    lamps = street_of(10)
    async with (
        running(pair, tmp_path, lamps=lamps, plan=impatient) as house,
        house.street(lamps=lamps[2:]) as street,
        house.feed() as feed,
    ):
        taken = await house.press()
        assert [lamp["lamp_id"] for lamp in taken["lamps"]] == ["L0000", "L0001", "L0002", "L0003"]
        answered = await feed.until(lambda frame: frame.get("event") == "lamps_answered")
        assert answered["incident"]["shortfall"] == "2 of 6 silent"
        reasons = {lamp["lamp_id"]: lamp["reason"] for lamp in answered["incident"]["lamps"]}
        assert reasons["L0000"] == "within 50 m"  # still told: silent is no reason to give up
        assert [key for key, why in reasons.items() if "silent" in why] == ["L0004", "L0005"]
        await eventually(lambda: street.shows("L0005").scene.name == "blink")
        seen = (await house.incident(taken["incident_id"]))["lamps"]
        await eventually(lambda: street.shows("L0004").scene.name == "blink")
        assert [lamp["seen"] for lamp in seen][:2] == [False, False]
        (line,) = [
            one
            for one in await entries(house, taken["incident_id"])
            if one["event"] == "lamps_answered" and one["detail"]["silent"]
        ]
        assert line["actor"] == "lamps"
        assert line["detail"]["silent"] == ["L0000", "L0001"]
