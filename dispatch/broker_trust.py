"""Come here for whom a broker lets speak: what is refused at the start, and what is warned of.

Law: beyond this machine nobody but whoever is asked who they are, over TLS, speaks with the lamps,
unless the deployment names the broker; within it, that a broker asks nobody is never a secret.
"""

from typing import Final

from dispatch.settings import Settings
from dispatch.sign_in.choice import is_loopback
from lights.broker_address import BrokerAddress

_NAME_IT: Final = (
    "or, where nobody else can reach the network between, name the broker's host in "
    "LAMPLIGHTER_MQTT_UNPROTECTED"
)
_NOT_YET: Final = (
    "the embedded broker asks nobody who they are, for no lamp has credentials yet. Whatever "
    "runs on this machine can make every lamp blink and speak for it. Before lamps of a street "
    "connect: `lamplighter lamps credentials make --all`, then start the dispatcher again"
)
_NO_TLS: Final = (
    "the broker is spoken with over mqtt://, so that whoever is on the way reads which lamps light "
    "for somebody, and gives them orders: use mqtts://"
)
_NO_NAME: Final = (
    "we come to the broker without a name, and so may anybody who makes every lamp blink or speaks "
    "for it: give the lamps and us credentials (`lamplighter lamps credentials make --all`), and "
    "say ours in LAMPLIGHTER_MQTT_URL or LAMPLIGHTER_MQTT_CERT"
)


def why_refused(settings: Settings) -> str | None:
    """Why the dispatcher does not speak with its broker, and what to do; None: it does."""
    broker = settings.mqtt
    if broker is None or is_loopback(broker.host) or broker.host == settings.mqtt_unprotected:
        return None
    found = _lacking(broker)
    return found and f"LAMPLIGHTER_MQTT_URL: {found}; {_NAME_IT}"


def warnings(settings: Settings, lamps_have_passwords: bool) -> list[str]:
    """What anybody could do with the lamps, in words for a security officer; empty: nothing.

    They name no address: whoever asks for the dispatcher's health may read them.
    """
    if settings.mqtt is None:
        return [] if lamps_have_passwords else [_NOT_YET]
    found = _lacking(settings.mqtt)
    return [] if found is None else [found]


def _lacking(address: BrokerAddress) -> str | None:
    """What is missing on the way to a broker, and what others can do for it."""
    if not address.tls and not is_loopback(address.host):
        return _NO_TLS
    if address.username is None and address.certificate is None:
        return _NO_NAME
    return None
