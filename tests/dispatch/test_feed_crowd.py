"""A crowd of screens that comes at once keeps the database from nobody else."""

from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import websockets

from tests.conftest import Pair
from tests.house import running
from tests.patience import DEADLINE_S, eventually

SCREENS = 50
"""More than the database has readers for, many times."""


async def test_screens_that_wait_for_their_beginning_leave_readers_to_others(
    postgis_url: str, tmp_path: Path
) -> None:
    async with running(Pair("production", postgis_url, None), tmp_path) as house:
        assert house.dispatcher is not None
        feed = house.dispatcher.feed
        address = house.url.replace("http://", "ws://") + "/v1/feed"
        other = await asyncpg.connect(postgis_url.replace("postgresql+asyncpg", "postgresql"))
        async with AsyncExitStack() as stack:
            stack.push_async_callback(other.close)
            async with other.transaction():  # nobody reads the journal meanwhile
                await other.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
                for _ in range(SCREENS):
                    screen = websockets.connect(address, open_timeout=DEADLINE_S)
                    await stack.enter_async_context(screen)
                await eventually(lambda: feed.clients == SCREENS)
                ready = await house.client.get("/readyz")
                assert ready.json()["trouble"] == []
