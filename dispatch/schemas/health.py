"""Come here for the shape of health."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class HealthOut(BaseModel):
    """Alive or ready, and if not, what is not."""

    status: Literal["ok", "failing"]
    detail: Annotated[dict[str, bool], Field(examples=[{"database": True, "broker": True}])]
    trouble: Annotated[
        list[str], Field(examples=[[]], description="What is wrong, in words for whoever is woken")
    ]


class AliveOut(HealthOut):
    """The same, and what nobody has brought in yet."""

    missing: Annotated[
        list[str],
        Field(
            examples=[[]],
            description="What the district has not imported, in words: nothing is broken",
        ),
    ]
    unprotected: Annotated[
        list[str],
        Field(
            examples=[[]],
            description="What somebody could do because a broker asks nobody who they are, and "
            "what to do: nothing is broken, but no street should be run so",
        ),
    ]
    tampering: Annotated[
        list[str],
        Field(
            examples=[[]],
            description="Where journal or record are not as they were written, or their ends are "
            "unknown, and what to do: a restart mends nothing, a person has to look",
        ),
    ]
