"""Come here for how much a request may say and how long it may take: more is refused in words.

Law: a body is in memory once, never larger than `LARGEST`, and is whole before any route sees it.
Files (`_FILES`) are the exception: their route reads them in parts, and has limits of its own.
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


async def whole(scope: Scope, receive: Receive) -> Receive | None:
    """The request with its body in hand; None: the client has gone. Raises Problem: 408, 413."""
    if scope["path"].startswith(_FILES):
        return receive
    said = Headers(scope=scope).get("content-length", "")
    if said.isdecimal() and (len(said) > 15 or int(said) > LARGEST):  # int() takes long of many
        raise _too_large()
    try:
        async with asyncio.timeout(WHOLE_WITHIN_S):
            first = await receive()
            if first["type"] == "http.request" and not first.get("more_body"):
                return _again(first, receive)
            body = await _rest(first, receive)
    except TimeoutError:
        raise _too_slow() from None
    return None if body is None else _again({"type": "http.request", "body": bytes(body)}, receive)


async def _rest(message: Message, receive: Receive) -> bytearray | None:
    body = bytearray()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise _too_large()
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


def _too_large() -> Problem:
    words = f"a request may have {LARGEST // 1000} KB: send less at once"
    return Problem(413, "Too large", words)


def _too_slow() -> Problem:
    close: dict[str, Any] = {"Connection": "close"}
    words = f"all of it must be here within {WHOLE_WITHIN_S:.0f} seconds: send it again"
    return Problem(408, "Too slow", words, headers=close)
