"""Come here for the single values that cross HTTP and the feed: range, pattern, example.

Law: what comes in is checked here and never refused for more than is published; a value that a
database or a calendar cannot hold is refused or mended here, so that it never becomes a 5xx.
"""

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

# ---- what comes in

_DATE_AND_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")


def _known_accuracy(value: Any) -> Any:
    """0 and negative radii are how phones say "unknown"; so is anything beyond the earth."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value < 1e8 else None
    return value


def _json_number(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("must be a number")
    return value


def _rfc3339(value: Any) -> Any:
    """A number of seconds has no offset either: whose clock would it be?"""
    if isinstance(value, str) and _DATE_AND_TIME.match(value):
        return value
    raise ValueError("must be an RFC 3339 time with an offset, as in 2026-11-22T21:00:30+09:00")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is, in UTC, outside of the calendar") from None


def _storable(value: Any) -> Any:
    """PostgreSQL cannot keep U+0000, and UTF-8 no half of a character."""
    if not isinstance(value, str):
        return value
    try:
        return value.encode().replace(b"\0", b"").decode()
    except UnicodeEncodeError:
        raise ValueError("must not contain half of a character (a lone surrogate)") from None


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_rfc3339),
    AfterValidator(_in_utc),
    Field(description="RFC 3339 with an offset", examples=["2026-11-22T21:00:30.000+09:00"]),
]
Accuracy = Annotated[
    float | None,
    BeforeValidator(_known_accuracy),
    Field(
        description="Metres, radius of 95 % confidence; null, 0 or missing: unknown",
        examples=[12.5],
    ),
]
Longitude = Annotated[
    float,
    Field(ge=-180, le=180, description="WGS84 degrees", examples=[127.0471]),
    BeforeValidator(_json_number),
]
Latitude = Annotated[
    float,
    Field(ge=-90, le=90, description="WGS84 degrees", examples=[37.6688]),
    BeforeValidator(_json_number),
]
Words = Annotated[str, BeforeValidator(_storable)]

# ---- what goes out

Time = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
        json_schema_extra={"format": "date-time"},
        description="RFC 3339, UTC, milliseconds",
        examples=["2026-11-22T12:00:30.000Z"],
    ),
]
IncidentId = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z_-]{1,40}$",
        description="Opaque",
        examples=["06h02mbbt56smd7tm458ualc"],
    ),
]
LampId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="Opaque; what is painted on the pole is the lamp's label",
        examples=["L0041"],
    ),
]
Metres = Annotated[float, Field(ge=0, description="Metres", examples=[14.2])]
Count = Annotated[int, Field(ge=0)]
Faults = list[
    Literal[
        "lamp_failure",
        "dimming_failure",
        "supply_loss",
        "high_temperature",
        "day_burning",
        "clock_unset",
    ]
]
Move = Literal[
    "acknowledge",
    "assign",
    "en-route",
    "arrive",
    "note",
    "scene",
    "close",
    "reopen",
    "instruct",
    "link",
    "unlink",
    "hold",
    "release",
    "erase",
]
Step = Literal["answer", "pause", "resume", "extend", "arrive", "end"]
EVENTS: Final = (
    "opened",
    "held",
    "released",
    "erased",
    "acknowledged",
    "assigned",
    "en_route",
    "arrived",
    "noted",
    "instructed",
    "scene_changed",
    "linked",
    "unlinked",
    "closed",
    "reopened",
    "moved",
    "withdrawn",
    "lamps_answered",
    "escalated",
    "reminded",
    "light_ended",
    "untold",
    "given_up",
    "taken",
    "retried",
    "told_by_voice",
    "taken_by",
)
EventName = Annotated[
    str,
    Field(
        description="What happened; later versions may add events: " + ", ".join(EVENTS),
        json_schema_extra={"x-extensible-enum": list(EVENTS)},
        examples=["opened"],
    ),
]
