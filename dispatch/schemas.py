"""Come here for the shapes of HTTP bodies: checked on the way in, published on the way out.

Phones may send fields that we do not know; operators' requests may not.
"""

import math
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from dispatch.incident import Disposition, SceneWish, State
from dispatch.report import LONGEST_NOTE
from geo.place import Place


def _known_accuracy(value: Any) -> Any:
    """0 and negative radii are how phones say "unknown"; so is anything beyond the earth."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value < 1e8 else None
    return value


def _json_number(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("must be a number")
    return value


Accuracy = Annotated[float | None, BeforeValidator(_known_accuracy)]
Longitude = Annotated[
    float, BeforeValidator(_json_number), Field(ge=-180, le=180, description="WGS84 degrees")
]
Latitude = Annotated[
    float, BeforeValidator(_json_number), Field(ge=-90, le=90, description="WGS84 degrees")
]


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

    fixed_at: AwareDatetime


class ReportIn(Lenient):
    """A cry for help."""

    report_id: UUID
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = "sos"
    position: Position | None = None
    fixed_at: AwareDatetime | None = None
    sent_at: AwareDatetime | None = None
    silent: bool = False
    drill: bool = False
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    walk_id: Annotated[str, Field(max_length=64)] | None = None


class PositionsIn(Lenient):
    """Where the caller has been since; in any order."""

    positions: Annotated[list[Fix], Field(min_length=1, max_length=1000)]


class Nothing(Strict):
    """A move that needs no words."""


class AssignIn(Strict):
    """To whom the incident is given."""

    unit: Annotated[str, Field(min_length=1, max_length=100)]


class NoteIn(Strict):
    """What somebody wrote down."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


class SceneIn(Strict):
    """Which light the incident wants."""

    scene: SceneWish


class CloseIn(Strict):
    """How it ended."""

    disposition: Disposition
    text: Annotated[str, Field(max_length=2000)] = ""


# ---- what goes out; documentation of what `dispatch.view` makes


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str
    reason: str


class ProblemOut(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    allowed: list[str] = []


class PositionOut(BaseModel):
    """`accuracy_m` null: unknown."""

    lon: float
    lat: float
    accuracy_m: float | None


class PoleOut(BaseModel):
    """A pole near the place; bearing in degrees clockwise from north."""

    label: str
    metres: float
    bearing: int


class PlaceOut(BaseModel):
    """A place in words."""

    position: PositionOut | None
    fixed_at: str | None
    quality: Literal["good", "rough", "poor", "unknown", "none"]
    stale: bool
    number: str | None
    address: str | None
    jurisdiction: str | None
    jurisdiction_how: Literal["inside", "nearest"] | None
    unit: str | None
    poles: list[PoleOut]


class AskedLampOut(BaseModel):
    """A lamp that was asked to answer."""

    lamp_id: str
    metres: float
    reason: str
    asked: SceneWish
    seen: bool
    faults: list[str]


class ShortfallOut(BaseModel):
    """What the light cannot do, for programs."""

    code: Literal["no_position", "no_lamps", "few_lamps", "silent"]
    asked: int
    silent: int
    within_m: float


class IncidentOut(BaseModel):
    """An incident, wherever it appears."""

    incident_id: str
    kind: str
    state: State
    opened_at: str
    updated_at: str
    drill: bool
    silent: bool
    withdrawn: bool
    place: PlaceOut
    lamps: list[AskedLampOut]
    shortfall: str | None
    shortfall_detail: ShortfallOut | None
    scene: SceneWish
    light_until: str | None
    daylight: bool
    escalation: int
    note: str
    walk_id: str | None
    unit: str | None
    disposition: Disposition | None
    possibly_same: list[str]
    allowed: list[str]


class IncidentsOut(BaseModel):
    """A page of incidents, newest first; `next` is the `after` of the following page."""

    incidents: list[IncidentOut]
    next: str | None


class EntryOut(BaseModel):
    """A line of the journal."""

    seq: int
    at: str
    event: str
    actor: str
    reason: str
    detail: dict[str, Any]


class JournalOut(BaseModel):
    """Everything that happened to an incident, in order."""

    entries: list[EntryOut]


class NearLampOut(BaseModel):
    """A lamp that answers a report."""

    lamp_id: str
    metres: float


class ReportOut(BaseModel):
    """The report has been written down."""

    report_id: str
    incident_id: str
    state: State
    received_at: str
    place: PlaceOut
    lamps: list[NearLampOut]
    shortfall: str | None
    reporter_token: str


class LampCountOut(BaseModel):
    """How many lamps were asked, and how many are seen to answer."""

    asked: int
    lit: int


class WordsOut(BaseModel):
    """One sentence for the caller."""

    ko: str
    en: str


class ReportStateOut(BaseModel):
    """What the caller may know."""

    report_id: str
    incident_id: str
    state: State
    received_at: str
    acknowledged: bool
    unit_on_its_way: bool
    withdrawn: bool
    lamps: LampCountOut
    words: WordsOut


class LampPropertiesOut(BaseModel):
    """What is known of a lamp; null: not known yet."""

    lamp_id: str
    label: str
    address: str
    scene: Literal["blink", "bright", "dim", "schedule"] | None
    level: int | None
    online: bool | None
    faults: list[str]
    seen_at: str | None


class PointOut(BaseModel):
    """GeoJSON: longitude, latitude."""

    type: Literal["Point"]
    coordinates: list[float]


class LampOut(BaseModel):
    """A lamp as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: PointOut
    properties: LampPropertiesOut


class LampsOut(BaseModel):
    """Lamps as a GeoJSON FeatureCollection."""

    type: Literal["FeatureCollection"]
    features: list[LampOut]


class FeatureCollectionOut(BaseModel):
    """GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class HealthOut(BaseModel):
    """Alive or ready, and if not, what is not."""

    status: Literal["ok", "failing"]
    detail: dict[str, bool]
