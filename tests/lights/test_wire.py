"""The bytes between dispatcher and lamp: the contract's own, and whatever else a lamp may say."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from firmware_sim import wire as street
from lights.lamp import BLINK, BRIGHT, SCHEDULE, Scene, Sighting
from lights.orders import Order
from lights.wire import (
    FAULTS,
    Unintelligible,
    decode_sighting,
    decode_status,
    encode_order,
    lamp_of,
    order_topic,
    rfc3339,
)

UNTIL = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
SEOUL = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("order", "payload"),
    [
        (
            Order("L1", 41, BLINK, UNTIL),
            b'{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
            b'"until":"2026-11-22T12:00:30.000Z"}',
        ),
        (
            Order("L1", 42, BRIGHT, UNTIL.replace(microsecond=123_999).astimezone(SEOUL)),
            b'{"v":1,"seq":42,"scene":"bright","level":100,"until":"2026-11-22T12:00:30.123Z"}',
        ),
        (
            Order("L1", 43, Scene("dim", 60), UNTIL),
            b'{"v":1,"seq":43,"scene":"dim","level":60,"until":"2026-11-22T12:00:30.000Z"}',
        ),
        (Order("L1", 44, SCHEDULE, None), b'{"v":1,"seq":44,"scene":"schedule"}'),
        (
            Order("L1", 9_007_199_254_740_991, Scene("blink", 80, 40, 500, 250), UNTIL),
            b'{"v":1,"seq":9007199254740991,"scene":"blink","level":80,"low":40,"period_ms":500,'
            b'"lit_ms":250,"until":"2026-11-22T12:00:30.000Z"}',
        ),
    ],
)
def test_an_order_is_written_in_exactly_these_bytes(order: Order, payload: bytes) -> None:
    assert encode_order(order) == payload


@pytest.mark.parametrize(
    ("payload", "sighting"),
    [
        (
            b'{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
            b'"until":"2026-11-22T12:00:30.000Z","faults":[],"at":"2026-11-22T12:00:01.000Z"}',
            Sighting(41, "blink", 100, 30, 1000, 600, UNTIL, (), UNTIL - timedelta(seconds=29)),
        ),
        (
            b'{"v":1,"seq":42,"scene":"bright","level":100,"until":"2026-11-22T12:00:30.000Z",'
            b'"faults":["dimming_failure"],"at":"2026-11-22T12:00:30.000Z"}',
            Sighting(42, "bright", 100, until=UNTIL, faults=("dimming_failure",), at=UNTIL),
        ),
        (
            b'{"v":1,"seq":0,"scene":"schedule","level":80,"faults":[],'
            b'"at":"2026-11-22T12:00:30.000Z"}',
            Sighting(0, "schedule", 80, at=UNTIL),
        ),
        # Old and new firmware: the least, unknown fields and faults, nulls, another order.
        (b'{"v":1,"seq":0,"scene":"schedule","level":0}', Sighting(0, "schedule", 0)),
        (
            b'{"level":60,"colour":"warm","scene":"dim","seq":3,"v":1,"low":null,"until":null,'
            b'"faults":["smoke","supply_loss",7,null,"supply_loss"],"at":null}',
            Sighting(3, "dim", 60, faults=("supply_loss",)),
        ),
        # JSON knows no difference between 100 and 100.0, and RFC 3339 many ways to write a time.
        (
            b'{"v":1.0,"seq":41.0,"scene":"dim","level":1e2,"until":"2026-11-22T21:00:30+09:00"}',
            Sighting(41, "dim", 100, until=UNTIL),
        ),
        (
            b'{"v":1,"seq":41,"scene":"dim","level":1,"until":"2026-11-22T12:00:30.000000Z"}',
            Sighting(41, "dim", 1, until=UNTIL),
        ),
        # A lamp is taken at its word, also where nobody could have ordered it.
        (
            b'{"v":1,"seq":5,"scene":"blink","level":100,"low":0,"period_ms":100,"lit_ms":99}',
            Sighting(5, "blink", 100, 0, 100, 99),
        ),
    ],
)
def test_a_sighting_is_read_field_by_field(payload: bytes, sighting: Sighting) -> None:
    assert decode_sighting(payload) == sighting


def test_every_fault_of_the_contract_is_read() -> None:
    body = {"v": 1, "seq": 0, "scene": "schedule", "level": 0, "faults": sorted(FAULTS)}
    assert decode_sighting(orjson.dumps(body)).faults == (
        "clock_unset",
        "day_burning",
        "dimming_failure",
        "high_temperature",
        "lamp_failure",
        "supply_loss",
    )


def test_a_status_is_one_of_two_words() -> None:
    assert decode_status(b"online") is True
    assert decode_status(b"offline") is False


@pytest.mark.parametrize("payload", [b"", b"Online", b"online\n", b"1", b'"online"', b"\xff"])
def test_any_other_status_is_unintelligible(payload: bytes) -> None:
    with pytest.raises(Unintelligible, match="online or offline"):
        decode_status(payload)


def test_the_topics_are_those_of_the_contract_and_of_the_street() -> None:
    assert order_topic("L1") == "lamps/L1/order"
    assert street.topics_of("L1").order == order_topic("L1")
    assert lamp_of("lamps/L1/sighting") == ("L1", "sighting")
    assert lamp_of("lamps/L1/status") == ("L1", "status")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "lamps",
        "lamps/L1",
        "lamps//sighting",
        "lamps/L1/sighting/",
        "lamps/L1/x/sighting",
        "/lamps/L1/sighting",
        "lamp/L1/sighting",
        "lamps/L 1/sighting",
        "lamps/쌍문/sighting",
        f"lamps/{'x' * 65}/sighting",
        "lamps/L1/order",
        "lamps/L1/",
        "lamps/L1/Sighting",
    ],
)
def test_a_topic_on_which_no_lamp_speaks_is_unintelligible(topic: str) -> None:
    with pytest.raises(Unintelligible):
        lamp_of(topic)


GOOD: dict[str, Any] = {"v": 1, "seq": 7, "scene": "bright", "level": 100, "faults": []}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "JSON"),
        (b"\x00", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"online", "JSON"),
        (b'{"v":1', "JSON"),
        (b'{"v":1}x', "JSON"),
        (b'{"v":1,"seq":NaN,"scene":"bright","level":100}', "JSON"),
        (b'{"v":1,"seq":Infinity,"scene":"bright","level":100}', "JSON"),
        (b'{"v":1,"seq":1e999,"scene":"bright","level":100}', "JSON|seq"),
        (b"[" * 4_000, "JSON"),
        ('{"v":1,"scene":"점멸"}'.encode("cp949"), "JSON"),
        (b'{"v":1,"scene":"\\ud800"}', "JSON"),
        (b" " * 4_097, "4096 bytes"),
        (b"null", "version 1"),
        (b"[]", "version 1"),
        (b"1", "version 1"),
        (b'"blink"', "version 1"),
        (b"{}", "version 1"),
    ],
)
def test_what_is_no_json_object_is_unintelligible(payload: bytes, reason: str) -> None:
    with pytest.raises(Unintelligible, match=reason):
        decode_sighting(payload)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"v": 2}, "version 1"),
        ({"v": "1"}, "version 1"),
        ({"v": None}, "version 1"),
        ({"v": True}, "version 1"),
        ({"seq": -1}, "seq"),
        ({"seq": 2**53 + 1}, "seq"),
        ({"seq": 2**63}, "seq"),
        ({"seq": 1.5}, "seq"),
        ({"seq": "7"}, "seq"),
        ({"seq": True}, "seq"),
        ({"seq": None}, "seq"),
        ({"scene": "disco"}, "scene"),
        ({"scene": "Blink"}, "scene"),
        ({"scene": None}, "scene"),
        ({"scene": 7}, "scene"),
        ({"scene": ["blink"]}, "scene"),
        ({"level": -1}, "level"),
        ({"level": 101}, "level"),
        ({"level": 99.5}, "level"),
        ({"level": None}, "level"),
        ({"level": {}}, "level"),
        ({"low": -1}, "low"),
        ({"low": "30"}, "low"),
        ({"period_ms": -1}, "period_ms"),
        ({"period_ms": 10**9}, "period_ms"),
        ({"lit_ms": False}, "lit_ms"),
        ({"until": "soon"}, "until"),
        ({"until": ""}, "until"),
        ({"until": 1795348830}, "until"),
        ({"until": []}, "until"),
        ({"until": "2026-11-22T12:00:30"}, "until"),
        ({"until": "2026-11-22"}, "until"),
        ({"until": "2026-02-30T12:00:30Z"}, "until"),
        ({"until": "0001-01-01T00:00:00+09:00"}, "until"),
        ({"until": "9999-12-31T23:59:59-09:00"}, "until"),
        ({"at": "12:00:30Z"}, "at"),
        ({"faults": None}, "faults"),
        ({"faults": "lamp_failure"}, "faults"),
        ({"faults": {"lamp_failure": True}}, "faults"),
    ],
)
def test_a_field_that_is_not_of_the_contract_is_unintelligible_and_named(
    wrong: dict[str, Any], reason: str
) -> None:
    assert decode_sighting(orjson.dumps(GOOD)).seq == 7
    with pytest.raises(Unintelligible, match=reason):
        decode_sighting(orjson.dumps(GOOD | wrong))


@pytest.mark.parametrize("field", ["v", "seq", "scene", "level"])
def test_a_field_that_is_missing_is_unintelligible(field: str) -> None:
    body = {key: value for key, value in GOOD.items() if key != field}
    with pytest.raises(Unintelligible):
        decode_sighting(orjson.dumps(body))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (UNTIL, "2026-11-22T12:00:30.000Z"),
        (UNTIL.astimezone(SEOUL), "2026-11-22T12:00:30.000Z"),
        (UNTIL.replace(microsecond=999_999), "2026-11-22T12:00:30.999Z"),
        (datetime(987, 1, 2, 3, 4, 5, tzinfo=UTC), "0987-01-02T03:04:05.000Z"),
    ],
)
def test_a_time_is_written_in_utc_with_milliseconds_rounded_down(
    moment: datetime, text: str
) -> None:
    assert rfc3339(moment) == text
