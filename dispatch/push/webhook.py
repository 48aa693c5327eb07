"""Come here for telling a target by an HTTP POST of the incident frame with its urgency."""

from typing import Final

import httpx

from dispatch.outbox import Deliver
from dispatch.store import Letter

_TIMEOUT_S: Final = 5.0
"""A desk that takes longer is asked again; it knows the letter by its id."""


def webhook(client: httpx.AsyncClient, url: str) -> Deliver:
    """Deliver to a URL; any answer of 2xx means taken."""

    async def deliver(letter: Letter) -> None:
        headers = {"Content-Type": "application/json", "webhook-id": letter.outbox_id}
        answer = await client.post(
            url, content=letter.body.encode(), headers=headers, timeout=_TIMEOUT_S
        )
        answer.raise_for_status()

    return deliver
