"""Come here for what a district says about its OpenID Connect provider, read from the environment.

Law: a group that the mapping does not name gives nobody a role.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, get_args
from urllib.parse import urlsplit

from dispatch.access import StaffRole
from dispatch.secret_files import read_secret_file

HELP: Final = """\
LAMPLIGHTER_OIDC_ISSUER   for oidc: the provider, https://…, as its discovery document names it
LAMPLIGHTER_OIDC_CLIENT_ID
                          what it calls Lamplighter; where people come back to is
                          LAMPLIGHTER_PUBLIC_URL + /v1/sign-in/oidc/callback
LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE
                          a file with the client's secret (default: none, PKCE alone)
LAMPLIGHTER_OIDC_ROLES    who may be what: lamp-desk=operator;lamp-chiefs=operator,supervisor
LAMPLIGHTER_OIDC_ROLES_CLAIM
                          where the provider says the groups; a dot leads into a claim, such as
                          realm_access.roles (default: groups)
LAMPLIGHTER_OIDC_JURISDICTIONS_CLAIM
                          where it says the jurisdictions of police (default: jurisdictions)
LAMPLIGHTER_OIDC_NAME_CLAIM
                          how the journal names people (default: preferred_username)
LAMPLIGHTER_OIDC_SCOPES   what is asked for (default: openid profile); add offline_access where
                          the provider gives refresh tokens for that alone
LAMPLIGHTER_OIDC_ASK_AGAIN_S
                          every so many seconds it is asked what each person may be now
                          (default: 60)
"""

_LONGEST_UNTIL_ASKED: Final = 3600
"""Somebody who was dismissed must be out on the same shift."""


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """`roles`: what each group may be. `secret` None: the provider asks for none."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    scopes: str
    roles: Mapping[str, frozenset[StaffRole]]
    roles_claim: str
    jurisdictions_claim: str
    name_claim: str
    ask_again: timedelta

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "ProviderChoice":
        """Raises ValueError with words that help."""
        scopes = _text(environment, "SCOPES", "openid profile")
        if "openid" not in scopes.split():
            raise ValueError(f"LAMPLIGHTER_OIDC_SCOPES is {scopes!r}; openid must be one of them")
        return cls(
            issuer=_issuer(_needed(environment, "ISSUER")),
            client_id=_needed(environment, "CLIENT_ID"),
            secret=_secret(_text(environment, "CLIENT_SECRET_FILE", "")),
            scopes=scopes,
            roles=_roles(_needed(environment, "ROLES")),
            roles_claim=_text(environment, "ROLES_CLAIM", "groups"),
            jurisdictions_claim=_text(environment, "JURISDICTIONS_CLAIM", "jurisdictions"),
            name_claim=_text(environment, "NAME_CLAIM", "preferred_username"),
            ask_again=_ask_again(_text(environment, "ASK_AGAIN_S", "60")),
        )


def is_private(address: str) -> bool:
    """Whether nobody on the way can read what is sent to an address: https, or this machine."""
    try:
        parts = urlsplit(address)
        here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = False
    return (parts.scheme == "https" and bool(parts.hostname)) or (parts.scheme == "http" and here)


def _text(environment: Mapping[str, str], name: str, default: str) -> str:
    return (environment.get(f"LAMPLIGHTER_OIDC_{name}") or default).strip()


def _needed(environment: Mapping[str, str], name: str) -> str:
    text = _text(environment, name, "")
    if not text:
        raise ValueError(f"LAMPLIGHTER_SIGN_IN is oidc: LAMPLIGHTER_OIDC_{name} must be set too")
    return text


def _ask_again(text: str) -> timedelta:
    seconds = int(text) if text.isdecimal() and len(text) < 9 else 0
    if not 1 <= seconds <= _LONGEST_UNTIL_ASKED:
        raise ValueError(
            f"LAMPLIGHTER_OIDC_ASK_AGAIN_S is {text!r}; it must be 1 to {_LONGEST_UNTIL_ASKED} "
            "seconds"
        )
    return timedelta(seconds=seconds)


def _issuer(text: str) -> str:
    if not is_private(text):
        raise ValueError(
            f"LAMPLIGHTER_OIDC_ISSUER is {text!r}; it must be the provider's https address, such "
            "as https://id.dobong.go.kr/realms/staff"
        )
    return text


def _secret(path: str) -> str | None:
    if not path:
        return None
    name = "LAMPLIGHTER_OIDC_CLIENT_SECRET_FILE"
    secret = read_secret_file(name, Path(path)).strip()
    if not secret:
        raise ValueError(f"{name} is {path}, which is empty")
    return secret


def _roles(text: str) -> dict[str, frozenset[StaffRole]]:
    """The last = divides: a group's name may hold some, as in a directory."""
    found: dict[str, frozenset[StaffRole]] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        group, divides, said = part.rpartition("=")
        names = {one.strip() for one in said.split(",")}
        roles: frozenset[StaffRole] = frozenset(r for r in get_args(StaffRole) if r in names)
        if not divides or not group.strip() or len(roles) != len(names):
            raise ValueError(
                f"LAMPLIGHTER_OIDC_ROLES: {part!r} must be group=role, with one or more of "
                f"{', '.join(get_args(StaffRole))}"
            )
        found[group.strip()] = found.get(group.strip(), frozenset()) | roles
    return found
