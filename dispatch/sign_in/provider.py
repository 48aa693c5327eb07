"""Come here for what is said to the district's OpenID Connect provider, and what it answers.

Law: nobody is let in by anything but an ID token that its keys have signed, for us, now, and for
this attempt; and nothing of a code, token or secret is ever in a log or an error.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

import httpx
from joserfc.jwk import KeySet

from dispatch.sign_in.belief import Audience, Farewell, NotSignedIn
from dispatch.sign_in.choice import Choice
from dispatch.sign_in.provider_choice import ProviderChoice
from dispatch.sign_in.provider_wire import Metadata, Tokens, WallCode, keys_of
from dispatch.sign_in.trip import Trip

log = logging.getLogger(__name__)

T = TypeVar("T")

CALLBACK: Final = "/v1/sign-in/oidc/callback"
_PATIENCE_S: Final = 8.0
"""Somebody waits before a white page."""
_KNOWN_FOR: Final = timedelta(hours=1)
_KEYS_AGAIN: Final = timedelta(seconds=10)
"""A token with an unknown key makes us ask for the keys; a flood of them does so no oftener."""
_ERROR: Final = re.compile(r"[a-z_]{1,40}")
_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"


class Refused(NotSignedIn):
    """The provider takes no grant of ours; `error` is its word (RFC 6749, 5.2)."""

    def __init__(self, error: str) -> None:
        super().__init__("provider_refused", f"it takes no grant of ours: {error}")
        self.error = error


class Arrival(NamedTuple):
    """What the provider says of somebody, and what it can be asked again with."""

    claims: Mapping[str, Any]
    tokens: Tokens


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
        self._audience = Audience(choice.issuer, choice.client_id)
        self._public_url = public_url
        self._http = http
        self._clock = clock
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    # ---- by a browser

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
        if "offline_access" in self.choice.scopes.split():
            asked["prompt"] = "consent"  # OpenID Connect Core 1.0, 11
        return _with((await self._discovered()).authorization_endpoint, asked)

    async def arrived(self, code: str, trip: Trip) -> Arrival:
        """What it says of whoever has come back with a code. Raises NotSignedIn."""
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._public_url + CALLBACK,
            "code_verifier": trip.verifier,
        }
        tokens = await self._tokens(grant)
        return await self._arrival(await self.verified(tokens.id_token, trip.nonce), tokens)

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

    # ---- by a wall display (RFC 8628)

    async def wall_code(self) -> WallCode:
        """A code that somebody types elsewhere. Raises NotSignedIn."""
        endpoint = (await self._discovered()).device_authorization_endpoint
        if endpoint is None:
            raise NotSignedIn("provider_refused", "it lets no wall displays in")
        said = await self._posted(endpoint, {"scope": self.choice.scopes})
        return WallCode.read(said) or _unreadable("answer to a wall display")

    async def arrived_elsewhere(self, device_code: str) -> Arrival | None:
        """What it says of whoever has typed it; None: nobody yet. Raises NotSignedIn."""
        try:
            tokens = await self._tokens({"grant_type": _DEVICE, "device_code": device_code})
        except Refused as refused:
            if refused.error in ("authorization_pending", "slow_down"):
                return None
            raise
        return await self._arrival(await self.verified(tokens.id_token, None), tokens)

    # ---- later

    async def again(self, tokens: Tokens, subject: str) -> Arrival | None:
        """What it says of somebody now; None where it can be asked nothing. Raises NotSignedIn."""
        if tokens.refresh_token:
            grant = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
            fresh = (await self._tokens(grant)).after(tokens)
            claims: Mapping[str, Any] = {"sub": subject}
            if fresh.id_token:
                claims = await self.verified(fresh.id_token, None)
                if claims["sub"] != subject:
                    raise NotSignedIn("not_believed", "it speaks of somebody else")
            return await self._arrival(claims, fresh)
        if (await self._discovered()).userinfo_endpoint is None or not tokens.access_token:
            return None
        return Arrival(await self._said_of(subject, tokens), tokens)

    async def farewell(self, logout_token: str) -> Farewell:
        """Who has signed out there. Raises NotSignedIn."""
        return await self._believed(
            lambda keys: self._audience.farewell(logout_token, keys, self._clock())
        )

    # ---- what is believed

    async def verified(self, id_token: str, nonce: str | None) -> Mapping[str, Any]:
        """The claims of an ID token for us, this attempt and this moment. Raises NotSignedIn."""
        return await self._believed(
            lambda keys: self._audience.id_claims(id_token, keys, self._clock(), nonce)
        )

    async def _believed(self, read: Callable[[KeySet], T]) -> T:
        keys = await self._known_keys(_KNOWN_FOR)
        try:
            return read(keys)
        except NotSignedIn:
            again = await self._known_keys(_KEYS_AGAIN)
            if again is keys:
                raise
            return read(again)

    async def _arrival(self, claims: Mapping[str, Any], tokens: Tokens) -> Arrival:
        """Many providers keep groups out of the token, for whoever asks them."""
        can_ask = (await self._discovered()).userinfo_endpoint and tokens.access_token
        if self.choice.roles_claim not in claims and can_ask:
            claims = {**await self._said_of(claims["sub"], tokens), **claims}
        return Arrival(claims, tokens)

    async def _said_of(self, subject: str, tokens: Tokens) -> Mapping[str, Any]:
        endpoint = (await self._discovered()).userinfo_endpoint
        assert endpoint is not None  # noqa: S101 - for mypy: whoever calls has looked
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        answer = await self._ask("GET", endpoint, headers=headers)
        said = _object(answer)
        if answer.status_code == 401:
            raise NotSignedIn("provider_refused", "the person is no longer signed in there")
        if answer.status_code != 200 or said.get("sub") != subject:
            raise NotSignedIn("not_believed", "what it says of the person is of somebody else")
        return said

    # ---- what is asked

    async def _tokens(self, grant: Mapping[str, str]) -> Tokens:
        said = await self._posted((await self._discovered()).token_endpoint, grant)
        tokens = Tokens.read(said) or _unreadable("token answer")
        if not tokens.id_token and grant["grant_type"] != "refresh_token":
            _unreadable("token answer")
        return tokens

    async def _posted(self, endpoint: str, said: Mapping[str, str]) -> dict[str, Any]:
        metadata, form = await self._discovered(), dict(said)
        how: dict[str, Any] = {}
        if self.choice.secret is None:
            form["client_id"] = self.choice.client_id
        elif metadata.takes_basic:
            pair = quote(self.choice.client_id, safe=""), quote(self.choice.secret, safe="")
            how["auth"] = httpx.BasicAuth(*pair)
        else:
            form |= {"client_id": self.choice.client_id, "client_secret": self.choice.secret}
        answer = await self._ask("POST", endpoint, data=form, **how)
        answered = _object(answer)
        if answer.status_code != 200:
            why = str(answered.get("error"))
            raise Refused(why if _ERROR.fullmatch(why) else f"status {answer.status_code}")
        return answered

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
        if answer.status_code >= 500 or answer.status_code in (404, 429):
            raise NotSignedIn("provider_down", f"it answers with status {answer.status_code}")
        return answer


def provider_of(
    chosen: Choice, http: httpx.AsyncClient, clock: Callable[[], datetime]
) -> Provider | None:
    """The district's, where it has chosen one."""
    if chosen.provider is None or chosen.public_url is None:
        return None
    return Provider(chosen.provider, chosen.public_url, http, clock)


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
