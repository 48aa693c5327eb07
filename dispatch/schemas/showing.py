"""Come here for the shapes of the log of who was shown somebody's place."""

from typing import Annotated

from pydantic import BaseModel, Field

from dispatch.fields import Count, Time
from dispatch.sights import Method, Purpose, Role


class ShowingOut(BaseModel):
    """One recipient, one way, one purpose, however often. The place itself is not in the log."""

    role: Role
    recipient: Annotated[
        str | None,
        Field(
            description="The name of a guardian or of a target of letters; null: somebody of the "
            "staff, whom the district's own log names",
            examples=["control_room"],
        ),
    ]
    path: Annotated[
        str,
        Field(
            description="The call, the feed or a letter", examples=["GET /v1/incidents", "letter"]
        ),
    ]
    method: Annotated[
        Method,
        Field(description="In an answer, over the feed, by a guardian's link, by a letter's form"),
    ]
    purpose: Annotated[
        Purpose, Field(description="Help under way, looking back on it, or a watched walk home")
    ]
    first_at: Time
    last_at: Time
    times: Annotated[Count, Field(examples=[3])]


class ShowingsOut(BaseModel):
    """To whom the place was shown."""

    showings: Annotated[list[ShowingOut], Field(description="By their first time")]


class ShownOut(BaseModel):
    """How often the caller's place was shown, and to how many."""

    times: Count
    recipients: Count
