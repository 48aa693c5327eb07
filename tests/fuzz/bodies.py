"""Come here for bodies that nobody sends in good faith: deep, huge, half, packed, never done."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx

from tests.fuzz.tally import Tally
from tests.patience import FOR_LONG_S

_JSON: Final = {"Content-Type": "application/json"}
_ID: Final = b'"report_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6"'
PATHS: Final = (
    "/v1/reports",
    "/v1/walks",
    "/v1/sign-in",
    "/v1/lamps/test",
    "/v1/lamps/retire",
    "/v1/incidents/x/note",
    "/v1/incidents/x.cap",
    "/v1/imports/areas",
    "/v1/imports/lamps",
)


def bodies(depth: int) -> Mapping[str, bytes]:
    """Each with its name."""
    return {
        "a list in lists": b"[" * depth + b"]" * depth,
        "an object in objects": b'{"a":' * depth + b"1" + b"}" * depth,
        "a list that does not end": b"[" * depth,
        "a position in lists": b"{" + _ID + b',"position":' + b"[" * depth + b"]" * depth + b"}",
        "a number of many digits": b"{" + _ID + b',"position":{"lon":' + b"9" * depth + b"}}",
        "numbers that are none": b"{" + _ID + b',"position":{"lon":NaN,"lat":1e999}}',
        "half a character": b"{" + _ID + b',"note":"\\ud800"}',
        "bytes that are no text": b"{" + _ID + b',"note":"\xff\xfe"}',
        "zeros": b"\0" * 1000,
        "XML that grows": b'<!DOCTYPE a [<!ENTITY b "bb">]><alert>&b;</alert>',
        "nothing": b"",
    }


async def send_all(url: str, depth: int) -> Tally:
    """Every body to every path, as JSON and as XML."""
    tally = Tally("bodies: deep, broken, no text")
    async with httpx.AsyncClient(base_url=url, timeout=FOR_LONG_S) as client:
        for name, body in bodies(depth).items():
            for path in PATHS:
                for kind in ("application/json", "application/xml"):
                    answer = await client.post(path, content=body, headers={"Content-Type": kind})
                    tally.answered(*_of(answer), f"{name} at {path}")
    return tally


async def send_huge(url: str, size: int) -> Tally:
    """More bytes than anybody means, said at once, in parts, and packed (which nobody unpacks)."""
    tally = Tally(f"bodies of {size / 1e6:g} MB, whole, in parts, packed")

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(size // 65_536):
            yield b" " * 65_536

    packed = gzip.compress(b" " * size)
    async with httpx.AsyncClient(base_url=url, timeout=FOR_LONG_S) as client:
        for path in PATHS:
            tries = (
                ("whole", b" " * size, _JSON),
                ("in parts", parts(), _JSON),
                ("packed", packed, _JSON | {"Content-Encoding": "gzip"}),
            )
            for name, content, headers in tries:
                try:
                    answer = await client.post(path, content=content, headers=headers)
                except httpx.TransportError:
                    tally.tried += 1  # hung up on: that is an answer too
                else:
                    tally.answered(*_of(answer), f"{name} at {path}")
    return tally


def _of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("content-type", "")


async def dawdle(url: str, clients: int) -> Tally:
    """Clients that say a byte a second of a head or of a body, until they are hung up on."""
    tally = Tally("clients that say a byte a second")
    port = int(url.rpartition(":")[2])
    slow_ones = [_slow(port, _HEAD if n % 2 else _HEAD[:30]) for n in range(clients)]
    for said in await asyncio.gather(*slow_ones):
        head, _, _ = said.partition(b"\r\n\r\n")
        status = int(head.split()[1]) if head else 0
        kind = "application/problem+json" if b"problem+json" in head else ""
        tally.answered(status, kind, "a slow client")
    return tally


_HEAD: Final = b"POST /v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3000\r\n\r\n"


async def _slow(port: int, said: bytes) -> bytes:
    """What was answered before the end, if anything. Raises TimeoutError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say() -> None:
        writer.write(said)
        while True:
            await asyncio.sleep(1.0)
            writer.write(b"x")

    saying = asyncio.create_task(say())
    try:
        async with asyncio.timeout(FOR_LONG_S):
            return await reader.read()
    except ConnectionError:
        return b""  # it was not waited for
    finally:
        saying.cancel()
        writer.close()
