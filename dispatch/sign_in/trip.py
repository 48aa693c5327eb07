"""Come here for the way to the provider and back: what ties it to one browser and to one attempt.

The browser keeps a few letters of chance; state, nonce and verifier follow from them and from our
secret, so that nothing has to be remembered here. Law: only the browser that has set out, within
ten minutes, arrives.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LASTS: Final = timedelta(minutes=10)
"""A password, a second factor, and looking for the telephone that shows it."""
_LONGEST_WAY_BACK: Final = 1_000
"""A search of the control room in an address; a cookie holds 4,096 bytes."""
_PAGE: Final = re.compile(r"/(?!/)[!-\[\]-~]*")
"""Letters of an address without the backslash, which browsers read as a slash."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One attempt. `kept` is the browser's; the others are derived from it."""

    kept: str
    state: str
    nonce: str
    verifier: str
    then: str

    @property
    def challenge(self) -> str:
        """What the provider is shown of the verifier (RFC 7636, S256)."""
        return _letters(hashlib.sha256(self.verifier.encode()).digest())


def set_out(secret: bytes, chance: str, then: str, now: datetime) -> Trip:
    """A new attempt, which leads back to a page of ours."""
    way_back = urlsafe_b64encode(page_of_ours(then).encode()).decode().rstrip("=")
    return _trip(secret, f"{int(now.timestamp())}.{chance}.{way_back}")


def arrive(secret: bytes, kept: str, state: str, now: datetime) -> Trip | None:
    """The attempt that has come back; None where it was not begun so, or too long ago."""
    trip = _trip(secret, kept) if kept.count(".") == 2 else None
    if trip is None or not hmac.compare_digest(trip.state.encode(), state.encode()):
        return None
    begun = int(kept.partition(".")[0])
    return trip if 0 <= now.timestamp() - begun < LASTS.total_seconds() else None


def page_of_ours(then: str) -> str:
    """A path of this server, however it is written."""
    is_page = len(then) <= _LONGEST_WAY_BACK and _PAGE.fullmatch(then) is not None
    return then if is_page and then.partition("?")[0] != "/sign-in" else "/"


def _trip(secret: bytes, kept: str) -> Trip:
    def derived(use: str) -> str:
        return _letters(hmac.digest(secret, f"oidc {use}: {kept}".encode(), hashlib.sha256))

    return Trip(kept, derived("state"), derived("nonce"), derived("verifier"), _way_back(kept))


def _way_back(kept: str) -> str:
    said = kept.rpartition(".")[2]
    try:
        return page_of_ours(urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode())
    except ValueError:
        return "/"


def _letters(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
