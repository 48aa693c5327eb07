"""Come here for who somebody is to us, by what the district's provider says of them.

Law: nobody is anybody without a role; police without a jurisdiction are no police.
"""

from collections.abc import Mapping
from typing import Any, Final

from dispatch.access import Person, StaffRole
from dispatch.sign_in.provider_choice import ProviderChoice

_LONGEST_NAME: Final = 64
"""What the table of sessions holds."""


def person_of(claims: Mapping[str, Any], choice: ProviderChoice) -> Person:
    """Whom the provider means; whoever has no role here is a person without roles."""
    groups = _words(_claim(claims, choice.roles_claim))
    jurisdictions = frozenset(_words(_claim(claims, choice.jurisdictions_claim)))
    roles: frozenset[StaffRole] = frozenset().union(
        *(choice.roles.get(group, frozenset()) for group in groups)
    )
    if not jurisdictions:
        roles -= {"police"}
    return Person(_name(claims, choice), roles, jurisdictions)


def _name(claims: Mapping[str, Any], choice: ProviderChoice) -> str:
    """As the journal shows it; what is no name for it is replaced by the provider's own key."""
    said = _claim(claims, choice.name_claim)
    name = said.strip() if isinstance(said, str) else ""
    key = "".join(letter for letter in str(claims["sub"]) if letter.isprintable())
    return name if _is_name(name) else key[:_LONGEST_NAME]


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable()


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim of that name; else what the dots lead to."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _words(said: Any) -> list[str]:
    """One word, or a list of them."""
    if isinstance(said, str):
        return [said]
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
