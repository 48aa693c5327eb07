"""Come here for the shapes of lamps and areas: GeoJSON."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from dispatch.fields import Faults, LampId, Time
from lights.health import LampStatus
from lights.lamp import SceneName


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
    seen_at: Annotated[
        Time | None, Field(description="When it last spoke; of a lamp in order, this very minute")
    ]
    status: Annotated[
        LampStatus,
        Field(description="silent: was not heard for its time; unknown: was never heard"),
    ]
    silent_since: Annotated[
        Time | None, Field(description="When a silent lamp was last heard; null: never, or not so")
    ]
    faults_since: Annotated[
        Time | None, Field(description="Since when it has had a fault without a break")
    ]
    needs_ladder: Annotated[
        list[str],
        Field(
            description="Why somebody must go there: faults, or `silent` for a day; empty: nobody",
            examples=[["lamp_failure", "silent"]],
        ),
    ]
    walked: Annotated[
        int,
        Field(
            ge=0,
            description="About how often walks home came by in the last weeks, up to yesterday, "
            "rounded down, without the days on which fewer than five did",
            examples=[20],
        ),
    ]


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
    next: Annotated[
        LampId | None, Field(description="Ask for the following page with `after`; null: the last")
    ]


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
