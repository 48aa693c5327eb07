"""Under which name a lamp comes to the embedded broker: nobody's but its own."""

import asyncio
import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.embedded import EmbeddedBroker
from lights.keyring import DISPATCHER, Keyring
from lights.namesake import NoConnect, framed, named_after_user

words = st.binary(max_size=40)


def field(said: bytes) -> bytes:
    return struct.pack("!H", len(said)) + said


def connect(
    client_id: bytes,
    user: bytes | None,
    will: tuple[bytes, bytes] | None = None,
    password: bytes | None = None,
    protocol: tuple[bytes, int] = (b"MQTT", 4),
) -> bytes:
    """The variable part of a CONNECT (MQTT 3.1.1, 3.1)."""
    flags = 2 | 4 * (will is not None) | 0x80 * (user is not None) | 0x40 * (password is not None)
    said = [client_id, *(will or ()), *(one for one in (user, password) if one is not None)]
    name, level = protocol
    return field(name) + struct.pack("!BBH", level, flags, 60) + b"".join(map(field, said))


@given(words, words, st.none() | st.tuples(words, words), st.none() | words)
def test_whatever_a_lamp_calls_itself_it_is_called_by_its_user_name(
    client_id: bytes, user: bytes, will: tuple[bytes, bytes] | None, password: bytes | None
) -> None:
    said = connect(client_id, user, will, password)
    assert named_after_user(said) == connect(user, user, will, password)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (connect(b"L2", b"L1"), connect(b"L1", b"L1")),
        (connect(b"", b"L1"), connect(b"L1", b"L1")),
        (connect(b"L2", None), connect(b"L2", None)),
        (
            connect(b"L2", b"L1", protocol=(b"MQIsdp", 3)),
            connect(b"L1", b"L1", protocol=(b"MQIsdp", 3)),
        ),
    ],
)
def test_a_name_is_replaced(said: bytes, becomes: bytes) -> None:
    assert named_after_user(said) == becomes


@pytest.mark.parametrize("length", [0, 127, 128, 16_383, 16_384])
def test_the_length_is_written_as_mqtt_writes_it(length: int) -> None:
    packet = framed(b"x" * length)
    value, at = 0, 1
    while True:
        value |= (packet[at] & 0x7F) << (7 * (at - 1))
        at += 1
        if not packet[at - 1] & 0x80:
            break
    assert (packet[0], value, len(packet) - at) == (0x10, length, length)


@given(st.binary(max_size=200))
def test_junk_is_no_connect_or_stays_one(junk: bytes) -> None:
    with contextlib.suppress(NoConnect):
        named_after_user(junk)


@pytest.mark.parametrize(
    "said",
    [b"", b"\x00\x04MQ", connect(b"L1", b"L1", protocol=(b"MQTT", 5)), connect(b"L1", b"L1")[:-1]],
)
def test_what_is_no_connect_of_mqtt_3_is_refused(said: bytes) -> None:
    with pytest.raises(NoConnect):
        named_after_user(said)


async def test_strangers_who_say_something_else_are_hung_up_on(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "credentials")
    keyring.make([DISPATCHER, "L1"])
    async with EmbeddedBroker("127.0.0.1", 0, tmp_path / "broker", keyring.folder) as embedded:
        assert embedded.port != embedded.inner_port
        for said in (b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\x7f", b"\x10\x02\x00\x04", b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", embedded.port)
            writer.write(said)
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
