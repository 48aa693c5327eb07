"""Come here for what a provider's documents hold that matters to us, read once at the door."""

import contextlib
from collections.abc import Mapping
from typing import Annotated, Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from dispatch.sign_in.provider_choice import is_private


def _private(address: str) -> str:
    if not is_private(address):
        raise ValueError("it must be https")
    return address


Address = Annotated[str, AfterValidator(_private)]


class Metadata(BaseModel):
    """OpenID Connect Discovery 1.0, 3."""

    issuer: str
    authorization_endpoint: Address
    token_endpoint: Address
    jwks_uri: Address
    userinfo_endpoint: Address | None = None
    end_session_endpoint: Address | None = None
    device_authorization_endpoint: Address | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @classmethod
    def read(cls, said: Mapping[str, Any], issuer: str) -> "Metadata | None":
        """None where it is none, or another provider's."""
        try:
            found = cls.model_validate(said)
        except ValidationError:
            return None
        return found if found.issuer == issuer else None

    @property
    def takes_basic(self) -> bool:
        """Whether a client says its secret in a header."""
        return "client_secret_basic" in self.token_endpoint_auth_methods_supported


class Tokens(BaseModel):
    """OpenID Connect Core 1.0, 3.1.3.3; after a refresh there need be no ID token (12.2)."""

    id_token: str = ""
    access_token: str = ""
    refresh_token: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Tokens | None":
        """None where there is nothing of the kind."""
        try:
            found = cls.model_validate(said)
        except ValidationError:
            return None
        return found if found.id_token or found.access_token else None

    @classmethod
    def kept(cls, words: str) -> "Tokens | None":
        """As `words` said it."""
        try:
            return cls.model_validate_json(words)
        except ValidationError:
            return None

    @property
    def words(self) -> str:
        """What is kept to ask again: an ID token is no use for that."""
        return self.model_dump_json(exclude={"id_token"})

    def after(self, before: "Tokens") -> "Tokens":
        """A provider that says no new refresh token means the old one (RFC 6749, 6)."""
        kept = self.refresh_token or before.refresh_token
        return self.model_copy(update={"refresh_token": kept})


class WallCode(BaseModel):
    """RFC 8628, 3.2."""

    device_code: str
    user_code: str
    verification_uri: Address
    verification_uri_complete: Address | None = None
    expires_in: Annotated[int, Field(gt=0, le=86_400)]
    interval: Annotated[int, Field(gt=0, le=300)] = 5

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "WallCode | None":
        """None where it is none."""
        try:
            return cls.model_validate(said)
        except ValidationError:
            return None


def keys_of(said: Mapping[str, Any]) -> KeySet | None:
    """The keys that sign; those of kinds that we do not know are left out (RFC 7517, 5)."""
    found = []
    for one in said.get("keys") or []:
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") != "oct":
            with contextlib.suppress(JoseError, ValueError, TypeError):
                found.append(JWKRegistry.import_key(one))
    return KeySet(found) if found else None
