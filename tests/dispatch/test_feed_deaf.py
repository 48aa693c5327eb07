"""A screen that does not read, or talks too much, is let go and slows nobody."""

import asyncio
import base64
import contextlib
import json
import os
import select
import socket
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, Opcode

from lights.watch import LampChange, View
from tests.conftest import Pair
from tests.house import House, running
from tests.patience import DEADLINE_S, eventually

BLINKING = View("blink", 100, True, ())

# ---- a screen that does not read


def a_screen_that_does_not_read(house: House) -> socket.socket:
    """Connected and greeted, with next to no room for what comes."""
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    port = int(house.url.rpartition(":")[2])
    lazy.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /v1/feed HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    )
    lazy.sendall("\r\n".join((*lines, "", "")).encode())
    lazy.setblocking(False)
    return lazy


async def close_code(lazy: socket.socket) -> int | None:
    """Read all that has piled up; the code of the close frame at its end."""
    loop, heap = asyncio.get_running_loop(), bytearray()
    async with asyncio.timeout(60):
        while piece := await loop.sock_recv(lazy, 1 << 20):
            heap += piece
            close = Close(1013, "").serialize()
            at = heap.rfind(close)
            if at > 0 and heap[at - 2] == 0x80 | Opcode.CLOSE:
                return Close.parse(bytes(heap[at:])).code
    return None


async def test_a_screen_that_does_not_read_is_dropped_and_slows_nobody(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It reads at last what has piled up, however late that is.
    monkeypatch.setattr("dispatch.feed._LAST_WORD_S", DEADLINE_S)
    street = [LampChange(f"L{n:04d}", BLINKING) for n in range(150)]
    async with running(pair, tmp_path) as house, house.feed() as feed:
        assert house.dispatcher is not None
        flooded = house.dispatcher.feed
        await feed.next()
        lazy = a_screen_that_does_not_read(house)
        await eventually(lambda: flooded.clients == 2)
        rounds = 0
        while flooded.clients == 2 and rounds < 100:
            rounds += 1
            for _ in range(99):
                flooded.lamps_changed(street)
            await house.press(place=None)
            await feed.event("opened")
        assert feed.seqs == list(range(1, rounds + 1))
        await eventually(lambda: flooded.clients == 1)
        frames = sum(len(frame.get("changes", ())) == 150 for frame in feed.frames)
        assert frames == 99 * rounds
        assert await close_code(lazy) == 1013
        await eventually(lambda: flooded.dropped == 1)
        lazy.close()
        await house.press(place=None)
        assert (await feed.event("opened"))["seq"] == rounds + 1


async def test_what_a_screen_says_is_passed_over(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        for words in ("hello", b"\x00\xff", "", json.dumps({"type": "subscribe"})):
            await feed.socket.send(words)
        await (await feed.socket.ping())
        await house.press(place=None)
        assert (await feed.event("opened"))["seq"] == 1


async def test_a_screen_that_talks_too_much_is_dropped(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        await feed.socket.send("x" * 100_000)
        with pytest.raises(ConnectionClosed) as ended:
            await feed.until(lambda frame: False)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1009


async def test_a_screen_that_never_reads_again_is_hung_up_on(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.feed._LAST_WORD_S", 0.2)
    street = [LampChange(f"L{n:04d}", BLINKING) for n in range(150)]
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        flooded = house.dispatcher.feed
        with a_screen_that_does_not_read(house) as lazy:
            await eventually(lambda: flooded.clients == 1)
            while flooded.clients == 1:
                flooded.lamps_changed(street)
                await asyncio.sleep(0)
            ended = select.poll()
            ended.register(lazy, 0)
            await eventually(lambda: bool(ended.poll(0)), "the end of the connection")
            assert ended.poll(0)[0][1] & select.POLLHUP


async def test_a_screen_that_answers_no_ping_ends_without_a_word_of_a_fault(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dispatch.http_server._PING_EVERY_S", 0.2)
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        feed = house.dispatcher.feed
        with a_screen_that_does_not_read(house) as deaf:
            await eventually(lambda: feed.clients == 1)
            while feed.clients == 1:  # it hears, but answers nothing
                feed.lamps_changed([LampChange("L1", BLINKING)])
                with contextlib.suppress(BlockingIOError, ConnectionResetError):
                    deaf.recv(1 << 16)
                await asyncio.sleep(0)
        assert "a fault of ours" not in caplog.text
