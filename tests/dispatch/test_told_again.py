"""What was on its way when something broke is told, once, by whoever comes next."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lights.broker_address import BrokerAddress
from tests.conftest import Pair
from tests.dispatch.receiver import Receiver
from tests.dispatch.told import nobody
from tests.house import (
    DispatcherProcess,
    House,
    caller,
    environment_for,
    fill,
    running,
    settings_for,
    street_of,
)
from tests.parts import PostgresServer, free_port
from tests.patience import ask_until


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One to kill."""
    with PostgresServer() as server:
        yield server


# ---- whatever breaks


async def test_lamps_are_lit_while_a_target_is_down(pair: Pair, tmp_path: Path) -> None:
    async with (
        Receiver(lambda _: -1).open() as stuck,
        running(
            pair,
            tmp_path,
            lamps=street_of(4),
            LAMPLIGHTER_WEBHOOKS=f"control_room={stuck.url};supervisor={nobody()}",
        ) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        await house.press()
        await stuck.has_been_tried(1)
        answered = (await feed.event("lamps_answered"))["incident"]
        assert [lamp["seen"] for lamp in answered["lamps"]] == [True] * 4
        assert {street.shows(lamp.lamp_id).scene.name for lamp in house.lamps} == {"blink"}
        assert stuck.taken == []


@asynccontextmanager
async def _dispatcher(pair: Pair, folder: Path, webhooks: str) -> AsyncIterator[DispatcherProcess]:
    await fill(settings_for(pair, folder), [])
    environment = environment_for(pair, folder) | {"LAMPLIGHTER_WEBHOOKS": webhooks}
    process = DispatcherProcess(environment, free_port())
    process.start()
    try:
        await process.ready()
        yield process
    finally:
        process.kill()


async def test_what_was_on_its_way_when_the_dispatcher_was_killed_is_told_by_the_next_one(
    pair: Pair, tmp_path: Path
) -> None:
    is_up = asyncio.Event()
    desk = Receiver(lambda _: 204 if is_up.is_set() else -1)
    async with desk.open(), _dispatcher(pair, tmp_path, f"control_room={desk.url}") as dispatcher:
        house = _from_outside(dispatcher)
        async with house.client:
            pressed = [(await house.press(place=None))["incident_id"] for _ in range(5)]
        await desk.until(lambda: {one.incident_id for one in desk.tried} == set(pressed))
        dispatcher.kill()
        is_up.set()
        dispatcher.start()
        told = await desk.has_taken(5)
    assert {one.incident_id for one in told} == set(pressed)
    tried = {one.incident_id: one.letter_id for one in desk.tried}
    assert {one.incident_id: one.letter_id for one in told} == tried, "known again by their ids"


def _from_outside(dispatcher: DispatcherProcess) -> House:
    client = caller(dispatcher.url)
    return House(dispatcher.url, BrokerAddress("127.0.0.1", 0), (), client)


async def test_a_desk_that_took_it_while_the_database_was_away_is_told_once(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    pair = Pair("production", own_postgres.create_database(), None)

    async with (
        Receiver(lambda _: 2.0).open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
    ):
        await house.press(place=None)
        await desk.has_been_tried(1)
        await asyncio.to_thread(own_postgres.kill)  # before the desk's answer is written down
        await desk.has_taken(1)
        await asyncio.to_thread(own_postgres.start)
        await ask_until(lambda: _some_wait(house), lambda waits: not waits)
        assert len(desk.tried) == 1


async def _some_wait(house: House) -> bool:
    answer = await house.client.get("/v1/outbox")
    return answer.status_code != 200 or bool(answer.json()["letters"])
