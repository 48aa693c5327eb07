"""A caller runs over the border of two police areas: who is sent, who is told, who sees them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from dispatch.events import (
    Acknowledged,
    Arrived,
    Assigned,
    Closed,
    Event,
    Moved,
    Noted,
    Reopened,
    SetOut,
)
from dispatch.life import decide
from dispatch.plan import DEFAULT
from dispatch.responding import jurisdictions_of
from geo.area import Area
from geo.place import Place
from lights.choose import Choice
from tests.conftest import Pair
from tests.dispatch.lives import SPOT, START, after, opened
from tests.dispatch.receiver import Receiver
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.house import HERE, House, as_caller, running

EAST = Place(127.0195, 37.6512, 10.0)
SENT, NEXT_DOOR = "서쪽파출소", "동쪽파출소"
AREAS = [
    Area(SENT, "jurisdiction", "서21", box(127.0, 37.6, 127.018, 37.7)),
    Area(NEXT_DOOR, "jurisdiction", "동21", box(127.018, 37.6, 127.05, 37.7)),
]
IN_A = Moved(replace(SPOT, jurisdiction="A", unit="a1"), Choice((), None))
IN_B = Moved(replace(SPOT, jurisdiction="B", unit="b1"), Choice((), None))
BOTH = {"A", "B"}


@pytest.mark.parametrize(
    ("events", "seeing"),
    [
        ([IN_A, IN_B], {"B"}),
        ([IN_A, Acknowledged(), IN_B], {"B"}),  # nobody of A has set out
        ([IN_A, SetOut(), IN_B], BOTH),
        ([IN_A, Arrived(), IN_B], BOTH),
        ([IN_A, Assigned("any car"), IN_B], BOTH),
        ([IN_A, Assigned("any car"), IN_B, Assigned("another"), IN_A], BOTH),
        ([IN_A, Assigned("b1", "B")], BOTH),  # the caller is in A, and B's unit comes
        ([IN_A, Assigned("a1", "A"), IN_B, Assigned("b1", "B")], {"B"}),  # A is released
        ([IN_A, SetOut(), IN_B, Closed("genuine")], {"B"}),
        ([IN_A, SetOut(), IN_B, Closed("genuine"), Reopened()], {"B"}),
        ([IN_A, SetOut(), IN_B, Noted("x"), Arrived(), IN_A], BOTH),
    ],
)
def test_who_was_sent_goes_on_seeing_the_caller_until_it_is_over_or_anothers(
    events: list[Event], seeing: set[str]
) -> None:
    assert jurisdictions_of(after(opened(), events)) == seeing


def test_the_unit_of_an_area_is_told_once_when_the_caller_comes_into_it() -> None:
    incident = after(opened(), [IN_A])
    (tell,) = decide(incident, IN_B, START, DEFAULT).tells
    assert (tell.target, tell.urgency) == ("unit:b1", 2)
    known = replace(incident, chain=incident.chain.concerning("a1", "b1"))
    assert decide(known, IN_B, START, DEFAULT).tells == ()  # to and fro along the border


async def test_police_who_are_on_their_way_do_not_lose_the_caller_at_their_border(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Receiver().open() as desk,
        running(
            pair,
            tmp_path,
            LOCAL,
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=f"unit:동21={desk.url}",
        ) as house,
        signed_in(house, "park", "police", jurisdictions=(SENT,)) as west,
        signed_in(house, "lee", "police", jurisdictions=(NEXT_DOOR,)) as east,
        feed_of(house, west) as car,
        feed_of(house, east) as other_car,
    ):
        taken = await house.press(HERE)
        key = taken["incident_id"]
        path = f"/v1/incidents/{key}"
        assert (await west.post(f"{path}/en-route", json={})).status_code == 200
        await walk_to(house, taken, EAST)
        for feed in (car, other_car):
            told = (await feed.event("moved"))["incident"]
            assert (told["place"]["jurisdiction"], told["responding"]) == (NEXT_DOOR, [SENT])
        assert (await desk.has_taken(1))[0].incident_id == key  # told at once
        for police in (west, east):
            assert (await police.get(path)).status_code == 200
            assert len((await police.get("/v1/incidents")).json()["incidents"]) == 1
        async with feed_of(house, west) as again:
            assert [one["incident_id"] for one in (await again.next())["incidents"]] == [key]
        over = await west.post(f"{path}/close", json={"disposition": "genuine"})
        assert over.status_code == 200
        assert (await car.event("closed"))["incident"]["state"] == "closed"
        assert (await west.get(path)).status_code == 403


async def test_police_who_were_released_lose_sight_of_a_caller_elsewhere(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, areas=AREAS) as house,
        house.feed(jurisdiction=SENT) as car,
        house.feed() as room,
    ):
        taken = await house.press(HERE)
        key = taken["incident_id"]
        await house.move(key, "assign", unit="서21")
        await walk_to(house, taken, EAST)
        assert (await car.event("moved"))["incident"]["responding"] == [SENT]
        given = await house.move(key, "assign", unit="동21")
        assert given["responding"] == [NEXT_DOOR]
        seq = (await room.until(lambda one: given == one.get("incident")))["seq"]
        left = await car.until(lambda frame: frame.get("seq") == seq)
        assert left["type"] == "elsewhere"


async def walk_to(house: House, taken: dict[str, Any], place: Place) -> None:
    """The caller of a report says where they are now."""
    position = {"lon": place.lon, "lat": place.lat, "accuracy_m": 8}
    fix = position | {"fixed_at": "2126-01-01T00:00:00Z"}
    path = f"/v1/reports/{taken['report_id']}/positions"
    answer = await house.client.post(path, json={"positions": [fix]}, headers=as_caller(taken))
    assert answer.status_code == 200, answer.text
