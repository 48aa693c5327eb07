"""Come here for what opens a door: how it is made, and how it is kept so that it opens none.

Sessions, tickets and apps carry 256 bits of chance, which no hash needs to slow down; passwords
are people's, and are kept with argon2.
"""

import asyncio
import hashlib
import hmac
import itertools
import secrets
from collections.abc import Callable
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

_BYTES: Final = 32
_AT_ONCE: Final = 2
"""Each takes 64 MiB and a core for a twentieth of a second: guesses must not starve the cries."""
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Read aloud and typed once: no i, l, o, 0 or 1."""

SHORTEST_PASSWORD: Final = 12
"""NIST SP 800-63B asks for 8 and recommends more; length is what a guesser pays for."""
LONGEST_PASSWORD: Final = 200
_DIFFERENT: Final = 5
"""Letters: twelve of four different ones are a pattern, not chance."""
_LEAPS: Final = 3
"""From a letter to one that is not its neighbour: 1234567890 and a bit after it has fewer."""


def new_token() -> str:
    """A secret for programs."""
    return secrets.token_urlsafe(_BYTES)


def new_password() -> str:
    """A secret for one typing: 20 letters in groups, 99 bits."""
    letters = [secrets.choice(_ALPHABET) for _ in range(20)]
    return "-".join("".join(letters[at : at + 5]) for at in range(0, 20, 5))


def digest(token: str) -> str:
    """How a token is stored and looked up."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_easily_guessed(password: str) -> bool:
    """Whether it is one piece again and again, a row of neighbours, or hardly any letters: what
    guessers try first, however long it is."""
    folded = password.casefold()
    is_repeated = folded in (folded + folded)[1:-1]
    steps = [ord(after) - ord(before) for before, after in itertools.pairwise(folded)]
    is_row = sum(abs(step) > 1 for step in steps) < _LEAPS
    return is_repeated or is_row or len(set(folded)) < _DIFFERENT


class Passwords:
    """argon2 with the library's own numbers (RFC 9106, low memory), off the event loop."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._nobodys: str | None = None

    async def keep(self, password: str) -> str:
        """What is stored of a password."""
        return await self._slowly(lambda: self._hasher.hash(password))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password; as slow for an account that there is not (None)."""
        if kept is None:
            self._nobodys = self._nobodys or await self.keep(new_token())
        against = kept or self._nobodys or ""
        return await self._slowly(lambda: self._verifies(against, password)) and kept is not None

    def _verifies(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _slowly(self, work: Callable[[], T]) -> T:
        async with self._turn:
            return await asyncio.to_thread(work)


def device_mark(secret: bytes, name: str, nonce: str) -> str:
    """What a browser keeps that was signed in from: it opens nothing, but is no stranger's."""
    mac = hmac.digest(secret, f"device:{name}:{nonce}".encode(), hashlib.sha256).hex()
    return f"{nonce}.{mac}"


def is_device_of(secret: bytes, name: str, mark: str) -> bool:
    """Whether this account was signed in to from that browser."""
    nonce = mark.partition(".")[0]
    return hmac.compare_digest(device_mark(secret, name, nonce).encode(), mark.encode())
