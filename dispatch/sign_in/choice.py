"""Come here for what a district chooses about signing in, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final, Literal
from urllib.parse import urlsplit

from dispatch.sign_in import provider_choice
from dispatch.sign_in.provider_choice import ProviderChoice

Way = Literal["none", "local", "oidc"]

HELP: Final = (
    """\
LAMPLIGHTER_SIGN_IN       local (default): accounts of its own, `lamplighter accounts`;
                          oidc: the district's OpenID Connect provider;
                          none: whoever reaches it is at the desk (on 127.0.0.1 alone, and
                          behind no proxy)
LAMPLIGHTER_PUBLIC_URL    where browsers find it, such as https://lamps.dobong.go.kr, when a
                          proxy stands before it; https: cookies travel over TLS alone
LAMPLIGHTER_TRUSTED_PROXIES
                          addresses whose X-Forwarded-For is believed: 127.0.0.1,10.0.0.7
                          (default: nobody's)
"""
    + provider_choice.HELP
)


@dataclass(frozen=True, slots=True)
class Choice:
    """`public_url`: where browsers find us, where that is not where we listen.

    `provider`: who is asked about people, where the way is `oidc`.
    """

    way: Way
    public_url: str | None
    trusted_proxies: tuple[str, ...]
    provider: ProviderChoice | None

    @classmethod
    def read(cls, environment: Mapping[str, str], host: str) -> "Choice":
        """`host` is where HTTP listens. Raises ValueError with words that help."""
        get = environment.get
        way = _way(get("LAMPLIGHTER_SIGN_IN") or "local", host)
        public_url = _public_url(get("LAMPLIGHTER_PUBLIC_URL") or "")
        if way == "oidc" and public_url is None:
            raise ValueError(
                "LAMPLIGHTER_SIGN_IN is oidc: LAMPLIGHTER_PUBLIC_URL must be set too, such as "
                "https://lamps.dobong.go.kr, for the provider sends browsers back there"
            )
        proxies = _proxies(get("LAMPLIGHTER_TRUSTED_PROXIES") or "")
        if way == "none" and (public_url is not None or proxies):
            raise ValueError(
                "LAMPLIGHTER_SIGN_IN is none, and LAMPLIGHTER_"
                f"{'PUBLIC_URL' if public_url else 'TRUSTED_PROXIES'} says that others come "
                "through a proxy: anybody whom it lets in would be at the desk. Leave one of the "
                "two out"
            )
        return cls(
            way=way,
            public_url=public_url,
            provider=ProviderChoice.read(environment) if way == "oidc" else None,
            trusted_proxies=proxies,
        )

    @property
    def behind_tls(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address to listen on."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _way(text: str, host: str) -> Way:
    if text == "local":
        return "local"
    if text == "oidc":
        return "oidc"
    if text != "none":
        raise ValueError(f"LAMPLIGHTER_SIGN_IN is {text!r}; it must be local, oidc or none")
    if not is_loopback(host):
        raise ValueError(
            f"LAMPLIGHTER_SIGN_IN is none, and LAMPLIGHTER_HTTP_LISTEN is {host}: anybody in the "
            "network would be at the desk. Listen on 127.0.0.1, or leave LAMPLIGHTER_SIGN_IN out "
            "and give people accounts"
        )
    return "none"


def _public_url(text: str) -> str | None:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path > "/"):
        raise ValueError(
            f"LAMPLIGHTER_PUBLIC_URL is {text!r}; it must be the address that browsers open, such "
            "as https://lamps.dobong.go.kr"
        )
    return f"{parts.scheme}://{parts.netloc}" if text else None


def _proxies(text: str) -> tuple[str, ...]:
    found = tuple(filter(None, (part.strip() for part in text.split(","))))
    for one in found:
        try:
            ip_network(one)
        except ValueError:
            raise ValueError(
                f"LAMPLIGHTER_TRUSTED_PROXIES: {one!r} is no address; it must be such as "
                "127.0.0.1,10.0.0.0/24"
            ) from None
    return found
