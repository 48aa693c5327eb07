"""Come here for what a call must carry so that it is let in, as the OpenAPI document says it.

Law: every word of it follows from the table of `dispatch/access.py`, so that neither can drift.
"""

from collections.abc import Mapping
from typing import Any, Final

from dispatch.access import ROUTES, STAFF, Who

SCHEMES: Final[Mapping[str, Any]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "lamplighter",
        "description": "Given by `POST /v1/sign-in`, or at the district's provider. Its name is "
        "`__Host-lamplighter` where browsers come over TLS. Nobody needs it where "
        "`LAMPLIGHTER_SIGN_IN` is `none`. `x-roles` says whose session opens a call.",
    },
    "own_page": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Lamplighter",
        "description": "`1`, with whatever writes and carries the cookie: a form on somebody "
        "else's page cannot send it.",
    },
    "reporter_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `reporter_token` of the answer to a report, or the `walker_token` of "
        "the answer to a walk: it opens this one only. For a guardian what follows the # of their "
        "link.",
    },
    "city_app": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that `lamplighter apps add` has printed: this is sent by the "
        "server of a city app, for many people. Nobody needs it to be heard.",
    },
}
_READS: Final = frozenset({"GET", "HEAD"})
_TOKEN: Final = [{"reporter_token": list[str]()}]


def secure(operation: dict[str, Any], call: str) -> None:
    """Say what a call needs; `call` is a row of the table."""
    who = ROUTES[call]
    takes_token = _without_header(operation)
    needs = _TOKEN if takes_token else _needs(who, call.partition(" ")[0])
    if needs:
        operation["security"] = needs
    if roles := sorted(who & STAFF):
        operation["x-roles"] = roles


def needs_token(operation: Mapping[str, Any]) -> bool:
    """Whether it is for whoever has sent one report, walks home, or has a guardian's link."""
    return operation.get("security") == _TOKEN


def _needs(who: Who, method: str) -> list[dict[str, list[str]]]:
    """Any one of these is enough; an empty one: nothing is needed."""
    carried: dict[str, list[str]] = {"session": []}
    if method not in _READS:
        carried["own_page"] = []
    if who & STAFF or "signed_in" in who:
        return [carried]
    if "visitor" in who and method not in _READS:
        return [{}, carried]
    return [{}, {"city_app": []}] if "city_app" in who else []


def _without_header(operation: dict[str, Any]) -> bool:
    """Whether a route looks at a token itself; its header is said as the scheme that it is."""
    inputs = operation.get("parameters", [])
    others = [one for one in inputs if one["name"] != "authorization"]
    if len(others) == len(inputs):
        return False
    operation["parameters"] = others
    return True
