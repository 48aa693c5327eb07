"""Come here for bytes that only look like HTTP: they are refused, or hung up on."""

import asyncio
from collections.abc import Iterator
from typing import Final

from tests.fuzz.tally import Tally
from tests.patience import FOR_LONG_S

_HOST: Final = b"Host: 127.0.0.1\r\n"
_UPGRADE: Final = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
_KEY: Final = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
_PATHS: Final = (b"/v1/reports", b"/v1/feed", b"/v1/walks/x/live", b"/v1/walks/shared", b"/sos")


def _first_lines(path: bytes) -> dict[str, bytes]:
    return {
        "no method": b" " + path + b" HTTP/1.1\r\n" + _HOST,
        "a method of nobody": b"\xffGET " + path + b" HTTP/1.1\r\n" + _HOST,
        "another HTTP": b"GET " + path + b" HTTP/9.9\r\n" + _HOST,
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
        "a path of bytes": b"GET " + path + b"/\xff%ff%00%zz\x01 HTTP/1.1\r\n" + _HOST,
        "a path up and out": b"GET " + path + b"/../../../etc/passwd HTTP/1.1\r\n" + _HOST,
        "another's address": b"GET http://example.org" + path + b" HTTP/1.1\r\n" + _HOST,
    }


def _fields(path: bytes) -> dict[str, bytes]:
    get, post = b"GET " + path + b" HTTP/1.1\r\n", b"POST " + path + b" HTTP/1.1\r\n"
    return {
        "no host": get,
        "two hosts": get + _HOST + b"Host: example.org\r\n",
        "a host of bytes": get + b"Host: [::\xff]:x\r\n",
        "a field without a name": get + _HOST + b": x\r\n",
        "a field over two lines": get + _HOST + b"X: a\r\n b\r\n",
        "a zero in a field": get + _HOST + b"X: \0\r\n",
        "a token of bytes": get + _HOST + b"Authorization: Bearer \xff\xfe\r\n",
        "a token of 60 KB": get + _HOST + b"Authorization: Bearer " + b"x" * 60_000 + b"\r\n",
        "a cookie of bytes": get + _HOST + b"Cookie: lamplighter=\xff; ;;=;\r\n",
        "a thousand fields": get + _HOST + b"X: y\r\n" * 1000,
        "a head of 200 KB": get + _HOST + b"X: " + b"y" * 200_000 + b"\r\n",
        "a length below nothing": post + _HOST + b"Content-Length: -1\r\n",
        "a length of many digits": post + _HOST + b"Content-Length: " + b"9" * 5000 + b"\r\n",
        "two lengths": post + _HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n",
        "a length and parts": post + _HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "an encoding of nobody": post + _HOST + b"Transfer-Encoding: gzip, x\r\n",
        "a part of no size": post + _HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx",
        "a part of all sizes": post + _HOST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40,
        "an upgrade without a key": get + _HOST + _UPGRADE,
        "an upgrade of no version": get + _HOST + _UPGRADE + _KEY + b"Sec-WebSocket-Version: x\r\n",
        "an upgrade by POST": post + _HOST + _UPGRADE + _KEY,
        "an upgrade, then bytes": (
            get + _HOST + _UPGRADE + _KEY + b"Sec-WebSocket-Version: 13\r\n\r\n" + b"\xff" * 300
        ),
    }


def heads() -> Iterator[tuple[str, bytes]]:
    """Each with its name."""
    for path in _PATHS:
        for name, said in (_first_lines(path) | _fields(path)).items():
            yield f"{name} at {path.decode()}", said + b"\r\n"


async def send_heads(url: str) -> Tally:
    """One after the other, each over a connection of its own that then says no more."""
    tally, port = Tally("heads of requests that are none"), int(url.rpartition(":")[2])
    for name, said in heads():
        first = await _answer(port, said)
        status = int(first.split()[1]) if first.startswith(b"HTTP/1.1 ") else 0
        tally.tried += 1
        tally.answers[status] += 1
        if status >= 500:
            tally.faults.append(f"{status} to {name}")
    return tally


async def _answer(port: int, said: bytes) -> bytes:
    """The first line of what is answered; nothing where it is hung up on. Raises TimeoutError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(FOR_LONG_S):
            writer.write(said)
            writer.write_eof()
            return await reader.readline()
    except TimeoutError:
        raise
    except (OSError, ValueError):
        return b""  # it is gone already, or says more than a line may have
    finally:
        writer.close()
