"""Come here for the lamps' client certificates: an authority of the district's own, and its list
of those that are good no longer.

Law: the certificate's common name is the lamp's id, and the broker takes it for the user name; so
what the access list says of passwords holds for certificates too.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lights.custody import write_whole
from lights.keyring import LISTENER, check_user

_PORT: Final = 8883
_TLS: Final = """\
cafile {folder}/ca.crt
certfile {folder}/server.crt
keyfile {folder}/server.key
crlfile {folder}/crl.pem
require_certificate true
use_identity_as_username true
"""
_AUTHORITY_FOR: Final = timedelta(days=3650)
"""As long as a controller hangs on its pole."""
_LAMP_FOR: Final = timedelta(days=1825)
"""Half of that: a crew is at every pole at least once in five years."""
_SERVER_FOR: Final = timedelta(days=397)
"""Renewing it needs no ladder; a year and a month, as browsers allow."""
_LIST_FOR: Final = timedelta(days=3650)
"""A broker that finds its list too old refuses everybody, and a street would be dark of orders."""
_EARLIER: Final = timedelta(days=1)
"""A lamp whose clock is behind must not think its certificate too young."""


class Authority:
    """The certificates of a folder; `now` is the caller's clock. Keys are EC P-256."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder = folder
        self._now = now
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if not (folder / "ca.crt").exists():
            self._make_authority()
        self._certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
        key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{folder / 'ca.key'} is not a key that was made here")
        self._key = key

    def certify_server(self, hosts: Iterable[str]) -> None:
        """server.crt and server.key for a broker that answers to these names or addresses, and the
        whole of what Mosquitto must be told (mosquitto.conf)."""
        names = [_general_name(host) for host in hosts]
        alternatives = x509.SubjectAlternativeName(names)
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        self._issue(self.folder / "server", "broker", _SERVER_FOR, [alternatives, use])
        if not (self.folder / "crl.pem").exists():
            self._write_list({})
        folder = self.folder.resolve()
        told = LISTENER.format(port=_PORT, folder=folder.parent) + _TLS.format(folder=folder)
        write_whole(self.folder / "mosquitto.conf", told)

    def certify_lamps(self, lamp_ids: Iterable[str]) -> None:
        """lamps/ID.crt and lamps/ID.key; what the same lamps had before is revoked."""
        (self.folder / "lamps").mkdir(mode=0o700, exist_ok=True)
        wanted = list(lamp_ids)
        self.revoke(wanted)
        for lamp_id in wanted:
            use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
            self._issue(self.folder / "lamps" / lamp_id, lamp_id, _LAMP_FOR, [use])

    def revoke(self, lamp_ids: Iterable[str]) -> None:
        """Put the present certificates of these on the list (crl.pem), and delete them here."""
        known = {one.serial_number: one.revocation_date_utc for one in self._revoked()}
        for lamp_id in _checked(lamp_ids):
            file = self.folder / "lamps" / f"{lamp_id}.crt"
            if file.exists():
                known[x509.load_pem_x509_certificate(file.read_bytes()).serial_number] = self._now
                file.unlink()
                file.with_suffix(".key").unlink(missing_ok=True)
        self._write_list(known)

    def _revoked(self) -> Iterable[x509.RevokedCertificate]:
        file = self.folder / "crl.pem"
        return x509.load_pem_x509_crl(file.read_bytes()) if file.exists() else ()

    def _write_list(self, known: dict[int, datetime]) -> None:
        made = x509.CertificateRevocationListBuilder().issuer_name(self._certificate.subject)
        made = made.last_update(self._now).next_update(self._now + _LIST_FOR)
        for serial, since in known.items():
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
            made = made.add_revoked_certificate(one.build())
        pem = made.sign(self._key, SHA256()).public_bytes(Encoding.PEM)
        write_whole(self.folder / "crl.pem", pem.decode())

    def _make_authority(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Lamplighter lamps")
        made = self._builder(name, name, key.public_key(), _AUTHORITY_FOR)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = made.add_extension(_SIGNS, critical=True)
        _write_pair(self.folder / "ca", made.sign(key, SHA256()), key)

    def _issue(
        self, file: Path, name: str, good_for: timedelta, more: list[x509.ExtensionType]
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder(_name(name), self._certificate.subject, key.public_key(), good_for)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        for extension in more:
            made = made.add_extension(extension, critical=False)
        _write_pair(file, made.sign(self._key, SHA256()), key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, last: timedelta
    ) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(self._now - _EARLIER).not_valid_after(self._now + last)


def _checked(lamp_ids: Iterable[str]) -> list[str]:
    """All of them, before anything is done to the first: they are parts of file names."""
    wanted = list(lamp_ids)
    for lamp_id in wanted:
        check_user(lamp_id)
    return wanted


_SIGNS: Final = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_pair(file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """The key first: a certificate without its key is of no use to anybody."""
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(file.with_name(f"{file.name}.key"), secret.decode())
    write_whole(file.with_name(f"{file.name}.crt"), certificate.public_bytes(Encoding.PEM).decode())
