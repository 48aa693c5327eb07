"""Come here for what is said at the sign-in page and by administrators."""

from typing import Annotated

from pydantic import Field, StringConstraints

from dispatch.access import StaffRole
from dispatch.fields import Words
from dispatch.schemas.common import Strict
from dispatch.sign_in.keys import LONGEST_PASSWORD, SHORTEST_PASSWORD
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
    """Somebody new."""

    name: Name
