"""Come here for which action of the table a request is: its method and its route's template.

Law: a route is matched here as the router matches it, in the same order; the dispatcher does not
start with a route that has no row in `dispatch/access.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Mount, WebSocketRoute

from dispatch.access import SCREENS, without_row

_ANYTHING: Final = re.compile("")
_SCREENS_ARE_IN: Final = "dispatch.routes.screens"


class NoRow(Exception):
    """A route that the table does not know; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Match:
    """An action, and what stands in the place of its template's names."""

    action: str
    names: Mapping[str, str]


class Actions:
    """All that the application answers to."""

    def __init__(self, app: FastAPI) -> None:
        self._ways = list(_ways(app))
        forgotten = without_row({action for _, _, action in self._ways})
        if forgotten:
            raise NoRow(
                f"dispatch/access.py does not say who may do this: {', '.join(forgotten)}. "
                "Add a row to ROUTES."
            )

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(action for _, _, action in self._ways))

    def match(self, method: str, path: str) -> Match | None:
        """What a request is; None: there is no such thing, or not with this method."""
        for asked, pattern, action in self._ways:
            if asked == method and (found := pattern.match(path)):
                return Match(action, found.groupdict())
        return None

    def knows(self, path: str) -> bool:
        """Whether there is such an address at all, with whatever method."""
        return any(pattern.match(path) for _, pattern, _ in self._ways if pattern is not _ANYTHING)


def _ways(app: FastAPI) -> Iterator[tuple[str, re.Pattern[str], str]]:
    for route in iter_route_contexts(app.routes):
        original: Any = route.original_route
        if isinstance(original, Mount):
            for method in ("GET", "HEAD"):
                yield method, _ANYTHING, SCREENS
        elif isinstance(original, WebSocketRoute):
            yield "WS", route.path_regex, f"WS {route.path_format}"
        else:
            yield from _methods(route, isinstance(original, APIRoute))


def _methods(route: RouteContext, is_ours: bool) -> Iterator[tuple[str, re.Pattern[str], str]]:
    is_screen = getattr(route.endpoint, "__module__", "") == _SCREENS_ARE_IN
    for method in sorted((route.methods or set()) - {"HEAD"}):
        action = SCREENS if is_screen else f"{method} {route.path_format}"
        yield method, route.path_regex, action
        if method == "GET" and not is_ours:
            yield "HEAD", route.path_regex, action
