"""Come here for how the PINs of a walker are kept and told apart.

Laws: what is kept says nothing about a PIN to whoever has the database but not the dispatcher's
secret (four digits alone would fall in an instant). Right, wrong or under duress: the same work is
done and takes the same time.
"""

import hashlib
import hmac
from typing import Final, Literal

_COST: Final = {"n": 2**13, "r": 8, "p": 1}
"""8 MB and some 20 ms for each guess of somebody who has stolen the secret too."""

HASHED_AT_ONCE: Final = 2
"""A burst of walks with PINs takes 16 MB and no more threads than the usual machine has cores."""

Verdict = Literal["fine", "duress", "wrong"]


def pin_hash(secret: bytes, walk_id: str, pin: str) -> str:
    """What is kept of a PIN."""
    salt = hmac.digest(secret, b"pin of " + walk_id.encode(), hashlib.sha256)
    return hashlib.scrypt(pin.encode(), salt=salt, dklen=32, **_COST).hex()


def verdict(
    secret: bytes, walk_id: str, typed: str, pin: str | None, duress_pin: str | None
) -> Verdict:
    """Which of two kept PINs was typed."""
    hashed = pin_hash(secret, walk_id, typed)
    is_pin = hmac.compare_digest(hashed, pin or "")
    is_duress = hmac.compare_digest(hashed, duress_pin or "")
    return "fine" if is_pin else ("duress" if is_duress else "wrong")
