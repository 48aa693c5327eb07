"""Come here for accounts, sessions and apps in the database: every SQL statement about them.

Each function takes an open connection and leaves the transaction to its caller.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.access import STAFF, Person, StaffRole
from dispatch.sign_in.tables import account, city_app, session
from dispatch.tables import area


class Account(NamedTuple):
    """Somebody who may sign in here with a password; `one_time`: only to choose their own, and
    before `one_time_until`, where that has an end."""

    name: str
    password: str
    one_time: bool
    roles: frozenset[StaffRole]
    jurisdictions: frozenset[str]
    made_at: datetime
    revoked_at: datetime | None
    one_time_until: datetime | None = None

    def is_too_late(self, now: datetime) -> bool:
        """Whether the time is over in which to choose a password of one's own."""
        return self.one_time and self.one_time_until is not None and now >= self.one_time_until

    @property
    def person(self) -> Person:
        """What they may be now: nothing before they have a password of their own."""
        usable = self.revoked_at is None and not self.one_time
        return Person(self.name, self.roles if usable else frozenset(), self.jurisdictions)


class Kept(NamedTuple):
    """A session as it is stored.

    `subject` and `provider_session` are the district provider's names (`sub`, `sid`);
    `provider_words` is what it is asked again with, sealed (`dispatch/sign_in/vault.py`).
    """

    token_digest: str
    session_id: str
    name: str
    way: str
    roles: frozenset[StaffRole]
    jurisdictions: frozenset[str]
    source: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    subject: str | None = None
    provider_session: str | None = None
    provider_words: str | None = None

    @property
    def person(self) -> Person:
        """Whoever has signed in with the district's provider is what it said they were."""
        return Person(self.name, self.roles, self.jurisdictions)


def _of(kind: Any, row: Row[Any]) -> Any:
    """A row with its lists as sets; a role that this version does not know is none."""
    values = row._asdict()
    roles = STAFF & frozenset(values["roles"])
    return kind(**values | {"roles": roles, "jurisdictions": frozenset(values["jurisdictions"])})


def _row(one: Account | Kept) -> dict[str, Any]:
    lists = {"roles": sorted(one.roles), "jurisdictions": sorted(one.jurisdictions)}
    return one._asdict() | lists


async def accounts(connection: AsyncConnection) -> list[Account]:
    """Every account, revoked ones too, by name."""
    rows = await connection.execute(select(account).order_by(account.c.name))
    return [_of(Account, row) for row in rows]


async def find_account(connection: AsyncConnection, name: str) -> Account | None:
    """The account of that name."""
    query = select(account).where(account.c.name == name)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _of(Account, row)


async def put_account(connection: AsyncConnection, one: Account) -> None:
    """Write an account, over whatever had its name."""
    await connection.execute(delete(account).where(account.c.name == one.name))
    await connection.execute(insert(account).values(_row(one)))


async def sessions(connection: AsyncConnection, now: datetime) -> list[Kept]:
    """Every session whose end has not come."""
    rows = await connection.execute(select(session).where(session.c.ends_at > now))
    return [_of(Kept, row) for row in rows]


async def add_session(connection: AsyncConnection, one: Kept) -> None:
    """Somebody has signed in."""
    await connection.execute(insert(session).values(_row(one)))


async def change_session(connection: AsyncConnection, one: Kept) -> None:
    """What the provider says of somebody now; whoever is out meanwhile stays out."""
    row = _row(one)
    new = {name: row[name] for name in ("name", "roles", "jurisdictions", "provider_words")}
    known = session.c.session_id == one.session_id
    await connection.execute(update(session).where(known).values(new))


async def end_sessions(connection: AsyncConnection, session_ids: Collection[str]) -> None:
    """They are over."""
    await connection.execute(delete(session).where(session.c.session_id.in_(session_ids)))


async def end_sessions_of(connection: AsyncConnection, name: str) -> None:
    """All of somebody's with a local account."""
    local = (session.c.name == name, session.c.way == "local")
    await connection.execute(delete(session).where(*local))


async def sweep_sessions(connection: AsyncConnection, now: datetime) -> None:
    """Forget those whose end has come."""
    await connection.execute(delete(session).where(session.c.ends_at <= now))


async def note_seen(connection: AsyncConnection, seen: Mapping[str, datetime]) -> None:
    """When sessions were last used."""
    for session_id, at in seen.items():
        one = update(session).where(session.c.session_id == session_id)
        await connection.execute(one.values(seen_at=at))


class App(NamedTuple):
    """A city app's server."""

    name: str
    token_digest: str
    made_at: datetime
    revoked_at: datetime | None


async def apps(connection: AsyncConnection) -> Sequence[App]:
    """Every app, revoked ones too, by name."""
    rows = await connection.execute(select(city_app).order_by(city_app.c.name))
    return [App(*row) for row in rows]


async def put_app(connection: AsyncConnection, one: App) -> None:
    """Write an app, over whatever had its name."""
    await connection.execute(delete(city_app).where(city_app.c.name == one.name))
    await connection.execute(insert(city_app).values(one._asdict()))


async def jurisdictions(connection: AsyncConnection) -> list[str]:
    """The names of those that the district has drawn."""
    query = select(area.c.name).where(area.c.kind == "jurisdiction").order_by(area.c.name)
    return list((await connection.execute(query)).scalars())
