"""Come here for the shapes of imports: what a file holds, and what it would change or has."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from dispatch.fields import Count, LampId

Version = Annotated[
    int,
    Field(
        ge=0,
        le=2**53 - 1,
        description="Of the inventory; send it with the write, so that it is refused where the "
        "preview is no longer true",
    ),
]


class FindingOut(BaseModel):
    """Something found in many rows; `words` follow the number."""

    name: str
    rows: Count
    words: str


class RuleOut(BaseModel):
    """How many rows a rule has refused, with the first of them."""

    rule: str
    rows: Count
    row: Annotated[int, Field(ge=1, description="As a spreadsheet numbers it")]
    reason: str


class RejectedRowOut(BaseModel):
    """A row that is no lamp, and why."""

    row: Annotated[int, Field(ge=1)]
    rule: str
    reason: str
    cells: list[str]


class LampImportOut(BaseModel):
    """A file of lamps. `absent` lamps are stored, of a keeper in the file, but not in it."""

    written: Annotated[bool, Field(description="false: this is a preview")]
    version: Version
    format: Annotated[str, Field(examples=["전국보안등정보표준데이터"])]
    lamps: Count
    added: Count
    changed: Count
    unchanged: Count
    absent: Count
    absent_lamps: Annotated[list[LampId], Field(max_length=200, description="The first of them")]
    notes: list[FindingOut]
    rejected: Count
    rejected_by_rule: list[RuleOut]
    header: list[str]
    rejected_rows: Annotated[list[RejectedRowOut], Field(max_length=200)]


class RejectedAreaOut(BaseModel):
    """A feature that is no area: `features[index]` of the file, and why."""

    index: Count
    name: str | None
    reason: str


class AreaImportOut(BaseModel):
    """A file of areas."""

    written: bool
    version: Version
    format: Literal["GeoJSON"]
    areas: Count
    added: Count
    changed: Count
    unchanged: Count
    rejected: Count
    rejected_areas: Annotated[list[RejectedAreaOut], Field(max_length=200)]
