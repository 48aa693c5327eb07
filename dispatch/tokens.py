"""Come here for the token by which a caller is known again, and the proof of a phone's own id.

A token is a keyed hash of the report's id: a phone that lost our first answer gets the same token
when it reports again, and no token is stored anywhere. Ids stand in addresses and are seen by
others: who asks again must know what the phone has made with the id, of which a hash is kept.
"""

import base64
import hashlib
import hmac


def reporter_token(secret: bytes, report_id: str) -> str:
    """The token of a report."""
    digest = hmac.digest(secret, report_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def proof_of(own_id: str, phone_secret: str | None) -> str | None:
    """What is kept of the secret that a phone has made with an id; None where it made none.

    Nobody guesses 128 bits of chance: a plain hash needs no key and no cost.
    """
    if phone_secret is None:
        return None
    return hashlib.sha256(f"{own_id} {phone_secret}".encode()).hexdigest()


def is_token_of(secret: bytes, report_id: str, token: str) -> bool:
    """Whether the token belongs to the report; takes the same time either way."""
    return hmac.compare_digest(reporter_token(secret, report_id).encode(), token.encode())
