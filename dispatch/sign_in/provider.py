"""Come here for what is said to the district's OpenID Connect provider, and what is believed of it.

Law: nobody is let in by anything but an ID token that its keys have signed, for us, now, and for
this attempt; and nothing of a code, token or secret is ever in a log or an error.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dispatch.sign_in.provider_choice import ProviderChoice
from dispatch.sign_in.provider_wire import Metadata, Tokens, keys_of
from dispatch.sign_in.trip import Trip

log = logging.getLogger(__name__)

Trouble = Literal["provider_down", "provider_refused", "not_believed", "not_yours", "begin_again"]
"""Why nobody was let in; the sign-in page has words for each."""

CALLBACK: Final = "/v1/sign-in/oidc/callback"
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
_PATIENCE_S: Final = 8.0
"""Somebody waits before a white page."""
_KNOWN_FOR: Final = timedelta(hours=1)
_KEYS_AGAIN: Final = timedelta(seconds=10)
"""A token with an unknown key makes us ask for the keys; a flood of them does so no oftener."""
_LEEWAY_S: Final = 60
"""Between our clock and the provider's."""
_ERROR: Final = re.compile(r"[a-z_]{1,40}")


class NotSignedIn(Exception):
    """Nobody is let in; the message is for the log."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble: Trouble = trouble


class Provider:
    """`public_url` is where browsers find us, and come back to."""

    def __init__(
        self,
        choice: ProviderChoice,
        public_url: str,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime],
    ) -> None:
        self.choice = choice
        self._public_url = public_url
        self._http = http
        self._clock = clock
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    async def address(self, trip: Trip) -> str:
        """Where a browser is sent to sign in. Raises NotSignedIn."""
        asked = {
            "response_type": "code",
            "client_id": self.choice.client_id,
            "redirect_uri": self._public_url + CALLBACK,
            "scope": self.choice.scopes,
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": trip.challenge,
            "code_challenge_method": "S256",
        }
        return _with((await self._discovered()).authorization_endpoint, asked)

    async def claims(self, code: str, trip: Trip) -> Mapping[str, Any]:
        """What it says of whoever has come back with a code. Raises NotSignedIn."""
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._public_url + CALLBACK,
            "code_verifier": trip.verifier,
        }
        tokens = await self._tokens(grant)
        claims = await self.verified(tokens.id_token, trip.nonce)
        return claims if self.choice.roles_claim in claims else await self._more(claims, tokens)

    async def verified(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token for us, this attempt and this moment. Raises NotSignedIn."""
        keys = await self._known_keys(_KNOWN_FOR)
        try:
            return self._checked(id_token, keys, nonce)
        except NotSignedIn:
            again = await self._known_keys(_KEYS_AGAIN)
            if again is keys:
                raise
            return self._checked(id_token, again, nonce)

    async def way_out(self) -> str | None:
        """Where a browser is sent to be signed out at the provider too, where it offers that."""
        try:
            end = (await self._discovered()).end_session_endpoint
        except NotSignedIn as problem:
            log.warning("the provider was not asked to sign anybody out: %s", problem)
            return None
        back = f"{self._public_url}/sign-in"
        asked = {"client_id": self.choice.client_id, "post_logout_redirect_uri": back}
        return _with(end, asked) if end else None

    # ---- what is believed

    def _checked(self, id_token: str, keys: KeySet, nonce: str) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.choice.issuer},
            aud={"essential": True, "value": self.choice.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            # The library's words may hold what was in the token.
            raise NotSignedIn("not_believed", f"the ID token: {type(error).__name__}") from None
        self._check_party(claims)
        return claims

    def _check_party(self, claims: Mapping[str, Any]) -> None:
        """A token for several must say that it was us who asked (OpenID Connect Core, 3.1.3.7)."""
        party, audience = claims.get("azp"), claims["aud"]
        alone = isinstance(audience, str) or len(audience) == 1
        if party != self.choice.client_id and not (alone and party is None):
            raise NotSignedIn("not_believed", "the ID token: somebody else asked for it")

    async def _more(self, claims: Mapping[str, Any], tokens: Tokens) -> Mapping[str, Any]:
        """Many providers keep groups out of the token, for whoever asks them."""
        metadata = await self._discovered()
        if metadata.userinfo_endpoint is None or not tokens.access_token:
            return claims
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        answer = await self._ask("GET", metadata.userinfo_endpoint, headers=headers)
        said = _object(answer)
        if answer.status_code != 200 or said.get("sub") != claims["sub"]:
            raise NotSignedIn("not_believed", "what it says of the person is of somebody else")
        return {**said, **claims}

    # ---- what is asked

    async def _tokens(self, grant: Mapping[str, str]) -> Tokens:
        metadata, form = await self._discovered(), dict(grant)
        how: dict[str, Any] = {}
        if self.choice.secret is None:
            form["client_id"] = self.choice.client_id
        elif metadata.takes_basic:
            pair = quote(self.choice.client_id, safe=""), quote(self.choice.secret, safe="")
            how["auth"] = httpx.BasicAuth(*pair)
        else:
            form |= {"client_id": self.choice.client_id, "client_secret": self.choice.secret}
        answer = await self._ask("POST", metadata.token_endpoint, data=form, **how)
        said = _object(answer)
        if answer.status_code != 200:
            why = str(said.get("error"))
            why = why if _ERROR.fullmatch(why) else f"status {answer.status_code}"
            raise NotSignedIn("provider_refused", f"it takes no code of ours: {why}")
        return Tokens.read(said) or _unreadable("token answer")

    async def _discovered(self) -> Metadata:
        now = self._clock()
        if self._metadata is None or now - self._metadata[1] >= _KNOWN_FOR:
            address = self.choice.issuer.rstrip("/") + "/.well-known/openid-configuration"
            answer = await self._ask("GET", address)
            found = Metadata.read(_object(answer), self.choice.issuer)
            self._metadata = (found or _unreadable("discovery document"), now)
        return self._metadata[0]

    async def _known_keys(self, age: timedelta) -> KeySet:
        now = self._clock()
        if self._keys is None or now - self._keys[1] >= age:
            answer = await self._ask("GET", (await self._discovered()).jwks_uri)
            self._keys = (keys_of(_object(answer)) or _unreadable("set of keys"), now)
        return self._keys[0]

    async def _ask(self, method: str, address: str, **how: Any) -> httpx.Response:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                answer = await self._http.request(method, address, timeout=_PATIENCE_S, **how)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotSignedIn("provider_down", f"no answer: {type(error).__name__}") from None
        if answer.status_code >= 500 or answer.status_code == 404:
            raise NotSignedIn("provider_down", f"it answers with status {answer.status_code}")
        return answer


def _with(address: str, asked: Mapping[str, str]) -> str:
    """A provider's address may have a query of its own."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}


def _unreadable(what: str) -> Any:
    raise NotSignedIn("provider_down", f"its {what} is not as OpenID Connect says, or another's")
