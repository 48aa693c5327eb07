"""The judges of traffic bite: a message, a frame or an answer that is not as published is found."""

import json
from typing import Any

import pytest

from tests.wire.documents import (
    Nonconforming,
    answer_conforms,
    frame_conforms,
    message_conforms,
)

_ORDER = {"v": 1, "seq": 41, "scene": "bright", "level": 100, "until": "2026-11-22T12:00:30.000Z"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"v": 2},
        {"seq": 0},
        {"seq": "41"},
        {"scene": "disco"},
        {"level": 101},
        {"level": 0},
        {"low": 30},
        {"until": "2026-11-22T12:00:30Z"},
        {"until": "2026-11-22T25:00:30.000Z"},
        {"until": None},
    ],
)
def test_a_wrong_order_does_not_conform(wrong: dict[str, Any]) -> None:
    assert message_conforms("lamps/L1/order", json.dumps(_ORDER).encode()) == "order"
    with pytest.raises(Nonconforming):
        message_conforms("lamps/L1/order", json.dumps(_ORDER | wrong).encode())


@pytest.mark.parametrize(
    "topic", ["lamps/L1/orders", "lamps/L.1/order", "lamps/order", "x/L1/order"]
)
def test_a_topic_that_is_in_no_channel_is_found(topic: str) -> None:
    with pytest.raises(Nonconforming):
        message_conforms(topic, json.dumps(_ORDER).encode())


_TICK = {"type": "tick", "at": "2026-11-22T12:00:30.000Z", "seq": 41}


@pytest.mark.parametrize("wrong", [{"type": "tock"}, {"at": None}, {"seq": -1}, {"more": 1}])
def test_a_wrong_frame_does_not_conform(wrong: dict[str, Any]) -> None:
    assert frame_conforms(_TICK) == "tick"
    with pytest.raises(Nonconforming):
        frame_conforms(_TICK | wrong)


_NOT_FOUND = {"type": "urn:x", "title": "Not found", "status": 404, "detail": "no"}


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (404, "application/json", _NOT_FOUND),
        (418, "application/problem+json", _NOT_FOUND),
        (404, "application/problem+json", _NOT_FOUND | {"errors": "none"}),
        (404, "application/problem+json", _NOT_FOUND | {"more": 1}),
        (200, "application/json", {}),
    ],
)
def test_a_wrong_answer_does_not_conform(status: int, content_type: str, body: object) -> None:
    call = ("GET", "/v1/lamps/L1")
    problem = json.dumps(_NOT_FOUND).encode()
    assert answer_conforms(*call, 404, "application/problem+json", problem) == ("read_lamp", "404")
    with pytest.raises(Nonconforming):
        answer_conforms(*call, status, content_type, json.dumps(body).encode())
