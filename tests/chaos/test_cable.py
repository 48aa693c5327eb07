"""Cables that are cut and broken on purpose: what is held comes later, what is swallowed never."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.chaos.cable import Cable, Way


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[str, int]]:
    async def say_again(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(100):
            writer.write(some)
        writer.close()

    server = await asyncio.start_server(say_again, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()
    finally:
        server.close()


async def test_what_a_cut_cable_holds_arrives_in_order_once_it_is_mended() -> None:
    async with echo() as there, Cable(there) as cable:
        reader, writer = await asyncio.open_connection(cable.host, cable.port)
        writer.write(b"one ")
        assert await reader.readexactly(4) == b"one "
        cable.hold()
        writer.write(b"two ")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        cable.mend()
        assert await reader.readexactly(4) == b"two "
        writer.close()


@pytest.mark.parametrize("ways", [("up",), ("down",), ("up", "down")])
async def test_a_connection_that_was_swallowed_from_stays_broken_and_a_new_one_works(
    ways: tuple[Way, ...],
) -> None:
    async with echo() as there, Cable(there) as cable:
        old_reader, old_writer = await asyncio.open_connection(cable.host, cable.port)
        old_writer.write(b"a")
        assert await old_reader.read(1) == b"a"
        cable.swallow(*ways)
        old_writer.write(b"b")
        cable.mend()
        reader, writer = await asyncio.open_connection(cable.host, cable.port)
        writer.write(b"new")
        assert await reader.readexactly(3) == b"new"
        old_writer.write(b"c")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(old_reader.read(1), 0.1)
        old_writer.close()
        writer.close()
