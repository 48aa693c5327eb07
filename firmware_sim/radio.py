"""Come here for one connection between the street and the broker; the only import of gmqtt.

Law: a radio is connected when its orders are subscribed to, not before; every connection starts
with a clean session; hanging up is silent, so that the broker publishes the will.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from gmqtt import Client, Message, Subscription
from gmqtt.mqtt.constants import MQTTv311
from gmqtt.mqtt.handler import MQTTConnectError

from firmware_sim.wire import OFFLINE, topics_of

# A broker that takes longer than this to answer is asked again, on a new connection.
PATIENCE_S: Final = 10.0
# So soon a lamp finds out that nothing comes back over a connection that seems whole.
KEEPALIVE_S: Final = 60
# gmqtt reconnects with a session that is not clean and without jitter: the street does it itself.
# Its own number for "do not" (0) still allows one try, and -1 means for ever.
_NEVER: Final = -2
CANNOT_CONNECT: Final = (OSError, MQTTConnectError)  # a TimeoutError is an OSError

# It would write a traceback for each of a thousand connections when the broker goes.
logging.getLogger("gmqtt.mqtt.protocol").setLevel(logging.ERROR)
logging.getLogger("gmqtt.client").setLevel(logging.CRITICAL)


class Broker(NamedTuple):
    """Where the broker is and who we are; `{lamp_id}` in the name or password stands for the id.

    `passwords` by lamp id, where each lamp has its own; its name is then its id.
    """

    host: str
    port: int = 1883
    username: str | None = None
    password: str | None = None
    tls: bool = False
    passwords: Mapping[str, str] | None = None
    keepalive_s: int = KEEPALIVE_S


class Radio:
    """The connection of one lamp, or of the lamps behind one gateway.

    A will can speak for one lamp only: a gateway's speaks for its first.
    """

    def __init__(
        self,
        broker: Broker,
        lamp_ids: Sequence[str],
        hear: Callable[[str, bytes], None],
        turned: Callable[[bool], None],
    ) -> None:
        """`hear` gets a lamp id and an order; `turned` gets every change of `up`."""
        self._broker = broker
        self._lamp_ids = lamp_ids
        self._hear = hear
        self._turned = turned
        self._client: Any = None
        self._patience: asyncio.Timeout | None = None
        self._granted: asyncio.Queue[Sequence[int]] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.up = False
        self.is_gateway = len(lamp_ids) > 1

    async def connect(self) -> None:
        """Connect and subscribe; raises one of CANNOT_CONNECT."""
        self.lost.clear()
        self._granted = asyncio.Queue()
        self._client = self._new_client()
        try:
            async with asyncio.timeout(PATIENCE_S) as self._patience:
                await self._open()
        except BaseException:
            self.hang_up()
            raise
        finally:
            self._patience = None
        self._turn(True)

    def say(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        """Publish; False where there is no connection. Nothing is kept for later."""
        if self.up:
            self._client.publish(Message(topic, payload, qos=qos, retain=retain))
        return self.up

    def hang_up(self) -> None:
        """Drop the connection as a lamp does that loses power: no DISCONNECT, no farewell."""
        self._turn(False)
        if self._client is not None and self._client._connection is not None:
            self._client._connection._transport.abort()  # gmqtt itself only knows polite ends

    async def leave(self) -> None:
        """End the connection politely; the broker forgets the will."""
        self._turn(False)
        await self._client.disconnect()

    def _turn(self, up: bool) -> None:
        if up != self.up:
            self.up = up
            self._turned(up)

    async def _open(self) -> None:
        broker, client = self._broker, self._client
        await client.connect(
            broker.host,
            broker.port,
            ssl=broker.tls,
            keepalive=broker.keepalive_s,
            version=MQTTv311,
        )
        # QoS 0: NATS refuses QoS 1 subscriptions beyond about 975, and tells only its own log.
        client.subscribe([Subscription(topics_of(lamp_id).order) for lamp_id in self._lamp_ids])
        if max(await self._granted.get()) >= 0x80:  # MQTT 3.1.1, 3.9.3: failure
            raise ConnectionRefusedError("the broker does not let this lamp hear its orders")

    def _new_client(self) -> Any:
        first = self._lamp_ids[0]
        will = Message(topics_of(first).status, OFFLINE, qos=1, retain=True)
        client: Any = Client(first, clean_session=True, will_message=will)
        client.set_config({"reconnect_retries": _NEVER})
        if self._broker.passwords is not None:
            client.set_auth_credentials(first, self._broker.passwords[first])
        elif self._broker.username is not None:
            client.set_auth_credentials(
                self._broker.username.replace("{lamp_id}", first),
                (self._broker.password or "").replace("{lamp_id}", first),
            )
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        return client

    def _on_message(
        self, client: Any, topic: str, payload: bytes, qos: int, properties: object
    ) -> int:
        self._hear(topic.split("/", 2)[1], payload)
        return 0

    def _on_subscribe(
        self, client: Any, mid: int, granted: Sequence[int], properties: object
    ) -> None:
        if client is self._client:
            self._granted.put_nowait(granted)

    def _on_disconnect(self, client: Any, packet: object, error: object = None) -> None:
        if client is not self._client:
            return
        self._turn(False)
        self.lost.set()
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time())
