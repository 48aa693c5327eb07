"""Come here for what a provider's documents hold that matters to us, read once at the door."""

import contextlib
from collections.abc import Mapping
from typing import Annotated, Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from pydantic import AfterValidator, BaseModel, ValidationError

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
    """OpenID Connect Core 1.0, 3.1.3.3."""

    id_token: str
    access_token: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Tokens | None":
        """None where there is no ID token."""
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
