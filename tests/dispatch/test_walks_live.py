"""A walk home as a talk over a WebSocket, and what holds when a process dies in the middle."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection

from dispatch.database import Database
from dispatch.sources import walks
from tests.conftest import Pair
from tests.dispatch.test_outbox import Desk
from tests.dispatch.walking import ASKED, SECOND, Phone, east, fix, hasty, opens, starts
from tests.dispatch.walks_home import the_incident_of
from tests.house import (
    HERE,
    DispatcherProcess,
    House,
    environment_for,
    fill,
    running,
    settings_for,
    street_of,
)
from tests.parts import free_port
from tests.patience import DEADLINE_S, ask_until
from tests.wire.documents import conforms_to_asyncapi

LATE = 0.0001


class Talk:
    """The phone's end, which judges every word by the published document."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def says(self, kind: str, **words: Any) -> None:
        said = {"type": kind, **words}
        if words.get("answer") != "perhaps":
            conforms_to_asyncapi(said, "components", "messages", f"walk_{kind}", "payload")
        await self._socket.send(json.dumps(said))

    async def hears(self) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE_S):
            heard: dict[str, Any] = json.loads(await self._socket.recv())
        conforms_to_asyncapi(heard, "components", "messages", f"walk_{heard['type']}", "payload")
        return heard

    async def refusal(self) -> dict[str, Any]:
        while (heard := await self.hears())["type"] != "refused":
            pass
        problem: dict[str, Any] = heard["problem"]
        return problem

    async def until(self, state: str) -> dict[str, Any]:
        while (heard := await self.hears()).get("state") != state:
            pass
        return heard


@asynccontextmanager
async def talk(house: House, phone: Phone, token: str | None = None) -> AsyncIterator[Talk]:
    url = house.url.replace("http://", "ws://") + f"{phone.path}/live"
    async with websockets.connect(url) as socket:
        talking = Talk(socket)
        await talking.says("hello", token=token or phone.walk["walker_token"])
        yield talking


async def test_a_walk_has_a_few_talks_at_once_and_the_oldest_gives_way(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house,
        AsyncExitStack() as talks,
    ):
        phone = await starts(house.client)
        talking = [await talks.enter_async_context(talk(house, phone))]
        for _ in range(4):
            assert (await talking[-1].hears())["type"] == "state"
            talking.append(await talks.enter_async_context(talk(house, phone)))
        with pytest.raises(websockets.ConnectionClosed):
            await talking[0].hears()
        assert (await talking[-1].hears())["type"] == "state"


async def test_whoever_does_not_say_their_token_gives_way_to_a_phone_that_does(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "SILENT_MOST", 2)
    monkeypatch.setattr(walks, "SILENT_S", 0.0)
    async with (
        running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house,
        AsyncExitStack() as sockets,
    ):
        phone = await starts(house.client)
        url = house.url.replace("http://", "ws://") + f"{phone.path}/live"
        silent = [await sockets.enter_async_context(websockets.connect(url)) for _ in range(3)]
        with pytest.raises(websockets.ConnectionClosed):
            await silent[0].recv()
        async with talk(house, phone) as talking:
            assert (await talking.hears())["type"] == "state"


async def test_a_walk_can_be_talked_through_from_the_first_position_to_the_end(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, plan=ASKED) as house:
        phone = await starts(house.client, expected_minutes=LATE, pin="4821")
        async with talk(house, phone) as walker:
            await walker.hears()
            await walker.says("positions", positions=[fix(HERE, 3), fix(east(10), 1)], battery=80)
            asked = await walker.until("asking")  # nobody has to ask for it
            assert asked["question"]["why"] == ["overdue"]
            await walker.says("answer", answer="fine", pin="0000")
            assert (await walker.refusal())["status"] == 422
            await walker.says("answer", answer="perhaps")
            assert (await walker.refusal())["errors"][0]["field"] == "answer"
            await walker.says("answer", answer="fine", pin="4821")
            await walker.until("walking")
            await walker.says("pause", minutes=5, pin="4821")
            await walker.until("paused")
            await walker.says("resume")
            await walker.until("walking")
            await walker.says("extend", minutes=5, pin="4821")
            while (await walker.hears())["due_at"] <= asked["due_at"]:
                pass
            await walker.says("end", pin="4821")
            await walker.until("ended")
            await walker.says("extend", minutes=5)
            assert (await walker.refusal())["status"] == 409


async def test_a_talk_without_the_walk_s_token_is_ended(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        phone, other = await starts(house.client), await starts(house.client)
        async with talk(house, phone, other.walk["walker_token"]) as stranger:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await stranger.hears()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def test_a_phone_that_comes_back_finds_help_called_and_brings_its_whole_way(
    pair: Pair, tmp_path: Path
) -> None:
    plan = hasty(silent_after=0.5 * SECOND, ask_for=0.2 * SECOND, guardian_for=0.2 * SECOND)
    async with (
        running(pair, tmp_path, lamps=street_of(60), plan=plan) as house,
        house.feed() as feed,
    ):
        phone = await starts(house.client)
        await phone.moves(fix(HERE, 200))
        incident = (await feed.event("opened"))["incident"]
        assert incident["kind"] == "checkin_missed"
        late = [fix(east(3.0 * number), 190 - 1.5 * number) for number in range(120)]
        assert (await phone.moves(*late[::-1]))["state"] == "alarmed"
        newest = pytest.approx(east(357).lon)
        await feed.until(
            lambda frame: (
                frame.get("event") == "moved"
                and frame["incident"]["place"]["position"]["lon"] == newest
            )
        )
        seen = (await house.client.get(f"{phone.path}/desk")).json()
        times = [crumb["fixed_at"] for crumb in seen["track"]]
        assert times == sorted(times)
        assert len(times) > 60
        fine = await phone.does("answer", answer="fine")
        assert (fine["state"], fine["said_fine"]) == ("alarmed", True)


async def test_the_clock_of_a_question_goes_on_over_a_restart(pair: Pair, tmp_path: Path) -> None:
    plan = hasty(
        overdue_least=SECOND * 0, overdue_share=0.0001, ask_for=4 * SECOND, guardian_for=2 * SECOND
    )
    async with running(pair, tmp_path, lamps=street_of(5), plan=plan) as house:
        phone = await starts(house.client, expected_minutes=LATE)
        asked = await phone.until("asking")
    async with running(pair, tmp_path, plan=plan) as house:
        again = Phone(house.client, phone.walk)
        shown = await again.shown()
        if shown["state"] == "asking":
            assert shown["question"]["asked_at"] == asked["question"]["asked_at"]
        await again.until("alarmed")
        incident = await the_incident_of(house, "checkin_missed")
        assert incident["opened_at"] >= asked["question"]["help_at"]


async def test_guardians_are_told_through_the_gateway_and_told_again_that_all_is_well(
    pair: Pair, tmp_path: Path
) -> None:
    plan = hasty(overdue_least=SECOND * 0, overdue_share=0.0001, ask_for=0.2 * SECOND)
    async with (
        Desk().open() as gateway,
        running(pair, tmp_path, plan=plan, LAMPLIGHTER_WEBHOOKS=f"guardian={gateway.url}") as house,
    ):
        guardians = [{"contact": "010-1234-5678", "name": "엄마"}, {"contact": "010-8765-4321"}]
        phone = await starts(
            house.client, expected_minutes=LATE, guardians=guardians, name="민지", pin="4821"
        )
        await phone.moves(fix(HERE, 1))
        assert phone.walk["guardians"][0]["can_be_told"] is True
        await gateway.told(2)
        assert {letter["news"] for letter in gateway.letters} == {"late"}
        assert {letter["contact"] for letter in gateway.letters} == {
            "010-1234-5678",
            "010-8765-4321",
        }
        for letter in gateway.letters:
            assert "민지" in letter["words"]["ko"]
            assert "lon" not in json.dumps(letter)
            assert (await opens(house.client, letter["link"])).json()["state"] == "late"
        await phone.does("answer", answer="fine", pin="4821")
        await gateway.told(4)
        assert [letter["news"] for letter in gateway.letters[2:]] == ["well", "well"]


async def written_tracks(pair: Pair) -> int:
    """How many tracks are on disk."""
    database = Database(pair.database_url)
    try:
        async with database.reading() as connection:
            count = "SELECT count(*) FROM walk WHERE track IS NOT NULL"
            return int(await connection.scalar(text(count)) or 0)
    finally:
        await database.close()


async def listed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The open incidents."""
    found: list[dict[str, Any]] = (await client.get("/v1/incidents")).json()["incidents"]
    return found


async def tracks_are_written(pair: Pair, count: int) -> None:
    """Wait for the next copy to disk."""
    await ask_until(lambda: written_tracks(pair), lambda written: written >= count)


async def test_kill_9_loses_no_walk_no_help_and_at_most_the_last_seconds_of_a_track(
    pair: Pair, tmp_path: Path
) -> None:
    await fill(settings_for(pair, tmp_path), street_of(10))
    process = DispatcherProcess(environment_for(pair, tmp_path), free_port())
    process.start()
    try:
        await process.ready()
        async with httpx.AsyncClient(base_url=process.url, timeout=DEADLINE_S) as client:
            walking = await starts(client, watched=True, guardians=[{"contact": "010-1234-5678"}])
            home = await starts(client)
            lost = await starts(client)
            for phone in (walking, home, lost):
                await phone.moves(fix(HERE, 9), fix(east(30), 1))
            await home.does("end")
            paused = await starts(client)
            await paused.does("pause", minutes=10)
            await lost.does("answer", answer="help")
            await tracks_are_written(pair, 2)
            process.kill()
        process.start()
        await process.ready()
        async with httpx.AsyncClient(base_url=process.url, timeout=DEADLINE_S) as client:
            again = [Phone(client, phone.walk) for phone in (walking, home, lost, paused)]
            states = [(await phone.shown())["state"] for phone in again]
            assert states == ["walking", "ended", "alarmed", "paused"]
            assert (await again[0].shown())["due_at"] == walking.walk["due_at"]
            seen = (await client.get(f"{walking.path}/desk")).json()
            assert len(seen["track"]) == 2
            link = walking.walk["guardians"][0]["link"]
            assert (await opens(client, link)).json()["state"] == "walking"
            (incident,) = await ask_until(partial(listed, client), bool)  # once, whenever
            assert incident["walk_id"] == lost.walk["walk_id"]
            assert len(incident["track"]) == 2
            await again[0].does("end")
            assert await written_tracks(pair) == 1
    finally:
        process.kill()
