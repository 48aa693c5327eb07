"""Come here for what the environment may set, read once into one frozen value."""

import contextlib
import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dispatch.heads import Chain
from dispatch.push.addresses import Address, read_addresses, without_comments
from dispatch.push.signature import Secret
from dispatch.seals import key_of
from dispatch.secret_files import look_at, read_secret_file
from dispatch.sign_in import choice
from dispatch.sign_in.choice import Choice
from lights.broker_address import BrokerAddress
from lights.custody import close, own_folder
from lights.keyring import CREDENTIALS

HELP: Final = (
    """\
LAMPLIGHTER_DATABASE_URL  postgresql+asyncpg://user:password@host/name
                          (default: a SQLite file in the data folder)
LAMPLIGHTER_MQTT_URL      mqtt://user:password@host:1883 or mqtts://…
                          (default: an embedded broker, started and stopped with the dispatcher)
LAMPLIGHTER_MQTT_CA       for mqtts: a file of the authority that signed the broker's certificate
LAMPLIGHTER_MQTT_CERT     for mqtts: our own certificate, and LAMPLIGHTER_MQTT_KEY its key, where
                          the broker asks for one
LAMPLIGHTER_MQTT_UNPROTECTED
                          the host of LAMPLIGHTER_MQTT_URL, where it may be spoken with without
                          TLS or a name beyond this machine, because the network between is
                          closed (default: none)
LAMPLIGHTER_MQTT_LISTEN   where the embedded broker listens (default: 127.0.0.1:1883)
LAMPLIGHTER_MQTT_QOS      QoS of orders, 0 or 1 (default: 0; the sighting is the acknowledgement)
LAMPLIGHTER_HTTP_LISTEN   where HTTP and the feed listen (default: 127.0.0.1:8080)
LAMPLIGHTER_DATA_DIR      a folder for SQLite file, broker store and secret
LAMPLIGHTER_MAP_STYLE     what the screens' map stands on: a MapLibre style, a file or https://…
LAMPLIGHTER_MAP_PMTILES   or a PMTiles archive of vector or raster tiles, a file or https://…
                          (default: nothing but areas and lamps; no other machine is asked)
LAMPLIGHTER_WEBHOOKS      who is told where: control_room=https://…;supervisor=https://…;
                          unit:쌍문파출소=https://…;guardian=https://… (who passes on what the
                          guardians of walks are told) (default: nobody but the screens);
                          an address that begins with cap+https:// is told in CAP 1.2
LAMPLIGHTER_WEBHOOK_SECRETS
                          who can verify it: control_room=whsec_…;unit:쌍문파출소=whsec_…
                          (two, with a comma between them, while a secret is being changed)
LAMPLIGHTER_WEBHOOK_SECRETS_FILE
                          a file with such lines instead
LAMPLIGHTER_WEBHOOKS_UNPROTECTED
                          who may be told by http:// or without a secret beyond this machine,
                          because the network between is closed: control_room;unit:쌍문파출소
                          (default: nobody)
LAMPLIGHTER_CAP_SENDER    the dispatcher's name in CAP messages (default: lamplighter)
LAMPLIGHTER_LOG_FORMAT    text or json: what the log on standard error looks like (default: text)
"""
    + choice.HELP
)


_NAMED: Final = re.compile(r"LAMPLIGHTER_[A-Z_]+")
_SECRET_BYTES: Final = 32
"""As long as the hash it keys (RFC 2104, 3)."""


_CAP_NAME: Final = re.compile(r"[^\s,<&]{1,200}")
"""CAP 1.2, 3.2.1: a sender has no spaces, commas, < or &."""


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """Of settings that there are not, in words: nobody is told by LAMPLIGHTER_WEBHOOK."""
    known = set(_NAMED.findall(HELP))
    found = sorted(name for name in environment if _NAMED.fullmatch(name) and name not in known)
    near = {name: get_close_matches(name, known, 1) for name in found}
    return [
        f"{name} is no setting of ours and is not looked at"
        + (f": did you mean {near[name][0]}?" if near[name] else "")
        for name in found
    ]


class BadSetting(Exception):
    """An environment variable cannot be used; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a deployment can choose. `mqtt` None: the embedded broker.

    What the map stands on is an address, a file that the dispatcher serves, or None.
    """

    database_url: str
    mqtt: BrokerAddress | None
    mqtt_unprotected: str | None
    mqtt_listen: tuple[str, int]
    mqtt_qos: int
    http_listen: tuple[str, int]
    data_dir: Path
    webhooks: Mapping[str, Address]
    cap_sender: str
    map_style: str | Path | None
    map_pmtiles: str | Path | None
    sign_in: Choice

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises BadSetting."""
        get = environment.get
        data_dir = Path(get("LAMPLIGHTER_DATA_DIR") or _default_data_dir(environment))
        mqtt_url = get("LAMPLIGHTER_MQTT_URL")
        http_listen = _listen(environment, "LAMPLIGHTER_HTTP_LISTEN", "127.0.0.1:8080")
        return cls(
            database_url=get("LAMPLIGHTER_DATABASE_URL")
            or f"sqlite+aiosqlite:///{data_dir / 'lamplighter.sqlite3'}",
            mqtt=_broker(mqtt_url, environment) if mqtt_url else None,
            mqtt_unprotected=get("LAMPLIGHTER_MQTT_UNPROTECTED") or None,
            mqtt_listen=_listen(environment, "LAMPLIGHTER_MQTT_LISTEN", "127.0.0.1:1883"),
            mqtt_qos=_qos(get("LAMPLIGHTER_MQTT_QOS") or "0"),
            http_listen=http_listen,
            data_dir=data_dir,
            webhooks=_webhooks(environment),
            cap_sender=_cap_sender(get("LAMPLIGHTER_CAP_SENDER") or "lamplighter"),
            map_style=_map_source(environment, "LAMPLIGHTER_MAP_STYLE"),
            map_pmtiles=_map_source(environment, "LAMPLIGHTER_MAP_PMTILES"),
            sign_in=_sign_in(environment, http_listen[0]),
        )

    @property
    def credentials(self) -> Path:
        """The folder of the lamps' passwords and certificates."""
        return self.data_dir / CREDENTIALS

    @property
    def cap_secrets(self) -> Mapping[str, tuple[Secret, ...]]:
        """Those that each receiver of CAP signs its Acks with."""
        told = self.webhooks.items()
        return {to: one.secrets for to, one in told if one.form == "cap" and one.secrets}

    @property
    def heads_file(self) -> Path:
        """Where the ends of journal and record are remembered."""
        return self.data_dir / "heads.json"

    def make_data_dir(self) -> None:
        """Raises BadSetting where there can be no such folder."""
        try:
            own_folder(self.data_dir)
            close([self.data_dir / "secret", self.heads_file])
        except OSError as error:
            raise BadSetting(
                f"LAMPLIGHTER_DATA_DIR is {self.data_dir}, and no such folder can be made: "
                f"{error.strerror}"
            ) from None

    def secret(self) -> bytes:
        """The key of the callers' tokens and of the chains: made once, kept in the data folder for
        its owner only."""
        path = self.data_dir / "secret"
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
        if len(secret) < _SECRET_BYTES:
            raise BadSetting(f"{path} is too short to be a secret: restore it from a backup")
        return secret

    def chain_key(self, chain: Chain) -> bytes:
        """What journal or record is chained with: made of the secret, which no database holds."""
        return key_of(self.secret(), chain)

    def known_secret(self) -> bytes | None:
        """The same, where it is; nothing is made."""
        return self.secret() if (self.data_dir / "secret").is_file() else None


def _make_secret(path: Path) -> None:
    """Whole or not at all, and whoever comes second takes what the first has made."""
    fresh = path.with_name(f"secret.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as new:
        new.write(secrets.token_bytes(_SECRET_BYTES))
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def _default_data_dir(environment: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "lamplighter"
    base = environment.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "lamplighter"


def _broker(url: str, environment: Mapping[str, str]) -> BrokerAddress:
    try:
        address = replace(
            BrokerAddress.parse(url),
            authority=environment.get("LAMPLIGHTER_MQTT_CA") or None,
            certificate=environment.get("LAMPLIGHTER_MQTT_CERT") or None,
            key=environment.get("LAMPLIGHTER_MQTT_KEY") or None,
        )
        address.tls_context()
    except ValueError as error:
        raise BadSetting(f"LAMPLIGHTER_MQTT_URL: {error}") from None
    except OSError as error:
        raise BadSetting(
            f"LAMPLIGHTER_MQTT_CA, _CERT or _KEY names no such certificate: {error}"
        ) from None
    _look_at_key(address)
    return address


def _look_at_key(address: BrokerAddress) -> None:
    """It may stand in the file of the certificate."""
    name = "LAMPLIGHTER_MQTT_KEY" if address.key else "LAMPLIGHTER_MQTT_CERT"
    if address.tls and (file := address.key or address.certificate):
        try:
            look_at(name, Path(file))
        except ValueError as error:
            raise BadSetting(str(error)) from None


def _listen(environment: Mapping[str, str], name: str, default: str) -> tuple[str, int]:
    text = environment.get(name) or default
    try:
        parts = urlsplit(f"//{text}")
        if parts.hostname and parts.port is not None and parts.netloc == text:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise BadSetting(f"{name} is {text!r}; it must be address:port, such as {default}")


def _sign_in(environment: Mapping[str, str], host: str) -> Choice:
    try:
        return Choice.read(environment, host)
    except ValueError as error:
        raise BadSetting(str(error)) from None


def _qos(text: str) -> int:
    if text not in ("0", "1"):
        raise BadSetting(f"LAMPLIGHTER_MQTT_QOS is {text!r}; it must be 0 or 1")
    return int(text)


def _map_source(environment: Mapping[str, str], name: str) -> str | Path | None:
    text = environment.get(name)
    if not text:
        return None
    if urlsplit(text).scheme in ("http", "https"):
        return text
    if Path(text).is_file():
        return Path(text).resolve()
    raise BadSetting(f"{name} is {text!r}; it must be a file that is there, or https://…")


def _webhooks(environment: Mapping[str, str]) -> Mapping[str, Address]:
    name, text = "LAMPLIGHTER_WEBHOOKS", environment.get("LAMPLIGHTER_WEBHOOKS") or ""
    secrets = environment.get("LAMPLIGHTER_WEBHOOK_SECRETS") or ""
    file = "LAMPLIGHTER_WEBHOOK_SECRETS_FILE"
    try:
        if path := environment.get(file):
            secrets += "\n" + without_comments(read_secret_file(file, Path(path)))
        unprotected = environment.get("LAMPLIGHTER_WEBHOOKS_UNPROTECTED") or ""
        return read_addresses(text, secrets, unprotected)
    except ValueError as error:
        raise BadSetting(f"{name} and its secrets: {error}") from None


def _cap_sender(text: str) -> str:
    if not _CAP_NAME.fullmatch(text):
        raise BadSetting(
            f"LAMPLIGHTER_CAP_SENDER is {text!r}; it must be a name without spaces, commas, < or "
            "&, such as lamplighter.dobong.go.kr"
        )
    return text
