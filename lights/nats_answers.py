"""Come here for where the embedded broker listens, and whether it still answers there.

One that hangs is alive, and of no use. It is asked at NATS's own door, where the server greets
whoever comes before anybody says a name: with passwords and without, and its log tells nothing.
"""

import asyncio
import re
from contextlib import suppress
from typing import Final

from lights.pulse import beginning

_WITHIN_S: Final = 10.0
"""A greeting takes a millisecond, and lamps wait meanwhile; but a restart cuts every lamp off,
which is worse than a machine that was busy for a moment."""
_ASK_EVERY_S: Final = 1.0
_PATIENCE_S: Final = 5.0
"""Half of the limit: one greeting may be lost."""
_GREETING: Final = b"INFO "


def ports_in(log: str) -> tuple[int, int] | None:
    """Those for MQTT and for its own clients, by NATS's word, so that no other program is met;
    None: it does not listen yet."""
    mqtt = re.search(r"Listening for MQTT clients on \S+:(\d+)\n", log)
    nats = re.search(r"Listening for client connections on \S+:(\d+)\n", log)
    return (int(mqtt[1]), int(nats[1])) if mqtt and nats else None


async def keep_asking(port: int) -> None:
    """For ever; the part is stuck while there is no answer."""
    pulse = beginning("embedded broker: NATS server", _WITHIN_S)
    while True:
        if await _greets(port):
            pulse.beat()
        await asyncio.sleep(_ASK_EVERY_S)


async def _greets(port: int) -> bool:
    """A frozen server's connections are taken by the kernel, so only its words count."""
    with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await reader.readexactly(len(_GREETING)) == _GREETING
            finally:
                writer.close()
    return False
