"""How long a session and a ticket are good, and what revives none of them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.database import Database
from dispatch.errors import Problem
from dispatch.sign_in.accounts import Accounts
from dispatch.sign_in.keys import Passwords
from dispatch.sign_in.sessions import IDLE, LASTS, Session, Sessions
from dispatch.sign_in.throttle import Throttle
from tests.dispatch.staff import (
    account_of,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


# ---- time


class Hours:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def present(sqlite_url: str) -> AsyncIterator[tuple[Sessions, Hours]]:
    database, hours = Database(sqlite_url), Hours()
    await database.bring_up_to_date()
    numbers = iter(range(100))
    yield Sessions(database, clock=hours, new_id=lambda: f"s{next(numbers)}", key=bytes), hours
    await database.close()


async def opened(sessions: Sessions) -> tuple[str, Session]:
    account = account_of("kim", "operator")
    await sessions.put_account(account)
    return await sessions.open(account.person, "local", "127.0.0.1")


async def test_a_session_that_nobody_uses_is_over(present: tuple[Sessions, Hours]) -> None:
    sessions, hours = present
    token, _ = await opened(sessions)
    hours.now += IDLE - timedelta(seconds=1)
    assert sessions.find(token) is not None
    hours.now += IDLE - timedelta(seconds=1)
    assert sessions.find(token) is not None
    hours.now += IDLE
    assert sessions.find(token) is None


async def test_a_screen_that_is_watched_is_used_until_the_shift_is_over(
    present: tuple[Sessions, Hours],
) -> None:
    sessions, hours = present
    token, session = await opened(sessions)
    session.listens(1)
    hours.now += LASTS - timedelta(seconds=1)
    await sessions.load()
    assert not session.ended.is_set()
    assert sessions.find(token) is session
    hours.now += timedelta(seconds=1)
    await sessions.load()
    assert session.ended.is_set()
    assert sessions.find(token) is None


async def test_a_ticket_is_good_for_seconds(present: tuple[Sessions, Hours]) -> None:
    sessions, hours = present
    _, session = await opened(sessions)
    word, end = sessions.ticket(session)
    late, _ = sessions.ticket(session)
    assert sessions.take_ticket(word) is session
    hours.now = end
    assert sessions.take_ticket(late) is None


async def test_an_account_made_again_does_not_revive_old_sessions(
    present: tuple[Sessions, Hours], tmp_path: Path
) -> None:
    sessions, hours = present
    token, _ = await opened(sessions)
    accounts = Accounts(
        sessions._database, sessions, Passwords(), Throttle(), lambda: b"x" * 32, hours, None
    )
    await accounts.revoke("kim")
    assert sessions.find(token) is None
    await accounts.add("kim", ["operator"], [], again=True)
    assert sessions.find(token) is None


async def test_an_account_that_is_revoked_while_somebody_signs_in_lets_nobody_in(
    present: tuple[Sessions, Hours],
) -> None:
    sessions, hours = present
    account = account_of("kim", "operator")
    await sessions.put_account(account._replace(revoked_at=hours.now))
    with pytest.raises(Problem) as refusal:
        await sessions.open(account.person, "local", "127.0.0.1")
    assert refusal.value.status == 401
    assert sessions.all() == []
