"""A cry for help over HTTP: what is taken, what is refused, and what its caller may do and see."""

import asyncio
import json
import re
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from shapely.geometry import box

from dispatch.schemas.report import PositionsIn, ReportIn
from geo.area import Area
from geo.place import Metres, Place, place_at
from lights.wire import rfc3339
from tests.conftest import Pair
from tests.house import (
    HERE,
    House,
    as_caller,
    assert_problem,
    eventually,
    report,
    running,
    street_of,
)

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
AREAS = [
    Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7)),
    Area("서울특별시 도봉구 쌍문동", "neighbourhood", None, box(127.0, 37.6, 127.05, 37.7)),
]


def east_of_here(metres: float) -> Place:
    here = HERE.metres
    return place_at(Metres(here.east + metres, here.north), 10.0)


def fix(place: Place, at: datetime) -> dict[str, Any]:
    return {
        "lon": place.lon,
        "lat": place.lat,
        "accuracy_m": place.accuracy_m,
        "fixed_at": at.isoformat(),
    }


def now() -> datetime:
    return datetime.now(UTC)


async def send(house: House, body: dict[str, Any]) -> httpx.Response:
    return await house.client.post("/v1/reports", json=body)


# ---- taken


async def test_a_report_is_answered_with_all_that_the_contract_says(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(10), areas=AREAS) as house:
        asked = report(note="at the bus stop", walk_id="w1", unknown_to_us={"of": "a new phone"})
        answer = await send(house, asked)
        assert answer.status_code == 201
        taken = answer.json()
        assert taken.keys() == {
            *("report_id", "incident_id", "state", "received_at", "place", "lamps"),
            *("shortfall", "shortfall_detail", "drill", "reporter_token"),
        }
        assert taken["report_id"] == asked["report_id"]
        assert taken["state"] == "open"
        assert RFC3339.fullmatch(taken["received_at"])
        assert re.fullmatch(r"다사 \d{4} \d{4}", taken["place"]["number"])
        assert taken["place"]["address"] == "서울특별시 도봉구 쌍문동"
        assert taken["place"]["jurisdiction"] == "쌍문파출소 관할"
        assert taken["lamps"] == [
            {"lamp_id": "L0000", "metres": 0.0},
            {"lamp_id": "L0001", "metres": 15.0},
            {"lamp_id": "L0002", "metres": 30.0},
            {"lamp_id": "L0003", "metres": 45.0},
        ]
        assert taken["shortfall"] is None
        assert taken["reporter_token"]

        incident = await house.incident(taken["incident_id"])
        assert (incident["note"], incident["walk_id"]) == ("at the bus stop", "w1")
        assert incident["place"]["poles"][0] == {
            "label": "쌍문-0000",
            "metres": 0.0,
            "bearing": incident["place"]["poles"][0]["bearing"],
        }


async def test_the_same_report_again_is_the_same_incident_and_nothing_new_happens(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        body = report()
        first = await send(house, body)
        for again in (body, body | {"note": "another note", "position": None}):
            second = await send(house, again)
            assert (first.status_code, second.status_code) == (201, 200)
            assert second.json() == first.json()
        assert await house.journal(first.json()["incident_id"]) == ["opened"]


async def test_the_same_report_on_ten_connections_at_once_is_one_incident(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        body = report()

        async def on_its_own_connection() -> httpx.Response:
            async with httpx.AsyncClient(base_url=house.url, timeout=60) as client:
                return await client.post("/v1/reports", json=body)

        answers = await asyncio.gather(*(on_its_own_connection() for _ in range(10)))
        assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
        assert len({answer.json()["incident_id"] for answer in answers}) == 1
        assert len((await house.client.get("/v1/incidents?state=all")).json()["incidents"]) == 1


async def test_a_report_sent_again_after_a_restart_among_others_is_the_same_incident(
    pair: Pair, tmp_path: Path
) -> None:
    bodies = [report() for _ in range(3)]
    async with running(pair, tmp_path) as house:
        first = [(await send(house, body)).json() for body in bodies]
    async with running(pair, tmp_path) as house:
        new = [report() for _ in range(6)]
        answers = await asyncio.gather(
            *(send(house, body) for pair in zip(bodies, new, strict=False) for body in pair),
            *(send(house, body) for body in (*new[3:], *bodies)),
        )
        by_id: dict[str, list[httpx.Response]] = {}
        for answer in answers:
            by_id.setdefault(answer.json()["report_id"], []).append(answer)
        for taken in first:
            again = by_id[taken["report_id"]]
            assert [answer.status_code for answer in again] == [200, 200]
            assert all(answer.json() == taken for answer in again)
        for body in new:
            (once,) = by_id[body["report_id"]]
            assert once.status_code == 201
        listed = (await house.client.get("/v1/incidents")).json()["incidents"]
        assert len(listed) == len(bodies) + len(new)


POSITIONS: dict[str, tuple[dict[str, Any], str, float | None]] = {
    "none": ({"position": None}, "none", None),
    "left out": ({}, "none", None),
    "accuracy 0": (
        {"position": {"lon": 127.0165, "lat": 37.6512, "accuracy_m": 0}},
        "unknown",
        None,
    ),
    "no accuracy": ({"position": {"lon": 127.0165, "lat": 37.6512}}, "unknown", None),
    "accuracy null": (
        {"position": {"lon": 127.0165, "lat": 37.6512, "accuracy_m": None}},
        "unknown",
        None,
    ),
    "accuracy -1": (
        {"position": {"lon": 127.0165, "lat": 37.6512, "accuracy_m": -1}},
        "unknown",
        None,
    ),
    "accuracy 12": (
        {"position": {"lon": 127.0165, "lat": 37.6512, "accuracy_m": 12}},
        "good",
        12.0,
    ),
    "accuracy 2 km": (
        {"position": {"lon": 127.0165, "lat": 37.6512, "accuracy_m": 2000}},
        "poor",
        2000.0,
    ),
    "accuracy of half the earth": (
        {"position": {"lon": 127.0165, "lat": 37.6512, "accuracy_m": 1e300}},
        "unknown",
        None,
    ),
    "no island": ({"position": {"lon": 0, "lat": 0, "accuracy_m": 5}}, "good", 5.0),
    "south pole": ({"position": {"lon": -180, "lat": -90, "accuracy_m": 5}}, "good", 5.0),
}


async def test_every_position_is_accepted_and_the_incident_says_how_good_it_is(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(40)) as house:
        for name, (fields, quality, accuracy_m) in POSITIONS.items():
            answer = await send(house, {"report_id": str(uuid.uuid4()), **fields})
            assert answer.status_code == 201, (name, answer.text)
            taken = answer.json()
            assert taken["place"]["quality"] == quality, name
            position = (await house.incident(taken["incident_id"]))["place"]["position"]
            assert (position or {}).get("accuracy_m") == accuracy_m, name
            if quality == "none":
                assert (taken["lamps"], taken["shortfall"]) == ([], "no position")
            if accuracy_m == 2000.0:
                assert len(taken["lamps"]) == 30
            if "pole" in name or "island" in name:
                assert (taken["lamps"], taken["shortfall"]) == ([], "no lamps within 200 m")


async def test_an_old_fix_is_accepted_and_said_to_be_stale(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        for age, stale in ((0, False), (60, False), (180, True), (86_400, True), (-3_600, False)):
            at = (now() - timedelta(seconds=age)).isoformat()
            taken = await house.press(fixed_at=at, sent_at=at)
            assert taken["place"]["stale"] == stale, age


@pytest.mark.parametrize(
    ("time", "written"),
    [
        ("2026-11-22T21:00:00.123456789+09:00", "2026-11-22T12:00:00.123Z"),
        ("2026-11-22t12:00:00z", "2026-11-22T12:00:00.000Z"),
        ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59.999999-14:00", None),
    ],
)
def test_a_time_is_taken_in_any_zone_and_refused_where_utc_has_no_such_time(
    time: str, written: str | None
) -> None:
    body = {"report_id": str(uuid.uuid4()), "fixed_at": time}
    if written is None:
        with pytest.raises(ValidationError):
            ReportIn.model_validate(body)
    else:
        taken = ReportIn.model_validate(body).fixed_at
        assert taken is not None
        assert rfc3339(taken) == written


# ---- refused


async def test_a_time_without_an_offset_is_refused_with_the_name_of_its_field(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        for field in ("fixed_at", "sent_at"):
            answer = await send(house, report() | {field: "2026-11-22T12:00:00"})
            problem = assert_problem(answer, 422)
            assert [error["field"] for error in problem["errors"]] == [field]
            assert all(error["reason"] for error in problem["errors"])
        taken = await house.press()
        naive = {"lon": 127.0, "lat": 37.6, "fixed_at": "2026-11-22T12:00:00"}
        answer = await house.client.post(
            f"/v1/reports/{taken['report_id']}/positions",
            json={"positions": [naive]},
            headers=as_caller(taken),
        )
        problem = assert_problem(answer, 422)
        assert [error["field"] for error in problem["errors"]] == ["positions.0.fixed_at"]


def junk_bodies() -> dict[str, bytes]:
    good = report()
    changed: dict[str, dict[str, Any]] = {
        "no id": {"report_id": None},
        "an id that is no UUID": {"report_id": "41"},
        "an id that is a number": {"report_id": 41},
        "an id that is a list": {"report_id": [good["report_id"]]},
        "a kind in capitals": {"kind": "SOS!"},
        "a kind that is a number": {"kind": 7},
        "a position that is text": {"position": "here"},
        "a position that is a list": {"position": [127.0, 37.6]},
        "a position without latitude": {"position": {"lon": 127.0}},
        "a longitude that is text": {"position": {"lon": "east", "lat": 37.6}},
        "a longitude of 181": {"position": {"lon": 181, "lat": 37.6}},
        "a latitude of 127": {"position": {"lon": 127, "lat": 127}},
        "a latitude that is true": {"position": {"lon": 127, "lat": True}},
        "an accuracy that is text": {"position": {"lon": 127, "lat": 37, "accuracy_m": "good"}},
        "an accuracy that is a list": {"position": {"lon": 127, "lat": 37, "accuracy_m": []}},
        "a time that is text": {"fixed_at": "noon"},
        "a time that is a list": {"fixed_at": []},
        "a time that is a number": {"fixed_at": 1_795_348_800},
        "a time that is a number in text": {"fixed_at": "1795348800"},
        "a time that is a day": {"fixed_at": "2026-11-22"},
        "silent as text": {"silent": "perhaps"},
        "drill as a list": {"drill": []},
        "a note that is a number": {"note": 5},
        "a note of 501": {"note": "가" * 501},
        "a walk of 65": {"walk_id": "w" * 65},
    }
    bodies = {name: json.dumps(good | fields).encode() for name, fields in changed.items()}
    report_id = good["report_id"].encode()
    return bodies | {
        "nothing": b"",
        "null": b"null",
        "a list": b"[]",
        "text": b'"help"',
        "not JSON": b"help!",
        "half a body": json.dumps(good).encode()[:-5],
        "not UTF-8": b'{"report_id": "\xff\xfe"}',
        "deep nesting": b'{"report_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "deep nesting in an unknown field": b'{"x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        "NaN": b'{"report_id": "%s", "position": {"lon": NaN, "lat": 37}}' % report_id,
        "infinity": b'{"report_id": "%s", "position": {"lon": 1e400, "lat": 37}}' % report_id,
        "a huge number": b'{"report_id": "%s", "position": {"lon": 1%s, "lat": 37}}'
        % (report_id, b"0" * 400),
        "a number too long to read": b'{"report_id": %s}' % (b"1" * 5_000),
        "half a character": b'{"report_id": "%s", "note": "\\ud800"}' % report_id,
        "a time that is huge": b'{"report_id": "%s", "fixed_at": 1e300}' % report_id,
    }


async def test_junk_is_refused_in_words_and_never_called_our_fault(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        for name, body in junk_bodies().items():
            answer = await house.client.post(
                "/v1/reports", content=body, headers={"Content-Type": "application/json"}
            )
            assert 400 <= answer.status_code < 500, (name, answer.status_code, answer.text)
            problem = assert_problem(answer, answer.status_code)
            if answer.status_code == 422:
                assert problem["errors"], name
                assert all(error["field"] and error["reason"] for error in problem["errors"]), name
            if b"{" not in body or name == "half a body":
                assert [error["field"] for error in problem["errors"]] == ["body"], name
        assert (await house.client.get("/v1/incidents?state=all")).json()["incidents"] == []


ODD_BUT_FINE: dict[str, dict[str, Any]] = {
    "a note of 500": {"note": "가" * 500},
    "a note with a NUL": {"note": "help\x00me"},
    "a note of signs": {"note": "\u202e\ufeff\U0001f6a8\r\n\t'; DROP TABLE incident; --"},
    "a walk with a NUL": {"walk_id": "w\x001"},
    "a field of the future": {"version": 2, "battery": {"percent": 4}},
    "a field with half a character": {"\ud800": 1},
    "the rim of the calendar": {"fixed_at": "0001-01-01T00:00:00+14:00"},
    "its other rim": {"sent_at": "9999-12-31T23:59:59-14:00"},
    "before there were phones": {"fixed_at": "0001-01-01T00:00:00Z"},
    "an accuracy of many digits": {
        "position": {"lon": 127, "lat": 37, "accuracy_m": 10**400},
    },
}


async def test_an_odd_report_is_taken_or_refused_in_words_and_both_for_good(
    pair: Pair, tmp_path: Path
) -> None:
    """A cry for help with a strange field is worth more than the field."""
    async with running(pair, tmp_path) as house:
        for name, fields in ODD_BUT_FINE.items():
            body = json.dumps(report() | fields).encode()
            headers = {"Content-Type": "application/json"}
            answer = await house.client.post("/v1/reports", content=body, headers=headers)
            assert answer.status_code in (201, 422), (name, answer.status_code, answer.text)
            if answer.status_code == 201:
                again = await house.client.post("/v1/reports", content=body, headers=headers)
                assert again.status_code == 200, name
                read = await house.client.get(f"/v1/incidents/{again.json()['incident_id']}")
                assert read.status_code == 200, name
        one = report(note="가" * 500)
        assert (await send(house, one)).status_code == 201
        assert (await house.client.get("/v1/incidents")).status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted(ReportIn.model_fields)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), JSON)
def test_whatever_a_phone_sends_is_a_report_or_a_refusal(body: dict[str, Any], fixes: Any) -> None:
    for door, value in ((ReportIn, body), (PositionsIn, {"positions": fixes})):
        with suppress(ValidationError):
            door.model_validate(value)


# ---- the caller, known by a token


async def test_only_the_caller_s_own_token_opens_what_belongs_to_the_caller(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        mine, foreign = await house.press(), await house.press(place=None)
        base = f"/v1/reports/{mine['report_id']}"
        positions = {"positions": [fix(HERE, now())]}
        wrong: list[dict[str, str]] = [
            {},
            {"Authorization": ""},
            {"Authorization": "Bearer"},
            {"Authorization": "Basic " + mine["reporter_token"]},
            {"Authorization": mine["reporter_token"]},
            {"Authorization": "Bearer " + mine["reporter_token"][:-1]},
            as_caller(foreign),
        ]
        for headers in wrong:
            for answer in (
                await house.client.get(base, headers=headers),
                await house.client.post(f"{base}/positions", json=positions, headers=headers),
                await house.client.post(f"{base}/withdraw", headers=headers),
            ):
                assert_problem(answer, 401)
                assert answer.headers["www-authenticate"] == "Bearer"
        assert await house.journal(mine["incident_id"]) == ["opened"]
        assert (await house.client.get(base, headers=as_caller(mine))).status_code == 200
        nobody = f"/v1/reports/{uuid.uuid4()}"
        assert_problem(await house.client.get(nobody, headers=as_caller(mine)), 401)
        not_a_report = await house.client.get("/v1/reports/41", headers=as_caller(mine))
        assert_problem(not_a_report, 422)


async def test_the_caller_sees_the_state_the_lamps_and_words_to_show(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house, house.street():
        async with house.feed() as feed:
            taken = await house.press()
            await feed.event("lamps_answered")
        seen = await house.state(taken)
        assert seen["lamps"] == {"asked": 4, "lit": 4}
        assert (seen["acknowledged"], seen["unit_on_its_way"]) == (False, False)
        words = [seen["words"]]
        for move, body, expected in (
            ("acknowledge", {}, ("acknowledged", True, False)),
            ("assign", {"unit": "1호"}, ("assigned", True, False)),
            ("en-route", {}, ("en_route", True, True)),
            ("arrive", {}, ("on_scene", True, True)),
            ("close", {"disposition": "genuine"}, ("closed", True, False)),
        ):
            await house.move(taken["incident_id"], move, **body)
            seen = await house.state(taken)
            assert (seen["state"], seen["acknowledged"], seen["unit_on_its_way"]) == expected
            words.append(seen["words"])
        assert seen["lamps"] == {"asked": 0, "lit": 0}
        assert all(word["ko"] and word["en"] for word in words)
        assert len({word["ko"] for word in words}) == len(words)


async def test_a_caller_whose_place_was_unknown_is_told_its_number_once_there_is_one(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        taken = await house.press(None)
        assert taken["place"]["number"] is None
        fix = {"lon": HERE.lon, "lat": HERE.lat, "fixed_at": taken["received_at"]}
        answer = await house.client.post(
            f"/v1/reports/{taken['report_id']}/positions",
            json={"positions": [fix]},
            headers=as_caller(taken),
        )
        assert answer.json()["place"]["number"] == "다사 5734 6141"
        assert (await house.state(taken))["place"] == answer.json()["place"]


async def test_the_lamps_follow_a_caller_who_moves_whatever_order_the_fixes_come_in(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(30)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        start = now() - timedelta(seconds=60)
        taken = await house.press(fixed_at=start.isoformat())
        await feed.event("opened")

        async def walk(*steps: tuple[float, float]) -> None:
            """(metres east, seconds since the start) of each fix."""
            fixes = [fix(east_of_here(east), start + timedelta(seconds=at)) for east, at in steps]
            answer = await house.client.post(
                f"/v1/reports/{taken['report_id']}/positions",
                json={"positions": fixes},
                headers=as_caller(taken),
            )
            assert answer.status_code == 200, answer.text

        await walk((150, 20), (300, 40), (75, 10))
        moved = await feed.event("moved")
        there = [lamp["lamp_id"] for lamp in moved["incident"]["lamps"]]
        assert "L0020" in there
        assert "L0000" not in there
        await eventually(lambda: street.shows("L0020").scene.name == "blink")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")

        before = await house.incident(taken["incident_id"])
        await walk((300, 40))
        await walk((150, 20))
        await walk((0, 1), (75, 10), (300, 40))
        await walk((0, -3_000))
        await walk((303, 45))  # a step that is smaller than the error of any fix
        await walk((270, 43))  # older than the one that moved nobody
        after = await house.incident(taken["incident_id"])
        assert after["place"] == before["place"]
        assert [lamp["lamp_id"] for lamp in after["lamps"]] == there
        assert (await house.journal(taken["incident_id"])).count("moved") == 1

        await walk((0, 59))
        assert (await feed.event("moved"))["incident"]["lamps"][0]["lamp_id"] == "L0000"
        await eventually(lambda: street.shows("L0000").scene.name == "blink")


async def test_a_fix_from_the_future_does_not_make_every_later_one_look_old(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(30)) as house:
        taken = await house.press(fixed_at=(now() + timedelta(hours=1)).isoformat())
        for metres in (100, 200):
            answer = await house.client.post(
                f"/v1/reports/{taken['report_id']}/positions",
                json={"positions": [fix(east_of_here(metres), now() + timedelta(hours=1))]},
                headers=as_caller(taken),
            )
            assert answer.status_code == 200
        assert (await house.journal(taken["incident_id"])).count("moved") == 2


async def test_junk_positions_are_refused_and_change_nothing(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        taken = await house.press()
        good = fix(east_of_here(100), now())
        bad: list[Any] = [
            {},
            [],
            {"positions": []},
            {"positions": {}},
            {"positions": [good] * 1_001},
            {"positions": [good, {**good, "lon": 200}]},
            {"positions": [{**good, "fixed_at": None}]},
            {"positions": [{"lon": 127, "lat": 37}]},
        ]
        for body in bad:
            answer = await house.client.post(
                f"/v1/reports/{taken['report_id']}/positions",
                json=body,
                headers=as_caller(taken),
            )
            assert_problem(answer, 422)
        assert await house.journal(taken["incident_id"]) == ["opened"]


async def test_a_withdrawal_is_seen_by_the_operators_and_closes_nothing(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        taken = await house.press()
        await feed.event("lamps_answered")
        withdraw = f"/v1/reports/{taken['report_id']}/withdraw"
        for _ in range(2):
            answer = await house.client.post(withdraw, headers=as_caller(taken))
            assert answer.status_code == 200
            assert (answer.json()["state"], answer.json()["withdrawn"]) == ("open", True)
        seen = (await feed.event("withdrawn"))["incident"]
        assert (seen["state"], seen["withdrawn"]) == ("open", True)
        assert "close" in seen["allowed"]
        assert street.shows("L0000").scene.name == "blink"
        assert (await house.journal(taken["incident_id"])).count("withdrawn") == 1

        await house.move(taken["incident_id"], "close", disposition="false")
        late = await house.client.post(withdraw, headers=as_caller(taken))
        assert (late.status_code, late.json()["state"]) == (200, "closed")


# ---- possibly the same


async def test_reports_near_each_other_in_place_and_time_name_each_other_and_are_never_merged(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        one = (await house.press())["incident_id"]
        two = (await house.press(east_of_here(50)))["incident_id"]
        far = (await house.press(east_of_here(160)))["incident_id"]
        nowhere = (await house.press(place=None))["incident_id"]
        same = {
            key: (await house.incident(key))["possibly_same"] for key in (one, two, far, nowhere)
        }
        assert same == {one: [two], two: [one], far: [], nowhere: []}
        listed = (await house.client.get("/v1/incidents")).json()["incidents"]
        assert {each["incident_id"]: each["possibly_same"] for each in listed} == same

        await house.move(one, "close", disposition="accidental")
        three = (await house.press())["incident_id"]
        assert (await house.incident(three))["possibly_same"] == [two]


async def test_a_crowd_that_presses_at_once_is_seen_as_possibly_the_same(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        crowd = await asyncio.gather(*(house.press() for _ in range(8)))
        ids = {taken["incident_id"] for taken in crowd}
        assert len(ids) == 8
        for key in ids:
            same = (await house.incident(key))["possibly_same"]
            assert same
            assert set(same) < ids - {key} or set(same) == ids - {key}


# ---- silent, drill


async def test_a_silent_report_never_blinks(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        taken = await house.press(silent=True)
        opened = (await feed.event("opened"))["incident"]
        assert (opened["silent"], opened["scene"]) == (True, "none")
        assert {lamp["asked"] for lamp in opened["lamps"]} == {"none"}
        scene = f"/v1/incidents/{taken['incident_id']}/scene"
        refused = await house.client.post(scene, json={"scene": "blink"})
        assert "scene" in assert_problem(refused, 409)["allowed"]
        await house.move(taken["incident_id"], "scene", scene="bright")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await house.move(taken["incident_id"], "close", disposition="genuine")
        await house.move(taken["incident_id"], "reopen")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
        assert (await house.incident(taken["incident_id"]))["scene"] == "none"


async def test_a_drill_runs_the_whole_chain_marked_as_a_drill_and_gives_way_to_what_is_real(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        drill = (await house.press(drill=True))["incident_id"]
        answered = await feed.event("lamps_answered")
        assert all(frame["incident"]["drill"] for frame in feed.frames if "incident" in frame)
        assert street.shows("L0000").scene.name == "blink"
        assert answered["incident"]["incident_id"] == drill

        real = (await house.press())["incident_id"]
        await house.move(real, "arrive")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await house.move(real, "close", disposition="genuine")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        listed = (await house.client.get("/v1/incidents?state=all")).json()["incidents"]
        assert {each["incident_id"]: each["drill"] for each in listed} == {drill: True, real: False}
        await house.move(drill, "close", disposition="test")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
