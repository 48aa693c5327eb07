"""Looking for incidents by words, time, kind, place and ending; and seeing one again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shapely.geometry import box
from sqlalchemy import update

from dispatch.tables import incident
from geo.area import Area
from geo.place import Place
from tests.conftest import Pair
from tests.house import HERE, House, assert_problem, running, street_of

EAST = Place(127.0195, 37.6512, 10.0)
AREAS = [
    Area("쌍문동", "neighbourhood", None, box(127.0, 37.6, 127.018, 37.7)),
    Area("창동", "neighbourhood", None, box(127.018, 37.6, 127.05, 37.7)),
    Area("쌍문파출소", "jurisdiction", "순21", box(127.0, 37.6, 127.018, 37.7)),
    Area("창동지구대", "jurisdiction", "순31", box(127.018, 37.6, 127.05, 37.7)),
]

FINDS: Final[list[tuple[dict[str, str], str]]] = [
    ({"q": "쌍문동"}, "a"),
    ({"q": "창동"}, "b"),
    ({"q": "순31"}, "b"),
    ({"q": "쌍문-0000"}, "a"),
    ({"q": "BEHIND the"}, "a"),
    ({"q": "école"}, "b"),
    ({"q": "ÉCOLE"}, "b"),
    ({"q": "cctv"}, "a"),
    ({"q": "cctv 쌍문동"}, "a"),
    ({"q": "cctv 창동"}, ""),
    ({"q": "기동 7호"}, "b"),
    ({"q": "back door"}, "b"),
    ({"q": "100%"}, "c"),
    ({"q": "%"}, "c"),
    ({"q": "_"}, ""),
    ({"q": "  "}, "abc"),
    ({"q": "' OR 1=1 --"}, ""),
    ({"jurisdiction": "창동지구대"}, "b"),
    ({"kind": "fire"}, "c"),
    ({"drill": "true"}, "c"),
    ({"drill": "false"}, "ab"),
    ({"disposition": "accidental"}, "b"),
    ({"state": "open", "q": "창동"}, ""),
    ({"state": "closed", "q": "창동"}, "b"),
]
"""What is asked, and which of three incidents that finds."""


async def three_incidents(house: House) -> dict[str, str]:
    """a: in the west, open, noted on; b: in the east, closed; c: nowhere, a fire drill."""
    a = (await house.press(HERE, note="Somebody is behind the gate"))["incident_id"]
    await house.move(a, "note", text="CCTV 3번에 보임")
    b = (await house.press(EAST))["incident_id"]
    await house.move(b, "assign", unit="기동 7호")
    await house.move(b, "instruct", text="Come by the back door")
    await house.move(b, "close", disposition="accidental", text="children of the École")
    c = (await house.press(None, kind="fire", drill=True, note="100% sure"))["incident_id"]
    return {"a": a, "b": b, "c": c}


async def found(house: House, **asked: Any) -> list[str]:
    answer = await house.client.get("/v1/incidents", params={"state": "all"} | asked)
    assert answer.status_code == 200, answer.text
    return [one["incident_id"] for one in answer.json()["incidents"]]


async def test_incidents_are_found_by_their_words_place_kind_and_ending(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(1), areas=AREAS) as house:
        ids = await three_incidents(house)
        for asked, finds in FINDS:
            expected = [ids[name] for name in reversed(finds)]
            assert await found(house, **asked) == expected, asked


async def test_incidents_are_found_by_the_time_of_their_opening(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        first, second = [await house.press(place=None) for _ in range(2)]
        opened = (await house.incident(second["incident_id"]))["opened_at"]
        moment = datetime.fromisoformat(opened)
        later = (moment + timedelta(milliseconds=1)).isoformat()
        seoul = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
        assert await found(house, until=seoul) == [first["incident_id"]]
        assert await found(house, since=seoul) == [second["incident_id"]]
        assert await found(house, since=later) == []
        for odd in ("yesterday", "2026-11-22T12:00:00", "1700000000"):
            answer = await house.client.get("/v1/incidents", params={"since": odd})
            assert assert_problem(answer, 422)["errors"][0]["field"] == "since"


async def test_what_is_found_is_paged_newest_first_without_a_gap(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        wanted = []
        for number in range(9):
            note = "a dog barks" if number % 2 else "nothing"
            taken = await house.press(place=None, note=note)
            wanted += [taken["incident_id"]] if number % 2 else []
        pages: list[str] = []
        after: dict[str, str] = {}
        while True:
            asked = {"q": "DOG", "limit": "3"} | after
            page = (await house.client.get("/v1/incidents", params=asked)).json()
            pages += [one["incident_id"] for one in page["incidents"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert pages == wanted[::-1]


async def test_what_cannot_be_looked_for_is_refused_in_words(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, areas=AREAS) as house:
        for field, odd in (
            ("q", "x" * 101),
            ("jurisdiction", "없는파출소"),
            ("jurisdiction", "쌍문동"),
            ("disposition", "boring"),
            ("drill", "perhaps"),
            ("until", "soon"),
        ):
            answer = await house.client.get("/v1/incidents", params={field: odd})
            assert assert_problem(answer, 422)["errors"][0]["field"] == field


# ---- seeing it again


async def test_a_replay_is_what_the_screens_were_told_of_the_incident(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        key = (await house.press())["incident_id"]
        await house.press(place=None)
        await house.move(key, "acknowledge")
        await house.move(key, "close", disposition="genuine")
        await feed.event("closed")
        told = [f for f in feed.frames if f.get("incident", {}).get("incident_id") == key]
        answer = await house.client.get(f"/v1/incidents/{key}/replay")
        assert answer.json() == {"frames": told}
        assert_problem(await house.client.get("/v1/incidents/nobody/replay"), 404)


async def its_time_is_over(house: House, key: str) -> None:
    """As if a month had passed."""
    assert house.dispatcher is not None
    over = {"kept_until": incident.c.closed_at, "rings_at": incident.c.closed_at}
    async with house.dispatcher.database.writing() as connection:
        this = update(incident).where(incident.c.incident_id == key)
        await connection.execute(this.values(over))


async def test_a_replay_is_kept_until_its_time_is_over_and_not_let_go_while_it_is_open(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        over, live = [(await house.press())["incident_id"] for _ in range(2)]
        await house.move(over, "close", disposition="genuine")

        async def replayed(key: str) -> list[str]:
            frames = (await house.client.get(f"/v1/incidents/{key}/replay")).json()["frames"]
            return [frame["event"] for frame in frames]

        assert await replayed(over) == ["opened", "closed"]
        await its_time_is_over(house, over)
        assert (await feed.event("erased"))["incident"]["incident_id"] == over
        assert await replayed(over) == ["erased"]
        assert await replayed(live) == ["opened"]
        assert await house.journal(over) == ["opened", "closed", "erased"]
