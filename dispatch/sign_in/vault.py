"""Come here for how a provider's secret words are kept: sealed with a key that no database holds.

Law: whoever reads the database, or the cookie of a wall display, reads nothing of a token.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

_USE: Final = b"words of the provider"


class Vault:
    """`secret` is the data folder's. What was sealed for one purpose opens for no other."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret

    def seal(self, purpose: str, words: str) -> str:
        """Words that only this dispatcher reads again."""
        return self._box(purpose).encrypt(words.encode()).decode()

    def open(self, purpose: str, sealed: str) -> str | None:
        """None where it was not sealed here, for this."""
        try:
            return self._box(purpose).decrypt(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            return None

    def _box(self, purpose: str) -> Fernet:
        key = hmac.digest(self._secret(), _USE + b": " + purpose.encode(), hashlib.sha256)
        return Fernet(urlsafe_b64encode(key))
