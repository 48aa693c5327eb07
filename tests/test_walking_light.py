"""The light that goes with a walker, from the phone to the lamps, on both pairs."""

import asyncio
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from firmware_sim.pedestrians import Counters, Pedestrian
from firmware_sim.streets import Streets
from firmware_sim.walkers import a_walk
from geo.place import Metres, Place, place_at
from tests.conftest import Pair
from tests.house import HERE, House, running, specs_of, street_of
from tests.patience import DEADLINE_S, eventually

LAMPS = street_of(30)


def east_of_here(metres: float) -> Place:
    return place_at(Metres(HERE.metres.east + metres, HERE.metres.north), 10.0)


class Phone:
    """A phone that walks home."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.walk_id = str(uuid.uuid4())
        self.headers: dict[str, str] = {}

    async def starts(self) -> None:
        body = {"walk_id": self.walk_id, "expected_minutes": 20}
        answer = await self.client.post("/v1/walks", json=body)
        assert answer.status_code == 201, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['walker_token']}"}

    async def is_at(self, metres: float) -> dict[str, Any]:
        place = east_of_here(metres)
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        fix = {"lon": place.lon, "lat": place.lat, "accuracy_m": 10.0, "fixed_at": at}
        return await self.does("positions", {"positions": [fix], "sent_at": at})

    async def does(self, call: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.client.post(
            f"/v1/walks/{self.walk_id}/{call}", json=body or {}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state


async def a_phone(house: House) -> Phone:
    phone = Phone(house.client)
    await phone.starts()
    return phone


async def test_the_lamps_brighten_around_a_walker_and_fall_back_after_the_walk(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=LAMPS) as house, house.street() as street:
        phone = await a_phone(house)
        await phone.is_at(0.0)
        for lamp_id in ("L0000", "L0001"):
            await eventually(lambda key=lamp_id: street.shows(key).scene.name == "bright")  # type: ignore[misc]
        assert street.shows("L0020").scene.name == "schedule"
        await phone.does("end")
        # Twenty seconds of hold: nobody is left in the dark who only looks at the phone.
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")


async def test_no_screen_can_tell_from_the_lamps_where_somebody_walks(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=LAMPS) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        before = (await house.client.get("/v1/lamps")).json()["features"]
        phone = await a_phone(house)
        await phone.is_at(0.0)
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        assert house.dispatcher is not None
        watch = house.dispatcher.fleet.watch
        await eventually(lambda: watch.view("L0000").scene == "bright")
        lamps = (await house.client.get("/v1/lamps")).json()["features"]
        assert [_but_when(one) for one in lamps] == [_but_when(one) for one in before]
        assert house.dispatcher.picture.lit() == []
        taken = await house.press(east_of_here(300.0))
        await feed.until(lambda frame: _tells_of(frame, "L0020"))
        told = {one for frame in feed.frames for one in _changed(frame)}
        assert "L0000" not in {lamp_id for lamp_id, scene in told if scene != "schedule"}
        assert taken["incident_id"]


def _but_when(lamp: dict[str, Any]) -> dict[str, Any]:
    """A lamp but for the minute in which it was asked for."""
    return {**lamp["properties"], "seen_at": None}


async def test_when_a_lamp_in_order_last_spoke_tells_nothing_but_that_it_is_in_order(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=LAMPS) as house, house.street():
        phone = await a_phone(house)
        await phone.is_at(0.0)
        assert house.dispatcher is not None
        watch = house.dispatcher.fleet.watch
        await eventually(lambda: watch.view("L0000").scene == "bright")
        lamps = (await house.client.get("/v1/lamps")).json()["features"]
        spoken = {one["properties"]["seen_at"] for one in lamps}
        assert len(spoken) == 1, "those near the walker and those far away"


async def test_who_stands_is_in_the_light_again_after_a_restart_and_after_a_pause(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=LAMPS) as house:
        phone = await a_phone(house)
        await phone.is_at(0.0)
        assert house.dispatcher is not None
        record = house.dispatcher.walks.get(phone.walk_id)
        await eventually(lambda: record.kept)
    async with running(pair, tmp_path, lamps=LAMPS) as house, house.street() as street:
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        phone.client = house.client
        await phone.does("pause", {"minutes": 5})
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
        await phone.does("resume")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")


def _changed(frame: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["lamp_id"], one["scene"]) for one in frame.get("changes", ())}


def _tells_of(frame: dict[str, Any], lamp_id: str) -> bool:
    return (lamp_id, "blink") in _changed(frame)


async def test_a_cry_during_a_walk_blinks_and_gives_the_light_back_to_the_walk(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=LAMPS) as house, house.street() as street:
        phone = await a_phone(house)
        await phone.is_at(0.0)
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        taken = await house.press(east_of_here(0.0))
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        await house.move(taken["incident_id"], "close", disposition="accidental")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")


async def test_the_phone_is_told_where_the_light_ends(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, lamps=LAMPS) as house:
        phone = await a_phone(house)
        assert (await phone.is_at(100.0))["dark_ahead"] is None
        assert (await phone.is_at(5_000.0))["dark_ahead"] is None  # one wild fix
        async with asyncio.timeout(DEADLINE_S):
            while (told := (await phone.is_at(5_001.0))["dark_ahead"]) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.2)  # looked for anew every five seconds of walking
        assert (told["metres"], told["reason"]) == (0, "no_lamps")
        assert told["words"]["en"] == "Here there are no street lights."


async def test_who_pauses_is_no_longer_followed(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, lamps=LAMPS) as house:
        assert house.dispatcher is not None
        escort = house.dispatcher.escort
        phone = await a_phone(house)
        await phone.is_at(0.0)
        await eventually(lambda: len(escort) == 1)
        await phone.does("pause", {"minutes": 5})
        assert len(escort) == 0


async def test_an_order_for_a_walker_ends_by_itself_within_two_minutes(
    pair: Pair, tmp_path: Path
) -> None:
    """So no lamp stays bright for anybody when the dispatcher is killed."""
    async with running(pair, tmp_path, lamps=LAMPS) as house, house.street() as street:
        phone = await a_phone(house)
        await phone.is_at(0.0)
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        ends = street.shows("L0000").ends
        assert ends is not None
        assert (ends - datetime.now(UTC)).total_seconds() <= 120


async def test_simulated_people_come_home_with_the_light(pair: Pair, tmp_path: Path) -> None:
    lamps = street_of(40)
    streets = Streets(specs_of(lamps))
    counters = Counters()
    async with running(pair, tmp_path, lamps=lamps) as house, house.street() as street:
        people = [
            Pedestrian(house.client, a_walk(streets, seed, "home", 150.0), counters, haste=30.0)
            for seed in range(3)
        ]
        walking = asyncio.gather(*(one.go() for one in people))
        await eventually(
            lambda: any(street.shows(lamp.lamp_id).scene.name == "bright" for lamp in lamps)
        )
        await walking
    assert counters.started == counters.home == 3
    assert counters.said > 30
