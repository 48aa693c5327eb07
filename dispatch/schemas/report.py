"""Come here for the shapes of a cry for help and of what its caller may know."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from dispatch.fields import Count, IncidentId, LampId, Metres, Moment, Time, Words
from dispatch.incident import State
from dispatch.report import LONGEST_NOTE
from dispatch.schemas.common import Lenient, PhoneSecret, Position, WordsOut
from dispatch.schemas.incident import PlaceOut, ShortfallOut
from dispatch.schemas.showing import ShownOut


class Fix(Position):
    """A position with the time at which it was taken."""

    fixed_at: Moment


class ReportIn(Lenient):
    """A cry for help."""

    report_id: Annotated[
        UUID,
        Field(
            description="Made by the phone; the same again is the same report",
            examples=["5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"],
        ),
    ]
    kind: Annotated[
        str,
        Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="What is wrong", examples=["sos"]),
    ] = "sos"
    position: Annotated[
        Position | None, Field(description="Null where the phone knows none: accepted all the same")
    ] = None
    fixed_at: Annotated[
        Moment | None, Field(description="When the position was taken; RFC 3339 with an offset")
    ] = None
    sent_at: Annotated[
        Moment | None, Field(description="By the phone's clock; RFC 3339 with an offset")
    ] = None
    silent: Annotated[bool, Field(description="The caller hides: no blinking, no sound")] = False
    drill: Annotated[bool, Field(description="An exercise, marked as such everywhere")] = False
    note: Annotated[
        Words,
        Field(max_length=LONGEST_NOTE, description="The caller's words", examples=["뒤에 누가"]),
    ] = ""
    walk_id: Annotated[
        Annotated[Words, Field(max_length=64)] | None,
        Field(description="The walk home that it belongs to"),
    ] = None
    walker_token: Annotated[
        Annotated[Words, Field(max_length=64)] | None,
        Field(
            description="Of that walk: with it the report has the walk's track. Without it, or "
            "with another, it is taken all the same"
        ),
    ] = None
    phone_secret: PhoneSecret = None


class PositionsIn(Lenient):
    """Where the caller has been since; in any order."""

    positions: Annotated[list[Fix], Field(min_length=1, max_length=1000)]


class NearLampOut(BaseModel):
    """A lamp that answers a report."""

    lamp_id: LampId
    metres: Metres


class ReportOut(BaseModel):
    """The report has been written down."""

    report_id: UUID
    incident_id: IncidentId
    state: State
    received_at: Time
    place: PlaceOut
    lamps: Annotated[list[NearLampOut], Field(description="Nearest first")]
    shortfall: Annotated[str | None, Field(examples=["only 2 lamps within 200 m"])]
    shortfall_detail: ShortfallOut | None
    drill: Annotated[bool, Field(description="An exercise")]
    reporter_token: Annotated[
        str,
        Field(
            description="For `Authorization: Bearer`; keep it secret, it is for this report only",
            examples=["zK3v0p1Yb0cJq5o0q1m8wq2v7c9T4i6dXh2E8fUuV3s"],
        ),
    ]


class LampCountOut(BaseModel):
    """How many lamps were asked, and how many are seen to answer."""

    asked: Count
    lit: Count


class ReportStateOut(BaseModel):
    """What the caller may know."""

    report_id: UUID
    incident_id: IncidentId
    state: State
    received_at: Time
    acknowledged: bool
    unit_on_its_way: bool
    withdrawn: bool
    drill: Annotated[bool, Field(description="An exercise")]
    place: Annotated[PlaceOut, Field(description="Where the caller is believed to be now")]
    lamps: LampCountOut
    words: WordsOut
    shown: ShownOut
