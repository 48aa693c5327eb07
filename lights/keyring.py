"""Come here for the lamps' passwords: made, kept as hashes, written down for either broker.

Law: a password leaves this file once, when it is made; kept are only hashes. Every lamp may say
its own sighting and status and hear its own order, and nothing else; the dispatcher may say orders
and hear the rest. Every file is readable by its owner only, and replaced whole or not at all.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import bcrypt

from lights.custody import write_whole
from lights.lamp import is_lamp_id

DISPATCHER: Final = "@dispatcher"
"""The dispatcher's user name; no lamp's, for "@" is in no lamp id."""
NATS_USERS: Final = "nats-users.conf"
CREDENTIALS: Final = "credentials"
"""The folder of a dispatcher's keyring, in its data folder."""
_PORT: Final = 1883
_PASSWORD_BYTES: Final = 18
"""144 bits, 24 letters: nobody guesses it, and so its hash need not be slow."""
_BCRYPT_COST: Final = 4
"""The least there is: a thousand lamps that come back at once must not keep the broker busy."""
_PBKDF2_ROUNDS: Final = 101
"""Mosquitto's own number."""
LISTENER: Final = """\
# Written by Lamplighter; changes are lost. A whole listener: run Mosquitto with this file, or link
# it into a folder that it includes, in place of a listener of your own.
listener {port}
allow_anonymous false
acl_file {folder}/mosquitto.acl
# A lamp that gives another's client id would end the other's connection. Good for this listener.
use_username_as_clientid true
"""
"""Of Mosquitto's configuration; takes the port and the folder of the keyring."""
_ACL: Final = f"""\
# Written by Lamplighter; changes are lost. A lamp's user name is its id.
pattern write lamps/%u/sighting
pattern write lamps/%u/status
pattern read lamps/%u/order

user {DISPATCHER}
topic write lamps/+/order
topic read lamps/+/sighting
topic read lamps/+/status
"""
_SHUT_OUT: Final = "\nuser {}\ntopic deny lamps/#\n"
"""For connections that are open: Mosquitto asks for certificates only when one begins."""


@dataclass(frozen=True, slots=True)
class Password:
    """A password that was just made; it is written down nowhere else."""

    user: str
    password: str


class Keyring:
    """The passwords of a folder. `reload` of the broker is the caller's to ask for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "keyring.json"
        self._hashes: dict[str, dict[str, str]] = (
            json.loads(self._file.read_text()) if self._file.exists() else {}
        )
        self._revoked_file = folder / "revoked.json"
        self._revoked: set[str] = (
            set(json.loads(self._revoked_file.read_text()))
            if self._revoked_file.exists()
            else set()
        )

    def __contains__(self, user: str) -> bool:
        return user in self._hashes

    @property
    def lamps(self) -> list[str]:
        """The lamps that have a password."""
        return sorted(user for user in self._hashes if user != DISPATCHER)

    def make(self, users: Iterable[str]) -> list[Password]:
        """New passwords; those that the same users had before are good no longer."""
        made = [Password(user, _new_password()) for user in users]
        for one in made:
            check_user(one.user)
        self._hashes |= {one.user: _hashes_of(one.password) for one in made}
        self._revoked -= {one.user for one in made}
        self._write()
        return made

    def revoke(self, users: Iterable[str]) -> None:
        """These can connect no more, and who is connected can say and hear nothing."""
        for user in users:
            check_user(user)
            self._hashes.pop(user, None)
            self._revoked.add(user)
        self._write()

    def _write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        write_whole(self._file, json.dumps(self._hashes, indent=1))
        write_whole(self.folder / "mosquitto.passwd", _mosquitto_passwords(self._hashes))
        write_whole(self._revoked_file, json.dumps(sorted(self._revoked)))
        shut_out = "".join(_SHUT_OUT.format(user) for user in sorted(self._revoked))
        write_whole(self.folder / "mosquitto.acl", _ACL + shut_out)
        folder = self.folder.resolve()
        listener = LISTENER.format(port=_PORT, folder=folder)
        passwords = f"password_file {folder}/mosquitto.passwd\n"
        write_whole(self.folder / "mosquitto.conf", listener + passwords)
        write_whole(self.folder / NATS_USERS, _nats_users(self._hashes))


def check_user(user: str) -> None:
    """Raises ValueError where a name is neither a lamp's nor the dispatcher's."""
    if user != DISPATCHER and not is_lamp_id(user):
        raise ValueError(f"{user!r} is no lamp id")


def _new_password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _hashes_of(password: str) -> dict[str, str]:
    cheap = bcrypt.gensalt(_BCRYPT_COST, prefix=b"2a")
    return {
        "mosquitto": _pbkdf2(password, secrets.token_bytes(12)),
        "nats": bcrypt.hashpw(password.encode(), cheap).decode(),
    }


def _pbkdf2(password: str, salt: bytes) -> str:
    """A line of Mosquitto's password file, as mosquitto_passwd 2 writes it."""
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _PBKDF2_ROUNDS)
    parts = (base64.b64encode(part).decode() for part in (salt, made))
    return f"$7${_PBKDF2_ROUNDS}${'$'.join(parts)}"


def _mosquitto_passwords(hashes: Mapping[str, Mapping[str, str]]) -> str:
    return "".join(f"{user}:{kinds['mosquitto']}\n" for user, kinds in sorted(hashes.items()))


def _nats_users(hashes: Mapping[str, Mapping[str, str]]) -> str:
    lines = (_nats_user(user, kinds["nats"]) for user, kinds in sorted(hashes.items()))
    return "authorization { users: [\n" + "".join(lines) + "] }\n"


def _nats_user(user: str, password: str) -> str:
    """The levels of a topic are the parts of a NATS subject."""
    says, hears = (f"lamps.{user}.sighting", f"lamps.{user}.status"), (f"lamps.{user}.order",)
    if user == DISPATCHER:
        says, hears = ("lamps.*.order",), ("lamps.*.sighting", "lamps.*.status")  # type: ignore[assignment]
    may = json.dumps({"publish": says, "subscribe": hears})
    return f"  {{user: {json.dumps(user)}, password: {json.dumps(password)}, permissions: {may}}}\n"
