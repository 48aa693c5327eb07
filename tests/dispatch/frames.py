"""Come here for what tests of the feed wait for, and for whoever else writes its frames."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import tables, whole_rows
from dispatch.database import Database
from tests.conftest import Pair
from tests.feed_client import FeedClient


async def upto(feed: FeedClient, seq: int) -> list[int]:
    """The numbers that a screen has seen once it has seen that one."""
    await feed.until(lambda frame: frame.get("seq") == seq)
    return feed.seqs


@asynccontextmanager
async def another_process(pair: Pair) -> AsyncIterator[Database]:
    """The database as somebody beside the dispatcher has it."""
    database = Database(pair.database_url)
    try:
        yield database
    finally:
        await database.close()


async def write_line(connection: AsyncConnection, seq: int) -> None:
    """A line of the journal with its frame, as another dispatcher would write it."""
    frame = {"type": "incident", "seq": seq, "event": "noted", "incident": {"incident_id": "x"}}
    line = {
        "seq": seq,
        "incident_id": "x",
        "at": datetime.now(UTC),
        "event": "noted",
        "actor": "another",
        "reason": "",
        "detail": {},
        "idempotency_key": None,
        "frame": json.dumps(frame),
        "salt": None,
        "seal": "",
        "chain": "",
    }
    await whole_rows.insert_rows(connection, {tables.journal: [line]})
