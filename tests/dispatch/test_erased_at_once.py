"""What is erased in the very commit in which something else is still said of it."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from dispatch.events import Erased, Linked, Noted
from dispatch.tables import journal
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.house import environment_for, running

WHO = "그는 쌍문동 12-3에 산다"


async def test_words_and_place_that_the_same_commit_would_write_are_destroyed_too(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        desk = house.dispatcher.desk
        key, other = [(await house.press())["incident_id"] for _ in range(2)]
        await house.move(key, "close", disposition="test")
        await asyncio.gather(  # the ledger takes all that waits into one commit
            desk.move(key, Noted(WHO), "operator", "a key"),
            desk.move(other, Linked(key), "operator"),
            desk.move(key, Erased("본인 요청"), "supervisor"),
        )
        async with house.dispatcher.database.reading() as connection:
            about = select(journal).where(journal.c.incident_id == key).order_by(journal.c.seq)
            *before, last = (await connection.execute(about)).all()
        assert {row.event for row in before} == {"opened", "closed", "noted", "linked"}
        assert last.event == "erased"
        said = {(row.reason, row.frame, row.salt, row.idempotency_key) for row in before}
        assert said == {("", None, None, None)}
        proven = await in_this_process("privacy", "prove", key, environment=at)
        assert proven.exit_code == 0, proven.output
    whole = await in_this_process("journal", "verify", environment=at)
    assert whole.exit_code == 0, whole.output
