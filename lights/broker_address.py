"""Come here for where the MQTT broker is, and what it takes to speak TLS with it."""

import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is. Made from `mqtt://user:password@host:1883` or `mqtts://…`.

    For mqtts: `authority` is the file of the certificates that are trusted besides the machine's
    own, `certificate` and `key` are ours where the broker asks for one.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False
    authority: str | None = None
    certificate: str | None = None
    key: str | None = None

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        """Raises ValueError with words that help."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("an MQTT address looks like mqtt://user:password@host:1883 (or mqtts)")
        tls = parts.scheme == "mqtts"
        return cls(
            parts.hostname,
            parts.port or (8883 if tls else 1883),
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            tls,
        )

    def tls_context(self) -> ssl.SSLContext | None:
        """What to speak TLS with; raises OSError where a file is missing or is none."""
        if not self.tls:
            return None
        context = ssl.create_default_context(cafile=self.authority)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context
