"""Come here for the shapes of a watched walk home for operators: what went wrong, who was told."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from dispatch.fields import Count, IncidentId, Time
from dispatch.schemas.common import PositionOut, WordsOut
from dispatch.schemas.incident import CrumbOut
from dispatch.schemas.walk import CauseOut
from dispatch.walk import How, State, Untold


class AlarmOut(BaseModel):
    """Help was called."""

    at: Time
    how: How
    silent: Annotated[bool, Field(description="The phone shows nothing of it: do not call it")]
    incident_id: Annotated[IncidentId | None, Field(description="Null: in a moment")]
    words: WordsOut


class DeskWalkOut(BaseModel):
    """A walk that needs attention, or whose walker asked to be watched."""

    walk_id: UUID
    state: State
    watched: Annotated[
        bool,
        Field(
            description="The walker asked to be seen all the way, and their phone has not taken it "
            "back, nor was made to"
        ),
    ]
    started_at: Time
    due_at: Time
    heard_at: Annotated[Time, Field(description="When the phone spoke last")]
    battery: Annotated[int | None, Field(description="Percent; null: not told")]
    why: Annotated[list[CauseOut], Field(description="The gravest first")]
    asked_at: Time | None
    help_at: Annotated[Time | None, Field(description="When the question becomes an incident")]
    guardians: Count
    guardian_told_at: Annotated[
        Time | None, Field(description="When the gateway took the letter to a guardian")
    ]
    guardian_untold: Annotated[
        Untold | None,
        Field(
            description="Why no guardian has been told: the walker named none, the district has no "
            "gateway to them, each has had as many letters as one telephone gets in an hour, the "
            "gateway has not taken the letter yet; null: told, or not due"
        ),
    ]
    guardian_alarm_at: Annotated[
        Time | None,
        Field(
            description="Since when the desk should tell the guardians by telephone: the gateway "
            "should have taken a letter by then, and has not yet"
        ),
    ]
    alarm: AlarmOut | None
    said_fine: bool
    position: Annotated[
        PositionOut | None,
        Field(
            description="Null unless it has gone wrong or the walker asked to be watched; null in "
            "their pause too"
        ),
    ]
    fixed_at: Time | None


class WalksOut(BaseModel):
    """How many walk, and those that somebody should look at."""

    total: Count
    paused: Count
    unheard: Annotated[
        Count,
        Field(
            description="Of how many, pauses left out, the phone has said nothing for 90 s; of "
            "most at once where a network is down"
        ),
    ]
    needing_attention: Annotated[Count, Field(description="May be more than are listed: 200")]
    attention: Annotated[list[DeskWalkOut], Field(description="The gravest first")]
    watched: Annotated[list[DeskWalkOut], Field(description="Well, and asked to be watched")]


class DeskWalkWithTrackOut(DeskWalkOut):
    """The same with its way."""

    track: Annotated[
        list[CrumbOut], Field(description="Oldest first; empty where nobody may see it")
    ]
