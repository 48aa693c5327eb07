"""Whatever the dispatcher and a lamp can say at all, the AsyncAPI document has described."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim import light
from firmware_sim import wire as firmware
from lights.lamp import BLINK, BRIGHT, SCHEDULE, Scene, SceneName
from lights.orders import Order
from lights.wire import decode_sighting, encode_order
from tests.wire.documents import Nonconforming, message_conforms

UNTIL = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
AT = datetime(2026, 11, 22, 11, 59, 31, 120_000, tzinfo=UTC)

EXAMPLES = [
    (
        Order("L1", 41, BLINK, UNTIL),
        '{"v":1,"seq":41,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
        '"until":"2026-11-22T12:00:30.000Z"}',
    ),
    (
        Order("L1", 42, BRIGHT, UNTIL),
        '{"v":1,"seq":42,"scene":"bright","level":100,"until":"2026-11-22T12:00:30.000Z"}',
    ),
    (
        Order("L1", 43, Scene("dim", 40), UNTIL),
        '{"v":1,"seq":43,"scene":"dim","level":40,"until":"2026-11-22T12:00:30.000Z"}',
    ),
    (Order("L1", 44, SCHEDULE, None), '{"v":1,"seq":44,"scene":"schedule"}'),
]


@pytest.mark.parametrize(("order", "golden"), EXAMPLES)
def test_an_order_is_exactly_the_contracts_bytes_and_conforms(order: Order, golden: str) -> None:
    assert encode_order(order) == golden.encode()
    assert message_conforms("lamps/L1/order", golden.encode()) == "order"


SEQS = st.integers(1, firmware.LAST_SEQ)
MOMENTS = st.datetimes(timezones=st.just(UTC))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    name = draw(st.sampled_from(get_args(SceneName)))
    if name == "schedule":
        return Order("L1", draw(SEQS), SCHEDULE, None)
    if name != "blink":
        return Order("L1", draw(SEQS), Scene(name, draw(st.integers(1, 100))), draw(MOMENTS))
    low = draw(st.integers(30, 100))
    period = draw(st.integers(500, 4_000))
    lit = draw(st.integers((period + 1) // 2, period * 2 // 3))
    scene = Scene("blink", draw(st.integers(low, 100)), low, period, lit)
    return Order("L1", draw(SEQS), scene, draw(MOMENTS))


@given(orders())
def test_every_order_that_can_be_built_conforms_and_a_lamp_takes_it(order: Order) -> None:
    payload = encode_order(order)
    assert message_conforms("lamps/L1/order", payload) == "order"
    heard = firmware.order_of(payload)
    assert heard.seq == order.seq
    assert (heard.scene is None) == (order.scene.name == "schedule")


SCENES = st.one_of(
    st.builds(light.Scene, st.sampled_from(["bright", "dim"]), st.integers(1, 100)),
    st.builds(light.Scene, st.just("schedule"), st.integers(0, 100)),
    st.just(light.Scene("blink", 100, 30, 1_000, 600)),
)


@given(SCENES, st.integers(0, firmware.LAST_SEQ), st.sets(st.sampled_from(firmware.Fault)))
def test_every_sighting_of_a_simulated_lamp_conforms(
    scene: light.Scene, seq: int, faults: set[firmware.Fault]
) -> None:
    until = None if scene.name == "schedule" else UNTIL
    payload = firmware.sighting_bytes(seq, scene, until, faults, AT)
    assert message_conforms("lamps/L1/sighting", payload) == "sighting"


WHOLE = st.integers(0, 100) | st.integers(0, 100).map(float)
TIMES = st.builds(
    lambda moment, digits, minutes: moment.astimezone(
        timezone(timedelta(minutes=minutes))
    ).isoformat(timespec=digits),
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.integers(-12 * 60, 14 * 60),
)


@st.composite
def sightings(draw: st.DrawFn) -> dict[str, Any]:
    """What a lamp of another maker may say, as the document allows it, not as ours says it."""
    scene = draw(st.sampled_from(get_args(SceneName)))
    body: dict[str, Any] = {"v": 1, "seq": draw(st.integers(0, firmware.LAST_SEQ)), "scene": scene}
    body |= {"level": draw(WHOLE), "at": draw(TIMES)}
    body["faults"] = draw(st.lists(st.sampled_from([*firmware.Fault]), unique=True))
    pattern = ("low", "period_ms", "lit_ms")
    if scene == "blink":
        body |= {"low": draw(WHOLE), "period_ms": draw(WHOLE), "lit_ms": draw(WHOLE)}
    else:
        body |= dict.fromkeys(draw(st.lists(st.sampled_from(pattern), unique=True)))
    return body if scene == "schedule" else body | {"until": draw(TIMES)}


@given(sightings())
def test_whatever_sighting_the_document_allows_the_dispatcher_reads(body: dict[str, Any]) -> None:
    payload = json.dumps(body).encode()
    assert message_conforms("lamps/L1/sighting", payload) == "sighting"
    read = decode_sighting(payload)
    assert (read.seq, read.scene, read.level) == (body["seq"], body["scene"], body["level"])
    assert set(read.faults) == set(body["faults"])


@given(orders(), st.data())
def test_an_order_that_lacks_any_of_its_fields_does_not_conform(
    order: Order, data: st.DataObject
) -> None:
    body = json.loads(encode_order(order))
    lacking = data.draw(st.sampled_from(sorted(body)))
    del body[lacking]
    with pytest.raises(Nonconforming):
        message_conforms("lamps/L1/order", json.dumps(body).encode())
