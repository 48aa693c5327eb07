"""Golden bytes of the contract, both ways, as a maker of lamps wrote them down."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.light import Scene
from firmware_sim.wire import Fault, Order, Refused, order_of, sighting_bytes, topics_of

BLINK = Scene("blink", 100, 30, 1000, 600)
UNTIL = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
AT = datetime(2026, 11, 22, 11, 59, 0, 123456, tzinfo=UTC)

ORDERS = [
    (
        b'{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
        b'"until":"2026-11-22T12:00:30.000Z"}',
        Order(41, BLINK, UNTIL),
    ),
    (
        b'{"v": 1, "seq": 41, "scene": "blink", "level": 100, "low": 30, "period_ms": 1000, '
        b'"lit_ms": 600, "until": "2026-11-22T12:00:30.000Z"}',
        Order(41, BLINK, UNTIL),
    ),
    (
        b'{"v":1,"seq":1,"scene":"bright","level":100,"until":"2026-11-22T21:00:30+09:00"}',
        Order(1, Scene("bright", 100), UNTIL),
    ),
    (
        b'{"v":1,"seq":2,"scene":"dim","level":40.0,"until":"2026-11-22T12:00:30Z","colour":"red"}',
        Order(2, Scene("dim", 40), UNTIL),
    ),
    (b'{"v":1,"seq":9007199254740991,"scene":"schedule"}', Order(2**53 - 1, None, None)),
    (b'{"v":1,"seq":3,"scene":"schedule","level":7,"until":"whenever"}', Order(3, None, None)),
]

SIGHTINGS = [
    (
        sighting_bytes(41, BLINK, UNTIL, (), AT),
        b'{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
        b'"until":"2026-11-22T12:00:30.000Z","faults":[],"at":"2026-11-22T11:59:00.123Z"}',
    ),
    (
        sighting_bytes(42, Scene("bright", 100), UNTIL, (), AT),
        b'{"v":1,"seq":42,"scene":"bright","level":100,"until":"2026-11-22T12:00:30.000Z",'
        b'"faults":[],"at":"2026-11-22T11:59:00.123Z"}',
    ),
    (
        sighting_bytes(0, Scene("schedule", 50), None, {Fault.CLOCK_UNSET, Fault.LAMP_FAILURE}, AT),
        b'{"v":1,"seq":0,"scene":"schedule","level":50,"faults":["lamp_failure","clock_unset"],'
        b'"at":"2026-11-22T11:59:00.123Z"}',
    ),
]

GOOD = (
    '{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
    '"until":"2026-11-22T12:00:30.000Z"}'
)

REFUSED = [
    ('"v":1', '"v":2'),
    ('"v":1', '"v":true'),
    ('"v":1,', ""),
    ('"seq":41', '"seq":0'),
    ('"seq":41', '"seq":-1'),
    ('"seq":41', '"seq":"41"'),
    ('"seq":41', '"seq":41.5'),
    ('"seq":41', '"seq":9007199254740992'),
    ('"seq":41', '"seq":1e300'),
    ('"seq":41,', ""),
    ('"blink"', '"disco"'),
    ('"blink"', "null"),
    ('"blink"', '["blink"]'),
    ('"level":100', '"level":"100"'),
    ('"level":100', '"level":101'),
    ('"level":100', '"level":true'),
    ('"level":100', '"level":NaN'),
    ('"level":100', '"level":20'),
    ('"low":30', '"low":29'),
    ('"low":30', '"low":null'),
    ('"low":30,', ""),
    ('"period_ms":1000', '"period_ms":499'),
    ('"period_ms":1000', '"period_ms":0'),
    ('"period_ms":1000', '"period_ms":-1000'),
    ('"lit_ms":600', '"lit_ms":499'),
    ('"lit_ms":600', '"lit_ms":667'),
    ('"2026-11-22T12:00:30.000Z"', '"2026-11-22T12:00:30.000"'),
    ('"2026-11-22T12:00:30.000Z"', '"2026-02-30T12:00:30.000Z"'),
    ('"2026-11-22T12:00:30.000Z"', '"0001-01-01T00:00:00+09:00"'),
    ('"2026-11-22T12:00:30.000Z"', "1795348830"),
    ('"2026-11-22T12:00:30.000Z"', "null"),
    (',"until":"2026-11-22T12:00:30.000Z"', ""),
    ("}", "}" + " " * 5000),
    ("}", ""),
    (GOOD, ""),
    (GOOD, "null"),
    (GOOD, "[]"),
    (GOOD, "41"),
    (GOOD, "[" * 4000),
    (GOOD, f"[{GOOD}]"),
]


@pytest.mark.parametrize(("payload", "order"), ORDERS)
def test_an_order_of_the_contract_is_understood(payload: bytes, order: Order) -> None:
    assert order_of(payload) == order


@pytest.mark.parametrize(("written", "golden"), SIGHTINGS)
def test_a_sighting_is_exactly_the_contracts_bytes(written: bytes, golden: bytes) -> None:
    assert written == golden


def test_the_topics_are_the_contracts() -> None:
    assert topics_of("L1") == ("lamps/L1/order", "lamps/L1/sighting", "lamps/L1/status")


@pytest.mark.parametrize(("good", "bad"), REFUSED)
def test_an_order_that_is_unsafe_or_malformed_is_refused(good: str, bad: str) -> None:
    assert good in GOOD
    with pytest.raises(Refused):
        order_of(GOOD.replace(good, bad, 1).encode())


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Refused):
        order_of(GOOD.replace("blink", "점멸").encode("cp949"))


FIELDS = st.sampled_from(["v", "seq", "scene", "level", "low", "period_ms", "lit_ms", "until", "x"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        [1, 41, "blink", "bright", "dim", "schedule", 100, 600, 1000, UNTIL.isoformat()]
    )
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner), max_leaves=12
)


@given(st.binary() | JSON.map(lambda value: str(value).encode(errors="replace")))
def test_junk_is_refused_and_nothing_else_comes_out_of_it(payload: bytes) -> None:
    with pytest.raises(Refused):
        order_of(payload)


@given(st.dictionaries(FIELDS, JSON))
def test_whatever_object_comes_it_is_refused_or_safe(fields: dict[str, object]) -> None:
    try:
        order = order_of(json.dumps(fields).encode())
    except Refused:
        return
    assert 0 < order.seq < 2**53
    if order.scene is not None and order.scene.name == "blink":
        assert order.scene.low >= 30
        assert order.scene.period_ms >= 500
