"""Come here for the token by which a caller is known again.

It is a keyed hash of the report's id: a phone that lost our first answer gets the same token when
it reports again, and no token is stored anywhere.
"""

import base64
import hashlib
import hmac


def reporter_token(secret: bytes, report_id: str) -> str:
    """The token of a report."""
    digest = hmac.digest(secret, report_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_token_of(secret: bytes, report_id: str, token: str) -> bool:
    """Whether the token belongs to the report; takes the same time either way."""
    return hmac.compare_digest(reporter_token(secret, report_id).encode(), token.encode())
