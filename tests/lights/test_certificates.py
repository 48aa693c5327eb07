"""The lamps' certificates, on Mosquitto: the common name is the lamp, and who is revoked is out."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from lights.certificates import Authority
from lights.keyring import DISPATCHER, Keyring
from tests.lights.test_keyring import cut_off, hearing, next_of, say
from tests.parts import MosquittoServer, free_port
from tests.patience import DEADLINE_S

ON_AIR = datetime.now(UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """It has certified the broker, the dispatcher and two lamps."""
    Keyring(tmp_path / "credentials").make([DISPATCHER, "L1", "L2"])
    authority = Authority(tmp_path / "credentials" / "tls", ON_AIR)
    authority.certify_server(["127.0.0.1", "broker.example"])
    authority.certify_lamps([DISPATCHER, "L1", "L2"])
    return authority


@pytest.fixture
def mosquitto_tls(authority: Authority) -> Iterator[MosquittoServer]:
    """Mosquitto that asks for certificates."""
    config = (authority.folder / "mosquitto.conf").read_text()
    with MosquittoServer(config=config) as server:
        yield server


def client(
    server: MosquittoServer, authority: Authority, name: str, client_id: str | None = None
) -> aiomqtt.Client:
    context = ssl.create_default_context(cafile=str(authority.folder / "ca.crt"))
    pair = authority.folder / "lamps" / name
    context.load_cert_chain(f"{pair}.crt", f"{pair}.key")
    return aiomqtt.Client(
        "127.0.0.1",
        server.port,
        tls_context=context,
        identifier=client_id or name,
        timeout=DEADLINE_S,
    )


async def test_a_lamp_is_whom_its_certificate_names_and_nobody_else(
    mosquitto_tls: MosquittoServer, authority: Authority
) -> None:
    async with (
        hearing(client(mosquitto_tls, authority, DISPATCHER), "lamps/+/sighting") as dispatcher,
        hearing(client(mosquitto_tls, authority, "L1"), "lamps/L1/order") as lamp,
    ):
        await say(lamp, ["lamps/L2/sighting", "lamps/L2/order", "lamps/L1/sighting"])
        assert await next_of(dispatcher) == ("lamps/L1/sighting", b"x")
        await dispatcher.publish("lamps/L1/order", b"blink", qos=0)
        assert await next_of(lamp) == ("lamps/L1/order", b"blink")


async def test_a_lamp_that_comes_under_anothers_client_id_ends_nobodys_connection(
    mosquitto_tls: MosquittoServer, authority: Authority
) -> None:
    async with (
        hearing(client(mosquitto_tls, authority, DISPATCHER), "lamps/+/sighting") as dispatcher,
        hearing(client(mosquitto_tls, authority, "L2"), "lamps/L2/order") as lamp,
    ):
        async with client(mosquitto_tls, authority, "L1", client_id="L2") as thief:
            await say(thief, ["lamps/L1/sighting"])
            assert await next_of(dispatcher) == ("lamps/L1/sighting", b"x")
        await dispatcher.publish("lamps/L2/order", b"blink", qos=0)
        assert await next_of(lamp) == ("lamps/L2/order", b"blink")


async def test_what_is_written_holds_as_well_where_mosquitto_includes_it(
    authority: Authority, tmp_path: Path
) -> None:
    port, included = free_port(), tmp_path / "conf.d"
    included.mkdir()
    written = (authority.folder / "mosquitto.conf").read_text()
    (included / "lamplighter.conf").write_text(written.replace("8883", f"{port} 127.0.0.1"))
    config = f"persistence false\ninclude_dir {included}\n"
    with MosquittoServer(port=port, config=config) as server:
        async with hearing(client(server, authority, "L2"), "lamps/L2/order") as lamp:
            async with client(server, authority, "L1", client_id="L2"):
                pass
            async with client(server, authority, DISPATCHER) as dispatcher:
                await dispatcher.publish("lamps/L2/order", b"blink", qos=0)
                assert await next_of(lamp) == ("lamps/L2/order", b"blink")


async def test_who_is_revoked_while_connected_says_and_hears_nothing_more_until_certified_anew(
    mosquitto_tls: MosquittoServer, authority: Authority
) -> None:
    keyring = Keyring(authority.folder.parent)
    async with (
        hearing(client(mosquitto_tls, authority, DISPATCHER), "lamps/+/sighting") as dispatcher,
        hearing(client(mosquitto_tls, authority, "L1"), "lamps/L1/order") as thief,
        client(mosquitto_tls, authority, "L2") as other,
    ):
        keyring.revoke(["L1"])
        authority.revoke(["L1"])
        mosquitto_tls.reload()
        await other.subscribe("lamps/L2/order")  # answered after the broker has read its files
        await say(thief, ["lamps/L1/sighting"])
        await dispatcher.publish("lamps/L1/order", b"secret", qos=0)
        await say(other, ["lamps/L2/sighting"])
        assert await next_of(dispatcher) == ("lamps/L2/sighting", b"x")
        keyring.make(["L1"])
        authority.certify_lamps(["L1"])
        mosquitto_tls.reload()
        async with hearing(client(mosquitto_tls, authority, "L1"), "lamps/L1/order") as lamp:
            await say(lamp, ["lamps/L1/sighting"])
            assert await next_of(dispatcher) == ("lamps/L1/sighting", b"x")
            await dispatcher.publish("lamps/L1/order", b"blink", qos=0)
            assert await next_of(lamp) == ("lamps/L1/order", b"blink")
        await cut_off(thief)


async def test_a_certificate_that_was_revoked_or_is_of_another_authority_is_refused(
    mosquitto_tls: MosquittoServer, authority: Authority, tmp_path: Path
) -> None:
    stolen = client(mosquitto_tls, authority, "L1")
    other = Authority(tmp_path / "other", ON_AIR)
    other.certify_lamps(["L1"])
    (other.folder / "ca.crt").write_bytes((authority.folder / "ca.crt").read_bytes())
    forged = client(mosquitto_tls, other, "L1")
    with pytest.raises(aiomqtt.MqttError):
        await forged.__aenter__()
    authority.revoke(["L1"])
    mosquitto_tls.reload()
    async with client(mosquitto_tls, authority, "L2"):
        pass
    with pytest.raises(aiomqtt.MqttError):
        await stolen.__aenter__()


def test_a_new_certificate_revokes_the_one_before_and_revocations_are_never_forgotten(
    authority: Authority,
) -> None:
    def revoked() -> int:
        return len(list(authority._revoked()))

    assert revoked() == 0
    authority.certify_lamps(["L1"])
    assert revoked() == 1
    again = Authority(authority.folder, ON_AIR)
    again.revoke(["L1", "L2", "unknown"])
    assert revoked() == 3
    assert not (authority.folder / "lamps" / "L1.key").exists()


def test_no_certificate_is_made_for_a_name_that_is_no_lamp(authority: Authority) -> None:
    for attempt in (authority.certify_lamps, authority.revoke):
        with pytest.raises(ValueError, match="no lamp id"):
            attempt(["L1", "../ca"])
    assert (authority.folder / "ca.crt").exists()
    assert len(list((authority.folder / "lamps").iterdir())) == 6
