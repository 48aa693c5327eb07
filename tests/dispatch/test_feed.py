"""The live feed: a snapshot or what was missed, then every change, in order, to everybody."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dispatch.database import Database
from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.dispatch.frames import another_process, upto, write_line
from tests.house import House, running, street_of

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
