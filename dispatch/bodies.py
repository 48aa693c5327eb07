"""Come here for how much a request may say and how long it may take: more is refused in words.

Law: a body is in memory once, never larger than `largest` says, and whole before any route sees
it. Files (`_FILES`) are the exception: their route reads them in parts, with limits of its own.
"""

import asyncio
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from dispatch.errors import Problem

LARGEST: Final = 1_000_000
"""Bytes. A thousand fixes are 150 KB, ten thousand lamps to retire 670 KB."""
WHOLE_WITHIN_S: Final = 30.0
"""A cry is 300 bytes: a phone whose network takes longer for it has to begin again anyway."""
_FILES: Final = "/v1/imports/"
_OF_PHONES: Final = ("POST /v1/reports", "POST /v1/walks")
_MANY_PLACES: Final = frozenset(
    {
        "POST /v1/walks",
        "POST /v1/walks/{walk_id}/positions",
        "POST /v1/reports/{report_id}/positions",
    }
)
_PLACES: Final = 256_000
"""Bytes. A thousand fixes with every digit that a phone knows."""
_WORDS: Final = 16_000
"""Bytes. A cry with the longest note is 3 KB; anybody may send one, so many may be in memory."""


def largest(action: str | None) -> int:
    """How many bytes the body of an action may have."""
    if action in _MANY_PLACES:
        return _PLACES
    is_phones = action is not None and action.startswith(_OF_PHONES)
    return _WORDS if is_phones else LARGEST


async def whole(scope: Scope, receive: Receive, most: int = LARGEST) -> Receive | None:
    """The request with its body in hand; None: the client has gone. Raises Problem: 408, 413."""
    if scope["path"].startswith(_FILES):
        return receive
    said = Headers(scope=scope).get("content-length", "")
    if said.isdecimal() and (len(said) > 15 or int(said) > most):  # int() takes long of many
        raise _too_large(most)
    try:
        async with asyncio.timeout(WHOLE_WITHIN_S):
            first = await receive()
            is_whole = first["type"] == "http.request" and not first.get("more_body")
            if is_whole and len(first.get("body", b"")) <= most:
                return _again(first, receive)
            body = await _rest(first, receive, most)
    except TimeoutError:
        raise _too_slow() from None
    return None if body is None else _again({"type": "http.request", "body": bytes(body)}, receive)


async def _rest(message: Message, receive: Receive, most: int) -> bytearray | None:
    body = bytearray()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body"):
            return body
        message = await receive()
    return None


def _again(body: Message, receive: Receive) -> Receive:
    """What was read is there to be read; afterwards only whether the client goes."""
    waiting: list[Message] = [body]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give


def _too_large(most: int) -> Problem:
    words = f"this request may have {most // 1000} KB: send less at once"
    return Problem(413, "Too large", words)


def _too_slow() -> Problem:
    close: dict[str, Any] = {"Connection": "close"}
    words = f"all of it must be here within {WHOLE_WITHIN_S:.0f} seconds: send it again"
    return Problem(408, "Too slow", words, headers=close)
