"""Come here for the shapes of HTTP bodies: checked on the way in, published on the way out.

Phones may send fields that we do not know; operators' requests may not. Whoever reads what we
send must expect new fields: so nothing that goes out is published as closed.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dispatch.fields import (
    Accuracy,
    Count,
    EventName,
    Faults,
    IncidentId,
    LampId,
    Latitude,
    Longitude,
    Metres,
    Moment,
    Move,
    Time,
    Words,
)
from dispatch.incident import Disposition, SceneWish, State
from dispatch.report import LONGEST_NOTE
from geo.place import Place
from lights.lamp import SceneName


class Lenient(BaseModel):
    """From a phone: unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Strict(BaseModel):
    """From an operator: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Position(Lenient):
    """WGS84 degrees, longitude first; `accuracy_m` is the radius of 95 % confidence in metres."""

    lon: Longitude
    lat: Latitude
    accuracy_m: Accuracy = None

    @property
    def place(self) -> Place:
        """The place of the core."""
        return Place(self.lon, self.lat, self.accuracy_m)


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


class PositionsIn(Lenient):
    """Where the caller has been since; in any order."""

    positions: Annotated[list[Fix], Field(min_length=1, max_length=1000)]


class Nothing(Strict):
    """A move that needs no words."""


class AssignIn(Strict):
    """To whom the incident is given."""

    unit: Annotated[Words, Field(min_length=1, max_length=100, examples=["쌍문파출소 순21"])]


class NoteIn(Strict):
    """What somebody wrote down."""

    text: Annotated[Words, Field(min_length=1, max_length=2000, examples=["CCTV 3번에 보임"])]


class SceneIn(Strict):
    """Which light the incident wants."""

    scene: SceneWish


class CloseIn(Strict):
    """How it ended."""

    disposition: Disposition
    text: Annotated[Words, Field(max_length=2000, description="Why, for the journal")] = ""


# ---- what goes out; documentation of what `dispatch.view` makes


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: Annotated[str, Field(examples=["position.lon"])]
    reason: Annotated[str, Field(examples=["Field required"])]


class ProblemOut(BaseModel):
    """RFC 9457. `errors` comes with bad fields, `allowed` with a move that is refused."""

    type: Annotated[str, Field(examples=["urn:lamplighter:problem:not-found"])]
    title: Annotated[str, Field(examples=["Not found"])]
    status: Annotated[int, Field(ge=400, le=599, examples=[404])]
    detail: Annotated[str, Field(examples=["there is no incident 06h02mbbt56smd7tm458ualc"])]
    errors: list[FieldError] = []
    allowed: Annotated[list[Move], Field(description="The moves that are possible now")] = []


class PositionOut(BaseModel):
    """WGS84 degrees; `accuracy_m` null: unknown."""

    lon: Annotated[float, Field(ge=-180, le=180, examples=[127.0471])]
    lat: Annotated[float, Field(ge=-90, le=90, examples=[37.6688])]
    accuracy_m: Annotated[
        Annotated[float, Field(gt=0)] | None,
        Field(description="Metres, radius of 95 % confidence; null: unknown", examples=[12.5]),
    ]


class PoleOut(BaseModel):
    """A pole near the place; bearing in degrees clockwise from north, towards the pole."""

    label: Annotated[str, Field(description="What is painted on it", examples=["쌍문-0041"])]
    metres: Metres
    bearing: Annotated[int, Field(ge=0, le=359, examples=[90])]


class PlaceOut(BaseModel):
    """A place in words; what is not known is null."""

    position: PositionOut | None
    fixed_at: Annotated[Time | None, Field(description="When the position was taken")]
    quality: Annotated[
        Literal["good", "rough", "poor", "unknown", "none"],
        Field(description="unknown: it came without accuracy; none: there is no position"),
    ]
    stale: Annotated[bool, Field(description="The position was old when it came")]
    number: Annotated[
        str | None,
        Field(
            pattern=r"^[가나다라마바사][가나다라마바사아] \d{4} \d{4}$",
            description="National point number (국가지점번호); null outside of Korea",
            examples=["다사 6012 6312"],
        ),
    ]
    address: Annotated[str | None, Field(examples=["서울특별시 도봉구 도봉동"])]
    jurisdiction: Annotated[str | None, Field(examples=["도봉경찰서 도봉1파출소"])]
    jurisdiction_how: Annotated[
        Literal["inside", "nearest"] | None, Field(description="nearest: the place is in none")
    ]
    unit: Annotated[str | None, Field(description="Who answers for the jurisdiction")]
    poles: Annotated[list[PoleOut], Field(description="Nearest first")]


class AskedLampOut(BaseModel):
    """A lamp that was asked to answer."""

    lamp_id: LampId
    metres: Metres
    reason: Annotated[str, Field(description="Why this lamp", examples=["within 50 m"])]
    asked: Annotated[SceneWish, Field(description="What the incident asks of it now")]
    seen: Annotated[bool, Field(description="Its last sighting shows what is claimed")]
    faults: Faults


class ShortfallOut(BaseModel):
    """What the light cannot do, for programs."""

    code: Literal["no_position", "no_lamps", "few_lamps", "silent"]
    asked: Count
    silent: Count
    within_m: Metres


class IncidentOut(BaseModel):
    """An incident, wherever it appears."""

    incident_id: IncidentId
    kind: Annotated[str, Field(examples=["sos"])]
    state: State
    opened_at: Time
    updated_at: Time
    drill: Annotated[bool, Field(description="An exercise")]
    silent: Annotated[bool, Field(description="The caller hides: no blinking, no sound")]
    withdrawn: Annotated[
        bool, Field(description='Whoever holds the phone said "false alarm"; people decide')
    ]
    place: PlaceOut
    lamps: Annotated[list[AskedLampOut], Field(description="Nearest first")]
    shortfall: Annotated[
        str | None,
        Field(description="What the light cannot do, in words", examples=["7 of 10 silent"]),
    ]
    shortfall_detail: ShortfallOut | None
    scene: Annotated[SceneWish, Field(description="The light that the incident wants")]
    light_until: Annotated[Time | None, Field(description="Until when; null: it is over")]
    daylight: Annotated[bool, Field(description="Opened in daylight: blinking is hard to see")]
    escalation: Annotated[int, Field(ge=0, le=2, description="1: told again; 2: supervisor told")]
    note: Annotated[str, Field(description="The caller's words")]
    walk_id: str | None
    unit: Annotated[str | None, Field(description="To whom it was given")]
    disposition: Annotated[Disposition | None, Field(description="How it ended")]
    possibly_same: Annotated[
        list[IncidentId], Field(description="Near in place and time; never merged by the machine")
    ]
    allowed: Annotated[list[Move], Field(description="The moves that are possible now")]


class IncidentsOut(BaseModel):
    """A page of incidents, newest first; `next` is the `after` of the following page."""

    incidents: list[IncidentOut]
    next: Annotated[IncidentId | None, Field(description="Null: this is the last page")]


class EntryOut(BaseModel):
    """A line of the journal."""

    seq: Annotated[int, Field(ge=1, description="The number of its frame in the feed")]
    at: Time
    event: EventName
    actor: Annotated[str, Field(description="Who made it happen", examples=["operator"])]
    reason: Annotated[str, Field(description="In the actor's words; may be empty")]
    detail: Annotated[
        dict[str, Any], Field(description="What more there is to the event", examples=[{}])
    ]


class JournalOut(BaseModel):
    """Everything that happened to an incident, in order."""

    entries: list[EntryOut]


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


class WordsOut(BaseModel):
    """One sentence for the caller."""

    ko: str
    en: str


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
    lamps: LampCountOut
    words: WordsOut


class LampPropertiesOut(BaseModel):
    """What is known of a lamp; null: not known yet."""

    lamp_id: LampId
    label: Annotated[str, Field(description="What is painted on the pole", examples=["쌍문-0041"])]
    address: str
    scene: Annotated[SceneName | None, Field(description="What it was last seen to show")]
    level: Annotated[
        Annotated[int, Field(ge=0, le=100)] | None, Field(description="Percent of light output")
    ]
    online: bool | None
    faults: Faults
    seen_at: Annotated[Time | None, Field(description="When it last spoke")]


class PointOut(BaseModel):
    """GeoJSON: longitude, latitude."""

    type: Literal["Point"]
    coordinates: Annotated[
        list[float], Field(min_length=2, max_length=2, examples=[[127.0471, 37.6688]])
    ]


class LampOut(BaseModel):
    """A lamp as a GeoJSON feature."""

    type: Literal["Feature"]
    id: LampId
    geometry: PointOut
    properties: LampPropertiesOut


class LampsOut(BaseModel):
    """Lamps as a GeoJSON FeatureCollection."""

    type: Literal["FeatureCollection"]
    features: list[LampOut]


class AreaPropertiesOut(BaseModel):
    """Whose area it is."""

    name: Annotated[str, Field(examples=["도봉동"])]
    kind: Literal["jurisdiction", "neighbourhood", "district"]
    unit: Annotated[str | None, Field(description="Who answers for it")]


class OutlineOut(BaseModel):
    """GeoJSON polygons: rings of longitude and latitude."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[Annotated[list[float], Field(min_length=2, max_length=2)]]]]


class AreaOut(BaseModel):
    """An area as a GeoJSON feature."""

    type: Literal["Feature"]
    properties: AreaPropertiesOut
    geometry: OutlineOut


class FeatureCollectionOut(BaseModel):
    """Areas as a GeoJSON FeatureCollection."""

    type: Literal["FeatureCollection"]
    features: list[AreaOut]


class HealthOut(BaseModel):
    """Alive or ready, and if not, what is not."""

    status: Literal["ok", "failing"]
    detail: Annotated[dict[str, bool], Field(examples=[{"database": True, "broker": True}])]
