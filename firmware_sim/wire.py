"""Come here for the bytes on the wire: orders in, sightings out, as the lamp's maker wrote them.

Law: bytes that are no safe order raise Refused, and nothing else ever comes out of them.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

import orjson

from firmware_sim.light import Scene

VERSION: Final = 1
# The receive buffer: an order is under 200 bytes; the rest is room for fields of later versions.
MOST_BYTES: Final = 4096
# Beyond this a number is not exact in every JSON reader (RFC 8259, section 6).
LAST_SEQ: Final = 2**53 - 1
ONLINE: Final = b"online"
OFFLINE: Final = b"offline"


class Topics(NamedTuple):
    """Where a lamp listens, and where it speaks."""

    order: str
    sighting: str
    status: str


def topics_of(lamp_id: str) -> Topics:
    """The three topics of one lamp."""
    return Topics(*(f"lamps/{lamp_id}/{name}" for name in Topics._fields))


class Fault(StrEnum):
    """What a lamp can say is wrong with it, in the order in which it says it."""

    LAMP_FAILURE = "lamp_failure"
    DIMMING_FAILURE = "dimming_failure"
    SUPPLY_LOSS = "supply_loss"
    HIGH_TEMPERATURE = "high_temperature"
    DAY_BURNING = "day_burning"
    CLOCK_UNSET = "clock_unset"


class Refused(ValueError):
    """These bytes are no order that a lamp may obey; the message says why."""


class Order(NamedTuple):
    """A scene to show until an instant; `scene` is None for `schedule`, which needs no end."""

    seq: int
    scene: Scene | None
    until: datetime | None


def order_of(payload: bytes) -> Order:
    """Read an order; unknown fields are ignored. Raises Refused."""
    fields = _fields_of(payload)
    if _whole(fields, "v") != VERSION:
        raise Refused(f"version {fields['v']} is not spoken here")
    seq = _whole(fields, "seq")
    if not 0 < seq <= LAST_SEQ:
        raise Refused(f"seq {seq} is out of range")
    if fields.get("scene") == "schedule":
        return Order(seq, None, None)
    return Order(seq, _scene_of(fields), _until_of(fields))


def _fields_of(payload: bytes) -> dict[str, object]:
    if len(payload) > MOST_BYTES:
        raise Refused(f"{len(payload)} bytes are more than a lamp reads")
    try:
        fields = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Refused(f"no JSON: {error}") from None
    if not isinstance(fields, dict):
        raise Refused("an order is a JSON object")
    return fields


def _whole(fields: dict[str, object], name: str) -> int:
    number = fields.get(name)
    if type(number) is float and number.is_integer():  # JSON knows no difference
        number = int(number)
    if type(number) is not int:
        raise Refused(f"{name} is not a whole number")
    return number


def _scene_of(fields: dict[str, object]) -> Scene:
    name = fields.get("scene")
    try:
        if name == "blink":
            pattern = (_whole(fields, key) for key in ("level", "low", "period_ms", "lit_ms"))
            return Scene("blink", *pattern)
        if name == "bright" or name == "dim":
            return Scene(name, _whole(fields, "level"))
    except ValueError as error:
        raise Refused(str(error)) from None
    raise Refused("unknown scene")


def _until_of(fields: dict[str, object]) -> datetime:
    text = fields.get("until")
    if not isinstance(text, str):
        raise Refused("until is not a time")
    try:
        until = datetime.fromisoformat(text)
        # A time without an offset would silently be taken for this machine's own.
        if until.tzinfo is not None:
            return until.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused("until is no RFC 3339 time with an offset")


def sighting_bytes(
    seq: int, scene: Scene, until: datetime | None, faults: Collection[Fault], at: datetime
) -> bytes:
    """Write a sighting; a field that the scene does not have is absent, never null."""
    fields: dict[str, object] = {"v": VERSION, "seq": seq, "scene": scene.name}
    fields["level"] = scene.level
    if scene.name == "blink":
        fields |= {"low": scene.low, "period_ms": scene.period_ms, "lit_ms": scene.lit_ms}
    if until is not None:
        fields["until"] = _text_of(until)
    fields["faults"] = [fault for fault in Fault if fault in faults] if faults else []
    fields["at"] = _text_of(at)
    return orjson.dumps(fields)


def _text_of(instant: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and Z."""
    return instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
