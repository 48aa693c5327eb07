"""Come here for whose broker the dispatcher speaks to: the operator's, or an embedded one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dispatch.broker_trust import why_refused
from dispatch.settings import BadSetting, Settings
from dispatch.sign_in.choice import is_loopback
from lights.broker import Broker
from lights.broker_address import BrokerAddress
from lights.embedded import EmbeddedBroker
from lights.keyring import DISPATCHER, Keyring, Password


@asynccontextmanager
async def broker_beside(settings: Settings, broker: Broker) -> AsyncIterator[Any]:
    """Where no other broker is named, one of ours, and what ends when it dies."""
    if refused := why_refused(settings):
        raise BadSetting(refused)
    if settings.mqtt is not None:
        yield asyncio.Event().wait()
        return
    host, port = settings.mqtt_listen
    keyring = Keyring(settings.credentials)
    if not keyring.lamps and not is_loopback(host):
        raise BadSetting(
            f"LAMPLIGHTER_MQTT_LISTEN is {host}:{port}, where others can reach it, and no lamp "
            "has a password yet: make them with `lamplighter lamps credentials make --all`"
        )
    guard = settings.credentials if keyring.lamps else None
    # A new password at every start: it is for this process alone.
    own = keyring.make([DISPATCHER])[0] if guard else Password("", "")
    async with EmbeddedBroker(host, port, settings.data_dir / "broker", guard) as embedded:
        ours = ("127.0.0.1", embedded.inner_port) if guard else (host, embedded.port)
        address = BrokerAddress(*ours, own.user or None, own.password or None)
        broker.move_to(address, newest=False)  # NATS would log our MQTT 5 as an error
        yield embedded.watch()
