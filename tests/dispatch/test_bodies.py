"""Requests that are too large, too slow or no requests at all are refused, and cost no memory."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import websockets

from dispatch import bodies, http_server
from dispatch.bodies import LARGEST, largest
from dispatch.doorstep import Doorstep
from tests.conftest import Pair
from tests.dispatch.walking import starts
from tests.house import House, assert_problem, report, running


async def spoken(house: House, *said: bytes) -> bytes:
    """What a connection is answered until it is closed."""
    port = int(house.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for words in said:
            writer.write(words)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_body_that_is_too_large_is_refused_and_the_next_cry_is_taken(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        for path in ("/v1/reports", "/v1/walks", "/v1/sign-in", "/v1/lamps/retire"):
            told = await house.client.post(path, content=b"x" * (LARGEST + 1))
            assert_problem(told, 413)

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(LARGEST // 50_000 + 1):
                yield b"x" * 50_000

        untold = await house.client.post("/v1/reports", content=parts())  # chunked: no length said
        assert_problem(untold, 413)
        most = json.dumps(report(None, note="x")).encode().ljust(largest("POST /v1/reports"))
        kind = {"Content-Type": "application/json"}
        taken = await house.client.post("/v1/reports", content=most, headers=kind)
        assert taken.status_code == 201
        over = await house.client.post("/v1/reports", content=most + b" ", headers=kind)
        assert "16 KB" in assert_problem(over, 413)["detail"]


@pytest.mark.parametrize(
    ("action", "bytes_"),
    [
        ("POST /v1/reports", 16_000),
        ("POST /v1/reports/{report_id}/withdraw", 16_000),
        ("POST /v1/walks/{walk_id}/answer", 16_000),
        ("POST /v1/walks", 256_000),
        ("POST /v1/walks/{walk_id}/positions", 256_000),
        ("POST /v1/lamps/retire", LARGEST),
        (None, LARGEST),
    ],
)
def test_whoever_needs_no_account_may_say_as_much_as_a_cry_or_a_way_needs(
    action: str | None, bytes_: int
) -> None:
    assert largest(action) == bytes_


def test_of_the_silent_ones_of_a_source_the_oldest_leaves_once_its_patience_is_over() -> None:
    step, left = Doorstep(most=2, patience_s=5), list[str]()

    def comes(who: str, now: float, source: str = "a") -> None:
        step.comes(who, source, now, lambda: left.append(who))

    for who, now in (("one", 0.0), ("two", 1.0), ("three", 2.0)):
        comes(who, now)
    comes("elsewhere", 9.0, source="b")
    assert left == []  # whoever comes in a burst is let in
    step.has_spoken("two", "a")
    comes("four", 6.0)
    assert left == ["one"]
    comes("five", 6.5)
    assert left == ["one"]
    comes("six", 60.0)
    assert left == ["one", "three", "four"]


async def test_a_cry_is_taken_whoever_holds_connections_for_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "SILENT_MOST", 3)
    monkeypatch.setattr(http_server, "SILENT_S", 0.0)
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        port = int(house.url.rpartition(":")[2])
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        assert await silent[0][0].read() == b""  # it has given way
        assert (await house.client.post("/v1/reports", json=report())).status_code == 201
        for _, writer in silent:
            writer.close()


def test_as_many_files_may_be_open_as_the_system_allows() -> None:
    words = (
        "import resource as r; from lights.open_files import allow_all;"
        "hard = r.getrlimit(r.RLIMIT_NOFILE)[1];"
        "r.setrlimit(r.RLIMIT_NOFILE, (64, hard)); allow_all();"
        "assert r.getrlimit(r.RLIMIT_NOFILE) == (hard, hard)"
    )
    subprocess.run([sys.executable, "-c", words], check=True)


async def test_a_length_that_no_machine_could_count_is_refused(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        head = b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
        assert b" 4" in (await spoken(house, head + b"9" * 5000 + b"\r\n\r\n{}"))[:20]


async def test_who_speaks_a_byte_at_a_time_is_not_waited_for(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WHOLE_WITHIN_S", 0.2)
    async with running(pair, tmp_path) as house:
        head = b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
        assert (await spoken(house, head + b"{")).startswith(b"HTTP/1.1 408")
        monkeypatch.setattr(http_server, "_HEAD_WITHIN_S", 0.2)
        assert await spoken(house, head[:20]) == b""
        assert await spoken(house) == b""


async def test_what_is_no_http_is_refused_in_words(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        for junk in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
            head, _, body = (await spoken(house, junk)).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ")
            assert b"Content-Type: application/problem+json" in head
            assert json.loads(body)["status"] == 400


async def test_a_head_without_an_end_is_hung_up_on(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        head = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
        assert (
            await spoken(house, head, *(b"X-%d: %s\r\n" % (n, b"y" * 999) for n in range(99)))
            == b""
        )
        assert (await house.client.get("/healthz")).status_code == 200


async def test_a_phone_that_sends_bytes_instead_of_text_goes_on_walking(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        phone = await starts(house.client)
        url = house.url.replace("http://", "ws://") + f"{phone.path}/live"
        async with websockets.connect(url) as socket:
            await socket.send(json.dumps({"token": phone.walk["walker_token"]}).encode())
            assert json.loads(await socket.recv())["type"] == "state"
            await socket.send(b"\x00\xff")
            assert json.loads(await socket.recv())["type"] == "refused"
            await socket.send(json.dumps({"type": "positions", "positions": []}).encode())
            assert json.loads(await socket.recv())["type"] == "state"
