"""What a walker has allowed ends the moment they take it back, for a while or for good."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.walking import Phone, east, fix, opens, starts
from tests.feed_client import FeedClient
from tests.house import HERE, House, environment_for, running, street_of
from tests.patience import eventually

MOTHER = {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "2026-11"}


@pytest.fixture
def pair(sqlite_url: str) -> Pair:
    """What is shown does not depend on it."""
    return Pair("embedded", sqlite_url, None)


@pytest.fixture
async def house(pair: Pair, tmp_path: Path) -> AsyncIterator[House]:
    async with running(pair, tmp_path, lamps=street_of(10)) as house:
        yield house


async def watched(house: House) -> Phone:
    """Somebody who wants to be seen all the way, by the desk and by their mother."""
    phone = await starts(house.client, watched=True, guardians=[MOTHER])
    await phone.moves(fix(HERE))
    return phone


async def shown(house: House, phone: Phone) -> dict[str, Any]:
    """Every place of theirs that anybody else can ask for."""
    desk = (await house.client.get(f"{phone.path}/desk")).json()
    listed = (await house.client.get("/v1/walks")).json()["watched"]
    mother = (await opens(house.client, phone.walk["guardians"][0]["link"])).json()
    return {
        "desk": desk["position"],
        "track": desk["track"] or None,
        "list": next((one["position"] for one in listed), None),
        "guardian": mother["position"],
    }


NOTHING = dict.fromkeys(("desk", "track", "list", "guardian"))


async def is_told_of(feed: FeedClient, *, place: bool) -> None:
    """The screens hear of it, and of the place only where they may."""

    def wanted(frame: dict[str, Any]) -> bool:
        watched = frame.get("watched") or [{"position": None}]
        return frame["type"] == "walks" and (watched[0]["position"] is not None) == place

    await feed.until(wanted)


async def test_a_pause_hides_the_walker_from_everybody_at_once_until_they_go_on(
    house: House,
) -> None:
    async with house.feed() as feed:
        phone = await watched(house)
        assert all((await shown(house, phone)).values())
        await is_told_of(feed, place=True)
        await phone.does("pause", minutes=5)
        assert await shown(house, phone) == NOTHING
        await is_told_of(feed, place=False)
        await phone.moves(fix(east(60)))
        assert await shown(house, phone) == NOTHING
        await phone.does("resume")
        await phone.moves(fix(east(90)))
        again = await shown(house, phone)
        assert again["guardian"]["lon"] == pytest.approx(east(90).lon)
        lons = [crumb["lon"] for crumb in again["track"]]
        assert lons == [pytest.approx(HERE.lon), pytest.approx(east(90).lon)], "and no pause"


async def test_a_withdrawal_hides_the_walker_from_everybody_at_once_and_for_good(
    house: House,
) -> None:
    phone = await watched(house)
    await phone.does("end")
    assert await shown(house, phone) == NOTHING
    await phone.post("positions", positions=[fix(east(60))])
    assert await shown(house, phone) == NOTHING


async def test_no_lamp_is_lit_for_whoever_has_paused_wherever_they_go(
    pair: Pair, tmp_path: Path
) -> None:
    lamps = street_of(30)
    async with (
        running(pair, tmp_path, lamps=lamps) as house,
        house.street() as street,
    ):
        phone = await watched(house)
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await phone.does("pause", minutes=5)
        await phone.moves(fix(east(300)))
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
        assert street.shows("L0020").scene.name == "schedule"
        await phone.does("resume")
        await phone.moves(fix(east(300)))
        await phone.moves(fix(east(300)))  # one that leaps is believed when another agrees
        await eventually(lambda: street.shows("L0020").scene.name == "bright")


async def test_a_paused_consent_is_listed_as_that(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        phone = await watched(house)
        at = environment_for(pair, tmp_path)
        for call, words in (("pause", "; paused since 20"), ("resume", "; stands")):
            await phone.does(call, **({"minutes": 5} if call == "pause" else {}))
            told = await in_this_process("privacy", "consents", environment=at)
            lines = told.stdout.splitlines()
            assert len(lines) == 2
            assert all(words in line for line in lines), told.stdout
