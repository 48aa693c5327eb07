"""Everybody who is shown somebody's place is in a log that holds no place."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from dispatch.database import Database
from dispatch.showing_rows import Count, Key, add_showings, let_showings_go, read_showings
from dispatch.showings import Showings
from dispatch.sights import Channel, Sight, recipient
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.receiver import Receiver
from tests.dispatch.shown import has_written, rows_of
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.dispatch.walking import east
from tests.house import (
    House,
    as_caller,
    assert_problem,
    running,
    street_of,
)
from tests.patience import ask_until

HOME, AWAY = "쌍문파출소", "방학파출소"
AREAS = [
    Area(HOME, "jurisdiction", "순21", box(127.01, 37.645, 127.03, 37.66)),
    Area(AWAY, "jurisdiction", "순31", box(127.03, 37.66, 127.05, 37.68)),
]
ON_SCREEN = Channel("WS /v1/feed", "feed")
SCREENS = 1_000
AT_ONCE = 50
"""Screens that connect together: fewer than the system lets wait at a door."""


async def log_of(house: House, taken: dict[str, Any]) -> list[dict[str, Any]]:
    """What the caller of a report reads."""
    path = f"/v1/reports/{taken['report_id']}/showings"
    answer = await house.client.get(path, headers=as_caller(taken))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["showings"]
    return found


async def test_each_way_of_showing_leaves_its_entry_and_no_place(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Receiver().open() as room,
        Receiver().open() as cap,
        running(
            pair,
            tmp_path,
            LOCAL,
            lamps=street_of(4),
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=f"control_room={room.url}; control_room=cap+{cap.url}",
        ) as house,
        signed_in(house, "kim", "operator") as kim,
        signed_in(house, "lee", "police", jurisdictions=(HOME,)) as lee,
        signed_in(house, "park", "police", jurisdictions=(AWAY,)) as park,
        feed_of(house, kim) as screen,
        feed_of(house, park, f"&jurisdiction={AWAY}") as elsewhere,
    ):
        taken = await house.press()
        key = taken["incident_id"]
        await screen.event("opened")
        await elsewhere.until(lambda frame: frame["type"] == "elsewhere")
        one = f"/v1/incidents/{key}"
        for path in ("/v1/incidents", one, f"{one}/replay", f"{one}.cap"):
            assert (await lee.get(path)).status_code == 200
        assert (await kim.post(f"{one}/acknowledge", json={})).status_code == 200
        async with feed_of(house, lee, f"&jurisdiction={HOME}"):
            await room.has_taken(1)
            await cap.has_taken(1)
        wanted = {
            ("police", None, "GET /v1/incidents", "answer"),
            ("police", None, "GET /v1/incidents/{incident_id}", "answer"),
            ("police", None, "GET /v1/incidents/{incident_id}/replay", "answer"),
            ("police", None, "GET /v1/incidents/{incident_id}.cap", "answer"),
            ("police", None, "WS /v1/feed", "feed"),
            ("operator", None, "WS /v1/feed", "feed"),
            ("operator", None, "POST /v1/incidents/{incident_id}/acknowledge", "answer"),
            ("target", "control_room", "letter", "webhook"),
            ("target", "cap:control_room", "letter", "cap"),
        }
        names = ("role", "recipient", "path", "method")
        log = await ask_until(
            lambda: log_of(house, taken),
            lambda log: {tuple(entry[name] for name in names) for entry in log} == wanted,
        )
        assert {entry["purpose"] for entry in log} == {"rescue"}
        rows = await has_written(pair, len(wanted))
        told = str(rows)
        assert "kim" in told
        assert "lee" in told
        assert "park" not in told, "who is told of an id elsewhere is shown no place"
        for trace in ("127.0", "37.6", taken["place"]["number"], "쌍문-0000"):
            assert trace not in told


async def test_the_caller_is_told_how_often_and_reads_only_their_own_log(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        mine, other = await house.press(), await house.press(east(900))
        assert (await house.state(mine))["shown"] == {"times": 0, "recipients": 0}
        for _ in range(3):
            await house.incident(mine["incident_id"])
        assert (await house.state(mine))["shown"] == {"times": 3, "recipients": 1}
        (entry,) = await log_of(house, mine)
        assert (entry["role"], entry["times"]) == ("operator", 3)
        assert entry["first_at"] <= entry["last_at"]
        assert await log_of(house, other) == []
        path = f"/v1/reports/{mine['report_id']}/showings"
        for headers in (as_caller(other), {}):
            assert_problem(await house.client.get(path, headers=headers), 401)


async def test_a_cry_without_a_place_shows_none(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        taken = await house.press(None)
        await feed.event("opened")
        await house.incident(taken["incident_id"])
        assert await log_of(house, taken) == []


async def test_a_thousand_screens_of_one_person_cost_one_entry(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house, AsyncExitStack() as stack:
        feeds = []
        for _ in range(SCREENS // AT_ONCE):
            opening = (stack.enter_async_context(house.feed()) for _ in range(AT_ONCE))
            feeds += [await feed for feed in opening]
        taken = await house.press()
        await house.move(taken["incident_id"], "acknowledge")
        await asyncio.gather(*(feed.event("acknowledged") for feed in feeds))
        entries = {one["path"]: one["times"] for one in await log_of(house, taken)}
        assert entries["WS /v1/feed"] == 2, "opened and acknowledged, to one person"
        rows = await has_written(pair, 2)
        assert len(rows) == 2


async def test_the_log_is_read_while_an_import_keeps_the_writer(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        taken = await house.press()
        await house.incident(taken["incident_id"])
        loop = asyncio.get_running_loop()
        async with house.dispatcher.database.writing():
            twice_written = loop.time() + 2.5
            while loop.time() < twice_written:
                assert [one["times"] for one in await log_of(house, taken)] == [1]


async def test_the_log_is_on_disk_when_the_process_was_stopped(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        taken = await house.press()
        await house.incident(taken["incident_id"])
    (row,) = await rows_of(pair.database_url)
    assert row[1] == taken["incident_id"]


SIGHT, DESK = Sight("incident", "I1", "rescue"), recipient("operator", "desk")


def showings_at_noon(database: Database) -> Showings:
    """The log itself, on a clock that stands."""
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    return Showings(database, lambda: noon, timedelta(days=180), lambda: noon)


async def test_whoever_reads_while_it_is_written_reads_what_is_being_written(
    database_url: str,
) -> None:
    database = Database(database_url)
    await database.bring_up_to_date()
    showings = showings_at_noon(database)
    try:
        for noted in range(1, 21):
            showings.note((SIGHT,), (DESK,), ON_SCREEN)
            writing = asyncio.create_task(showings._write())
            while not writing.done():
                read = await showings.of("incident", "I1")
                assert [count.times for count in read.values()] == [noted]
            await writing
    finally:
        await database.close()


async def test_whoever_waits_to_read_the_log_keeps_nobody_from_writing_it(
    database_url: str,
) -> None:
    database = Database(database_url)
    await database.bring_up_to_date()
    showings = showings_at_noon(database)
    async with AsyncExitStack() as readers:
        for _ in range(8):  # as many as there are
            await readers.enter_async_context(database.reading())
        reading = asyncio.create_task(showings.of("incident", "I1"))
        await asyncio.sleep(0)  # it begins to wait
        showings.note((SIGHT,), (DESK,), ON_SCREEN)
        await showings._write()
        assert not reading.done()
    assert [count.times for count in (await reading).values()] == [1]
    await database.close()


async def test_the_log_outlives_what_it_is_about(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        taken = await house.press()
        key = taken["incident_id"]
        await house.incident(key)
        await house.move(key, "close", disposition="genuine")
        await house.incident(key)
        await house.move(key, "erase", text="본인 요청")
        before = await log_of(house, taken)
        await house.incident(key)
        assert await log_of(house, taken) == before, "nothing is left to show"
        assert {(one["path"], one["purpose"]) for one in before} == {
            ("GET /v1/incidents/{incident_id}", "rescue"),
            ("POST /v1/incidents/{incident_id}/close", "review"),
            ("GET /v1/incidents/{incident_id}", "review"),
        }


async def test_what_was_kept_long_enough_is_forgotten_and_nothing_else(database_url: str) -> None:
    database = Database(database_url)
    await database.bring_up_to_date()
    now = datetime.now(UTC)
    key = Key("walk", "w", "police", "lee", "GET /v1/walks", "answer", "walk_home")
    old = now - timedelta(days=200)
    counts = {
        key: Count(old, old, 1),
        key._replace(recipient="kim"): Count(old, now, 2),
    }
    async with database.writing() as connection:
        await add_showings(connection, counts)
        await add_showings(connection, {key._replace(recipient="kim"): Count(now, now, 5)})
        await let_showings_go(connection, now - timedelta(days=184))
        left = await read_showings(connection, "walk", "w")
    await database.close()
    assert {one.recipient: count.times for one, count in left.items()} == {"kim": 7}
    assert [count.first_at for count in left.values()] == [pytest.approx(old, abs=SECOND)]


SECOND = timedelta(seconds=1)
