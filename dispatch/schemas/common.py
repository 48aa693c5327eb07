"""Come here for what the shapes of several doors share.

Phones may send fields that we do not know; operators' requests may not. Whoever reads what we
send must expect new fields: so nothing that goes out is published as closed.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.fields import Accuracy, Latitude, Longitude, Move, Step, Time
from geo.place import Place


class Lenient(BaseModel):
    """From a phone: unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Strict(BaseModel):
    """From an operator: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Strict):
    """A move that needs no words."""


PhoneSecret = Annotated[
    Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22,128}$")] | None,
    Field(
        description="At least 128 bits of chance, made by the phone together with the id and told "
        "to nobody else: whoever sends the id again must send it too, or is refused with 409. A "
        "hash of it is kept. Missing: whoever knows the id is taken for the phone",
        examples=["mB0sQm2bq1hXyqk3Jt4XxA"],
    ),
]


class Position(Lenient):
    """WGS84 degrees, longitude first; `accuracy_m` is the radius of 95 % confidence in metres."""

    lon: Longitude
    lat: Latitude
    accuracy_m: Accuracy = None

    @property
    def place(self) -> Place:
        """The place of the core."""
        return Place(self.lon, self.lat, self.accuracy_m)


class PositionOut(BaseModel):
    """WGS84 degrees; `accuracy_m` null: unknown."""

    lon: Annotated[float, Field(ge=-180, le=180, examples=[127.0471])]
    lat: Annotated[float, Field(ge=-90, le=90, examples=[37.6688])]
    accuracy_m: Annotated[
        Annotated[float, Field(gt=0)] | None,
        Field(description="Metres, radius of 95 % confidence; null: unknown", examples=[12.5]),
    ]


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: Annotated[str, Field(examples=["position.lon"])]
    reason: Annotated[str, Field(examples=["Field required"])]


class ProblemOut(BaseModel):
    """RFC 9457. `errors` comes with bad fields, `allowed` with a move that is refused, `possible`
    with a step of a walk, `trouble` with a sign-in, `alone_after` where
    another person has to destroy an incident."""

    type: Annotated[str, Field(examples=["urn:lamplighter:problem:not-found"])]
    title: Annotated[str, Field(examples=["Not found"])]
    status: Annotated[int, Field(ge=400, le=599, examples=[404])]
    detail: Annotated[str, Field(examples=["there is no incident 06h02mbbt56smd7tm458ualc"])]
    errors: list[FieldError] = []
    allowed: Annotated[list[Move], Field(description="The moves that are possible now")] = []
    possible: Annotated[list[Step], Field(description="What the walker can do now")] = []
    trouble: Annotated[str | None, Field(examples=["provider_down"])] = None
    alone_after: Annotated[Time | None, Field(description="When it can be done alone")] = None


class WordsOut(BaseModel):
    """One sentence in both languages."""

    ko: str
    en: str
