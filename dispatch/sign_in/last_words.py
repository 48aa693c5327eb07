"""Come here for whether accounts and city apps may do what the record says, and no more.

Laws: what the record said last of somebody is what their row says, or somebody has changed the row
behind our back. Of rows that were there before there was a record, what they said at the first
start of a version that compares them is written down once, and compared from then on.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.seals import START, Fault
from dispatch.sign_in import record
from dispatch.sign_in.record import ACCOUNT_TELLS, Entry, Event
from dispatch.sign_in.sessions import OURSELVES
from dispatch.sign_in.tables import account, city_app

Kind = Literal["account", "app"]

_FOUND: Final[Mapping[Kind, Event]] = {"account": "account_found", "app": "app_found"}
_UNTOLD: Final[Mapping[Kind, str]] = {
    "account": "there is an account of which the record says nothing",
    "app": "there is a city app of which the record says nothing",
}
_GONE: Final[Mapping[Kind, str]] = {
    "account": "the account that it tells of is gone",
    "app": "the city app that it tells of is gone",
}
_REVOKED: Final[Mapping[Kind, str]] = {
    "account": "its account is revoked, and the record does not say so",
    "app": "its city app is revoked, and the record does not say so",
}
_BACK: Final[Mapping[Kind, str]] = {
    "account": "its account was revoked, and is not any more",
    "app": "its city app was revoked, and is not any more",
}
_OTHER_RIGHTS: Final = "its account has other roles or jurisdictions than it was given"


class Standing(NamedTuple):
    """What somebody may do; None: nothing is said of it. `seq`: the entry that said so last."""

    is_revoked: bool | None
    rights: tuple[frozenset[str], frozenset[str]] | None = None
    seq: int = START.seq


Whom = tuple[Kind, str]


async def disagreements(connection: AsyncConnection, limit: int) -> list[Fault]:
    """Whose row says something else than the record did last, by the entries that said it."""
    rows, told = await _rows(connection), await _told(connection)
    found = (
        Fault(told[whom].seq if whom in told else START.seq, why, whom[1])
        for whom in sorted(rows.keys() | told.keys())
        if (why := _why(whom[0], rows.get(whom), told.get(whom))) is not None
    )
    return sorted(found)[:limit]


def _why(kind: Kind, row: Standing | None, told: Standing | None) -> str | None:
    if told is None:
        return _UNTOLD[kind]
    if row is None:
        return _GONE[kind]
    if told.is_revoked is not None and row.is_revoked != told.is_revoked:
        return (_REVOKED if row.is_revoked else _BACK)[kind]
    return None if told.rights in (None, row.rights) else _OTHER_RIGHTS


async def untold(
    connection: AsyncConnection, at: datetime, new_id: Callable[[], str]
) -> list[Entry]:
    """What is to be written down of the rows of which the record says nothing, as they stand."""
    told = await _told(connection)
    rows = sorted((await _rows(connection)).items())
    return [
        Entry(new_id(), at, _FOUND[kind], OURSELVES, name, "", _detail(row))
        for (kind, name), row in rows
        if (kind, name) not in told
    ]


def _detail(row: Standing) -> dict[str, Any]:
    detail: dict[str, Any] = {"revoked": row.is_revoked}
    if row.rights is not None:
        roles, jurisdictions = map(sorted, row.rights)
        detail |= {"roles": roles, "jurisdictions": jurisdictions}
    return detail


async def _rows(connection: AsyncConnection) -> dict[Whom, Standing]:
    accounts = await connection.execute(
        select(account.c.name, account.c.roles, account.c.jurisdictions, account.c.revoked_at)
    )
    apps = await connection.execute(select(city_app.c.name, city_app.c.revoked_at))
    found: dict[Whom, Standing] = {
        ("account", row.name): Standing(row.revoked_at is not None, _rights(row._asdict()))
        for row in accounts
    }
    return found | {("app", row.name): Standing(row.revoked_at is not None) for row in apps}


async def _told(connection: AsyncConnection) -> dict[Whom, Standing]:
    found: dict[Whom, Standing] = {}
    for one in await record.tells(connection):
        kind: Kind = "account" if one.event in ACCOUNT_TELLS else "app"
        whom = (kind, one.whom)
        found[whom] = _after(found.get(whom, Standing(None)), one)
    return found


def _after(before: Standing, one: record.Tell) -> Standing:
    rights = _rights(one.detail) or before.rights
    match one.event:
        case "account_revoked" | "app_revoked":
            return Standing(True, rights, one.seq)
        case "account_found" | "app_found":
            return Standing(bool(one.detail.get("revoked")), rights, one.seq)
        case "roles_changed":  # whoever is revoked stays so
            return Standing(before.is_revoked, rights, one.seq)
        case _:
            return Standing(False, rights, one.seq)


def _rights(said: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]] | None:
    if "roles" not in said:
        return None
    return _texts(said["roles"]), _texts(said.get("jurisdictions", ()))


def _texts(some: Iterable[str]) -> frozenset[str]:
    return frozenset(some)
