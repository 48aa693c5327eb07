"""Laws of the wire: any bytes are understood or refused, and what was written is read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim import light
from firmware_sim import wire as street
from lights.lamp import BLINK, SCHEDULE, Scene, Sighting
from lights.orders import Order
from lights.wire import (
    FAULTS,
    Unintelligible,
    decode_sighting,
    decode_status,
    encode_order,
    lamp_of,
)

UNTIL = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
GOOD: dict[str, Any] = {"v": 1, "seq": 7, "scene": "bright", "level": 100, "faults": []}
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["blink", "schedule", "2026-11-22T12:00:30Z", "lamp_failure", "0"])
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["v", "seq", "scene", "level", "low", "period_ms", "lit_ms", "until", "faults", "at"]


@given(st.binary() | JUNK.map(orjson.dumps))
def test_any_bytes_are_a_sighting_or_unintelligible_and_nothing_else(payload: bytes) -> None:
    try:
        sighting = decode_sighting(payload)
    except Unintelligible:
        return
    assert isinstance(sighting, Sighting)


@given(st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=4))
def test_any_fields_are_a_sighting_or_unintelligible_and_nothing_else(
    wrong: dict[str, Any],
) -> None:
    try:
        sighting = decode_sighting(orjson.dumps(GOOD | wrong))
    except Unintelligible:
        return
    assert 0 <= sighting.seq <= 2**53
    assert 0 <= sighting.level <= 100
    assert sighting.until is None or sighting.until.utcoffset() == timedelta(0)
    assert set(sighting.faults) <= FAULTS


@given(st.text() | st.text("lamps/+#L1sighting", max_size=20), st.binary(max_size=8))
def test_any_topic_and_any_status_are_read_or_unintelligible(topic: str, status: bytes) -> None:
    try:
        lamp_of(topic)
        decode_status(status)
    except Unintelligible:
        return


SCENES = st.one_of(
    st.just(BLINK),
    st.builds(Scene, st.sampled_from(["bright", "dim"]), st.integers(1, 100)),
    st.tuples(st.integers(30, 100), st.integers(30, 100), st.integers(500, 4000)).map(
        lambda t: Scene("blink", max(t[:2]), min(t[:2]), t[2], (t[2] + 1) // 2)
    ),
)
MOMENTS = st.integers(0, 4_102_444_800_000).map(
    lambda ms: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)
)
SEQS = st.integers(1, 2**53 - 1)


@given(SCENES, SEQS, MOMENTS)
def test_a_lamp_reads_what_the_dispatcher_has_written(
    scene: Scene, seq: int, until: datetime
) -> None:
    read = street.order_of(encode_order(Order("L1", seq, scene, until)))
    rhythm = (scene.low or 0, scene.period_ms or 0, scene.lit_ms or 0)
    assert read == street.Order(seq, light.Scene(scene.name, scene.level, *rhythm), until)


@given(
    SCENES | st.just(SCHEDULE), SEQS, st.none() | MOMENTS, st.sets(st.sampled_from(street.Fault))
)
def test_the_dispatcher_reads_what_a_lamp_has_written(
    scene: Scene, seq: int, until: datetime | None, faults: set[street.Fault]
) -> None:
    shown = light.Scene(
        scene.name, scene.level, scene.low or 0, scene.period_ms or 0, scene.lit_ms or 0
    )
    payload = street.sighting_bytes(seq, shown, until, faults, UNTIL)
    seen = decode_sighting(payload)
    assert seen.shows(scene)
    assert (seen.seq, seen.until, seen.at, set(seen.faults)) == (seq, until, UNTIL, set(faults))
