"""A watched walk home over HTTP, from the start to the end that it finds."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from dispatch.pins import pin_hash, verdict
from tests.conftest import Pair
from tests.dispatch.walking import (
    ASKED,
    UNANSWERED,
    Phone,
    east,
    fix,
    hasty,
    opens,
    position,
    starts,
)
from tests.dispatch.walking import walk_body as a_walk
from tests.house import HERE, House, assert_problem, eventually, report, running, street_of

LATE = 0.0001
"""Minutes. Whoever expects so little is late at once."""


@pytest.fixture
async def house(pair: Pair, tmp_path: Path) -> AsyncIterator[House]:
    async with running(pair, tmp_path, lamps=street_of(10)) as house:
        yield house


async def the_incident_of(house: House, kind: str) -> dict[str, Any]:
    """The newest open incident of a kind, once it is there."""
    while True:
        page = (await house.client.get("/v1/incidents")).json()
        for incident in page["incidents"]:
            if incident["kind"] == kind:
                return dict(incident)


async def walks_of(house: House) -> dict[str, Any]:
    """What the desk sees."""
    found: dict[str, Any] = (await house.client.get("/v1/walks")).json()
    return found


async def everything_written(house: House) -> str:
    """The whole table of walks as text."""
    assert house.dispatcher is not None
    async with house.dispatcher.database.reading() as connection:
        rows = await connection.execute(text("SELECT * FROM walk"))
        return str([tuple(row) for row in rows])


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
    assert (await phone.moves(fix(HERE, 240), fix(east(100), 180)))["state"] == "walking"
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
        running(pair, tmp_path, lamps=street_of(10), plan=UNANSWERED) as house,
        house.feed() as feed,
    ):
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 6), fix(east(20), 3), fix(east(40), 1))
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
        shown = await phone.until("alarmed")
        assert await house.journal(incident["incident_id"]) != []
        (walk,) = (await walks_of(house))["attention"]
        assert walk["why"][0]["signal"] == "overdue"
        await eventually(lambda: feed is not None)
        while shown["report"] is None:
            shown = await phone.shown()
        headers = {"Authorization": f"Bearer {shown['report']['reporter_token']}"}
        own = await house.client.get(f"/v1/reports/{shown['report']['report_id']}", headers=headers)
        assert own.json()["incident_id"] == incident["incident_id"]


async def test_the_incident_follows_the_walker_and_its_end_ends_the_walk(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(30), plan=UNANSWERED) as house,
        house.feed() as feed,
    ):
        phone = await starts(house.client, expected_minutes=LATE)
        await phone.moves(fix(HERE, 5))
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
        body = report(None, walk_id=phone.walk["walk_id"])
        taken = (await house.client.post("/v1/reports", json=body)).json()
        incident = await house.incident(taken["incident_id"])
        assert len(incident["track"]) == 2
        assert incident["place"]["position"]["lon"] == pytest.approx(east(30).lon)
        assert taken["lamps"] != []
        shown = await phone.shown()
        assert (shown["state"], shown["question"]) == ("alarmed", None)
        again = await house.client.post("/v1/reports", json=body)
        assert (again.status_code, again.json()["incident_id"]) == (200, taken["incident_id"])
        page = (await house.client.get("/v1/incidents")).json()
        assert len(page["incidents"]) == 1


async def test_a_report_that_names_a_walk_nobody_knows_is_taken_all_the_same(house: House) -> None:
    taken = await house.press(walk_id=str(uuid.uuid4()))
    assert (await house.incident(taken["incident_id"]))["track"] == []


# ---- PINs


async def two_phones(house: House) -> tuple[Phone, Phone]:
    """Two walks that are alike and are both asked."""
    pins = {"pin": "4821", "duress_pin": "1190", "expected_minutes": LATE}
    phones = [await starts(house.client, **pins) for _ in range(2)]
    for phone in phones:
        await phone.moves(fix(HERE, 10), fix(east(20), 1))
        await phone.until("asking")
    return phones[0], phones[1]


def without_times(answer: httpx.Response) -> bytes:
    """The bytes of an answer but for what differs between any two walks: its id, and the time."""
    body = answer.json()
    for name in ("at", "due_at"):
        assert len(body[name]) == len("2026-11-22T12:00:30.000Z")
        body[name] = ""
    assert len(body["walk_id"]) == 36
    body["walk_id"] = ""
    head = sorted((key, value) for key, value in answer.headers.items() if key != "date")
    return json.dumps([answer.status_code, head, body], ensure_ascii=False).encode()


async def test_the_duress_pin_is_answered_like_the_pin_and_opens_a_silent_incident(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(10), plan=ASKED) as house,
        house.feed() as feed,
    ):
        free, forced = await two_phones(house)
        fine = await free.post("answer", answer="fine", pin="4821")
        duress = await forced.post("answer", answer="fine", pin="1190")
        assert without_times(fine) == without_times(duress)
        incident = (await feed.event("opened"))["incident"]
        assert incident["walk_id"] == forced.walk["walk_id"]
        assert (incident["silent"], incident["scene"]) == (True, "none")
        assert len(incident["track"]) == 2
        later = [await phone.post("positions", positions=[]) for phone in (free, forced)]
        assert without_times(later[0]) == without_times(later[1])
        extended = [
            await free.post("extend", minutes=60, pin="4821"),
            await forced.post("extend", minutes=60, pin="1190"),
        ]
        assert without_times(extended[0]) == without_times(extended[1])
        (walk,) = (await walks_of(house))["attention"]
        assert (walk["alarm"]["how"], walk["alarm"]["silent"]) == ("duress", True)
        assert walk["position"] is not None
        ended = [await free.post("end", pin="4821"), await forced.post("end", pin="1190")]
        assert without_times(ended[0]) == without_times(ended[1])


def test_the_duress_pin_and_a_wrong_one_cost_as_much_work_as_the_pin() -> None:
    secret, walk_id = b"s" * 32, "0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10"
    kept = (pin_hash(secret, walk_id, "4821"), pin_hash(secret, walk_id, "1190"))
    spent: dict[str, list[float]] = {"4821": [], "1190": [], "0000": []}
    for _ in range(15):
        for typed, times in spent.items():
            begun = time.thread_time()  # of this thread's own work, however busy the machine is
            verdict(secret, walk_id, typed, *kept)
            times.append(time.thread_time() - begun)
    least = [min(times) for times in spent.values()]
    assert max(least) < 2 * min(least), spent


async def test_a_walk_with_a_pin_is_called_off_by_nobody_without_it(house: House) -> None:
    phone = await starts(house.client, pin="4821")
    for call, body in (
        ("answer", {"answer": "fine"}),
        ("pause", {}),
        ("extend", {"minutes": 5}),
        ("arrive", {}),
        ("end", {}),
    ):
        for pin in ({}, {"pin": "0000"}):
            problem = assert_problem(await phone.post(call, **body, **pin), 422)
            assert problem["errors"][0]["field"] == "pin"
    assert (await phone.shown())["state"] == "walking"


async def test_whoever_guesses_at_the_pin_calls_for_help_without_knowing(house: House) -> None:
    phone = await starts(house.client, pin="4821")
    for number in range(5):
        await phone.post("end", pin=f"000{number}")
    incident = await the_incident_of(house, "checkin_missed")
    assert incident["silent"] is True
    assert (await phone.shown())["state"] == "walking"


async def test_a_duress_pin_at_the_very_end_still_brings_the_track(house: House) -> None:
    phone = await starts(house.client, pin="4821", duress_pin="1190")
    await phone.moves(fix(HERE, 9), fix(east(30), 1))
    assert (await phone.does("end", pin="1190"))["state"] == "ended"
    incident = await the_incident_of(house, "sos")
    assert (incident["silent"], len(incident["track"])) == (True, 2)
    assert house.dispatcher is not None
    record = house.dispatcher.walks.get(phone.walk["walk_id"])
    await eventually(lambda: len(record.track) == 0)


# ---- refusals


async def test_nobody_but_its_own_phone_opens_a_walk(house: House) -> None:
    phone = await starts(house.client)
    other = await starts(house.client)
    stranger = Phone(house.client, phone.walk | {"walker_token": other.walk["walker_token"]})
    assert_problem(await stranger.post("positions", positions=[]), 401)
    assert_problem(await house.client.get(phone.path), 401)
    unknown = Phone(house.client, phone.walk | {"walk_id": str(uuid.uuid4())})
    assert_problem(await unknown.post("end"), 401)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"expected_minutes": 0},
        {"expected_minutes": 100_000},
        {"walk_id": "home"},
        {"pin": "12"},
        {"duress_pin": "1234"},
        {"pin": "1234", "duress_pin": "1234"},
        {"destination": {"lon": 200, "lat": 0}},
        {"route": [{"lon": 127, "lat": 37}]},
        {"guardians": [{"contact": ""}]},
        {"guardians": [{"contact": "abc"}]},
        {"guardians": [{"contact": "010-1234-5678", "consent": True}]},
        {"guardians": [{"contact": "010-1234-5678"}] * 6},
    ],
)
async def test_a_walk_that_makes_no_sense_is_refused_with_words(
    sqlite_url: str, tmp_path: Path, spoilt: dict[str, Any]
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        assert_problem(await house.client.post("/v1/walks", json=a_walk(**spoilt)), 422)


async def test_what_the_state_does_not_allow_is_refused_with_what_it_does(house: House) -> None:
    phone = await starts(house.client)
    await phone.does("end")
    problem = assert_problem(await phone.post("extend", minutes=5), 409)
    assert problem["possible"] == ["arrive", "end"]
    assert (await phone.does("end"))["state"] == "ended"


# ---- who sees what


async def test_operators_see_that_somebody_walks_but_not_where(house: House) -> None:
    quiet = await starts(house.client)
    watched = await starts(house.client, watched=True)
    for phone in (quiet, watched):
        await phone.moves(fix(east(20)))
    seen = await walks_of(house)
    assert (seen["total"], seen["attention"]) == (2, [])
    assert [one["walk_id"] for one in seen["watched"]] == [watched.walk["walk_id"]]
    hidden = (await house.client.get(f"{quiet.path}/desk")).json()
    assert (hidden["position"], hidden["track"]) == (None, [])
    shown = (await house.client.get(f"{watched.path}/desk")).json()
    assert len(shown["track"]) == 1


async def test_a_guardian_sees_a_position_only_in_need_and_with_consent(
    pair: Pair, tmp_path: Path
) -> None:
    plan = hasty(overdue_least=ASKED.walk.overdue_least, overdue_share=0.0001)
    async with running(pair, tmp_path, plan=plan) as house:
        guardians = [
            {"contact": "010-1234-5678", "consent": True, "consent_version": "1"},
            {"contact": "010-8765-4321"},
        ]
        phone = await starts(house.client, guardians=guardians, name="민지")
        await phone.moves(fix(east(20)))
        links = [guardian["link"] for guardian in phone.walk["guardians"]]

        async def shared(link: str) -> dict[str, Any]:
            answer = await opens(house.client, link)
            assert answer.status_code == 200, answer.text
            assert phone.walk["walk_id"] not in answer.text
            found: dict[str, Any] = answer.json()
            return found

        assert [(await shared(link))["position"] for link in links] == [None, None]
        assert "민지" in (await shared(links[0]))["words"]["ko"]
        await phone.does("answer", answer="help")
        positions = [(await shared(link))["position"] for link in links]
        assert positions[0]["lon"] == pytest.approx(east(20).lon)
        assert positions[1] is None
        assert [(await shared(link))["state"] for link in links] == ["alarmed"] * 2
        await phone.does("end")
        assert [(await shared(link))["position"] for link in links] == [None, None]
        assert_problem(await opens(house.client, links[0][:-2] + "xx"), 401)
        assert_problem(await house.client.get("/v1/walks/shared"), 401)


async def test_the_link_of_a_guardian_expires_and_the_walk_s_row_is_gone(
    pair: Pair, tmp_path: Path
) -> None:
    plan = hasty(link_for=ASKED.walk.ask_for * 0)
    async with running(pair, tmp_path, plan=plan) as house:
        phone = await starts(house.client, guardians=[{"contact": "010-1234-5678"}])
        link = phone.walk["guardians"][0]["link"]
        assert (await opens(house.client, link)).status_code == 200
        await phone.does("end")
        assert_problem(await opens(house.client, link), 401)
        assert house.dispatcher is not None
        await house.dispatcher.walks._tidy()
        assert await everything_written(house) == "[]"
        assert_problem(await house.client.get(phone.path, headers=phone.headers), 404)


# ---- the feed


async def test_screens_hear_of_the_walks_that_need_them(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, plan=ASKED) as house, house.feed() as feed:
        begun = await feed.until(lambda frame: frame["type"] == "walks")
        assert (begun["total"], begun["attention"]) == (0, [])
        assert "seq" not in begun
        phone = await starts(house.client, expected_minutes=LATE)
        asked = await feed.until(lambda frame: bool(frame.get("attention")))
        assert asked["attention"][0]["walk_id"] == phone.walk["walk_id"]
        assert asked["attention"][0]["position"] is None
        await phone.does("end")
        await feed.until(lambda frame: frame.get("total") == 0)
