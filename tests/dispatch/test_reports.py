"""A cry for help over HTTP: what is taken, and what its answer says."""

import asyncio
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from dispatch.schemas.report import ReportIn
from lights.wire import rfc3339
from tests.conftest import Pair
from tests.dispatch.reporting import AREAS, now, send
from tests.house import (
    report,
    running,
    street_of,
)

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


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
