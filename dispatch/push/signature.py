"""Come here for signing what is pushed, in the form of Standard Webhooks (standardwebhooks.com).

Law: the signature covers id, time and body, so that none can be changed or used again later. With
several secrets there are several signatures: a receiver changes its secret without losing a letter.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

_PREFIX: Final = "whsec_"
_BYTES: Final = range(24, 65)
"""Standard Webhooks: between 24 and 64 bytes."""


_CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""Standard Webhooks: what is older may have been overheard, and be said again."""


class Secret:
    """A key that is shared with one receiver; never shown by accident."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def read(cls, text: str) -> "Secret":
        """Read `whsec_` and base64; raises ValueError, which never holds the secret."""
        try:
            encoded = text.removeprefix(_PREFIX)
            key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not text.startswith(_PREFIX) or len(key) not in _BYTES:
            raise ValueError("must be whsec_ followed by 24 to 64 bytes in base64")
        return cls(key)

    def __repr__(self) -> str:
        return "Secret(…)"

    def sign(self, content: bytes) -> str:
        """One signature of version 1."""
        digest = hmac.new(self._key, content, hashlib.sha256).digest()
        return "v1," + base64.b64encode(digest).decode()


def signed(
    letter_id: str, body: bytes, at: datetime, secrets: Sequence[Secret]
) -> Mapping[str, str]:
    """The headers of a webhook; without a secret there is no signature."""
    timestamp = str(int(at.timestamp()))
    headers = {"webhook-id": letter_id, "webhook-timestamp": timestamp}
    if secrets:
        content = _content(letter_id, timestamp, body)
        headers["webhook-signature"] = " ".join(secret.sign(content) for secret in secrets)
    return headers


def is_signed(
    headers: Mapping[str, str], body: bytes, now: datetime, secrets: Iterable[Secret]
) -> bool:
    """Whether what came in was signed with one of these secrets, and lately."""
    timestamp = headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        return False
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > _CLOCKS_DIFFER:
        return False
    content = _content(headers.get("webhook-id", ""), timestamp, body)
    said = headers.get("webhook-signature", "").encode().split()
    right = [secret.sign(content).encode() for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in said for other in right)


def _content(letter_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{letter_id}.{timestamp}.".encode() + body
