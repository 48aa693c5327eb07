"""Come here for the JSON between dispatcher and lamp, both ways, version 1.

Law: what we write is exactly the contract; what we read is checked field by field, unknown
fields are ignored, and anything else raises `Unintelligible` (a lamp can say anything).
"""

from datetime import UTC, datetime
from typing import Any, Final, get_args

import orjson

from lights.lamp import SceneName, Sighting, is_lamp_id
from lights.orders import Order

SIGHTINGS: Final = "lamps/+/sighting"
STATUSES: Final = "lamps/+/status"
LONGEST_SIGHTING: Final = 4_096
"""Bytes. Ten times what a sighting with every fault needs; more is not a lamp talking."""
LARGEST_SEQ: Final = 2**53 - 1
"""Above this not every JSON reader keeps an integer whole (RFC 8259, 6)."""
FAULTS: Final = frozenset(
    (
        "lamp_failure",
        "dimming_failure",
        "supply_loss",
        "high_temperature",
        "day_burning",
        "clock_unset",
    )
)
_SCENES: Final = frozenset(get_args(SceneName))


class Unintelligible(ValueError):
    """A lamp said something that is not of the contract; the message says what."""


def rfc3339(moment: datetime) -> str:
    """UTC with Z and milliseconds, rounded down. The moment must carry its offset."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def order_topic(lamp_id: str) -> str:
    """Where a lamp listens."""
    return f"lamps/{lamp_id}/order"


def encode_order(order: Order) -> bytes:
    """The bytes of an order, in the contract's order of fields."""
    scene = order.scene
    body: dict[str, object] = {"v": 1, "seq": order.seq, "scene": scene.name}
    if scene.name != "schedule":
        body["level"] = scene.level
    if scene.name == "blink":
        body |= {"low": scene.low, "period_ms": scene.period_ms, "lit_ms": scene.lit_ms}
    if order.until is not None:
        body["until"] = rfc3339(order.until)
    return orjson.dumps(body)


def lamp_of(topic: str) -> tuple[str, str]:
    """The lamp's id and the kind of message ("sighting", "status") of a topic."""
    levels = topic.split("/")
    if len(levels) != 3 or levels[0] != "lamps" or not is_lamp_id(levels[1]):
        raise Unintelligible(f"topic {topic[:80]!r} is not lamps/<lamp id>/<kind>")
    if levels[2] not in ("sighting", "status"):
        raise Unintelligible(f"a lamp says no {levels[2][:80]!r}")
    return levels[1], levels[2]


def decode_status(payload: bytes) -> bool:
    """Whether the lamp says that it is online."""
    if payload == b"online":
        return True
    if payload == b"offline":
        return False
    raise Unintelligible("a status is online or offline")


def decode_sighting(payload: bytes) -> Sighting:
    """Read a sighting; raises Unintelligible with the field that is wrong."""
    if len(payload) > LONGEST_SIGHTING:
        raise Unintelligible(f"a sighting has at most {LONGEST_SIGHTING} bytes")
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Unintelligible(f"not JSON: {error}") from None
    if not isinstance(body, dict) or body.get("v") != 1 or body["v"] is True:
        raise Unintelligible("not a sighting of version 1")
    return Sighting(
        seq=_whole(body, "seq", LARGEST_SEQ),
        scene=_scene(body),
        level=_whole(body, "level", 100),
        low=_optional(body, "low", 100),
        period_ms=_optional(body, "period_ms", 3_600_000),
        lit_ms=_optional(body, "lit_ms", 3_600_000),
        until=_moment(body, "until"),
        faults=_faults(body),
        at=_moment(body, "at"),
    )


def _scene(body: dict[str, Any]) -> SceneName:
    scene = body.get("scene")
    if not isinstance(scene, str) or scene not in _SCENES:
        raise Unintelligible("scene is not blink, bright, dim or schedule")
    return scene  # type: ignore[return-value]  # checked against the literal's own values


def _whole(body: dict[str, Any], field: str, most: int) -> int:
    number = body.get(field)
    if type(number) is float and number.is_integer():
        number = int(number)
    if type(number) is not int or not 0 <= number <= most:
        raise Unintelligible(f"{field} is not a whole number from 0 to {most}")
    return number


def _optional(body: dict[str, Any], field: str, most: int) -> int | None:
    return None if body.get(field) is None else _whole(body, field, most)


def _moment(body: dict[str, Any], field: str) -> datetime | None:
    text = body.get(field)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise Unintelligible(f"{field} is not a time with an offset (RFC 3339)")


def _faults(body: dict[str, Any]) -> tuple[str, ...]:
    faults = body.get("faults", [])
    if not isinstance(faults, list):
        raise Unintelligible("faults is not a list")
    return tuple(sorted(fault for fault in FAULTS if fault in faults))
