"""Come here for telling a target by a signed HTTP POST: the incident's frame, or its CAP message.

Law: nothing that leaves here as an error holds the address, which may carry a token.
"""

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import httpx

from dispatch.cap import MEDIA_TYPE as CAP
from dispatch.outbox import Deliver, NotDelivered
from dispatch.outbox_rows import Letter
from dispatch.push.addresses import Address
from dispatch.push.signature import signed

_TIMEOUT_S: Final = 5.0
"""A desk that takes longer is asked again; it knows the letter by its id."""
_SUCCESS: Final = range(200, 300)
_LARGEST_ANSWER: Final = 16_384
"""Bytes. Nothing in an answer's body is of use; reading this much keeps the connection open."""
_BODY_S: Final = 1.0
"""Nor is it waited for: its status has said all, and whoever repeats a letter for a body that never
ends would alarm people about somebody who has been told."""

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address, tokens and all


_certificates: Final = functools.cache(httpx.create_ssl_context)
"""Whom to trust: reading that takes a tenth of a dispatcher's start, so a process reads it once."""


def client() -> httpx.AsyncClient:
    """For every target: the lanes of the outbox bound the connections, so no pool makes one wait
    for another."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    return httpx.AsyncClient(limits=limits, timeout=_TIMEOUT_S, verify=_certificates())


def webhooks(
    client: httpx.AsyncClient, addresses: Mapping[str, Address], clock: Callable[[], datetime]
) -> dict[str, Deliver]:
    """How to deliver to each target."""
    return {target: _webhook(client, one, clock) for target, one in addresses.items()}


def _webhook(client: httpx.AsyncClient, address: Address, clock: Callable[[], datetime]) -> Deliver:
    """Deliver to a URL; any answer of 2xx means taken."""
    media_type = CAP if address.form == "cap" else "application/json"

    async def deliver(letter: Letter) -> None:
        body = letter.body.encode()
        headers = {"Content-Type": media_type}
        headers |= signed(letter.outbox_id, body, clock(), address.secrets)
        try:
            status = await _post(client, address.url, body, headers)
        except (TimeoutError, httpx.TimeoutException):
            raise NotDelivered(f"no answer within {_TIMEOUT_S:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotDelivered(_words(error)) from None
        if status not in _SUCCESS:
            raise NotDelivered(f"answered with status {status}")

    return deliver


async def _post(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]
) -> int:
    request = client.build_request("POST", url, content=body, headers=dict(headers))
    async with asyncio.timeout(_TIMEOUT_S):
        answer = await client.send(request, stream=True)
    try:
        with contextlib.suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(_BODY_S):
                await _read(answer)
    finally:
        await answer.aclose()
    return answer.status_code


async def _read(answer: httpx.Response) -> None:
    read = 0
    async for part in answer.aiter_raw():
        read += len(part)
        if read > _LARGEST_ANSWER:
            return


def _words(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return "the connection broke off"
    return f"failed: {type(error).__name__}"
