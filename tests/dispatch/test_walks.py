"""A watched walk home over HTTP, from the start to the end that it finds."""

import uuid
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.place import Place
from tests.conftest import Pair
from tests.dispatch.walking import (
    ASKED,
    UNANSWERED,
    east,
    fix,
    position,
    starts,
)
from tests.dispatch.walking import walk_body as a_walk
from tests.dispatch.walks_home import (
    LATE,
    does_not_answer,
    everything_written,
    stands_at,
    the_incident_of,
    walks_of,
)
from tests.house import HERE, House, report, running, street_of
from tests.patience import ask_until, eventually


async def kept_tracks(house: House) -> list[bytes | None]:
    """The copies of tracks on disk."""
    assert house.dispatcher is not None
    async with house.dispatcher.database.reading() as connection:
        return list(await connection.scalars(text("SELECT track FROM walk")))


# ---- the way home


async def test_a_walk_that_is_started_twice_is_one_walk(house: House) -> None:
    body = a_walk(destination=position(east(300)))
    first = await house.client.post("/v1/walks", json=body)
    again = await house.client.post("/v1/walks", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["walker_token"] == first.json()["walker_token"]
    assert (await walks_of(house))["total"] == 1


async def test_a_walk_home_goes_from_start_through_a_pause_to_an_arrival_that_is_noticed(
    house: House,
) -> None:
    phone = await starts(house.client, destination=position(east(300)))
    assert phone.walk["state"] == "walking"
    assert (await phone.moves(fix(HERE, 240), fix(east(100), 120)))["state"] == "walking"
    paused = await phone.does("pause", minutes=5)
    assert (paused["state"], paused["possible"]) == (
        "paused",
        ["answer", "pause", "resume", "extend", "arrive", "end"],
    )
    assert (await phone.does("resume"))["state"] == "walking"
    home = await phone.moves(fix(east(295), 90), fix(east(301), 45), fix(east(299), 1))
    assert home["state"] == "arrived"
    assert (await walks_of(house))["total"] == 0


async def test_positions_that_come_in_any_order_and_again_and_late_are_one_way(
    house: House,
) -> None:
    phone = await starts(house.client, watched=True)
    fixes = [fix(east(10.0 * number), 200 - 10 * number) for number in range(12)]
    for some in (fixes[8:], fixes[:5], fixes[2:10], fixes[::-1]):
        await phone.moves(*some)
    seen = (await house.client.get(f"{phone.path}/desk")).json()
    times = [crumb["fixed_at"] for crumb in seen["track"]]
    assert len(times) == 12
    assert times == sorted(times)
    assert seen["position"]["lon"] == pytest.approx(east(110).lon)


async def test_a_late_duplicate_of_what_was_said_moves_nobody_back(house: House) -> None:
    phone = await starts(house.client, watched=True)
    old = fix(HERE, 70)
    await phone.moves(old, sent_at=old["fixed_at"])
    new = fix(east(80), 1)
    await phone.moves(new, sent_at=new["fixed_at"])
    await phone.moves(old, sent_at=old["fixed_at"])
    seen = (await house.client.get(f"{phone.path}/desk")).json()
    assert seen["position"]["lon"] == pytest.approx(east(80).lon)


async def test_a_phone_whose_clock_is_an_hour_behind_is_understood_by_the_time_it_sends(
    house: House,
) -> None:
    phone = await starts(house.client, watched=True)
    hour = 3_600
    sent_at = fix(HERE, hour)["fixed_at"]
    await phone.moves(fix(HERE, hour + 20), fix(east(30), hour + 1), sent_at=sent_at)
    seen = (await house.client.get(f"{phone.path}/desk")).json()
    assert len(seen["track"]) == 2
    assert seen["fixed_at"] > fix(HERE, 30)["fixed_at"][:19]


async def test_a_walk_that_takes_longer_is_extended(house: House) -> None:
    phone = await starts(house.client)
    longer = await phone.does("extend", minutes=30)
    assert longer["due_at"] > phone.walk["due_at"]


async def test_when_a_walk_ends_its_positions_and_where_it_led_are_gone_from_memory_and_disk(
    house: House,
) -> None:
    guardian = {"contact": "010-1234-5678", "name": "엄마"}
    destination = east(300)
    phone = await starts(
        house.client, destination=position(destination), guardians=[guardian], pin="48215937"
    )
    await phone.moves(fix(HERE, 20), fix(east(40), 1))
    assert house.dispatcher is not None
    walks = house.dispatcher.walks
    await walks._keep()
    assert "48215937" not in await everything_written(house)
    assert "010-1234-5678" in await everything_written(house)
    record = walks.get(phone.walk["walk_id"])
    assert await kept_tracks(house) != [None]
    await phone.does("end", pin="48215937")
    written = await everything_written(house)
    assert str(destination.lon)[:8] not in written
    assert "010-1234-5678" not in written
    assert await kept_tracks(house) == [None]
    assert len(record.track) == 0
    assert record.signs.place is None
    await phone.moves(fix(east(60)))  # a late phone brings nothing back
    await walks._keep()
    assert len(record.track) == 0
    assert await everything_written(house) == written


# ---- going wrong


async def test_whoever_is_late_and_does_not_answer_becomes_an_incident_with_the_track(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(10), plan=ASKED) as house,
        house.feed() as feed,
    ):
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 6), fix(east(20), 3), fix(east(40), 1))
        await does_not_answer(house, phone)
        frame = await feed.event("opened")
        incident = frame["incident"]
        assert incident["kind"] == "checkin_missed"
        assert incident["walk_id"] == phone.walk["walk_id"]
        assert [crumb["lon"] for crumb in incident["track"]] == pytest.approx(
            [HERE.lon, east(20).lon, east(40).lon]
        )
        assert incident["place"]["position"]["lon"] == pytest.approx(east(40).lon)
        assert len(incident["lamps"]) > 0
        assert incident["note"] == "", "nobody has said anything"
        assert "late" in incident["seen"]["en"]
        await phone.until("alarmed")
        assert await house.journal(incident["incident_id"]) != []
        (walk,) = (await walks_of(house))["attention"]
        assert walk["why"][0]["signal"] == "overdue"
        known = await phone.reported()
        headers = {"Authorization": f"Bearer {known['reporter_token']}"}
        own = await house.client.get(f"/v1/reports/{known['report_id']}", headers=headers)
        assert own.json()["incident_id"] == incident["incident_id"]


async def test_the_incident_follows_the_walker_and_its_end_ends_the_walk(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(30), plan=ASKED) as house,
        house.feed() as feed,
    ):
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 5))
        await does_not_answer(house, phone)
        incident = (await feed.event("opened"))["incident"]
        await phone.until("alarmed")
        await phone.moves(fix(east(150)))
        moved = (await feed.event("moved"))["incident"]
        assert moved["place"]["position"]["lon"] == pytest.approx(east(150).lon)
        await phone.does("answer", answer="fine")
        withdrawn = (await feed.event("withdrawn"))["incident"]
        assert withdrawn["state"] == "open"
        assert (await phone.shown())["said_fine"] is True
        await house.move(incident["incident_id"], "close", disposition="accidental")
        assert (await phone.until("walking"))["question"] is None


async def test_every_incident_of_a_walk_follows_the_walker_until_it_is_closed(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(30), plan=UNANSWERED) as house:
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 5))
        first = (await the_incident_of(house, "checkin_missed"))["incident_id"]
        named = {name: phone.walk[name] for name in ("walk_id", "walker_token")}
        second = (await house.press(None, **named))["incident_id"]
        assert second != first
        assert house.dispatcher is not None
        record = house.dispatcher.walks.get(phone.walk["walk_id"])
        await eventually(lambda: len(record.walk.shown_alarms) == 2, "both alarms")

        async def are_at(place: Place, *incidents: str) -> None:
            await phone.moves(fix(place))
            for one in incidents:
                await ask_until(partial(house.incident, one), partial(stands_at, place))

        await are_at(east(150), first, second)
        await house.move(second, "close", disposition="duplicate")
        await eventually(lambda: len(record.walk.shown_alarms) == 1, "the end of the second")
        assert (await phone.shown())["state"] == "alarmed", "help is still called"
        await are_at(east(190), first)
        assert (await house.incident(second))["place"]["position"]["lon"] != east(190).lon
        await house.move(first, "close", disposition="accidental")
        await phone.until("walking")


async def test_whoever_answers_in_time_is_let_alone(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, plan=ASKED) as house:
        phone = await starts(house.client, expected_minutes=LATE)
        asked = await phone.until("asking")
        assert asked["question"]["why"] == ["overdue"]
        assert asked["question"]["words"]["ko"]
        assert asked["at"] < asked["question"]["help_at"]
        (walk,) = (await walks_of(house))["attention"]
        assert walk["position"] is None
        assert walk["alarm"] is None
        fine = await phone.does("answer", answer="fine")
        assert (fine["state"], fine["question"]) == ("walking", None)
        assert (await walks_of(house))["attention"] == []


async def test_whoever_asks_for_help_gets_it_at_once(house: House) -> None:
    phone = await starts(house.client)
    await phone.moves(fix(east(20)))
    assert (await phone.does("answer", answer="help"))["state"] == "alarmed"
    incident = await the_incident_of(house, "sos")
    assert incident["walk_id"] == phone.walk["walk_id"]
    assert incident["place"]["position"]["lon"] == pytest.approx(east(20).lon)


async def test_a_report_during_a_walk_has_its_track_at_once_and_ends_the_asking(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(10), plan=ASKED) as house:
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 6), fix(east(30), 1))
        await phone.until("asking")
        named = {name: phone.walk[name] for name in ("walk_id", "walker_token")}
        body = report(None, **named)
        taken = (await house.client.post("/v1/reports", json=body)).json()
        incident = await house.incident(taken["incident_id"])
        assert len(incident["track"]) == 2
        assert incident["place"]["position"]["lon"] == pytest.approx(east(30).lon)
        assert taken["lamps"] != []
        assert (await phone.until("alarmed"))["question"] is None
        again = await house.client.post("/v1/reports", json=body)
        assert (again.status_code, again.json()["incident_id"]) == (200, taken["incident_id"])
        page = (await house.client.get("/v1/incidents")).json()
        assert len(page["incidents"]) == 1


@pytest.mark.parametrize("token", [None, "", "guessed", "토큰"])
async def test_a_report_of_somebody_who_only_knows_the_walk_is_taken_without_its_track(
    sqlite_url: str, tmp_path: Path, token: str | None
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, lamps=street_of(10), plan=ASKED) as house:
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 6), fix(east(30), 1))
        await phone.until("asking")
        taken = await house.press(None, walk_id=phone.walk["walk_id"], walker_token=token)
        incident = await house.incident(taken["incident_id"])
        assert (incident["track"], incident["place"]["position"]) == ([], None)
        assert (await phone.shown())[
            "state"
        ] == "asking"  # it is asked on: the walker has not cried


async def test_a_report_that_names_a_walk_nobody_knows_is_taken_all_the_same(house: House) -> None:
    taken = await house.press(walk_id=str(uuid.uuid4()))
    assert (await house.incident(taken["incident_id"]))["track"] == []
