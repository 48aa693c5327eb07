"""The lamps' own credentials: what one lamp's holder can do, and what not, on both brokers."""

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiomqtt
import pytest

from lights.embedded import EmbeddedBroker
from lights.keyring import DISPATCHER, Keyring
from tests.parts import MosquittoServer
from tests.patience import DEADLINE_S

PATIENCE_S = DEADLINE_S


@dataclass
class Guarded:
    """A broker that knows a keyring."""

    port: int
    keyring: Keyring
    passwords: dict[str, str]
    reload: Callable[[], None]

    def make(self, *users: str) -> None:
        self.passwords |= {one.user: one.password for one in self.keyring.make(users)}

    def client(
        self,
        user: str,
        password: str | None = None,
        will: aiomqtt.Will | None = None,
        name: str = "",
    ) -> aiomqtt.Client:
        return aiomqtt.Client(
            "127.0.0.1",
            self.port,
            username=user,
            password=password or self.passwords[user],
            identifier=name or user,
            will=will,
            timeout=PATIENCE_S,
        )


@pytest.fixture(params=["embedded", "production"])
async def guarded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Guarded]:
    """A broker that knows the dispatcher and the lamps L1 and L2."""
    keyring = Keyring(tmp_path / "credentials")
    made = {one.user: one.password for one in keyring.make([DISPATCHER, "L1", "L2"])}
    if request.param == "embedded":
        folder = tmp_path / "broker"
        async with EmbeddedBroker("127.0.0.1", 0, folder, keyring.folder) as embedded:
            watching = asyncio.create_task(embedded.watch())
            yield Guarded(embedded.port, keyring, made, lambda: None)
            watching.cancel()
    else:
        config = (keyring.folder / "mosquitto.conf").read_text()
        with MosquittoServer(config=config) as server:
            yield Guarded(server.port, keyring, made, server.reload)


@asynccontextmanager
async def hearing(client: aiomqtt.Client, *topics: str) -> AsyncIterator[aiomqtt.Client]:
    async with client:
        for topic in topics:
            await client.subscribe(topic)
        yield client


async def next_of(client: aiomqtt.Client) -> tuple[str, bytes]:
    async with asyncio.timeout(PATIENCE_S):
        message = await anext(aiter(client.messages))
    assert isinstance(message.payload, bytes)
    return message.topic.value, message.payload


@asynccontextmanager
async def connected(client: aiomqtt.Client) -> AsyncIterator[aiomqtt.Client]:
    """A connection that may be lost before its farewell."""
    await client.__aenter__()
    try:
        yield client
    finally:
        with contextlib.suppress(aiomqtt.MqttError):
            await client.__aexit__(None, None, None)


async def cut_off(client: aiomqtt.Client) -> None:
    with pytest.raises(aiomqtt.MqttError):
        await next_of(client)


async def say(client: aiomqtt.Client, topics: Iterable[str]) -> None:
    for topic in topics:
        await client.publish(topic, b"x", qos=0)


async def test_a_lamp_says_its_own_sighting_and_hears_its_own_order(guarded: Guarded) -> None:
    everything = ("lamps/+/sighting", "lamps/+/status")
    async with (
        hearing(guarded.client(DISPATCHER), *everything) as dispatcher,
        hearing(guarded.client("L1"), "lamps/L1/order") as lamp,
    ):
        await lamp.publish("lamps/L1/sighting", b"here", qos=0)
        assert await next_of(dispatcher) == ("lamps/L1/sighting", b"here")
        await dispatcher.publish("lamps/L1/order", b"blink", qos=0)
        assert await next_of(lamp) == ("lamps/L1/order", b"blink")


@pytest.mark.parametrize(
    "forbidden",
    ["lamps/L2/sighting", "lamps/L2/status", "lamps/L2/order", "lamps/L1/order", "lamps/x", "else"],
)
async def test_a_lamp_can_neither_speak_for_another_nor_order_any(
    guarded: Guarded, forbidden: str
) -> None:
    everything = ("lamps/+/sighting", "lamps/+/status")
    async with (
        hearing(guarded.client(DISPATCHER), *everything) as dispatcher,
        hearing(guarded.client("L2"), "lamps/L2/order") as other,
    ):
        try:
            async with guarded.client("L1") as thief:
                await say(thief, [forbidden])
        except aiomqtt.MqttError:
            pass  # a broker may also hang up on it
        async with guarded.client("L1") as lamp:
            await say(lamp, ["lamps/L1/sighting"])  # what was said before it had its chance
        assert await next_of(dispatcher) == ("lamps/L1/sighting", b"x")
        await dispatcher.publish("lamps/L2/order", b"the true one", qos=0)
        assert await next_of(other) == ("lamps/L2/order", b"the true one")


async def test_a_lamp_cannot_listen_to_others(guarded: Guarded) -> None:
    async with guarded.client(DISPATCHER) as dispatcher, guarded.client("L1") as thief:
        for topic in ("lamps/L2/order", "lamps/+/order", "lamps/#", "#", "lamps/+/sighting"):
            try:
                await thief.subscribe(topic, timeout=5)
            except aiomqtt.MqttError:
                break  # refused outright
        else:
            await thief.subscribe("lamps/L1/order")
            await dispatcher.publish("lamps/L2/order", b"secret", qos=0)
            await dispatcher.publish("lamps/L1/order", b"mine", qos=0)
            assert await next_of(thief) == ("lamps/L1/order", b"mine")


async def test_a_lamps_will_speaks_for_nobody_else(guarded: Guarded) -> None:
    will = aiomqtt.Will("lamps/L2/status", b"offline", qos=1, retain=True)
    async with hearing(guarded.client(DISPATCHER), "lamps/+/status") as dispatcher:
        try:
            async with guarded.client("L1", will=will) as thief:
                thief._client._sock_close()  # without a farewell
        except aiomqtt.MqttError:
            pass
        async with guarded.client("L1") as lamp:
            await lamp.publish("lamps/L1/status", b"online", qos=1, retain=True)
        assert await next_of(dispatcher) == ("lamps/L1/status", b"online")


@pytest.mark.parametrize(("user", "password"), [("L1", "wrong"), ("L9", "any"), ("", "")])
async def test_whoever_has_no_password_does_not_get_in(
    guarded: Guarded, user: str, password: str
) -> None:
    nobody = aiomqtt.Client(
        "127.0.0.1",
        guarded.port,
        username=user or None,
        password=password or None,
        timeout=PATIENCE_S,
    )
    with pytest.raises(aiomqtt.MqttError):
        async with nobody:
            pass


async def test_a_lamp_that_is_revoked_is_cut_off_and_stays_out(guarded: Guarded) -> None:
    async with hearing(guarded.client("L2"), "lamps/L2/order") as other:
        async with connected(guarded.client("L1")) as lamp:
            guarded.keyring.revoke(["L1"])
            guarded.reload()
            await cut_off(lamp)
        with pytest.raises(aiomqtt.MqttError):
            async with guarded.client("L1"):
                pass
        async with guarded.client(DISPATCHER) as dispatcher:
            await dispatcher.publish("lamps/L2/order", b"still here", qos=0)
        assert await next_of(other) == ("lamps/L2/order", b"still here")


async def test_after_a_rotation_only_the_new_password_is_good(guarded: Guarded) -> None:
    old = guarded.passwords["L1"]
    async with connected(guarded.client("L1")) as lamp:
        guarded.make("L1")
        guarded.reload()
        await cut_off(lamp)
    with pytest.raises(aiomqtt.MqttError):
        async with guarded.client("L1", password=old):
            pass
    async with guarded.client("L1"):
        pass


async def test_a_lamp_that_takes_anothers_client_id_ends_nobodys_connection(
    guarded: Guarded,
) -> None:
    async with hearing(guarded.client("L2"), "lamps/L2/order") as victim:
        async with guarded.client("L1", name="L2"), guarded.client(DISPATCHER) as dispatcher:
            with pytest.raises(aiomqtt.MqttError):
                async with guarded.client("L2", password="guess"):
                    pass
            await dispatcher.publish("lamps/L2/order", b"still here", qos=0)
        assert await next_of(victim) == ("lamps/L2/order", b"still here")


async def test_whatever_a_lamp_calls_itself_its_will_is_heard_when_it_dies(
    guarded: Guarded,
) -> None:
    will = aiomqtt.Will("lamps/L1/status", b"offline", qos=1, retain=True)
    async with (
        hearing(guarded.client(DISPATCHER), "lamps/+/status") as dispatcher,
        connected(guarded.client("L1", name="controller-77", will=will)) as lamp,
    ):
        lamp._client._sock_close()  # its power has gone
        assert await next_of(dispatcher) == ("lamps/L1/status", b"offline")


def test_no_password_is_kept_and_no_file_is_for_others(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "credentials")
    made = keyring.make([DISPATCHER, "L1"])
    for file in keyring.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert not any(one.password in file.read_text() for one in made), file
    assert stat.S_IMODE(keyring.folder.stat().st_mode) == 0o700
    assert Keyring(keyring.folder).lamps == ["L1"]


@pytest.mark.parametrize("name", ["", "+", "#", "L1/x", "L1\nL2", "L1:x", "쌍문", "a" * 65, "$SYS"])
def test_no_password_is_made_for_a_name_that_could_be_more_than_itself(
    name: str, tmp_path: Path
) -> None:
    keyring = Keyring(tmp_path / "credentials")
    with pytest.raises(ValueError, match="no lamp id"):
        keyring.make([name])
    assert not keyring.lamps
