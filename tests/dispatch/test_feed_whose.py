"""What comes to whom: incidents of one's jurisdiction, lamps, ticks to who asks for them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import websockets
from shapely.geometry import box
from websockets.exceptions import ConnectionClosed

from geo.area import Area
from geo.place import Place
from tests.conftest import Pair
from tests.dispatch.frames import upto
from tests.feed_client import FeedClient
from tests.house import HERE, as_caller, running, street_of

EAST = Place(127.0195, 37.6512, 10.0)
AREAS = [
    Area("서쪽파출소", "jurisdiction", "서21", box(127.0, 37.6, 127.018, 37.7)),
    Area("동쪽파출소", "jurisdiction", "동21", box(127.018, 37.6, 127.05, 37.7)),
    Area("서쪽동", "neighbourhood", None, box(127.0, 37.6, 127.018, 37.7)),
]


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

        async def sees(feed: FeedClient, wanted: Mapping[str, str | None]) -> dict[str, Any]:
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
            gone = {**blinking, "L0001": None}  # what a lamp shows that has gone, nobody knows
            assert (await sees(again, gone))["L0001"]["online"] is False
            await house.move(taken["incident_id"], "close", disposition="genuine")
            await sees(again, {"L0000": "schedule", "L0002": "schedule", "L0003": "schedule"})


async def test_ticks_come_only_to_a_screen_that_asks_for_them(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path) as house,
        house.feed() as plain,
        house.feed(ticks=True) as ticking,
    ):
        await house.press(place=None)
        tick = await ticking.until(lambda frame: frame["type"] == "tick" and frame["seq"] == 1)
        assert tick["at"].endswith("Z")
        await ticking.until(lambda frame: frame["type"] == "tick")
        await house.press(place=None)
        assert await upto(plain, 2) == [1, 2]
        assert {frame["type"] for frame in plain.frames} == {
            *("snapshot", "lamps", "walks", "incident")
        }
