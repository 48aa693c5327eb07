"""Come here for the shapes of what auditors ask."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from dispatch.fields import Count, Time
from dispatch.sights import Method, Purpose, Role


class FaultOut(BaseModel):
    """An entry that is not what it was."""

    seq: int
    why: str


class VerifiedOut(BaseModel):
    """What the last verification of a chain has found."""

    at: Time
    seq: Annotated[Count, Field(description="The number of the last entry that was looked at")]
    chain: Annotated[str, Field(description="The hash of that entry: keep it elsewhere")]
    entries: Count
    erased: Annotated[Count, Field(description="Entries whose words are destroyed, as they must")]
    faults: Annotated[list[FaultOut], Field(description="The first of them; empty: all is whole")]


class ChainsOut(BaseModel):
    """The journal, and the record of sign-ins and rights; null: not verified yet."""

    journal: VerifiedOut | None
    record: VerifiedOut | None


class EndsOut(BaseModel):
    """How far each chain goes now: the number of its last entry, 0 before the first."""

    journal: Count
    record: Count


class VerificationOut(BaseModel):
    """How far both chains are verified; `at_work`: a verification is under way."""

    chains: ChainsOut
    ends: Annotated[
        EndsOut, Field(description="Entries after the last verified one came since, unverified")
    ]
    at_work: bool


class AuditedOut(BaseModel):
    """An incident by what happened to it, without where."""

    incident_id: str
    opened_at: Time
    closed_at: Time | None
    kind: str
    state: Annotated[
        Literal["open", "acknowledged", "assigned", "en_route", "on_scene", "closed"],
        Field(description="As anywhere else"),
    ]
    disposition: str | None
    jurisdiction: str | None
    drill: bool
    erased_at: Time | None
    entries: Annotated[Count, Field(description="Lines of the journal")]


class AuditedPageOut(BaseModel):
    """The latest opened first."""

    incidents: list[AuditedOut]
    next: Annotated[str | None, Field(description="`after` of the next page; null: no more")]


class ShownToOut(BaseModel):
    """Who was shown the place of an incident, which way, what for and how often."""

    role: Role
    recipient: str
    path: str
    method: Method
    purpose: Purpose
    first_at: Time
    last_at: Time
    times: Count


class ShownToPageOut(BaseModel):
    """By their first time."""

    showings: list[ShownToOut]
