"""What a target answers a letter with: its status says whether it was taken, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from dispatch.outbox import NotDelivered
from dispatch.push.addresses import read_addresses
from dispatch.push.webhook import client, webhooks
from tests.dispatch.test_names import LETTER, now

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def never_ending(said: asyncio.StreamWriter) -> None:
    """A chunk is said, and no other."""
    said.write(b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
    await asyncio.Event().wait()


async def too_long(said: asyncio.StreamWriter) -> None:
    """More than anybody reads."""
    said.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    while True:
        said.write(b"x" * 65_536)
        await said.drain()


async def broken_off(said: asyncio.StreamWriter) -> None:
    """Half of it, and then nobody is there."""
    said.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")


async def refused_for_long(said: asyncio.StreamWriter) -> None:
    """A refusal whose words never end is one."""
    said.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 9\r\nContent-Length: 10\r\n\r\n")
    await asyncio.Event().wait()


async def half_a_head(said: asyncio.StreamWriter) -> None:
    """A status, and then nobody is there."""
    said.write(b"HTTP/1.1 200 OK\r\nContent-")


@pytest.mark.parametrize("answer", [never_ending, too_long, broken_off])
async def test_a_letter_is_taken_whatever_follows_the_status_that_says_so(answer: Answer) -> None:
    async with target(answer) as deliver:
        await deliver()


@pytest.mark.parametrize(
    ("answer", "words"), [(refused_for_long, "status 429"), (half_a_head, "broke off")]
)
async def test_a_letter_is_not_taken_by_whoever_has_not_said_so(answer: Answer, words: str) -> None:
    async with target(answer) as deliver:
        with pytest.raises(NotDelivered, match=words):
            await deliver()


@asynccontextmanager
async def target(answer: Answer) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    async def hear(heard: asyncio.StreamReader, said: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await heard.readuntil(b"\r\n\r\n{}")
            await answer(said)
            await said.drain()
        said.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server, client() as http:
        port = server.sockets[0].getsockname()[1]
        to = read_addresses(f"control_room=http://127.0.0.1:{port}/", "")
        yield lambda: webhooks(http, to, now)["control_room"](LETTER)
