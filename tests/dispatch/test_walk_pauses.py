"""A pause stops the collecting, not only the light: the law lets nobody refuse that."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.asking import rings_at
from dispatch.signs import Signs
from dispatch.walk_plan import DEFAULT
from dispatch.walk_record import Record
from tests.conftest import Pair
from tests.dispatch.test_guardians_told import START, WALK
from tests.dispatch.test_walks_live import talk
from tests.dispatch.walking import Phone, east, fix, opens, starts
from tests.house import HERE, House, running

MOTHER = {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "2026-11"}


@pytest.fixture
async def house(pair: Pair, tmp_path: Path) -> AsyncIterator[House]:
    async with running(pair, tmp_path) as house:
        yield house


def record_of(house: House, phone: Phone) -> Record:
    assert house.dispatcher is not None
    return house.dispatcher.walks.get(phone.walk["walk_id"])


async def seen_by_others(house: House, phone: Phone) -> list[Any]:
    """What operators and the guardian see of where the walker is."""
    desk = (await house.client.get(f"{phone.path}/desk")).json()
    (listed,) = (await house.client.get("/v1/walks")).json()["watched"]
    shared = (await opens(house.client, phone.walk["guardians"][0]["link"])).json()
    return [desk["position"], desk["track"], listed["position"], shared["position"]]


async def test_a_pause_collects_nothing_at_either_door_and_shows_nobody_where_the_walker_is(
    house: House,
) -> None:
    phone = await starts(house.client, guardians=[MOTHER], watched=True)
    record = record_of(house, phone)
    await phone.moves(fix(HERE, 2), fix(east(20), 1))
    assert all(await seen_by_others(house, phone))
    await phone.does("pause", minutes=5)
    assert not any(await seen_by_others(house, phone))
    in_the_pause = [fix(east(40)), fix(east(60)), fix(east(80))]
    await phone.moves(in_the_pause[0])
    async with talk(house, phone) as walker:
        await walker.until("paused")
        await walker.says("positions", positions=in_the_pause[1:], battery=50)
        await walker.until("paused")
    assert len(record.track) == 2
    assert record.signs.place is not None
    assert record.signs.place.lon == pytest.approx(east(20).lon)
    await phone.does("resume")
    await phone.moves(*in_the_pause)  # what a phone has kept for itself comes too late
    assert len(record.track) == 2
    assert house.dispatcher is not None
    assert house.dispatcher.walks.counts.dropped == 6
    await phone.moves(fix(east(100)))
    assert len(record.track) == 3
    assert all(await seen_by_others(house, phone))


async def test_whoever_is_forced_to_pause_is_followed_and_the_phone_looks_the_same(
    house: House,
) -> None:
    forced = await starts(house.client, pin="4821", duress_pin="4822")
    free = await starts(house.client, pin="4821", duress_pin="4822")
    for phone, pin in ((forced, "4822"), (free, "4821")):
        await phone.moves(fix(HERE, 1))
        await phone.does("pause", minutes=5, pin=pin)
        assert (await phone.moves(fix(east(40))))["state"] == "paused"
    assert len(record_of(house, forced).track) == 2
    assert len(record_of(house, free).track) == 1


def test_the_phone_s_silence_in_a_pause_is_no_sign() -> None:
    paused = replace(
        WALK, state="paused", paused_at=START, paused_until=START + timedelta(minutes=60)
    )
    assert rings_at(paused, Signs(heard_at=START), DEFAULT) == paused.paused_until
