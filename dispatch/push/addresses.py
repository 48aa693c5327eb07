"""Come here for who is told where: addresses and secrets as a deployment writes them down.

Law: no refusal holds an address or a secret; what is wrong is named by its target.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from urllib.parse import urlsplit

from dispatch.cap import PREFIX
from dispatch.push.signature import Secret
from dispatch.sign_in.choice import is_loopback

_CAP: Final = "cap+"
_TARGETS: Final = "control_room, supervisor, guardian or unit:NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a target is told, and how. `form` cap: in CAP, of every change that matters."""

    url: str = field(repr=False)
    form: Literal["json", "cap"] = "json"
    secrets: tuple[Secret, ...] = ()


def read_addresses(text: str, secrets: str, unprotected: str = "") -> dict[str, Address]:
    """Targets of the outbox; raises ValueError with words that help.

    Beyond this machine a target is told by https and signed, or it is named in `unprotected`.

    `text` is `target=url;…`; a URL that begins with cap+ is told in CAP. `secrets` is
    `target=whsec_…[,whsec_…]`, separated by semicolons or lines.
    """
    found: dict[str, Address] = {}
    for target, url in _pairs(text):
        if not _is_target(target):
            raise ValueError(f"{target!r} is nobody who is told: it must be {_TARGETS}")
        key, address = _address(target, url)
        if key in found:
            raise ValueError(f"{target} is told twice in the same form: one address each")
        found[key] = address
    signing = _with_secrets(found, secrets)
    trusted = {one.strip() for one in unprotected.replace("\n", ";").split(";")} - {""}
    for name in trusted - {key.removeprefix(PREFIX) for key in signing}:
        raise ValueError(
            f"{name!r} is named in LAMPLIGHTER_WEBHOOKS_UNPROTECTED, but has no address"
        )
    for key, address in signing.items():
        target = key.removeprefix(PREFIX)
        if target not in trusted and (wrong := _unprotected(address)):
            raise ValueError(f"{target} {wrong}; {_UNLESS}")
    return signing


_UNLESS: Final = (
    "or, where nobody else can reach the network between, name the target in "
    "LAMPLIGHTER_WEBHOOKS_UNPROTECTED"
)


def _unprotected(address: Address) -> str:
    """What anybody on the way could do, and what to do against it; empty: nothing."""
    parts = urlsplit(address.url)
    host = parts.hostname or ""
    if host == "localhost" or is_loopback(host):
        return ""
    if parts.scheme != "https":
        return "is told by http://, so that anybody on the way reads where people are: use https://"
    if not address.secrets:
        return (
            "has no secret, so that it cannot tell our letters from forged ones: set one in "
            "LAMPLIGHTER_WEBHOOK_SECRETS"
        )
    return ""


def without_comments(text: str) -> str:
    """The secrets of a file."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, (part.strip() for part in text.replace("\n", ";").split(";"))):
        target, is_pair, value = part.partition("=")
        if not is_pair:
            raise ValueError("every part must be target=…, separated by semicolons")
        yield target.strip(), value.strip()


def _is_target(target: str) -> bool:
    kind, _, name = target.partition(":")
    return target in ("control_room", "supervisor", "guardian") or (kind == "unit" and bool(name))


def _address(target: str, url: str) -> tuple[str, Address]:
    in_cap = url.startswith(_CAP)
    plain = url.removeprefix(_CAP)
    try:
        parts = urlsplit(plain)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_usable = is_usable and (parts.port is None or parts.port > 0)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError(f"the address of {target} must be http(s)://… or cap+http(s)://…")
    if in_cap:
        return PREFIX + target, Address(plain, "cap")
    return target, Address(plain)


def _with_secrets(found: Mapping[str, Address], text: str) -> dict[str, Address]:
    signing = dict(found)
    for target, value in _pairs(text):
        keys = [key for key in (target, PREFIX + target) if key in signing]
        if not keys:
            raise ValueError(f"there is a secret for {target!r}, who has no address")
        try:
            secrets = tuple(Secret.read(one) for one in value.replace(",", " ").split())
        except ValueError as error:
            raise ValueError(f"a secret of {target} {error}") from None
        signing |= {key: replace(signing[key], secrets=secrets) for key in keys}
    return signing
