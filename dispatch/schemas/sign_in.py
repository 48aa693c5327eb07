"""Come here for what is said at the sign-in page and by administrators."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from dispatch.access import StaffRole
from dispatch.fields import Time, Words
from dispatch.schemas.common import Strict
from dispatch.sign_in.keys import LONGEST_PASSWORD, SHORTEST_PASSWORD
from dispatch.sign_in.record import COMINGS, RIGHTS
from dispatch.sign_in.tables import NAME_LENGTH

Name = Annotated[
    Words,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=NAME_LENGTH, pattern=r"^[^/\x00-\x1f]+$"
    ),
]
"""A name that a journal can show and an address can hold."""
Said = Annotated[Words, Field(max_length=LONGEST_PASSWORD)]
Chosen = Annotated[Words, Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]


class SignInIn(Strict):
    """A name and a password."""

    name: Annotated[Words, Field(max_length=NAME_LENGTH)]
    password: Said


class PasswordIn(Strict):
    """The old one, and one of one's own."""

    password: Said
    new_password: Chosen


class RightsIn(Strict):
    """What somebody may do; `jurisdictions` matter for police."""

    roles: Annotated[list[StaffRole], Field(max_length=6)]
    jurisdictions: Annotated[tuple[Words, ...], Field(max_length=100)] = ()


class AccountIn(RightsIn):
    """Somebody new; `again`: or whose account was revoked, with these rights alone."""

    name: Name
    again: bool = False


class WayOut(BaseModel):
    """How one signs in here."""

    way: Literal["none", "local", "oidc"]


class PersonOut(BaseModel):
    """Somebody and what they may be; `jurisdictions` matter for police."""

    name: str
    roles: list[StaffRole]
    jurisdictions: list[str]


class MeOut(PersonOut):
    """Who is signed in. A password that is good once has to be changed before anything else."""

    must_choose_password: bool
    ends_at: Annotated[Time | None, Field(description="null: nobody is asked to sign in here")]
    pages: Annotated[
        list[str], Field(description="The screens that are for them", examples=[["/lamps"]])
    ]
    home: Annotated[
        str | None,
        Field(description="Where they land; null: no screen is for them", examples=["/"]),
    ]


class SignedOutOut(BaseModel):
    """Where a page goes to be signed out at the district's provider too."""

    provider: str | None


class TicketOut(BaseModel):
    """A word that opens one feed (`?ticket=`) within seconds; null: none is needed here."""

    ticket: str | None
    ends_at: Time | None


class WallOut(BaseModel):
    """What a wall display shows: a code, and where to type it (RFC 8628, 3.2)."""

    user_code: str
    verification_uri: str
    verification_uri_complete: Annotated[
        str | None, Field(description="The same with the code in it, for a picture to photograph")
    ]
    interval_s: Annotated[int, Field(description="Ask for the answer no oftener than this")]
    ends_at: Time


class WallAnswerOut(BaseModel):
    """`waiting`: nobody has typed it yet; `here`: this browser is signed in."""

    state: Literal["waiting", "here"]
    me: MeOut | None


Until = Annotated[
    Time | None,
    Field(
        description="Until when a one-time password is good for choosing one's own; null: no end"
    ),
]


class AccountOut(PersonOut):
    """Somebody with a local account."""

    must_choose_password: bool
    one_time_until: Until
    made_at: Time
    revoked_at: Time | None


class NewAccountOut(AccountOut):
    """The password is for the first sign-in, and said this once."""

    one_time_password: str


class OneTimePasswordOut(BaseModel):
    """Said this once."""

    one_time_password: str
    one_time_until: Until


class AccountsOut(BaseModel):
    """Every account, revoked ones too, by name."""

    accounts: list[AccountOut]


class SessionOut(PersonOut):
    """Somebody at a browser; `session_id` opens nothing."""

    session_id: str
    way: Literal["local", "oidc"]
    source: Annotated[str, Field(description="The network address that they signed in from")]
    made_at: Time
    seen_at: Time
    ends_at: Time


class SessionsOut(BaseModel):
    """Who is signed in, the latest first."""

    sessions: list[SessionOut]


class RecordEntryOut(BaseModel):
    """`actor` did it, `whom` it is about; `detail` has the rights, and those from before."""

    entry_id: str
    at: Time
    event: Annotated[str, Field(json_schema_extra={"x-extensible-enum": [*COMINGS, *RIGHTS]})]
    actor: str
    whom: str
    source: Annotated[str, Field(description="The network address, where it came over one")]
    detail: dict[str, Any]


class RecordOut(BaseModel):
    """The latest first."""

    entries: list[RecordEntryOut]
    next: Annotated[str | None, Field(description="`before` of the next page; null: no more")]
