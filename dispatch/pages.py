"""Come here for which page is whose: where each role lands, and whom a page is not for.

Law: a page holds nothing but words; what it shows is refused by `dispatch/access.py` all the same.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from dispatch.access import StaffRole

PAGES: Final[Mapping[str, frozenset[StaffRole]]] = {
    "/": frozenset({"operator", "supervisor"}),
    "/police": frozenset({"police", "operator", "supervisor"}),
    "/lamps": frozenset({"crew", "operator", "supervisor"}),
    "/accounts": frozenset({"administrator"}),
    "/audit": frozenset({"auditor", "administrator"}),
}
"""Whoever has several comes to the first. A page that is not here is anybody's."""


def pages_of(roles: Collection[str], folder: Path) -> list[str]:
    """Those that are theirs and that this deployment has; the first is where they land."""
    return [
        page
        for page, whose in PAGES.items()
        if not whose.isdisjoint(roles) and (folder / f"{page[1:] or 'index'}.html").is_file()
    ]


def landing(then: str, roles: Collection[str], folder: Path) -> str:
    """Where somebody goes who has signed in on the way to `then`: to a page of theirs."""
    page = then.partition("?")[0]
    theirs = pages_of(roles, folder)
    if page not in PAGES or page in theirs:
        return then
    return theirs[0] if theirs else "/sign-in"
