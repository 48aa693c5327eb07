"""Come here for the shapes of letters to people outside of the screens."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from dispatch.fields import Count, IncidentId, Time, Words
from dispatch.schemas.common import Strict

LetterId = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z_-]{1,40}$",
        description="The `webhook-id` under which it is sent",
        examples=["06h02mbbt56smd7tm458ualc"],
    ),
]


class LetterOut(BaseModel):
    """One thing to tell one target; what it says is not shown."""

    outbox_id: LetterId
    target: Annotated[str, Field(examples=["unit:쌍문파출소"])]
    incident_id: IncidentId
    state: Literal["waiting", "taken", "dead"]
    urgency: Annotated[int, Field(ge=0, le=3, description="0: a drill; 3: supervisor and unit")]
    made_at: Time
    due_at: Annotated[Time, Field(description="When it is tried next")]
    attempts: Count
    last_error: Annotated[str | None, Field(description="In words", examples=["no connection"])]
    told: Annotated[str | None, Field(description="How somebody told the target otherwise")]


class LettersOut(BaseModel):
    """A page of letters, oldest first; `next` is the `after` of the following page."""

    letters: list[LetterOut]
    next: Annotated[LetterId | None, Field(description="Null: this is the last page")]


class ToldIn(Strict):
    """How somebody told the target otherwise."""

    text: Annotated[
        Words, Field(min_length=1, max_length=2000, examples=["전화로 알림: 김 경장, 21:04"])
    ]
