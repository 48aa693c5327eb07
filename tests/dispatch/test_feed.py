"""The live feed: a snapshot or what was missed, then every change, in order, to everybody."""

import asyncio
import base64
import json
import os
import select
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import websockets
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, Opcode

from dispatch import tables, whole_rows
from dispatch.database import Database
from dispatch.plan import DEFAULT
from geo.area import Area
from geo.place import Place
from tests.conftest import Pair
from tests.house import HERE, FeedClient, House, as_caller, eventually, running, street_of

EAST = Place(127.0195, 37.6512, 10.0)
AREAS = [
    Area("서쪽파출소", "jurisdiction", "서21", box(127.0, 37.6, 127.018, 37.7)),
    Area("동쪽파출소", "jurisdiction", "동21", box(127.018, 37.6, 127.05, 37.7)),
    Area("서쪽동", "neighbourhood", None, box(127.0, 37.6, 127.018, 37.7)),
]


@asynccontextmanager
async def another_process(pair: Pair) -> AsyncIterator[Database]:
    """The database as somebody beside the dispatcher has it."""
    database = Database(pair.database_url)
    try:
        yield database
    finally:
        await database.close()


async def write_line(connection: AsyncConnection, seq: int) -> None:
    """A line of the journal with its frame, as another dispatcher would write it."""
    frame = {"type": "incident", "seq": seq, "event": "noted", "incident": {"incident_id": "x"}}
    line = {
        "seq": seq,
        "incident_id": "x",
        "at": datetime.now(UTC),
        "event": "noted",
        "actor": "another",
        "reason": "",
        "detail": {},
        "idempotency_key": None,
        "frame": json.dumps(frame),
        "salt": None,
        "seal": "",
        "chain": "",
    }
    await whole_rows.insert_rows(connection, {tables.journal: [line]})


async def upto(feed: FeedClient, seq: int) -> list[int]:
    """The numbers that a screen has seen once it has seen that one."""
    await feed.until(lambda frame: frame.get("seq") == seq)
    return feed.seqs


# ---- the beginning


async def test_a_screen_begins_with_a_snapshot_of_the_open_incidents_and_counts_of_the_lamps(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(10)) as house, house.street():
        closed = (await house.press(place=None))["incident_id"]
        await house.move(closed, "close", disposition="test")
        async with house.feed() as watching:
            keys = [(await house.press())["incident_id"] for _ in range(2)]
            for _ in keys:
                await watching.event("lamps_answered")
        async with house.feed() as feed:
            snapshot = await feed.next()
            lamps = await feed.next()
        assert snapshot.keys() == {"type", "seq", "incidents", "lamps"}
        assert (snapshot["type"], snapshot["seq"]) == ("snapshot", watching.seqs[-1])
        assert {one["incident_id"] for one in snapshot["incidents"]} == set(keys)
        for incident in snapshot["incidents"]:
            assert incident == await house.incident(incident["incident_id"])
        assert snapshot["lamps"] == {"total": 10, "online": 10, "lit": 4, "faulty": 0}
        assert lamps["type"] == "lamps"
        assert {change["lamp_id"] for change in lamps["changes"]} == {
            *("L0000", "L0001", "L0002", "L0003")
        }


async def test_every_change_comes_as_a_frame_with_the_whole_incident_in_order_and_without_a_gap(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(1)) as house, house.feed() as feed:
        first = await feed.next()
        taken = await house.press()
        key = taken["incident_id"]
        states: list[dict[str, Any]] = []
        for move, body in (
            ("acknowledge", {}),
            ("note", {"text": "x"}),
            ("arrive", {}),
            ("close", {"disposition": "genuine"}),
        ):
            states.append(await house.move(key, move, **body))
        await feed.event("closed")
        frames = [frame for frame in feed.frames if frame["type"] == "incident"]
        assert all(frame.keys() == {"type", "seq", "event", "at", "incident"} for frame in frames)
        assert [frame["event"] for frame in frames] == [
            *("opened", "acknowledged", "noted", "arrived", "closed")
        ]
        assert feed.seqs == [first["seq"] + number for number in range(1, 6)]
        assert [frame["incident"] for frame in frames[1:]] == states


# ---- coming back


async def test_a_screen_that_comes_back_gets_what_it_missed_exactly_once_and_in_order(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        seen: list[int] = []

        async def press_many() -> None:
            for _ in range(10):
                await asyncio.gather(*(house.press(place=None) for _ in range(6)))

        async def comes_and_goes() -> None:
            """Reads a few frames at a time, in the middle of what goes on."""
            while len(seen) < 60:
                async with house.feed(after=seen[-1] if seen else 0) as feed:
                    for _ in range(7):
                        if len(seen) + len(feed.seqs) < 60:
                            await feed.until(lambda frame: frame["type"] != "lamps")
                assert all(frame["type"] != "snapshot" for frame in feed.frames)
                seen.extend(feed.seqs)

        await asyncio.gather(press_many(), comes_and_goes())
        assert seen == list(range(1, 61))


@pytest.mark.parametrize(
    "after", ["-1", "62", "99999999999999999999", "9" * 5_000, "many", "", "1.5", "٣٣٣", "0x1"]
)
async def test_a_number_that_is_unknown_begins_with_a_snapshot(
    after: str, tmp_path: Path, sqlite_url: str
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path) as house:
        await house.press(place=None)
        async with house.feed(after=after) as feed:
            first = await feed.next()
            assert (first["type"], first["seq"]) == ("snapshot", 1)


async def test_a_screen_that_missed_nothing_is_told_nothing_but_the_lit_lamps_and_walks(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        await house.press(place=None)
        async with house.feed(after=1) as feed:
            assert (await feed.next()) | {"totals": None} == {
                "type": "lamps",
                "changes": [],
                "totals": None,
            }
            assert (await feed.next())["type"] == "walks"
            await house.press(place=None)
            assert (await feed.next())["seq"] == 2


async def test_a_number_whose_frames_were_let_go_begins_with_a_snapshot(
    pair: Pair, tmp_path: Path
) -> None:
    plan = replace(DEFAULT, kept_for=timedelta(seconds=1))
    async with running(pair, tmp_path, plan=plan) as house:
        keys = [(await house.press(place=None))["incident_id"] for _ in range(3)]
        async with house.feed(after=0) as feed:
            await house.move(keys[1], "close", disposition="test")
            assert await upto(feed, 4) == [1, 2, 3, 4]
            assert (await feed.event("erased"))["seq"] == 5
        for after in (0, 1, 3):  # frames 2 and 4 are those of the closed one
            async with house.feed(after=after) as feed:
                first = await feed.next()
                assert (first["type"], first["seq"]) == ("snapshot", 5)
        async with house.feed(after=4) as feed:
            assert (await feed.next())["event"] == "erased"


# ---- other writers


async def test_a_frame_that_another_process_wrote_reaches_every_screen_in_its_place(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path) as house,
        house.feed() as feed,
        another_process(pair) as database,
    ):
        await house.press(place=None)
        async with database.writing() as connection:
            await write_line(connection, 2)
        assert await upto(feed, 2) == [1, 2]
        async with database.writing() as connection:
            await write_line(connection, 3)
        await house.press(place=None)
        assert await upto(feed, 4) == [1, 2, 3, 4]
        assert [frame["event"] for frame in feed.frames if frame["type"] == "incident"] == [
            *("opened", "noted", "noted", "opened")
        ]


@pytest.mark.parametrize("ends", ["commits", "gives up"])
async def test_a_number_that_somebody_else_holds_uncommitted_never_makes_a_gap(
    pair: Pair, tmp_path: Path, ends: str
) -> None:
    """The other took the next number first and commits last: the ledger waits, then steps on."""
    async with (
        running(pair, tmp_path) as house,
        house.feed() as feed,
        another_process(pair) as database,
    ):
        await house.press(place=None)
        pressed: list[asyncio.Task[dict[str, Any]]] = []
        try:
            async with database.writing() as connection:
                await write_line(connection, 2)
                pressed += [asyncio.create_task(house.press(place=None)) for _ in range(5)]
                await until_the_ledger_waits(house, database)
                assert not any(task.done() for task in pressed)
                if ends == "gives up":
                    raise InterruptedError
        except InterruptedError:
            pass
        await asyncio.gather(*pressed)
        last = 7 if ends == "commits" else 6
        assert await upto(feed, last) == list(range(1, last + 1))
        written = "noted" if ends == "commits" else "opened"
        assert [f["event"] for f in feed.frames if f.get("seq") == 2] == [written]
        async with house.feed(after=0) as anew:
            assert await upto(anew, last) == list(range(1, last + 1))


async def until_the_ledger_waits(house: House, database: Database) -> None:
    """PostgreSQL says who waits for a lock. SQLite lets one writer in: there the door is shut."""
    if database.is_sqlite:
        assert (await house.client.get("/v1/incidents")).status_code == 200
        return
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(60):
        while True:
            async with database.reading() as connection:
                if await connection.scalar(text(waiting)):
                    return


# ---- a screen that does not read


def a_screen_that_does_not_read(house: House) -> socket.socket:
    """Connected and greeted, with next to no room for what comes."""
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    port = int(house.url.rpartition(":")[2])
    lazy.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /v1/feed HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    )
    lazy.sendall("\r\n".join((*lines, "", "")).encode())
    lazy.setblocking(False)
    return lazy


async def close_code(lazy: socket.socket) -> int | None:
    """Read all that has piled up; the code of the close frame at its end."""
    loop, heap = asyncio.get_running_loop(), bytearray()
    async with asyncio.timeout(60):
        while piece := await loop.sock_recv(lazy, 1 << 20):
            heap += piece
            close = Close(1013, "").serialize()
            at = heap.rfind(close)
            if at > 0 and heap[at - 2] == 0x80 | Opcode.CLOSE:
                return Close.parse(bytes(heap[at:])).code
    return None


async def test_a_screen_that_does_not_read_is_dropped_and_slows_nobody(
    pair: Pair, tmp_path: Path
) -> None:
    street = [{"lamp_id": f"L{n:04d}", "scene": "blink", "level": 100} for n in range(150)]
    async with running(pair, tmp_path) as house, house.feed() as feed:
        assert house.dispatcher is not None
        flooded = house.dispatcher.feed
        await feed.next()
        lazy = a_screen_that_does_not_read(house)
        await eventually(lambda: flooded.clients == 2)
        rounds = 0
        while flooded.clients == 2 and rounds < 100:
            rounds += 1
            for _ in range(99):
                flooded.lamps_changed(street)
            await house.press(place=None)
            await feed.event("opened")
        assert feed.seqs == list(range(1, rounds + 1))
        await eventually(lambda: flooded.clients == 1)
        frames = sum(len(frame.get("changes", ())) == 150 for frame in feed.frames)
        assert frames == 99 * rounds
        assert await close_code(lazy) == 1013
        await eventually(lambda: flooded.dropped == 1)
        lazy.close()
        await house.press(place=None)
        assert (await feed.event("opened"))["seq"] == rounds + 1


async def test_what_a_screen_says_is_passed_over(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        for words in ("hello", b"\x00\xff", "", json.dumps({"type": "subscribe"})):
            await feed.socket.send(words)
        await (await feed.socket.ping())
        await house.press(place=None)
        assert (await feed.event("opened"))["seq"] == 1


async def test_a_screen_that_talks_too_much_is_dropped(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        await feed.socket.send("x" * 100_000)
        with pytest.raises(ConnectionClosed) as ended:
            await feed.until(lambda frame: False)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1009


async def test_a_screen_that_never_reads_again_is_hung_up_on(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.feed._LAST_WORD_S", 0.2)
    street = [{"lamp_id": f"L{n:04d}", "scene": "blink", "level": 100} for n in range(150)]
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        flooded = house.dispatcher.feed
        with a_screen_that_does_not_read(house) as lazy:
            await eventually(lambda: flooded.clients == 1)
            while flooded.clients == 1:
                flooded.lamps_changed(street)
                await asyncio.sleep(0)
            ended = select.poll()
            ended.register(lazy, 0)
            await eventually(lambda: bool(ended.poll(0)), "the end of the connection")
            assert ended.poll(0)[0][1] & select.POLLHUP


# ---- one jurisdiction


async def test_a_desk_of_one_jurisdiction_gets_its_own_incidents_and_of_others_only_a_number(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, areas=AREAS) as house,
        house.feed() as room,
        house.feed(jurisdiction="서쪽파출소") as west,
    ):
        here = (await house.press(HERE))["incident_id"]
        there = (await house.press(EAST))["incident_id"]
        nowhere = (await house.press(place=None))["incident_id"]
        await room.until(lambda frame: frame.get("seq") == 3)
        await west.until(lambda frame: frame.get("seq") == 3)
        (own,) = (frame for frame in west.frames if frame["type"] == "incident")
        assert own in room.frames
        assert own["incident"]["incident_id"] == here
        assert [frame for frame in west.frames if frame["type"] == "elsewhere"] == [
            {"type": "elsewhere", "seq": 2, "incident_id": there},
            {"type": "elsewhere", "seq": 3, "incident_id": nowhere},
        ]
        async with house.feed(jurisdiction="동쪽파출소") as east:
            snapshot = await east.next()
            assert (snapshot["type"], snapshot["seq"]) == ("snapshot", 3)
            assert [one["incident_id"] for one in snapshot["incidents"]] == [there]
            await house.move(here, "acknowledge")
            assert (await east.until(lambda frame: frame.get("seq") == 4))["type"] == "elsewhere"
        async with house.feed(after=1, jurisdiction="동쪽파출소") as back:
            got = [await back.next() for _ in range(3)]
            assert [frame["type"] for frame in got] == ["incident", "elsewhere", "elsewhere"]
            assert [frame["seq"] for frame in got] == [2, 3, 4]


async def test_a_caller_who_walks_into_another_jurisdiction_leaves_one_desk_and_comes_to_the_other(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, areas=AREAS) as house,
        house.feed(jurisdiction="서쪽파출소") as west,
        house.feed(jurisdiction="동쪽파출소") as east,
    ):
        taken = await house.press(HERE)
        assert (await west.event("opened"))["incident"]["incident_id"] == taken["incident_id"]
        fix = {
            "lon": EAST.lon,
            "lat": EAST.lat,
            "accuracy_m": 8,
            "fixed_at": "2126-01-01T00:00:00Z",
        }
        path = f"/v1/reports/{taken['report_id']}/positions"
        answer = await house.client.post(path, json={"positions": [fix]}, headers=as_caller(taken))
        assert answer.status_code == 200
        arrived = await east.event("moved")
        assert arrived["incident"]["place"]["jurisdiction"] == "동쪽파출소"
        left = await west.until(lambda frame: frame.get("seq") == arrived["seq"])
        assert left == {
            "type": "elsewhere",
            "seq": arrived["seq"],
            "incident_id": taken["incident_id"],
        }


@pytest.mark.parametrize("name", ["없는파출소", "서쪽동", ""])
async def test_a_jurisdiction_that_is_none_is_refused_in_words(
    name: str, tmp_path: Path, sqlite_url: str
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path, areas=AREAS) as house:
        feed = house.url.replace("http://", "ws://") + f"/v1/feed?jurisdiction={quote(name)}"
        async with websockets.connect(feed) as screen:
            with pytest.raises(ConnectionClosed) as ended:
                await screen.recv()
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 4404
        assert "/v1/areas" in ended.value.rcvd.reason


# ---- lamps and ticks


async def test_lamps_come_as_changes_and_lit_ones_are_repeated_to_a_screen_that_comes_back(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(6)) as house, house.street() as street:

        async def sees(feed: FeedClient, wanted: dict[str, str]) -> dict[str, Any]:
            """Read on until the changes so far say this of the lamps."""
            known: dict[str, Any] = {}
            while {key: known[key]["scene"] for key in wanted if key in known} != wanted:
                frame = await feed.until(lambda frame: frame["type"] == "lamps")
                known |= {change["lamp_id"]: change for change in frame["changes"]}
                assert "seq" not in frame
            return known

        blinking = {f"L000{n}": "blink" for n in range(4)}
        async with house.feed() as feed:
            taken = await house.press()
            known = await sees(feed, blinking)
            assert known["L0000"] == {
                "lamp_id": "L0000",
                "scene": "blink",
                "level": 100,
                "online": True,
                "faults": [],
            }
            street.kill(["L0001"])
            frame = await feed.until(
                lambda frame: any(
                    change["lamp_id"] == "L0001" and change["online"] is False
                    for change in frame.get("changes", ())
                )
            )
            assert frame["type"] == "lamps"
        async with house.feed(after=feed.seqs[-1]) as again:
            gone = {"L0001": None}  # what a lamp shows that has gone, nobody knows
            assert (await sees(again, blinking | gone))["L0001"]["online"] is False
            await house.move(taken["incident_id"], "close", disposition="genuine")
            await sees(again, {"L0000": "schedule", "L0002": "schedule", "L0003": "schedule"})


async def test_ticks_come_only_to_a_screen_that_asks_for_them(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path) as house,
        house.feed() as plain,
        house.feed(ticks=True) as ticking,
    ):
        await house.press(place=None)
        tick = await ticking.until(lambda frame: frame["type"] == "tick")
        assert tick["seq"] == 1
        assert tick["at"].endswith("Z")
        await ticking.until(lambda frame: frame["type"] == "tick")
        await house.press(place=None)
        assert await upto(plain, 2) == [1, 2]
        assert {frame["type"] for frame in plain.frames} == {
            *("snapshot", "lamps", "walks", "incident")
        }
