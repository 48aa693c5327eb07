"""Come here for the shapes of tests of lamps, and of lamps taken out of service."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from dispatch.fields import Count, Faults, IncidentId, LampId, Time
from dispatch.schemas.common import Strict


class LampTestIn(Strict):
    """Light for the crew. A street is at most two hundred lamps long."""

    lamp_ids: Annotated[list[LampId], Field(min_length=1, max_length=200)]
    scene: Literal["bright", "blink"] = "bright"
    seconds: Annotated[int, Field(ge=10, le=600, description="How long, at most")] = 60


class TestedLampOut(BaseModel):
    """How one lamp answers."""

    lamp_id: LampId
    label: str
    answer: Literal["asked", "seen", "failed"]
    outranked: Annotated[
        bool, Field(description="Another test has the lamp now; of incidents nothing is said here")
    ]
    faults: Faults


class LampTestOut(BaseModel):
    """A test and how it goes; `asked` counts all of its lamps."""

    test_id: IncidentId
    scene: Literal["bright", "blink"]
    made_at: Time
    until: Time
    ended_at: Annotated[Time | None, Field(description="null: it runs")]
    asked: Count
    seen: Count
    failed: Count
    lamps: list[TestedLampOut]


class RetireIn(Strict):
    """Lamps that hang no longer."""

    lamp_ids: Annotated[list[LampId], Field(min_length=1, max_length=10_000)]


class RetiredOut(BaseModel):
    """What was taken out of service. A lamp that is imported again returns."""

    retired: Count
    already: Annotated[int, Field(ge=0, description="Were out of service before")]
