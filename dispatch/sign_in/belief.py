"""Come here for which of a provider's tokens are believed, and why not: no request is made here.

Law: a token is believed that the provider's keys have signed, for us, now, and for what it is used
as; an ID token never signs anybody out, and a logout token never lets anybody in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

Trouble = Literal["provider_down", "provider_refused", "not_believed", "not_yours", "begin_again"]
"""Why nobody was let in; the sign-in page has words for each."""

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
)
"""Signed with a key that only the provider has: `none`, or a secret that is shared, proves less."""
LEEWAY: Final = timedelta(seconds=60)
"""Between our clock and the provider's."""
_LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"
_FAREWELL_LASTS: Final = timedelta(minutes=10)
"""A provider says it at once, and again while it was not taken."""


class NotSignedIn(Exception):
    """Nobody is let in; the message is for the log."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble: Trouble = trouble


@dataclass(frozen=True, slots=True)
class Farewell:
    """Somebody has signed out at the provider: of one session there, or (None) of all."""

    subject: str | None
    provider_session: str | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a token must be, and by whom it must be."""

    issuer: str
    client_id: str

    def id_claims(
        self, token: str, keys: KeySet, now: datetime, nonce: str | None
    ) -> Mapping[str, Any]:
        """Of an ID token; `nonce` None where no attempt is at an end. Raises NotSignedIn."""
        more = {"nonce": {"essential": True, "value": nonce}} if nonce is not None else {}
        claims = self._claims(token, keys, now, {"sub": {"essential": True}, **more})
        if "events" in claims:
            raise _unbelieved("it says that somebody is out")
        return claims

    def farewell(self, token: str, keys: KeySet, now: datetime) -> Farewell:
        """Of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises NotSignedIn."""
        claims = self._claims(token, keys, now, {"jti": {"essential": True}})
        subject, session = claims.get("sub"), claims.get("sid")
        events = claims.get("events")
        said_at = datetime.fromtimestamp(claims["iat"], UTC)
        if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
            raise _unbelieved("it does not say that somebody is out")
        if "nonce" in claims or not (subject or session):
            raise _unbelieved("it is no logout token")
        if now - said_at > _FAREWELL_LASTS:
            raise _unbelieved("it was said long ago")
        return Farewell(subject, session, said_at)

    def _claims(
        self, token: str, keys: KeySet, now: datetime, more: Mapping[str, Any]
    ) -> dict[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            **more,
        )
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            # The library's words may hold what was in the token.
            raise _unbelieved(type(error).__name__) from None
        self._check_party(claims)
        return claims

    def _check_party(self, claims: Mapping[str, Any]) -> None:
        """A token for several must say that it was us who asked (OpenID Connect Core, 3.1.3.7)."""
        party, audience = claims.get("azp"), claims["aud"]
        alone = isinstance(audience, str) or len(audience) == 1
        if party != self.client_id and not (alone and party is None):
            raise _unbelieved("somebody else asked for it")


def _unbelieved(why: str) -> NotSignedIn:
    return NotSignedIn("not_believed", f"the token: {why}")
