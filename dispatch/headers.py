"""Come here for what browsers are told about every answer: what a page may load, and from where."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_INLINE: Final = re.compile(rb"<(script|style)(?:\s+type=\"module\")?>(.*?)</\1>", re.DOTALL)
_ALL: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
}
_NO_PAGE: Final = "default-src 'none'; frame-ancestors 'none'"
_NOT_MODIFIED: Final = 304
_HAVE_A_POLICY: Final = ("text/html", "text/javascript", "application/javascript")
"""A page has the policy that it came with, and so has a worker, which comes as a script."""
_A_YEAR: Final = "max-age=31536000"


class Policy:
    """`anywhere`: the district's map may ask any server over https (its style names them)."""

    def __init__(self, screens: Path, *, anywhere: bool, behind_tls: bool) -> None:
        pages = [page.read_bytes() for page in sorted(screens.glob("*.html"))]
        self._page = _page_policy(pages, " https:" if anywhere else "")
        self._always = {**_ALL, **({"Strict-Transport-Security": _A_YEAR} if behind_tls else {})}

    def telling(self, send: Send, *, secret: bool) -> Send:
        """Send, with all of this; `secret`: nobody between us and the page may keep the answer."""

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message["status"], MutableHeaders(scope=message), secret)
            await send(message)

        return tell

    def _add(self, status: int, headers: MutableHeaders, secret: bool) -> None:
        for name, value in self._always.items():
            headers.setdefault(name, value)
        is_page = headers.get("content-type", "").startswith(_HAVE_A_POLICY)
        if status != _NOT_MODIFIED:  # it says no type, and its policy would replace the page's own
            headers.setdefault("Content-Security-Policy", self._page if is_page else _NO_PAGE)
        if secret:
            headers.setdefault("Cache-Control", "no-store")


def _page_policy(pages: Iterable[bytes], map_servers: str) -> str:
    inline: dict[bytes, set[str]] = {b"script": set(), b"style": set()}
    for page in pages:
        for kind, content in _INLINE.findall(page):
            inline[kind].add(
                f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"
            )
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *sorted(inline[b"script"])]),
        "worker-src": "'self'",  # MapLibre's, and the phone's
        "style-src-elem": " ".join(["'self'", *sorted(inline[b"style"])]),
        # Colours and heights that are known only when a page is drawn; they run nothing.
        "style-src-attr": "'unsafe-inline'",
        "img-src": f"'self' data: blob:{map_servers}",
        "font-src": "'self'",
        "connect-src": f"'self'{map_servers}",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
