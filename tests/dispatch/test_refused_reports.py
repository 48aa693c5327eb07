"""Reports that a phone should not have sent: refused in words, never with a fault of ours."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dispatch.schemas.report import PositionsIn, ReportIn
from tests.conftest import Pair
from tests.dispatch.reporting import send
from tests.house import (
    as_caller,
    assert_problem,
    report,
    running,
)


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
        "deep nesting": b'{"report_id": ' + b"[" * 7_000 + b"]" * 7_000 + b"}",
        "deep nesting in an unknown field": b'{"x": ' + b'{"a":' * 2_000 + b"1" + b"}" * 2_001,
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
