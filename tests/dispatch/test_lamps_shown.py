"""Which lamps police are shown, over HTTP and on the feed: their own, and what lights for them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.lamps_shown import LampsShown
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, account_of, closing, connect, feed_of, signed_in, ticket
from tests.dispatch.test_border import AREAS, EAST, NEXT_DOOR, SENT, walk_to
from tests.feed_client import FeedClient
from tests.house import assert_problem, running, street_of

LAMPS = street_of(24)
WEST_LAMPS = {f"L{number:04d}" for number in range(9)}
EAST_LAMPS = {lamp.lamp_id for lamp in LAMPS} - WEST_LAMPS
INSIDE = {"A": frozenset({"a1", "a2"}), "B": frozenset({"b1", "b2"})}


def incident(key: str, lamps: Iterable[str], whose: Iterable[str], state: str = "open") -> Any:
    """As a frame shows it: in no jurisdiction, and whose units were sent."""
    return {
        "incident_id": key,
        "state": state,
        "lamps": [{"lamp_id": lamp} for lamp in lamps],
        "responding": list(whose),
        "place": {"jurisdiction": None},
    }


# ---- the rule


@pytest.mark.parametrize(
    ("notes", "shown"),
    [
        ([], {"a1", "a2"}),
        ([incident("1", ["a2", "b1"], ["A"])], {"a1", "a2", "b1"}),
        ([incident("1", ["b1"], ["B"])], {"a1", "a2"}),
        ([incident("1", ["b1"], ["A"]), incident("1", ["b1"], ["B"])], {"a1", "a2"}),
        ([incident("1", ["b1"], ["A"]), incident("1", ["b2"], ["A"])], {"a1", "a2", "b2"}),
        ([incident("1", ["b1"], ["A"]), incident("1", ["b1"], ["A"], "closed")], {"a1", "a2"}),
        (
            [incident(key, ["b1"], ["A"]) for key in "12"] + [incident("1", [], ["A"])],
            {"a1", "a2", "b1"},
        ),
    ],
)
def test_police_are_shown_their_lamps_and_those_that_light_for_them(
    notes: list[Any], shown: set[str]
) -> None:
    lamps = LampsShown(lambda name: INSIDE[name])
    for one in notes:
        lamps.note(one)
    assert {lamp for lamp in ("a1", "a2", "b1", "b2") if lamps.to(("A",), lamp)} == shown
    assert lamps.to(None, "b2")


@given(
    st.lists(
        st.builds(
            incident,
            st.sampled_from("123"),
            st.frozensets(st.sampled_from(["a1", "b1", "b2", "c"])),
            st.frozensets(st.sampled_from("AB")),
            st.sampled_from(["open", "closed"]),
        )
    )
)
def test_a_lamp_is_shown_exactly_while_somebody_may_see_what_has_it(notes: list[Any]) -> None:
    lamps, now = LampsShown(lambda name: INSIDE[name]), {}
    for one in notes:
        lamps.note(one)
        now[one["incident_id"]] = one
    for lamp in ("a1", "b1", "b2", "c"):
        for name in "AB":
            lit = any(
                one["state"] == "open"
                and name in one["responding"]
                and {"lamp_id": lamp} in one["lamps"]
                for one in now.values()
            )
            assert lamps.to((name,), lamp) is (lit or lamp in INSIDE[name])
            assert (lamp in lamps.among(name, frozenset({lamp, "c"}))) is lamps.to((name,), lamp)


# ---- over HTTP and on the feed


async def listed(browser: httpx.AsyncClient) -> set[str]:
    """The lamps that somebody is given, in every form the same."""
    found = {one["id"] for one in (await browser.get("/v1/lamps")).json()["features"]}
    file = (await browser.get("/v1/lamps.geojson")).json()["features"]
    rows = (await browser.get("/v1/lamps.csv")).text.splitlines()[1:]
    assert found == {one["id"] for one in file} == {row.partition(",")[0] for row in rows}
    return found


async def told(feed: FeedClient, lamp_id: str, scene: str | None) -> dict[str, Any]:
    """The next change of a lamp to a scene."""
    while True:
        frame = await feed.until(lambda frame: frame["type"] == "lamps")
        for change in frame["changes"]:
            if (change["lamp_id"], change["scene"]) == (lamp_id, scene):
                found: dict[str, Any] = change
                return found


def named(feed: FeedClient) -> set[str]:
    """Every lamp that was told of so far."""
    return {one["lamp_id"] for frame in feed.frames for one in frame.get("changes", ())}


async def test_police_see_lamps_of_their_area_and_beyond_it_those_of_whom_they_were_sent_to(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS, areas=AREAS) as house,
        house.street(),
        signed_in(house, "kim", "operator") as desk,
        signed_in(house, "park", "police", jurisdictions=(SENT,)) as west,
        feed_of(house, desk) as room,
        feed_of(house, west) as car,
    ):
        assert await listed(west) == WEST_LAMPS
        assert len(await listed(desk)) == len(LAMPS)
        assert_problem(await west.get("/v1/lamps/L0018"), 403)
        assert (await car.next())["lamps"]["total"] == len(WEST_LAMPS)

        far = (await house.press(EAST))["incident_id"]
        await told(room, "L0018", "blink")
        await house.press()
        await told(car, "L0000", "blink")
        assert named(car) <= WEST_LAMPS  # of the cry next door they hear nothing
        assert all("totals" not in one for one in car.frames if one["type"] == "lamps")

        await give(desk, far, "서21")
        change = await told(car, "L0018", "blink")
        assert change["online"] is True
        beyond = {one["lamp_id"] for one in (await shown(desk, far))["lamps"]}
        assert await listed(west) == WEST_LAMPS | beyond
        assert (await west.get("/v1/lamps/L0018")).status_code == 200
        async with feed_of(house, west) as again:
            await told(again, "L0018", "blink")

        await give(desk, far, "동21")
        assert (await told(car, "L0018", None))["online"] is None
        assert await listed(west) == WEST_LAMPS
        async with feed_of(house, west) as again:
            await told(again, "L0000", "blink")
            assert named(again) <= WEST_LAMPS


async def test_lamps_that_light_for_police_are_theirs_to_see_also_after_a_restart(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS, areas=AREAS) as house,
        signed_in(house, "kim", "operator") as desk,
    ):
        taken = await house.press(EAST)
        await give(desk, taken["incident_id"], "서21")
        lit = {one["lamp_id"] for one in (await shown(desk, taken["incident_id"]))["lamps"]}
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS, areas=AREAS) as house,
        signed_in(house, "park", "police", jurisdictions=(SENT,)) as west,
        signed_in(house, "kim", "operator") as desk,
    ):
        assert await listed(west) == WEST_LAMPS | lit
        await walk_to(house, taken, replace(EAST, lon=127.0192))
        moved = {one["lamp_id"] for one in (await shown(desk, taken["incident_id"]))["lamps"]}
        assert moved - lit
        assert await listed(west) == WEST_LAMPS | moved


async def test_who_becomes_police_of_another_area_sees_its_lamps_and_no_others(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS, areas=AREAS) as house,
        house.street(),
        signed_in(house, "park", "police", jurisdictions=(SENT,)) as browser,
        connect(house, f"?ticket={await ticket(browser)}") as car,
    ):
        assert house.dispatcher is not None
        moved = account_of("park", "police", jurisdictions=(NEXT_DOOR,))
        await house.dispatcher.sessions.put_account(moved)
        assert await closing(car) == 1008
        assert await listed(browser) == EAST_LAMPS
        async with feed_of(house, browser) as feed:
            await house.press(EAST)
            await told(feed, "L0018", "blink")
            assert named(feed) <= EAST_LAMPS


async def test_police_who_are_of_the_crew_too_see_every_lamp_and_nobody_beyond_their_border(
    tmp_path: Path, sqlite_url: str
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS, areas=AREAS) as house,
        signed_in(house, "park", "police", "crew", jurisdictions=(SENT,)) as both,
        signed_in(house, "lee", "police", "crew", jurisdictions=(SENT, "북쪽파출소")) as several,
        feed_of(house, both) as car,
        feed_of(house, several) as ladder,
    ):
        assert len(await listed(both)) == len(LAMPS)
        far, near = (await house.press(EAST))["incident_id"], (await house.press())["incident_id"]
        opened = await car.event("opened")
        assert (opened["incident"]["incident_id"], opened["seq"]) == (near, 2)
        assert far not in [one["incident_id"] for one in (await car.next()).get("incidents", ())]
        assert_problem(await both.get(f"/v1/incidents/{far}"), 403)
        async with feed_of(house, both, "&after=0") as again:
            kinds = [(await again.next())["type"] for _ in range(2)]
            assert kinds == ["elsewhere", "incident"]
        # Who does not say of which area comes as the crew, which is told of no people.
        assert (await ladder.next())["type"] == "lamps"
        async with feed_of(house, several, f"&jurisdiction={SENT}&after=0") as chosen:
            assert [(await chosen.next())["type"] for _ in range(2)] == ["elsewhere", "incident"]
        elsewhere = f"?ticket={await ticket(both)}&jurisdiction={NEXT_DOOR}"
        with pytest.raises(Exception, match="403"):
            await connect(house, elsewhere)


async def test_police_who_are_auditors_too_read_no_place_beyond_their_border(
    tmp_path: Path, sqlite_url: str
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with (
        running(pair, tmp_path, LOCAL, lamps=LAMPS, areas=AREAS) as house,
        signed_in(house, "park", "police", "auditor", jurisdictions=(SENT,)) as both,
    ):
        far, near = (await house.press(EAST))["incident_id"], (await house.press())["incident_id"]
        assert (await both.get(f"/v1/incidents/{far}/journal")).json()["left_out"] is not None
        assert (await both.get(f"/v1/incidents/{near}/journal")).json()["left_out"] is None


async def give(desk: httpx.AsyncClient, incident_id: str, unit: str) -> None:
    """Send a unit, and no other."""
    answer = await desk.post(f"/v1/incidents/{incident_id}/assign", json={"unit": unit})
    assert answer.status_code == 200, answer.text


async def shown(browser: httpx.AsyncClient, incident_id: str) -> dict[str, Any]:
    """An incident as somebody sees it."""
    one: dict[str, Any] = (await browser.get(f"/v1/incidents/{incident_id}")).json()
    return one
