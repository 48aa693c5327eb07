"""Telling people outside of the screens: each until it has taken it, none delaying another."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from shapely.geometry import box

from dispatch.plan import DEFAULT
from geo.area import Area
from tests.conftest import Pair
from tests.house import running
from tests.parts import MosquittoServer, free_port
from tests.patience import DEADLINE_S

AREAS = [Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7))]
SHORT = replace(
    DEFAULT, louder_after=timedelta(seconds=0.5), supervisor_after=timedelta(seconds=0.8)
)
OK = "204 No Content"


class Desk:
    """A police desk's HTTP server: what it was told, and what it answers, in turn."""

    def __init__(self, answers: Sequence[str] = (), port: int = 0) -> None:
        self.answers = list(answers)
        self.letters: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.port = port
        self._news = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/told"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Desk"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (row.partition(":") for row in head)
        }
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        answer = self.answers.pop(0) if self.answers else OK
        if answer == "never":
            await asyncio.Event().wait()
        writer.write(
            f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()
        async with self._news:
            self.letters.append(body)
            self.ids.append(headers["webhook-id"])
            self._news.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until what was told makes it true."""
        async with self._news, asyncio.timeout(DEADLINE_S):
            await self._news.wait_for(true)

    async def told(self, count: int) -> list[dict[str, Any]]:
        """The first so many letters."""
        await self.until(lambda: len(self.letters) >= count)
        return self.letters[:count]


async def test_the_control_room_is_told_of_an_opening_with_the_whole_incident(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Desk().open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
    ):
        taken = await house.press(drill=True)
        (letter,) = await desk.told(1)
        assert (letter["target"], letter["urgency"], letter["event"]) == (
            "control_room",
            1,
            "opened",
        )
        assert letter["incident"] == await house.incident(taken["incident_id"])
        assert letter["incident"]["drill"] is True
        await house.move(taken["incident_id"], "acknowledge")
        await house.move(taken["incident_id"], "close", disposition="test")
        assert [one["event"] for one in await desk.told(2)] == ["opened", "closed"]
        assert len(set(desk.ids)) == 2


async def test_when_nobody_acknowledges_supervisor_and_unit_are_told_directly(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Desk().open() as room,
        Desk().open() as supervisor,
        Desk().open() as unit,
        Desk().open() as other,
        running(
            pair,
            tmp_path,
            plan=SHORT,
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=(
                f"control_room={room.url}; supervisor={supervisor.url};"
                f"unit:쌍문파출소={unit.url}; unit:창동지구대={other.url}"
            ),
        ) as house,
    ):
        await house.press()
        heard = [(one["event"], one["urgency"]) for one in await room.told(2)]
        assert heard == [("opened", 1), ("escalated", 2)]
        for desk, target in ((supervisor, "supervisor"), (unit, "unit:쌍문파출소")):
            (letter,) = await desk.told(1)
            assert (letter["target"], letter["urgency"], letter["event"]) == (
                target,
                3,
                "escalated",
            )
        assert other.letters == []


async def test_a_letter_that_is_refused_comes_again_with_the_same_id_until_it_is_taken(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Desk(["500 Broken", "302 Found"]).open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
    ):
        taken = await house.press(place=None)
        first, *others = await desk.told(3)
        assert first["incident"]["incident_id"] == taken["incident_id"]
        assert others == [first, first]
        assert len(set(desk.ids)) == 1


async def test_a_desk_that_never_answers_delays_neither_caller_nor_lamps_nor_other_desks(
    pair: Pair, tmp_path: Path
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/told"
    async with (
        Desk(["never"] * 100).open() as stuck,
        Desk().open() as well,
        running(
            pair,
            tmp_path,
            plan=SHORT,
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=(
                f"control_room={stuck.url};supervisor={well.url};unit:쌍문파출소={nobody}"
            ),
        ) as house,
    ):
        pressed = [(await house.press())["incident_id"] for _ in range(5)]
        told = await well.told(5)
        assert {one["incident"]["incident_id"] for one in told} == set(pressed)
        assert stuck.letters == []


async def test_what_could_not_be_told_before_a_restart_is_told_after_it(
    pair: Pair, tmp_path: Path
) -> None:
    desk = Desk(port=free_port())
    webhooks = f"control_room={desk.url}"
    async with running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=webhooks) as house:
        pressed = [(await house.press(place=None))["incident_id"] for _ in range(3)]
    async with desk.open(), running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=webhooks):
        told = await desk.told(3)
        assert {one["incident"]["incident_id"] for one in told} == set(pressed)
        assert len(set(desk.ids)) == 3


async def test_people_are_told_while_the_broker_is_down(
    tmp_path: Path, postgis_url: str, mosquitto: MosquittoServer
) -> None:
    pair = Pair("production", postgis_url, mosquitto.url)
    async with (
        Desk().open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
        house.feed() as feed,
    ):
        mosquitto.kill()
        taken = await house.press()
        (letter,) = await desk.told(1)
        assert letter["incident"]["incident_id"] == taken["incident_id"]
        assert (await feed.event("opened"))["seq"] == 1
